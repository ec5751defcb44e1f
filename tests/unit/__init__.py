"""Tests of one module or rule each, with no process and no network."""
