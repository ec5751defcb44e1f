"""Durable work: the engine and one workflow per file."""
