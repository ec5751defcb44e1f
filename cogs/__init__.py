"""Discord commands: each translates and decides nothing."""
