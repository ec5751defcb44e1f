"""The facts a job tells on its way and ends with; `wording` makes sentences of them."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from bot.domain.errors import MynaError
from bot.domain.moderation import FlagKind
from bot.domain.people import PersonId
from bot.domain.samples import Concern
from bot.domain.voices import Voice, VoiceKey


class Stage(IntEnum):
    """How far a clone has come; the value is its place in the progress bar."""

    QUEUED = 0
    DOWNLOADING = 1
    PREPARING = 2
    UPLOADING = 3
    CLONING = 4
    POSTING = 5


@dataclass(frozen=True, slots=True)
class Progress:
    """A clone that is under way."""

    label: str
    stage: Stage


class PostedAs(StrEnum):
    """What a preview ended up as; never more than the platform confirmed."""

    BUBBLE = "bubble"
    FILE = "file"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class VoiceReady:
    """The voice is kept; `posted` says how its preview was shown."""

    voice: Voice
    posted: PostedAs
    concerns: tuple[Concern, ...] = ()
    unknown_tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VoiceHeld:
    """The provider flagged it: nothing is shown until a moderator decides."""

    voice: Voice
    kind: FlagKind


@dataclass(frozen=True, slots=True)
class CloneFailed:
    """No voice came of it, and why; `reference` finds the run in the log."""

    key: VoiceKey
    owner: PersonId
    label: str
    error: MynaError
    reference: str


@dataclass(frozen=True, slots=True)
class VoiceDeleted:
    """The voice is gone, here and at the provider."""

    voice: Voice


@dataclass(frozen=True, slots=True)
class DeletionFailed:
    """The voice is still there, and why; `reference` finds the run in the log."""

    voice: Voice
    error: MynaError
    reference: str


Outcome = VoiceReady | VoiceHeld | CloneFailed | VoiceDeleted | DeletionFailed
