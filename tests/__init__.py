"""Tests of Myna."""
