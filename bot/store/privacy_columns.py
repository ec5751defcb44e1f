"""Where in the tables people are, column by column; a test finds every column here or names it."""

from collections.abc import Mapping
from typing import Final

PEOPLE: Final[Mapping[str, tuple[str, ...]]] = {
    "voices": ("owner", "asker"),
    "consents": ("person", "asker"),
    "consent_requests": ("asker", "owner"),
    "permissions": ("owner", "asker"),
    "people": ("person",),
    "speeches": ("asker", "owner"),
    "holds": ("person",),
    "fingerprints": ("asker", "owner"),
    "charges": ("person",),
    "cases": ("person", "owner", "reporter", "taken_by", "decided_by", "overruled"),
    "bans": ("person", "by"),
    "audit": ("actor", "subject"),
    "erasures": ("person",),
}
"""Columns that hold a person as the core names them."""

INSIDE: Final[Mapping[str, tuple[str, ...]]] = {
    "voices": ("address_token",),
    "consent_requests": ("address_token",),
    "grants": ("scope",),
    "voice_terms": ("scope",),
    "speeches": ("scopes", "address_token"),
    "counters": ("scope",),
    "cases": ("address_token", "notice_token"),
}
"""Columns that hold a person inside of something else: a scope, or where something was answered."""
