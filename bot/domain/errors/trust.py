"""What the rules of a server and its moderators do not allow."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.errors.kinds import MemberError


@dataclass(eq=False)
class Banned(MemberError):
    """Moderators banned them from cloning and speaking here; `until` is ISO 8601, None for ever."""

    until: str | None

    @property
    def ends_at(self) -> datetime | None:
        """Return when the ban ends, or None."""
        return None if self.until is None else datetime.fromisoformat(self.until)


@dataclass(eq=False)
class NotHere(MemberError):
    """On this server one may clone and speak in other channels only."""

    channels: list[str]


@dataclass(eq=False)
class RoleMissing(MemberError):
    """On this server only who has one of these roles may clone."""

    roles: list[str]


@dataclass(eq=False)
class WordsRefused(MemberError):
    """The text has a word that this server does not allow; moderators are told."""


@dataclass(eq=False)
class LabelNotHere(MemberError):
    """The new name of a voice has a word that this server does not allow."""


@dataclass(eq=False)
class LanguageNotHere(MemberError):
    """On this server one may clone and speak in other languages only."""

    languages: list[str]


@dataclass(eq=False)
class ReviewersOnly(MemberError):
    """Only who reviews cases of that server may do this."""


@dataclass(eq=False)
class AdministratorsOnly(MemberError):
    """Only who may manage the server may do this."""


@dataclass(eq=False)
class RuleInvalid(MemberError):
    """A setting of a server cannot be what was chosen; `allowed` says what it can be."""

    name: str
    allowed: str


@dataclass(eq=False)
class ReviewChannelUnusable(MemberError):
    """Cases cannot be posted in a channel; `missing` names the rights that Myna lacks there."""

    channel: str
    missing: list[str]


@dataclass(eq=False)
class CaseUnknown(MemberError):
    """There is no such case, or not for them."""


@dataclass(eq=False)
class CaseOver(MemberError):
    """Somebody decided the case before, or was quicker in this moment."""


@dataclass(eq=False)
class CaseTaken(MemberError):
    """Another moderator is looking at the case."""

    by: str


@dataclass(eq=False)
class OwnCase(MemberError):
    """Nobody decides about what they asked for, or about their own voice."""


@dataclass(eq=False)
class AnotherModerator(MemberError):
    """After an appeal another moderator decides."""


@dataclass(eq=False)
class AppealClosed(MemberError):
    """It was appealed before, or too long ago, or there is nothing to appeal."""


@dataclass(eq=False)
class CannotUndo(MemberError):
    """What the decision did cannot be undone."""


@dataclass(eq=False)
class ReasonInvalid(MemberError):
    """A reason is missing or too long."""

    length: int
    limit: int


@dataclass(eq=False)
class ReportedBefore(MemberError):
    """Moderators know of it already, or have decided it."""


@dataclass(eq=False)
class TooManyReports(MemberError):
    """As many reports of theirs as may wait for moderators already do."""

    limit: int


@dataclass(eq=False)
class EvidenceGone(MemberError):
    """Nothing of it can be heard any more, or never could."""
