"""What the provider and the chat answer, or fail to."""

from dataclasses import dataclass

from bot.domain.errors.kinds import MemberError, OperatorError, PolicyError, TemporaryError


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

    characters: int = 0
    reference: str | None = None


@dataclass(eq=False)
class SpeechUnsaved(OperatorError):
    """What the provider spoke, and charged, could not be written down here, as on a full disk."""

    reason: str
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
