"""The facts a job tells on its way and ends with; `wording` makes sentences of them."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from bot.domain.consent import ConsentRequest
from bot.domain.erasure import Receipt
from bot.domain.errors import MynaError
from bot.domain.moderation import Case, FlagKind
from bot.domain.people import PersonId, ServerId
from bot.domain.samples import Concern
from bot.domain.speeches import Speech
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


@dataclass(frozen=True, slots=True)
class SpeechProgress:
    """A speech that is under way.

    Attributes:
        place_in_line: among those that wait for their turn: 1 is next, 0 does not wait.
        part: which part is being spoken, from 1; 0 before the first.
    """

    label: str
    parts: int
    part: int = 0
    place_in_line: int = 0


class PostedAs(StrEnum):
    """What a bubble ended up as; never more than the platform confirmed."""

    BUBBLE = "bubble"
    FILE = "file"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class VoiceReady:
    """The voice is kept; `posted` says how its preview was shown.

    `cost` is what the preview cost, in micro-dollars; `is_public` says whether others can see it.
    """

    voice: Voice
    posted: PostedAs
    concerns: tuple[Concern, ...] = ()
    unknown_tags: tuple[str, ...] = ()
    cost: int = 0
    is_public: bool = False


@dataclass(frozen=True, slots=True)
class VoiceHeld:
    """The provider flagged it: nothing of it is shown, and nobody can speak with it.

    `is_locked` says that nobody is asked to decide: it is deleted unless somebody overturns that.
    """

    voice: Voice
    kind: FlagKind
    is_locked: bool = False


@dataclass(frozen=True, slots=True)
class CloneFailed:
    """No voice came of it, and why; `reference` finds the run in the log.

    `asker` asked for it where that was not the owner: who would have to ask them anew. `spoken`
    says whether it was made from a sentence, and `again` is the request that waits for another
    recording of it.
    """

    key: VoiceKey
    owner: PersonId
    label: str
    error: MynaError
    reference: str
    asker: PersonId | None = None
    spoken: bool = False
    again: VoiceKey | None = None


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


@dataclass(frozen=True, slots=True)
class SpeechDone:
    """It is posted, or as much of it as could be: then `error` says what stopped it.

    Attributes:
        posted: what the last part came out as.
        cached: how many parts had been spoken before and cost nothing.
        fee: micro-dollars of the clone fee that this speech charged; 0 for all but the first.
        kept: whether this was the voice's first speech, which keeps it for good.
    """

    speech: Speech
    posted: PostedAs
    cached: int = 0
    fee: int = 0
    kept: bool = False
    error: MynaError | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class SpeechFailed:
    """Nothing was posted and nothing is charged, and why; `reference` finds the run in the log."""

    speech: Speech
    error: MynaError
    reference: str


@dataclass(frozen=True, slots=True)
class SpeechRemoved:
    """Its bubbles are gone."""

    speech: Speech


Outcome = VoiceReady | VoiceHeld | CloneFailed | VoiceDeleted | DeletionFailed
SpeechOutcome = SpeechDone | SpeechFailed | SpeechRemoved


@dataclass(frozen=True, slots=True)
class VoiceExpiring:
    """An unused voice will be deleted by the provider; keeping it costs `price` micro-dollars."""

    voice: Voice
    price: int


@dataclass(frozen=True, slots=True)
class VoiceUsed:
    """Somebody spoke with a voice whose owner wants to know."""

    voice: Voice
    by: PersonId
    speech: Speech


@dataclass(frozen=True, slots=True)
class VoiceWasLost:
    """The provider no longer has a voice, as somebody found out who was allowed to use it."""

    voice: Voice


@dataclass(frozen=True, slots=True)
class VoicesLeaving:
    """Voices are deleted because their owner is no longer on the server they were made on."""

    server: ServerId
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConsentAsked:
    """Somebody asks the owner of a voice whether they may have it cloned."""

    request: ConsentRequest


@dataclass(frozen=True, slots=True)
class ConsentAnswered:
    """What became of a request for consent, as its asker is told."""

    request: ConsentRequest


@dataclass(frozen=True, slots=True)
class ConsentUsed:
    """Somebody had the owner's voice cloned by the owner's standing yes."""

    request: ConsentRequest


@dataclass(frozen=True, slots=True)
class CaseTold:
    """What became of a case, as who asked for it, or whose voice it is, is told."""

    case: Case


@dataclass(frozen=True, slots=True)
class ReportTold:
    """What became of a report, as who made it is told."""

    case: Case


@dataclass(frozen=True, slots=True)
class CasesUnseen:
    """Cases wait on a server where nobody can be shown them, as its owner is told.

    `is_unset` says that no review channel was chosen; else Myna cannot post in it.
    """

    server: ServerId
    is_unset: bool


@dataclass(frozen=True, slots=True)
class RecordingFailed:
    """No voice came of the owner's recording, and why.

    Where `again`, the request waits for another one.
    """

    request: ConsentRequest
    error: MynaError
    reference: str
    again: bool


@dataclass(frozen=True, slots=True)
class DataErased:
    """All about somebody is erased; `is_rest` says that only the provider's voices were left."""

    receipt: Receipt
    is_rest: bool = False


VoiceNotice = VoiceExpiring | VoiceUsed | VoiceWasLost
ConsentNotice = ConsentAsked | ConsentAnswered | ConsentUsed
CaseNotice = CaseTold | ReportTold | CasesUnseen
Notice = VoiceNotice | ConsentNotice | RecordingFailed | CaseNotice | VoicesLeaving | DataErased
"""What somebody is told unasked."""
