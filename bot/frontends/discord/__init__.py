"""Myna's Discord side: everything that knows what a channel, a message or a button is."""
