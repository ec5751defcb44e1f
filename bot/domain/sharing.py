"""Who may speak with whose voice: grants by the owner to a person, a role or a server."""

from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from bot.domain.people import Asker, PersonId, RoleId, ServerId
from bot.domain.voices import VoiceKey

Scope = NewType("Scope", str)
"""Somebody or a group, by what they may see: `person:…`, `role:…` or `server:…`."""


def of_person(person: PersonId) -> Scope:
    """Return the scope of one person."""
    return Scope(f"person:{person}")


def of_role(role: RoleId) -> Scope:
    """Return the scope of everybody with a role."""
    return Scope(f"role:{role}")


def of_server(server: ServerId) -> Scope:
    """Return the scope of everybody on a server, while they are there."""
    return Scope(f"server:{server}")


def is_of_role(scope: Scope) -> bool:
    """Say whether it is the scope of a role, whose server it does not name."""
    return scope.startswith("role:")


def server_in(scope: Scope) -> ServerId | None:
    """Return the server of a scope that names one, or None."""
    kind, _, name = scope.partition(":")
    return ServerId(name) if kind == "server" else None


def scopes_of(asker: Asker) -> tuple[Scope, ...]:
    """Return every scope the asker is in, where they are now."""
    server = () if asker.server is None else (of_server(asker.server),)
    return (of_person(asker.person), *server, *map(of_role, sorted(asker.roles)))


@dataclass(frozen=True, slots=True)
class Grant:
    """The owner's leave to speak with a voice: never to rename, delete or share it further.

    `of_server` is the server of a role, where it is known: the scope of a role does not name it.
    """

    voice: VoiceKey
    to: Scope
    granted_at: datetime
    expires_at: datetime | None = None
    of_server: ServerId | None = None

    def holds_at(self, now: datetime) -> bool:
        """Say whether it has not run out."""
        return self.expires_at is None or now < self.expires_at


@dataclass(frozen=True, slots=True)
class Use:
    """One speech with a voice, as its owner sees it."""

    by: PersonId
    at: datetime
    characters: int
