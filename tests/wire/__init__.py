"""Tests of the whole product as its own process, over the wire."""
