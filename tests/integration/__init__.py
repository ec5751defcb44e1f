"""Tests of an adapter against a loopback server, a file or the decoding worker."""
