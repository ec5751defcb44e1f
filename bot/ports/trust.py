"""What is remembered for trust: rules of servers, cases, bans, evidence, and who did what."""

from collections.abc import AsyncIterator, Collection
from datetime import datetime
from pathlib import Path
from typing import Protocol

from bot.domain.audit import AuditEntry
from bot.domain.moderation import Ban, Case, CaseKey, CaseState, Origin
from bot.domain.people import Address, PersonId, ServerId
from bot.domain.samples import Bubble
from bot.domain.servers import ServerSettings


class ServerStore(Protocol):
    """Remembers what servers set, and which of them Myna was removed from."""

    async def settings(self, server: ServerId) -> ServerSettings:
        """Return what is set there; all defaults where nothing is."""
        ...

    async def save(self, server: ServerId, settings: ServerSettings) -> None: ...

    async def note(self, server: ServerId) -> None:
        """Note that Myna is on the server, also where it was gone before."""
        ...

    async def note_gone(self, server: ServerId, at: datetime) -> None:
        """Note since when Myna is no longer on the server; the first moment counts."""
        ...

    async def known(self) -> list[ServerId]:
        """Return the servers that Myna is on, as far as it noted."""
        ...

    async def gone(self, before: datetime) -> list[ServerId]:
        """Return the servers that it has been gone from since before then."""
        ...

    async def tell_once(self, server: ServerId, at: datetime) -> bool:
        """Note that its owner is told that cases can be shown to nobody; False if they were."""
        ...

    async def tell_anew(self, server: ServerId) -> None:
        """Let its owner be told once more, since cases could be shown again meanwhile."""
        ...


class CaseStore(Protocol):
    """Remembers cases."""

    async def open(self, case: Case) -> bool:
        """Keep a new case; return False, and change nothing, where there is one of that key."""
        ...

    async def get(self, key: CaseKey) -> Case | None: ...

    async def save(self, case: Case) -> Case:
        """Keep what was changed in a case that was read before; return it as it is kept.

        Raises:
            CaseOver: somebody else changed it in between.
        """
        ...

    async def find(
        self,
        server: ServerId | None,
        *,
        states: Collection[CaseState] = (),
        origin: Origin | None = None,
        person: PersonId | None = None,
        limit: int,
    ) -> list[Case]:
        """Return the newest cases of the server: in one of the states, of one origin and person.

        Without states those in any; a `server` of None is for direct messages.
        """
        ...

    async def about(self, subject: str) -> list[Case]:
        """Return every case about a voice, a speech or a text, oldest first."""
        ...

    async def pending(self, *, quiet_since: datetime) -> list[Case]:
        """Return open and appealed cases that nothing was said of since then, oldest first.

        Something is said when a case is opened or appealed, and when moderators are reminded.
        """
        ...

    async def locked(self, before: datetime) -> list[Case]:
        """Return the cases that were locked before then."""
        ...

    async def unseen(self) -> list[Case]:
        """Return the pending cases that were shown to nobody, oldest first."""
        ...

    async def decided(self, server: ServerId | None, before: datetime) -> list[Case]:
        """Return the cases of the server that were decided before then."""
        ...

    async def decided_since(self, since: datetime) -> list[Case]:
        """Return the cases of all servers that were decided since then, oldest first."""
        ...

    async def note_shown(self, key: CaseKey, at: Address | None) -> None:
        """Note where moderators are shown the case, if anywhere; `save` minds no such change."""
        ...

    async def note_reminded(self, key: CaseKey, number: int, at: datetime) -> None:
        """Note that moderators were reminded so often by now; nor is that."""
        ...

    async def remove(self, key: CaseKey) -> None: ...


class BanStore(Protocol):
    """Remembers who may neither clone nor speak where."""

    async def ban(self, ban: Ban) -> None:
        """Keep the ban, in place of an earlier one."""
        ...

    async def lift(self, server: ServerId, person: PersonId) -> bool:
        """Take the ban back; return whether there was one."""
        ...

    async def find(self, server: ServerId, person: PersonId) -> Ban | None:
        """Return the ban, run out or not, or None."""
        ...


class EvidenceStore(Protocol):
    """Keeps what can be heard of a case, encrypted, until it is decided and a while longer."""

    async def keep(self, subject: str, name: str, bubble: Bubble) -> None:
        """Keep a bubble under the key of a voice or a speech; the first of a name stays."""
        ...

    async def names(self, subject: str) -> list[str]:
        """Return what is kept of the subject, by name."""
        ...

    async def read(self, subject: str, name: str) -> bytes | None:
        """Return what was kept, decrypted in memory alone; None where it is gone."""
        ...

    async def fetch(self, subject: str, name: str, to: Path) -> Bubble | None:
        """Write what was kept to a file, and return it as a bubble; None where it is gone."""
        ...

    async def forget(self, subject: str) -> None:
        """Delete all that is kept of the subject."""
        ...

    async def forget_at(self, subject: str, at: datetime | None) -> None:
        """Set from when on it is to be deleted; None while that is open."""
        ...

    async def tidy(self, now: datetime) -> int:
        """Delete what was to be deleted by now; return how many."""
        ...


class AuditLog(Protocol):
    """Remembers what people with power did. Nothing of it is ever changed."""

    async def write(self, entry: AuditEntry) -> None: ...

    async def newest(
        self, server: ServerId | None, *, limit: int, subject: str | None = None
    ) -> list[AuditEntry]:
        """Return the newest entries of a server, of one subject if given, newest first."""
        ...

    async def latest(self, *, limit: int) -> list[AuditEntry]:
        """Return the newest entries of all servers and of none, newest first."""
        ...

    def entries(self) -> AsyncIterator[AuditEntry]:
        """Return every entry, oldest first, without holding all of them at once."""
        ...
