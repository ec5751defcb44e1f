"""Myna's Discord side against the Discord stand-in, with real services and no paid work."""
