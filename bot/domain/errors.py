"""What can go wrong, grouped by who can act.

MynaError
├── MemberError      the member can fix it: shown with what to do, never retried
├── PolicyError      the provider's policy: final
├── TemporaryError   time will fix it: the engine tries again
└── OperatorError    the operator must act: apologised for, alerted once with a reference

Every error is a dataclass of plain values, so that a durable step can keep it (`to_json`).
"""

from dataclasses import asdict, dataclass, fields, is_dataclass
from enum import Enum
from typing import Any

from bot.domain.samples import NoteReport


class MynaError(Exception):
    """Any failure Myna knows how to speak about."""


class MemberError(MynaError):
    """The member can fix it."""


class PolicyError(MynaError):
    """The provider refuses the content."""


class TemporaryError(MynaError):
    """Time will fix it."""

    retry_after: float | None = None
    """Seconds before which another try is useless; None where the engine's backoff decides."""


class OperatorError(MynaError):
    """Whoever runs this Myna must act."""


# --- before anything is spent


@dataclass(eq=False)
class ConsentMissing(MemberError):
    """The consent box was not ticked."""


@dataclass(eq=False)
class NotYourNote(MemberError):
    """Somebody else recorded the note."""


@dataclass(eq=False)
class NoNote(MemberError):
    """The message carries no audio."""


@dataclass(eq=False)
class NotYours(MemberError):
    """Only the owner of a voice may press this."""


@dataclass(eq=False)
class LabelInvalid(MemberError):
    """The label is empty, too long or has no letter or digit."""

    length: int
    limit: int


@dataclass(eq=False)
class LabelTaken(MemberError):
    """The owner has a voice of that label."""

    label: str


@dataclass(eq=False)
class TextInvalid(MemberError):
    """The preview text is empty or too long."""

    length: int
    limit: int


@dataclass(eq=False)
class ModelUnknown(MemberError):
    """No such model."""

    model: str


@dataclass(eq=False)
class LanguageUnknown(MemberError):
    """No such language."""

    language: str


@dataclass(eq=False)
class LanguageUnsupported(MemberError):
    """The model does not speak the language."""

    language: str
    model: str


@dataclass(eq=False)
class InterjectionsUnsupported(MemberError):
    """The text has interjection tags, which the model would read out."""

    tags: list[str]
    model: str


@dataclass(eq=False)
class PromptIncomplete(MemberError):
    """A prompt clip came without its transcript, or the transcript without its clip."""


@dataclass(eq=False)
class PromptTextInvalid(MemberError):
    """The transcript of the prompt clip does not end with punctuation."""


@dataclass(eq=False)
class ValidationTextInvalid(MemberError):
    """The expected transcript of the sample is too long."""

    length: int
    limit: int


@dataclass(eq=False)
class AccuracyInvalid(MemberError):
    """How closely sample and transcript must agree is not between 0 and 1."""

    accuracy: float


@dataclass(eq=False)
class TooManyNotes(MemberError):
    """More notes than one sample is joined from."""

    limit: int


@dataclass(eq=False)
class TooManyJobs(MemberError):
    """The person has this many clones in progress already."""

    limit: int


@dataclass(eq=False)
class CannotPost(MemberError):
    """Myna cannot post here; `missing` names the rights, empty where the place itself forbids."""

    missing: list[str]


@dataclass(eq=False)
class VoiceGone(MemberError):
    """The voice or the request behind a button no longer exists."""


# --- speaking


@dataclass(eq=False)
class NothingToSay(MemberError):
    """Nothing that can be spoken is left of the text: it was empty, or only emoji and the like."""


@dataclass(eq=False)
class SpeechTooLong(MemberError):
    """The text is longer than is spoken at once."""

    length: int
    limit: int


@dataclass(eq=False)
class TextFileUnusable(MemberError):
    """The file is no plain text in UTF-8, or too big."""


@dataclass(eq=False)
class PauseInvalid(MemberError):
    """A pause stands where none can be, or is written wrongly; `markup` is what was written."""

    markup: str


@dataclass(eq=False)
class SettingInvalid(MemberError):
    """A setting of a speech is out of its range, or one the service does not know."""

    name: str
    value: str
    allowed: str


@dataclass(eq=False)
class EmotionUnsupported(MemberError):
    """The model does not know the emotion."""

    emotion: str
    model: str


@dataclass(eq=False)
class VoiceUnknown(MemberError):
    """There is no voice of that name that the asker may speak with."""

    name: str


@dataclass(eq=False)
class NoDefaultVoice(MemberError):
    """No voice was named, and the asker has no default voice."""


@dataclass(eq=False)
class VoiceNotReady(MemberError):
    """The voice is still being made, or held back."""

    label: str


@dataclass(eq=False)
class VoiceIsLost(MemberError):
    """The provider no longer has the voice `label`; `key` is the voice's."""

    label: str
    key: str


@dataclass(eq=False)
class OfferGone(MemberError):
    """What the button offered was taken, declined, or is too old."""


@dataclass(eq=False)
class ModeratorsOnly(MemberError):
    """Only who moderates this server may see or do that."""


@dataclass(eq=False)
class NotYourSpeech(MemberError):
    """Only who asked for a speech, or a moderator, may do that."""


@dataclass(eq=False)
class BudgetReached(MemberError):
    """It would cost more than is left. Amounts are micro-dollars.

    `whose` is a `bot.domain.money.Whose`, `period` a `bot.domain.money.Period`.
    """

    whose: str
    period: str
    limit: int
    left: int
    needed: int


@dataclass(eq=False)
class TooSoon(MemberError):
    """The person has asked for as much as one may in a minute; `seconds` until they may again."""

    seconds: int
    limit: int


@dataclass(eq=False)
class TooManySpeeches(MemberError):
    """The person has this many speeches under way already."""

    limit: int


@dataclass(eq=False)
class GrantInvalid(MemberError):
    """It does not say with whom to share: exactly one of a person, a role or this server."""


@dataclass(eq=False)
class NotShared(MemberError):
    """The voice is not shared with them."""


# --- the note


@dataclass(eq=False)
class NoteMissing(MemberError):
    """The attachment was deleted, or its link is too old."""


@dataclass(eq=False)
class NoteTooBig(MemberError):
    """The attachment is larger than is accepted."""

    bytes: int
    limit: int


@dataclass(eq=False)
class NoteRefused(MemberError):
    """Myna looked at the audio and would not spend money on it."""

    report: NoteReport


@dataclass(eq=False)
class PromptRefused(MemberError):
    """The prompt clip is not usable."""

    report: NoteReport


# --- the provider's answers


@dataclass(eq=False)
class SampleRejected(MemberError):
    """The provider could not use the sample (unreadable, or too short or long by its measure)."""

    reason: str
    reference: str | None = None


@dataclass(eq=False)
class TranscriptMismatch(MemberError):
    """The expected transcript and the sample differ."""


@dataclass(eq=False)
class PromptMismatch(MemberError):
    """The prompt clip and its transcript differ."""


@dataclass(eq=False)
class PromptTooLong(MemberError):
    """The provider measured the prompt clip as too long."""


@dataclass(eq=False)
class TextHasInvisibleCharacters(MemberError):
    """More than a tenth of the text is invisible to a reader."""


@dataclass(eq=False)
class VoiceLost(MemberError):
    """The provider no longer has the voice."""


@dataclass(eq=False)
class ContentRefused(PolicyError):
    """The provider's content check refused the text or the audio; `kind` is a `FlagKind`."""

    kind: int = 7
    reference: str | None = None


@dataclass(eq=False)
class SpeechTooShort(OperatorError):
    """What came is much too short for its text, or silent: seen once in a while, then fine.

    `characters` were charged by the provider all the same; `reference` finds the call.
    """

    seconds: float
    characters: int = 0
    reference: str | None = None


@dataclass(eq=False)
class RecordingFailed(OperatorError):
    """The provider took a long text, and made nothing of it."""

    reason: str
    reference: str | None = None


@dataclass(eq=False)
class FormatRefused(OperatorError):
    """The provider does not speak in this file format; another one may do."""

    audio_format: str


@dataclass(eq=False)
class ServiceBusy(TemporaryError):
    """The provider's rate limit is used up."""

    retry_after: float | None = None
    reference: str | None = None


@dataclass(eq=False)
class ServiceDown(TemporaryError):
    """The provider did not answer, or answered that it is in trouble."""

    reason: str
    reference: str | None = None


@dataclass(eq=False)
class FaceDown(TemporaryError):
    """The chat platform did not answer, or answered that it is in trouble."""

    reason: str


@dataclass(eq=False)
class ServiceMisconfigured(OperatorError):
    """The provider refuses the account: key, money, verification or plan. `code` is its code."""

    code: int
    message: str
    reference: str | None = None


@dataclass(eq=False)
class IdTaken(OperatorError):
    """The provider had the voice id before Myna ever sent it."""

    reference: str | None = None


@dataclass(eq=False)
class PreviewLost(OperatorError):
    """The preview could not be downloaded or read."""

    reason: str


@dataclass(eq=False)
class Unexpected(OperatorError):
    """Something Myna does not know: a bug, or an answer nobody documented."""

    what: str
    reference: str | None = None


@dataclass(eq=False)
class HardCapReached(OperatorError):
    """The operator's own limit is used up. Amounts are micro-dollars."""

    period: str
    limit: int


def reference_of(error: MynaError) -> str | None:
    """Return the provider's trace id, where the error has one."""
    reference: str | None = getattr(error, "reference", None)
    return reference


def to_json(error: MynaError) -> dict[str, Any]:
    """Return `error` as JSON values that `from_json` reads back."""
    values: dict[str, Any] = asdict(error) if is_dataclass(error) else {}
    return {"error": type(error).__name__, "values": _plain(values)}


def from_json(data: dict[str, Any]) -> MynaError:
    """Return the error that `to_json` wrote; one that no longer exists becomes `Unexpected`."""
    kind = _kinds().get(data["error"])
    if kind is None:
        return Unexpected(what=str(data["error"]))
    values = dict(data["values"])
    if "report" in values:
        values["report"] = NoteReport.from_json(values["report"])
    known = {field.name for field in fields(kind)}  # type: ignore[arg-type]  # all are dataclasses
    error: MynaError = kind(**{name: values[name] for name in values.keys() & known})
    return error


def _plain(value: Any) -> Any:  # noqa: ANN401  any JSON value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def _kinds() -> dict[str, type[MynaError]]:
    found: dict[str, type[MynaError]] = {}
    waiting: list[type[MynaError]] = [MynaError]
    while waiting:
        kind = waiting.pop()
        found[kind.__name__] = kind
        waiting.extend(kind.__subclasses__())
    return {name: kind for name, kind in found.items() if is_dataclass(kind)}
