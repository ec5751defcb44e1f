"""What is wrong with a request to speak, to share, or to spend."""

from dataclasses import dataclass

from bot.domain.errors.kinds import MemberError, OperatorError


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
class TooMuchLost(MemberError):
    """As much as they may spend in a day was spoken for them today and could not be posted."""


@dataclass(eq=False)
class TwoTexts(MemberError):
    """Both a text and a file were given."""


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
class VoiceIsRetired(MemberError):
    """Only an earlier version of the voice `label` is left, which its owner may bring back."""

    label: str


@dataclass(eq=False)
class NoLongerKept(MemberError):
    """It was to cost nothing, because it had been spoken before; just now that ran out."""


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
class HardCapReached(OperatorError):
    """The operator's own limit is used up. Amounts are micro-dollars."""

    period: str
    limit: int


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
