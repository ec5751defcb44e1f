"""Who asks, where, and where an answer goes."""

from dataclasses import dataclass, field
from typing import Final, NewType

PersonId = NewType("PersonId", str)
"""A person on a face: `discord:1234`. One human on two faces is two persons."""


ServerId = NewType("ServerId", str)
"""A server on a face: `discord:55`."""

RoleId = NewType("RoleId", str)
"""A role of some server on a face: `discord:77`."""

ChannelId = NewType("ChannelId", str)
"""A channel of some server on a face: `discord:66`."""

MYNA = PersonId("myna")
"""Myna itself, where it did something that people do otherwise."""


def person_on(face: str, native_id: int | str) -> PersonId:
    """Return the person that `face` knows as `native_id`."""
    return PersonId(f"{face}:{native_id}")


def server_on(face: str, native_id: int | str) -> ServerId:
    """Return the server that `face` knows as `native_id`."""
    return ServerId(f"{face}:{native_id}")


def role_on(face: str, native_id: int | str) -> RoleId:
    """Return the role that `face` knows as `native_id`."""
    return RoleId(f"{face}:{native_id}")


def channel_on(face: str, native_id: int | str) -> ChannelId:
    """Return the channel that `face` knows as `native_id`."""
    return ChannelId(f"{face}:{native_id}")


@dataclass(frozen=True, slots=True)
class Asker:
    """Somebody who asks for something, and as what: vouched for by the face, never by a button.

    Attributes:
        server: None in a direct message.
        channels: the channel it is asked in; of a thread also the channel that it hangs below.
        moderates: they may manage messages everywhere on this server.
        administers: they may manage this server.
        operates: they run this Myna.
    """

    person: PersonId
    server: ServerId | None = None
    roles: frozenset[RoleId] = frozenset()
    moderates: bool = False
    channels: frozenset[ChannelId] = frozenset()
    administers: bool = False
    operates: bool = False


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


ERASED: Final = "erased"
"""The face of those whose data was erased; nobody is on it."""


def pseudonym_of(random: str) -> PersonId:
    """Return a name that means nobody, for what is kept after somebody's data was erased."""
    return person_on(ERASED, random)


def is_erased(person: str) -> bool:
    """Say whether it is a name for somebody whose data was erased."""
    return person.startswith(f"{ERASED}:")
