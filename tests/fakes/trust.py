"""Rules, cases, bans, evidence and the audit log in memory; the contract tests hold for them."""

from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from bot.domain.audit import AuditEntry
from bot.domain.errors import CaseOver
from bot.domain.moderation import PENDING, Ban, Case, CaseKey, CaseState, Origin
from bot.domain.people import Address, PersonId, ServerId
from bot.domain.samples import Bubble
from bot.domain.servers import ServerSettings

_UNDECIDED = {CaseState.OPEN, CaseState.APPEALED}


@dataclass
class Server:
    """What is kept of one server."""

    settings: ServerSettings = field(default_factory=ServerSettings)
    gone_at: datetime | None = None
    told_at: datetime | None = None


class FakeServerStore:
    """Fills the `ServerStore` port."""

    def __init__(self) -> None:
        self.kept: dict[ServerId, Server] = {}

    async def settings(self, server: ServerId) -> ServerSettings:
        return self.kept[server].settings if server in self.kept else ServerSettings()

    async def save(self, server: ServerId, settings: ServerSettings) -> None:
        self._of(server).settings = settings

    async def note(self, server: ServerId) -> None:
        self._of(server).gone_at = None

    async def note_gone(self, server: ServerId, at: datetime) -> None:
        self._of(server).gone_at = self._of(server).gone_at or at

    async def known(self) -> list[ServerId]:
        return [name for name, one in self.kept.items() if one.gone_at is None]

    async def gone(self, before: datetime) -> list[ServerId]:
        return [n for n, one in self.kept.items() if one.gone_at and one.gone_at <= before]

    async def tell_once(self, server: ServerId, at: datetime) -> bool:
        if self._of(server).told_at is not None:
            return False
        self._of(server).told_at = at
        return True

    async def tell_anew(self, server: ServerId) -> None:
        self._of(server).told_at = None

    def _of(self, server: ServerId) -> Server:
        return self.kept.setdefault(server, Server())


class FakeCaseStore:
    """Fills the `CaseStore` port."""

    def __init__(self) -> None:
        self.kept: dict[CaseKey, Case] = {}

    async def open(self, case: Case) -> bool:
        return self.kept.setdefault(case.key, case) is case

    async def get(self, key: CaseKey) -> Case | None:
        return self.kept.get(key)

    async def save(self, case: Case) -> Case:
        before = self.kept.get(case.key)
        if before is None or before.version != case.version:
            raise CaseOver
        self.kept[case.key] = replace(case, version=case.version + 1, notice=before.notice)
        return self.kept[case.key]

    async def find(
        self,
        server: ServerId | None,
        *,
        states: Collection[CaseState] = (),
        origin: Origin | None = None,
        person: PersonId | None = None,
        limit: int,
    ) -> list[Case]:
        found = [
            case
            for case in self._oldest_first()
            if case.server == server
            and (not states or case.state in states)
            and origin in {None, case.origin}
            and person in {None, case.person}
        ]
        return found[::-1][:limit]

    async def about(self, subject: str) -> list[Case]:
        return [case for case in self._oldest_first() if case.subject == subject]

    async def pending(self, *, quiet_since: datetime) -> list[Case]:
        return [
            case
            for case in self._oldest_first()
            if case.state in _UNDECIDED
            and (case.reminded_at or case.appealed_at or case.opened_at) <= quiet_since
        ]

    async def locked(self, before: datetime) -> list[Case]:
        return [
            case
            for case in self._oldest_first()
            if case.state is CaseState.LOCKED and case.decided_at and case.decided_at <= before
        ]

    async def unseen(self) -> list[Case]:
        found = self._oldest_first()
        return [case for case in found if case.state in PENDING and case.notice is None]

    async def decided(self, server: ServerId | None, before: datetime) -> list[Case]:
        return [
            case
            for case in self._oldest_first()
            if case.server == server
            and case.state not in PENDING
            and case.decided_at
            and case.decided_at <= before
        ]

    async def decided_since(self, since: datetime) -> list[Case]:
        return [
            case
            for case in self._oldest_first()
            if case.state not in PENDING and case.decided_at and case.decided_at >= since
        ]

    async def note_shown(self, key: CaseKey, at: Address | None) -> None:
        if key in self.kept:
            self.kept[key] = replace(self.kept[key], notice=at)

    async def note_reminded(self, key: CaseKey, number: int, at: datetime) -> None:
        if key in self.kept:
            self.kept[key] = replace(self.kept[key], reminders=number, reminded_at=at)

    async def remove(self, key: CaseKey) -> None:
        self.kept.pop(key, None)

    def _oldest_first(self) -> list[Case]:
        return sorted(self.kept.values(), key=lambda case: (case.opened_at, case.key))


class FakeBanStore:
    """Fills the `BanStore` port."""

    def __init__(self) -> None:
        self.kept: dict[tuple[ServerId, PersonId], Ban] = {}

    async def ban(self, ban: Ban) -> None:
        self.kept[ban.server, ban.person] = ban

    async def lift(self, server: ServerId, person: PersonId) -> bool:
        return self.kept.pop((server, person), None) is not None

    async def find(self, server: ServerId, person: PersonId) -> Ban | None:
        return self.kept.get((server, person))


@dataclass
class Evidence:
    """One bubble that is kept."""

    data: bytes
    bubble: Bubble
    forget_at: datetime | None = None


class FakeEvidenceStore:
    """Fills the `EvidenceStore` port; what it keeps lies open."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], Evidence] = {}

    async def keep(self, subject: str, name: str, bubble: Bubble) -> None:
        self.kept.setdefault((subject, name), Evidence(bubble.path.read_bytes(), bubble))

    async def names(self, subject: str) -> list[str]:
        return sorted(name for of, name in self.kept if of == subject)

    async def read(self, subject: str, name: str) -> bytes | None:
        found = self.kept.get((subject, name))
        return None if found is None else found.data

    async def fetch(self, subject: str, name: str, to: Path) -> Bubble | None:
        found = self.kept.get((subject, name))
        if found is None:
            return None
        to.write_bytes(found.data)
        return replace(found.bubble, path=to)

    async def forget(self, subject: str) -> None:
        self.kept = {key: one for key, one in self.kept.items() if key[0] != subject}

    async def forget_at(self, subject: str, at: datetime | None) -> None:
        for (of, _), one in self.kept.items():
            if of == subject:
                one.forget_at = at

    async def tidy(self, now: datetime) -> int:
        due = [key for key, one in self.kept.items() if one.forget_at and one.forget_at <= now]
        for key in due:
            del self.kept[key]
        return len(due)


class FakeAuditLog:
    """Fills the `AuditLog` port."""

    def __init__(self) -> None:
        self.kept: list[AuditEntry] = []

    async def write(self, entry: AuditEntry) -> None:
        self.kept.append(entry)

    async def newest(
        self, server: ServerId | None, *, limit: int, subject: str | None = None
    ) -> list[AuditEntry]:
        found = [e for e in self.kept if e.server == server and subject in {None, e.subject}]
        return found[::-1][:limit]

    async def latest(self, *, limit: int) -> list[AuditEntry]:
        return self.kept[::-1][:limit]

    async def entries(self) -> AsyncIterator[AuditEntry]:
        for entry in list(self.kept):
            yield entry
