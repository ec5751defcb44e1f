"""What the provider's content check reported, and the case that is kept of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from bot.domain.people import PersonId


class FlagKind(IntEnum):
    """`input_sensitive_type` of the provider (docs/minimax.md, voice_clone)."""

    NORMAL = 0
    SEVERE_VIOLATION = 1
    PORNOGRAPHIC = 2
    ADVERTISEMENT = 3
    PROHIBITED = 4
    ABUSE = 5
    TERROR_VIOLENCE = 6
    OTHER = 7

    @classmethod
    def _missing_(cls, _: object) -> "FlagKind":
        """Read a kind that the provider added later as `OTHER`."""
        return cls.OTHER


@dataclass(frozen=True, slots=True)
class Case:
    """A flag waiting for a decision; `subject` is the key of the voice or speech.

    `person` asked for what was flagged.
    """

    subject: str
    person: PersonId
    kind: FlagKind
    text: str
    opened_at: datetime
    trace_id: str | None
