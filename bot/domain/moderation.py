"""What was flagged, reported or caught, and the case that moderators decide of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Final, NewType

from bot.domain.people import Address, PersonId, ServerId

CaseKey = NewType("CaseKey", str)
"""Myna's own name for a case; made from what it is about, so that it is opened once."""

TAKEN_FOR: Final = timedelta(hours=1)
"""How long a case stays with the moderator who took it."""

APPEAL_WITHIN: Final = timedelta(hours=72)
"""How long somebody may appeal; a voice that was locked lives as long, well below the 168 hours
after which the provider deletes an unused one."""

REMINDERS_MOST: Final = 3
"""Reminders of one case: who has not looked by then will not be moved by a fourth."""

REASON_LIMIT: Final = 500
"""Characters of a reason, a report or an appeal: they fit into a message with all else."""


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


class Origin(StrEnum):
    """Why there is a case."""

    FLAGGED = "flagged"  # the provider made a voice, and flagged it
    REFUSED = "refused"  # the provider refused the content: nothing was made
    REPORTED = "reported"  # somebody reported what was posted
    WORDS = "words"  # the server's word rules caught the text


class About(StrEnum):
    """What a case is about."""

    VOICE = "voice"
    SPEECH = "speech"
    TEXT = "text"  # it was neither cloned nor spoken


class CaseState(StrEnum):
    """Where a case stands. Only what is pending can be decided."""

    OPEN = "open"
    LOCKED = "locked"  # rejected by Myna itself, for a severe violation; may be overturned
    APPEALED = "appealed"
    APPROVED = "approved"
    REJECTED = "rejected"
    BANNED = "banned"  # rejected, and who asked for it is banned


PENDING: Final = frozenset({CaseState.OPEN, CaseState.LOCKED, CaseState.APPEALED})


class Decision(StrEnum):
    """What a moderator decides."""

    APPROVE = "approve"
    REJECT = "reject"
    BAN = "ban"


@dataclass(frozen=True, slots=True)
class Case:
    """Something that waits for a moderator, or was decided.

    Attributes:
        subject: the key of the voice or speech it is about; of a text that of its order.
        person: who asked for what it is about.
        owner: whose voice it is; None for a stock voice, or where no voice was chosen.
        server: where it happened, and who decides; None in a direct message: the operators.
        text: what was said, or was to be.
        address: where the card of it stands.
        reporter, report: who reported it, and what they say of it.
        taken_by, taken_at: the moderator who looks at it.
        decided_by, decided_at, reason: the last decision; `MYNA` decided what is locked.
        banned_until: the end of a ban; None where there is none, or it has no end.
        appeal, appealed_at: what who asked for it says against the decision.
        overruled: who decided before the appeal: somebody else decides after it.
        reminders, reminded_at: how often, and when last, moderators were reminded.
        notice: where it is shown to moderators; None while nobody could be shown it.
        version: counts its changes, so that of two at once only one is kept.
    """

    key: CaseKey
    origin: Origin
    about: About
    subject: str
    person: PersonId
    kind: FlagKind
    text: str
    opened_at: datetime
    owner: PersonId | None = None
    server: ServerId | None = None
    label: str = ""
    address: Address | None = None
    trace_id: str | None = None
    reporter: PersonId | None = None
    report: str | None = None
    state: CaseState = CaseState.OPEN
    taken_by: PersonId | None = None
    taken_at: datetime | None = None
    decided_by: PersonId | None = None
    decided_at: datetime | None = None
    reason: str | None = None
    banned_until: datetime | None = None
    appeal: str | None = None
    appealed_at: datetime | None = None
    overruled: PersonId | None = None
    reminders: int = 0
    reminded_at: datetime | None = None
    notice: Address | None = None
    version: int = 0

    @property
    def is_pending(self) -> bool:
        """Say whether it can be decided."""
        return self.state in PENDING

    def holder(self, now: datetime) -> PersonId | None:
        """Return the moderator who has taken it, while nobody else may decide."""
        if self.taken_at is None or now >= self.taken_at + TAKEN_FOR:
            return None
        return self.taken_by


@dataclass(frozen=True, slots=True)
class CaseReport:
    """A case with what a moderator wants to know beside it.

    Attributes:
        earlier: the newest other cases of who asked for it, on the same server.
        evidence: names of what can be heard of it.
    """

    case: Case
    earlier: tuple[Case, ...] = ()
    evidence: tuple[str, ...] = ()


class Nudge(StrEnum):
    """Why moderators are called to a case that is shown to them already."""

    WAITING = "waiting"
    APPEALED = "appealed"


def case_key(origin: Origin, subject: str) -> CaseKey:
    """Return the key of the case of that origin about `subject`."""
    return CaseKey(f"{origin.value}-{subject}")


DIRECT: Final = ServerId("direct")
"""Where a ban holds that was given for what somebody did in a direct message."""

SAMPLE: Final = "sample"
PREVIEW: Final = "preview"
"""What is kept as evidence of a voice; of a speech it is `PREVIEW`, then `PREVIEW 2` and so on."""


@dataclass(frozen=True, slots=True)
class Ban:
    """Somebody may neither clone nor speak on a server; for ever where `until` is None."""

    server: ServerId
    person: PersonId
    by: PersonId
    at: datetime
    until: datetime | None
    reason: str

    def holds_at(self, now: datetime) -> bool:
        """Say whether it has not run out."""
        return self.until is None or now < self.until
