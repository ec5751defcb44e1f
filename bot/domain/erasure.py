"""The erasure of all that is kept about a person: how far it is, and what it came to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, NewType

from bot.domain.moderation import CaseKey
from bot.domain.people import Address, PersonId
from bot.domain.voices import VoiceKey

ErasureKey = NewType("ErasureKey", str)
"""Myna's own name for an erasure and its job; made from the command, as a `VoiceKey` is."""

RECEIPT_WAITS: Final = timedelta(days=7)
"""How long a receipt that could not be sent can be asked for; then it goes too."""


class Erased(StrEnum):
    """The kinds of what an erasure deletes."""

    VOICES = "voices"
    CONSENTS = "consents"
    REQUESTS = "requests"
    PERMISSIONS = "permissions"
    GRANTS = "grants"
    TEXTS = "texts"
    CASES = "cases"
    EVIDENCE = "evidence"


class Left(StrEnum):
    """The kinds of what an erasure leaves, mostly without the person."""

    CHARGES = "charges"
    SPEECHES = "speeches"
    FILES = "files"
    CASES = "cases"
    VOICES_OF_OTHERS = "voices of others"
    AUDIT = "audit"
    BANS = "bans"  # these with the person
    BUDGETS = "budgets"  # and these, or erasing would be a way to spend them twice
    NEVER_CLONED = "never cloned"  # and this


@dataclass(frozen=True, slots=True)
class Refused:
    """A voice that the provider did not delete; `reference` finds the trouble in the log."""

    voice: VoiceKey
    label: str
    reference: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was deleted and what was left, by number, and which voices are still at the provider."""

    erased: Mapping[Erased, int] = field(default_factory=dict)
    left: Mapping[Left, int] = field(default_factory=dict)
    refused: Sequence[Refused] = ()

    def with_more(self, erased: Mapping[Erased, int]) -> "Receipt":
        """Return it with more that was deleted."""
        kinds = {kind: self.erased.get(kind, 0) + erased.get(kind, 0) for kind in Erased}
        return replace(self, erased={kind: number for kind, number in kinds.items() if number})

    def to_json(self) -> dict[str, Any]:
        """Return plain values that `from_json` takes back."""
        return {
            "erased": {kind.value: number for kind, number in self.erased.items()},
            "left": {kind.value: number for kind, number in self.left.items()},
            "refused": [[one.voice, one.label, one.reference] for one in self.refused],
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Receipt":
        """Rebuild what `to_json` gave."""
        return cls(
            {Erased(kind): number for kind, number in stored["erased"].items()},
            {Left(kind): number for kind, number in stored["left"].items()},
            tuple(Refused(*one) for one in stored["refused"]),
        )


class ErasureState(StrEnum):
    """How far an erasure is."""

    RUNNING = "running"  # the person can have nothing cloned or spoken meanwhile
    PENDING = "pending"  # all is erased here; the provider still has to delete voices
    UNTOLD = "untold"  # all is done, but the receipt could not be sent: it can be asked for
    CLOSED = "closed"  # nobody knows any more whose it was


@dataclass(frozen=True, slots=True)
class Erasure:
    """One erasure; `pseudonym` stands for the person in what is left, and once it is closed here.

    `told` says whether they had a receipt of what could be deleted at first.
    """

    key: ErasureKey
    person: PersonId
    pseudonym: PersonId
    asked_at: datetime
    state: ErasureState = ErasureState.RUNNING
    receipt: Receipt = field(default_factory=Receipt)
    told: bool = False


@dataclass(frozen=True, slots=True)
class ShownCase:
    """A case about them that moderators are shown: an undecided one goes, with its card."""

    key: CaseKey
    notice: Address
    is_pending: bool


@dataclass(frozen=True, slots=True)
class UnderWay:
    """What jobs are still busy with for a person: voices and speeches by their keys.

    `recent` may be over but for its card: whether its job is, only the engine knows.
    """

    voices: Sequence[str]
    speeches: Sequence[str]
    recent_voices: Sequence[str] = ()
    recent_speeches: Sequence[str] = ()
