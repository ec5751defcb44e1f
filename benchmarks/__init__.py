"""The speed and memory claims, each against a named peer in the same run."""
