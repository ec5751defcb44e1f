"""The log of what people with power did: who, what, when, why. Entries are only ever added."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.people import PersonId, ServerId


class Act(StrEnum):
    """What was done, by a stable name; the words for it are in `wording`."""

    OPENED = "case opened"
    LOCKED = "case locked"
    TAKEN = "case taken"
    GIVEN_BACK = "case given back"
    HEARD = "evidence heard"
    APPROVED = "case approved"
    REJECTED = "case rejected"
    BANNED = "person banned"
    UNBANNED = "ban lifted"
    APPEALED = "case appealed"
    UNDONE = "decision undone"
    REMINDED = "moderators reminded"
    SET = "setting changed"
    ERASED = "data erased"
    LEFT = "member left"
    REMOVED = "server data deleted"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One thing that was done.

    Attributes:
        actor: who did it; `MYNA` where nobody pressed anything.
        subject: what it was done to: the key of a case, the name of a setting, a person.
        detail: what changed, in few words; never a text that somebody wrote to be spoken.
        reason: why, in the words of who did it.
    """

    at: datetime
    server: ServerId | None
    actor: PersonId
    act: Act
    subject: str
    detail: str = ""
    reason: str = ""
