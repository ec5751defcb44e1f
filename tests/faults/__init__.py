"""Tests that break things: kills, drops, refusals."""
