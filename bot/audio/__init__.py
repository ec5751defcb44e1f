"""Recordings in, samples and bubbles out; hostile until decoded in the sandboxed worker."""
