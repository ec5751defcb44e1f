"""Tests that the fake and the real thing both pass."""
