"""What is wrong with a request to clone, before anything is spent."""

from dataclasses import dataclass

from bot.domain.errors.kinds import MemberError
from bot.domain.samples import NoteReport


@dataclass(eq=False)
class ConsentMissing(MemberError):
    """The consent box was not ticked."""


@dataclass(eq=False)
class NotYourNote(MemberError):
    """No person posted the note, so nobody can be asked."""


@dataclass(eq=False)
class NeverClone(MemberError):
    """The owner of the voice does not want to be cloned by anybody, anywhere."""


@dataclass(eq=False)
class ConsentWithdrawn(MemberError):
    """The owner of the voice took their yes back while it was being cloned."""


@dataclass(eq=False)
class AskedAlready(MemberError):
    """The owner of the voice has not answered an earlier request of the same asker."""


@dataclass(eq=False)
class TooManyRequests(MemberError):
    """As many of the asker's requests as may be are open."""

    limit: int


@dataclass(eq=False)
class RequestOver(MemberError):
    """The request was answered, withdrawn, or is too old."""


@dataclass(eq=False)
class SentenceMissing(MemberError):
    """On this server a sentence is spoken before any voice is cloned, one's own too."""


@dataclass(eq=False)
class NothingToSpeak(MemberError):
    """No request waits for a sentence of theirs."""


@dataclass(eq=False)
class RecordingNotYours(MemberError):
    """A sentence counts only in a recording that its speaker posted."""


@dataclass(eq=False)
class NotTheSentence(MemberError):
    """What was recorded is not the sentence."""


@dataclass(eq=False)
class NotForYou(MemberError):
    """The request is to somebody else."""


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
