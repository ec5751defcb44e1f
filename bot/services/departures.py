"""What becomes of the voices of somebody who left a server or was banned from it.

Discord tells members' comings and goings only to bots with a privilege that Myna does without. So
it asks about everybody whom it concerns, once a day, a few at a time.
"""

import asyncio
import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.domain.audit import Act, AuditEntry
from bot.domain.errors import FaceDown
from bot.domain.people import MYNA, PersonId, ServerId
from bot.domain.servers import OnLeave
from bot.domain.voices import VoiceKey
from bot.ports import (
    AuditLog,
    Clock,
    Jobs,
    KeyValueStore,
    Membership,
    ServerData,
    ServerStore,
)

ROUND_EVERY: Final = timedelta(days=1)
AT_ONCE: Final = 100
"""People that one run asks about: with a run each quarter of an hour, 9600 a day."""

SERVERS_AT_ONCE: Final = 500
"""Servers that one run looks at, most of which have nobody to ask about."""

_FACT: Final = "departures"


@dataclass(frozen=True, slots=True)
class _Round:
    """How far a round has come: everybody up to `person` on `server` was asked about."""

    began: str
    server: str = ""
    person: str = ""
    is_over: bool = False


class Departures:
    """Finds who left; a job of its own does to each what the server has set."""

    def __init__(
        self,
        *,
        servers: ServerStore,
        data: ServerData,
        membership: Membership,
        facts: KeyValueStore,
        jobs: Jobs,
        now: Clock,
    ) -> None:
        self._servers = servers
        self._data = data
        self._membership = membership
        self._facts = facts
        self._jobs = jobs
        self._now = now
        self._one_at_a_time = asyncio.Lock()

    async def left(self, server: ServerId, person: PersonId) -> None:
        """Have done what the server has set, for somebody of whom the face told that they left."""
        if (await self._servers.settings(server)).on_leave is not OnLeave.KEEP:
            await self._jobs.depart(server, person)

    async def sweep(self) -> int:
        """Go on with today's round; return how many have left, as far as it came."""
        async with self._one_at_a_time:
            at = await self._round()
            if at.is_over:
                return 0
            servers = [one for one in sorted(await self._servers.known()) if one >= at.server]
            asked = found = 0
            for server in servers[:SERVERS_AT_ONCE]:
                after = PersonId(at.person) if server == at.server else None
                for person in await self._whom(server, after, AT_ONCE - asked):
                    try:
                        is_member = await self._membership.is_member(server, person)
                    except FaceDown:
                        return found
                    asked += 1
                    if is_member is False:
                        await self._jobs.depart(server, person)
                        found += 1
                    at = await self._keep(_Round(at.began, server, person))
                if asked >= AT_ONCE:
                    return found
            is_over = len(servers) <= SERVERS_AT_ONCE
            last = at.server if is_over else servers[SERVERS_AT_ONCE]
            await self._keep(_Round(at.began, last, is_over=is_over))
            return found

    async def _whom(self, server: ServerId, after: PersonId | None, most: int) -> list[PersonId]:
        on_leave = (await self._servers.settings(server)).on_leave
        if on_leave is OnLeave.KEEP:
            return []
        cloned = on_leave is OnLeave.DELETE
        return await self._data.owners(server, cloned=cloned, after=after, limit=most)

    async def _round(self) -> _Round:
        """Return the round that is under way, or the next one if it is time for it."""
        kept = await self._facts.read(_FACT)
        if kept is not None:
            at = _Round(**json.loads(kept))
            is_due = self._now() >= datetime.fromisoformat(at.began) + ROUND_EVERY
            if not (at.is_over and is_due):
                return at
        return _Round(self._now().isoformat())

    async def _keep(self, at: _Round) -> _Round:
        await self._facts.write(_FACT, json.dumps(asdict(at)))
        return at


class Depart:
    """Does to one who left what the server has set."""

    def __init__(
        self,
        *,
        servers: ServerStore,
        data: ServerData,
        audit: AuditLog,
        now: Clock,
    ) -> None:
        self._servers = servers
        self._data = data
        self._audit = audit
        self._now = now

    async def carry_out(self, server: ServerId, person: PersonId) -> list[VoiceKey]:
        """Take back what they shared there; return the voices to delete. In one transaction.

        Repeating it finds nothing more to take back, and writes nothing more to the audit log.
        """
        on_leave = (await self._servers.settings(server)).on_leave
        if on_leave is OnLeave.KEEP:
            return []
        undone = await self._data.unshare(server, person)
        doomed = await self._data.cloned(server, person) if on_leave is OnLeave.DELETE else []
        counts = {
            "shares taken back": undone.grants,
            "permissions taken back": undone.permissions,
            "voices to delete": len(doomed),
        }
        detail = ", ".join(f"{what}: {number}" for what, number in counts.items() if number)
        if detail:
            at = self._now()
            await self._audit.write(AuditEntry(at, server, MYNA, Act.LEFT, person, detail))
        return doomed
