"""Time, transactions and durable work."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Protocol, TypeVar

from bot.domain.erasure import ErasureKey
from bot.domain.moderation import CaseKey
from bot.domain.people import PersonId, ServerId
from bot.domain.speeches import SpeechKey
from bot.domain.voices import VoiceKey

T = TypeVar("T")

Clock = Callable[[], datetime]
"""The time now, with a zone."""

Sleep = Callable[[float], Awaitable[None]]
"""Waits for so many seconds."""

VoiceIds = Callable[[VoiceKey, int], str]
"""Derives the provider's voice id from a key and an attempt: keyed hash, unguessable."""


class Atomic(Protocol):
    """Runs work in one transaction: all of what it stores is kept, or nothing."""

    async def __call__(self, work: Callable[[], Awaitable[T]]) -> T: ...


class KeyValueStore(Protocol):
    """Small facts that outlive a restart."""

    async def read(self, name: str) -> str | None: ...

    async def write(self, name: str, value: str) -> None: ...

    async def write_once(self, name: str, value: str) -> str:
        """Write unless there is a value; return the one that stands."""
        ...


class Jobs(Protocol):
    """Starts durable work. Starting the same key twice is one job."""

    async def clone(self, key: VoiceKey, owner: PersonId) -> None: ...

    async def ask_owner(self, key: VoiceKey) -> None:
        """Tell the owner of a voice that somebody asks to have it cloned."""
        ...

    async def answer(self, key: VoiceKey) -> None:
        """Act on what became of a request for consent."""
        ...

    async def delete(self, key: VoiceKey) -> None: ...

    async def depart(self, server: ServerId, person: PersonId) -> None:
        """Do to somebody who left a server what it has set for that."""
        ...

    async def erase(self, key: ErasureKey, *, again: bool = False) -> None:
        """Erase all about a person; `again` where an earlier try ended before it was done."""
        ...

    async def speak(self, key: SpeechKey, asker: PersonId) -> None: ...

    async def remove(self, key: SpeechKey) -> None:
        """Take a speech back: its bubbles and its card."""
        ...

    async def warn(self, key: VoiceKey, number: int) -> None:
        """Warn the owner of an unused voice, for the `number`th time (from 1)."""
        ...

    async def show_case(self, key: CaseKey, version: int) -> None:
        """Show a case as it stands to who decides it; of a new one tell who asked for it."""
        ...

    async def carry_out(self, key: CaseKey, version: int) -> None:
        """Do what was decided of a case, or undone, and tell whom it concerns."""
        ...

    async def remind(self, key: CaseKey, number: int) -> None:
        """Remind moderators of a case, for the `number`th time (from 1)."""
        ...

    def place_in_line(self, key: SpeechKey) -> int:
        """Return a speech's place among those that wait for their turn: 1 is next, 0 runs."""
        ...
