"""The faces people meet Myna through, and the words they share."""
