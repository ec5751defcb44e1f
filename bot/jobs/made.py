"""What the provider made of a clone, as the run keeps it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.domain.moderation import FlagKind
from bot.domain.money import billed_characters
from bot.domain.voices import CloneOrder
from bot.ports import CloneAnswer


@dataclass(frozen=True, slots=True)
class Made:
    """What the provider answered, as the step keeps it. Without a link the preview is lost."""

    at: datetime
    preview_url: str | None = field(default=None, repr=False)
    charged_characters: int = 0
    flag: FlagKind = FlagKind.NORMAL
    trace_id: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return plain values that `from_json` takes back."""
        return {
            "at": self.at.isoformat(),
            "preview_url": self.preview_url,
            "charged_characters": self.charged_characters,
            "flag": int(self.flag),
            "trace_id": self.trace_id,
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Made":
        """Return what `to_json` wrote."""
        kept = {"at": datetime.fromisoformat(stored["at"]), "flag": FlagKind(stored["flag"])}
        return cls(**{**stored, **kept})

    @classmethod
    def of(cls, answer: CloneAnswer, at: datetime) -> "Made":
        """Return what was answered just now."""
        return cls(at, answer.preview_url, answer.charged_characters, answer.flag, answer.trace_id)

    def charged_for(self, order: CloneOrder) -> int:
        """Return the characters of the preview; where the answer was lost, what was expected."""
        is_lost = self.preview_url is None and self.flag is FlagKind.NORMAL
        return billed_characters(order.options.text) if is_lost else self.charged_characters
