"""A speech: text spoken with a voice, what was asked for, and where it stands."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, NewType

from bot.domain.people import Address, PersonId, ServerId
from bot.domain.sharing import Scope
from bot.domain.voices import VoiceKey

SpeechKey = NewType("SpeechKey", str)
"""Myna's own name for a speech and for the job that makes it; made from the request, as
`VoiceKey` is."""

SPEED_LEAST: Final = 0.5
SPEED_MOST: Final = 2.0
PITCH_MOST: Final = 12
"""Semitones up or down (docs/minimax.md, "Speech")."""

SHORT_TEXT_LIMIT: Final = 10_000
"""A text of fewer characters is spoken in one go; a longer one as a recording (docs/minimax.md)."""

LONG_TEXT_LIMIT: Final = 50_000
"""Most characters of any text (docs/minimax.md, "Long speech"); an operator may allow fewer."""

BUBBLE_CHARACTERS: Final = 1200
"""Most characters of one bubble: about 80 seconds, as long as anybody listens in a chat."""


class Emotion(StrEnum):
    """How it is said; the service's own names (docs/minimax.md, "Speech")."""

    HAPPY = "happy"
    SAD = "sad"
    ANGRY = "angry"
    FEARFUL = "fearful"
    DISGUSTED = "disgusted"
    SURPRISED = "surprised"
    CALM = "calm"
    FLUENT = "fluent"
    WHISPER = "whisper"


class Effect(StrEnum):
    """What the voice sounds through; the service's own names (docs/minimax.md, "Speech")."""

    SPACIOUS_ECHO = "spacious_echo"
    AUDITORIUM_ECHO = "auditorium_echo"
    LOFI_TELEPHONE = "lofi_telephone"
    ROBOTIC = "robotic"


class SpeechState(StrEnum):
    """Where a speech stands."""

    OFFERED = "offered"  # its price was told; nothing is promised, held or spent
    ASKED = "asked"  # kept and its money held, but not yet acknowledged
    SPEAKING = "speaking"
    DONE = "done"  # all that could be spoken is posted
    FAILED = "failed"  # nothing was posted
    WITHDRAWN = "withdrawn"  # an offer that was taken or declined, a request nobody saw accepted
    REMOVED = "removed"  # taken back after it was posted


@dataclass(frozen=True, slots=True)
class SpeechSettings:
    """How a text is spoken; sent to the provider as it is. None leaves the choice to it.

    Attributes:
        speed: 0.5 to 2.
        pitch: semitones, -12 to 12.
        volume: above 0, up to 10.
        language: one of `bot.domain.speech.LANGUAGES`, or None.
    """

    model: str
    emotion: Emotion | None = None
    speed: float = 1.0
    pitch: int = 0
    volume: float = 1.0
    language: str | None = None
    effect: Effect | None = None
    watermark: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return plain values that `from_json` takes back."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "SpeechSettings":
        """Rebuild what `to_json` gave."""
        emotion, effect = stored.get("emotion"), stored.get("effect")
        return cls(
            **{
                **stored,
                "emotion": None if emotion is None else Emotion(emotion),
                "effect": None if effect is None else Effect(effect),
            }
        )


@dataclass(frozen=True, slots=True)
class StockVoice:
    """A voice of the service itself: its id there, what people call it, and its language if known.

    `language` is one of `bot.domain.speech.LANGUAGES`, or None.
    """

    voice_id: str
    name: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class VoiceChoice:
    """Which voice is to speak: a cloned one by its key, or a stock voice by its id."""

    key: VoiceKey | None = None
    stock: str | None = None

    def __post_init__(self) -> None:
        """Refuse a choice of both or neither."""
        if (self.key is None) == (self.stock is None):
            raise ValueError("either a cloned voice or a stock voice")


@dataclass(frozen=True, slots=True)
class SpeechOrder:
    """All of one request to speak.

    Attributes:
        text: as it is spoken: cleaned of the chat's markup.
        fresh: do not serve it from the cache.
        scopes: in whose name it is spoken with a cloned voice: the person who may, and what of
            theirs the voice is shared with. Nobody else's name than the asker's, but where a
            moderator repeats a speech.
    """

    key: SpeechKey
    asker: PersonId
    server: ServerId | None
    voice: VoiceChoice
    text: str
    settings: SpeechSettings
    address: Address
    fresh: bool = False
    scopes: tuple[Scope, ...] = ()


@dataclass(frozen=True, slots=True)
class Speech:
    """A speech in Myna's register: the order, with whose voice, and what came of it.

    Attributes:
        voice_id: the provider's id of the voice at the time of the order.
        label: what the voice was called then.
        owner: who owns the voice; None for a stock voice.
        held: micro-dollars held in the budgets when it was accepted.
        spent: micro-dollars charged for what was delivered.
        characters: charged by the provider for what was delivered.
        parts: how many bubbles or recordings it is posted as.
        posted: how many of them were posted.
    """

    order: SpeechOrder
    voice_id: str
    label: str
    owner: PersonId | None
    state: SpeechState
    created_at: datetime
    parts: int
    held: int = 0
    spent: int = 0
    characters: int = 0
    posted: int = 0

    @property
    def key(self) -> SpeechKey:
        """Return the key of its order."""
        return self.order.key

    def at(self, address: Address) -> "Speech":
        """Return the same speech, answered at `address`."""
        return replace(self, order=replace(self.order, address=address))
