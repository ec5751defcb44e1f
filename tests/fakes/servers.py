"""Who is on which server, and nothing kept of any, for tests that are about something else."""

from collections.abc import Collection
from datetime import datetime, timedelta

from bot.domain.errors import FaceDown
from bot.domain.people import PersonId, RoleId, ServerId
from bot.domain.sharing import Scope
from bot.domain.voices import VoiceKey
from bot.ports import Clock, Jobs, SpeechCache, SpeechStore, Unshared, VoiceStore
from bot.services.departures import Departures
from bot.services.presence import Presence
from bot.services.retention import Periods, Retention
from tests.fakes.stores import FakeAtomic, FakeKeyValueStore
from tests.fakes.trust import FakeAuditLog, FakeCaseStore, FakeEvidenceStore, FakeServerStore

MONTH = timedelta(days=30)


class FakeMembership:
    """Fills the `Membership` port: everybody is there, but for whom a test says otherwise."""

    def __init__(self) -> None:
        self.gone: set[tuple[ServerId, PersonId]] = set()
        self.hidden: set[ServerId] = set()
        self.asked: list[tuple[ServerId, PersonId]] = []
        self.is_down_at: int | None = None

    async def is_member(self, server: ServerId, person: PersonId) -> bool | None:
        if self.is_down_at is not None and len(self.asked) >= self.is_down_at:
            raise FaceDown(reason="down")
        self.asked.append((server, person))
        return None if server in self.hidden else (server, person) not in self.gone


class FakeServerData:
    """Fills the `ServerData` port, with whom a test puts on a server, and nothing kept there."""

    def __init__(self) -> None:
        self.sharing: dict[ServerId, list[PersonId]] = {}
        self.only_cloned: dict[ServerId, list[PersonId]] = {}

    async def owners(
        self,
        server: ServerId,
        *,
        cloned: bool,
        after: PersonId | None = None,
        limit: int,
    ) -> list[PersonId]:
        found = {*self.sharing.get(server, ())}
        if cloned:
            found |= {*self.only_cloned.get(server, ())}
        return sorted(person for person in found if person > (after or ""))[:limit]

    async def cloned(self, server: ServerId, owner: PersonId) -> list[VoiceKey]:
        return []

    async def unshare(self, server: ServerId, owner: PersonId) -> Unshared:
        return Unshared(0, 0)

    async def unplaced(self) -> set[Scope]:
        return set()

    async def place(self, server: ServerId, roles: Collection[RoleId]) -> None: ...

    async def delete(self, server: ServerId, gone_before: datetime) -> bool:
        return False


class NothingOver:
    """Fills the `RetentionStore` port where nothing is over yet."""

    async def drop_requests(self, before: datetime) -> int:
        return 0

    async def blank_orders(self, before: datetime) -> int:
        return 0

    async def drop_grants(self, now: datetime) -> int:
        return 0

    async def drop_bans(self, now: datetime) -> int:
        return 0

    async def drop_audit(self, before: datetime) -> int:
        return 0

    async def drop_counters(self, before: datetime) -> int:
        return 0

    async def drop_erasures(self, closed: datetime, untold: datetime) -> int:
        return 0

    async def servers_of_decided(self) -> list[ServerId | None]:
        return []


def a_presence(now: Clock) -> Presence:
    """Return one that knows no server yet."""
    return Presence(
        servers=FakeServerStore(),
        data=FakeServerData(),
        audit=FakeAuditLog(),
        atomic=FakeAtomic(),
        keep_for=MONTH,
        now=now,
    )


def nobody_leaves(jobs: Jobs, now: Clock) -> Departures:
    """Return departures of which there are none."""
    return Departures(
        servers=FakeServerStore(),
        data=FakeServerData(),
        membership=FakeMembership(),
        facts=FakeKeyValueStore(),
        jobs=jobs,
        now=now,
    )


def keeping_all(
    voices: VoiceStore, speeches: SpeechStore, cache: SpeechCache, now: Clock
) -> Retention:
    """Return a retention that finds little to delete."""
    return Retention(
        store=NothingOver(),
        servers=FakeServerStore(),
        cases=FakeCaseStore(),
        evidence=FakeEvidenceStore(),
        speeches=speeches,
        voices=voices,
        cache=cache,
        periods=Periods(texts=MONTH, requests=MONTH, audit=MONTH),
        now=now,
    )
