"""Who asks, and where an answer goes."""

from dataclasses import dataclass, field
from typing import NewType

PersonId = NewType("PersonId", str)
"""A person on a face: `discord:1234`. One human on two faces is two persons."""


def person_on(face: str, native_id: int | str) -> PersonId:
    """Return the person that `face` knows as `native_id`."""
    return PersonId(f"{face}:{native_id}")


@dataclass(frozen=True, slots=True)
class Address:
    """Where an answer goes; only its face reads `token`. Survives a restart."""

    face: str
    token: str


@dataclass(frozen=True, slots=True)
class NoteRef:
    """A voice note that a face can fetch; only its face reads `token`.

    `bytes` is the size the platform declares: good for refusing early, never trusted.
    """

    face: str
    token: str = field(repr=False)  # may hold a signed link
    filename: str
    bytes: int
