"""What servers set, and which of them Myna was removed from."""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, Final

import sqlalchemy as sa

from bot.domain.people import ServerId
from bot.domain.servers import ServerSettings
from bot.store.database import Database
from bot.store.schema_trust import servers
from bot.unbroken import unbroken

FRESH_SECONDS: Final = 1.0
"""How old settings may be: every order asks for them several times, and in a rush each question
waits for those of all others. What another machine sets counts that much later here."""

_REMEMBERED_MOST: Final = 1000


class SqlServerStore:
    """Fills the `ServerStore` port; each method is one transaction, or part of the caller's."""

    def __init__(
        self, database: Database, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._database = database
        self._monotonic = monotonic
        self._read: dict[ServerId, tuple[float, ServerSettings]] = {}
        self._asked: dict[ServerId, asyncio.Task[ServerSettings]] = {}

    async def settings(self, server: ServerId) -> ServerSettings:
        """Return what is set there, or was a moment ago; all defaults where nothing is."""
        now = self._monotonic()
        read_at, settings = self._read.get(server, (now - FRESH_SECONDS, ServerSettings()))
        if now - read_at < FRESH_SECONDS:
            return settings
        if self._database.is_joined:  # whoever asked before may wait for this transaction
            return await self._look(server)
        asked = self._asked.get(server)
        if asked is None:  # all others of a rush share the answer
            asked = asyncio.get_running_loop().create_task(self._look(server))
            self._asked[server] = asked
            asked.add_done_callback(partial(self._answered, server))
        return await asyncio.shield(asked)

    def _answered(self, server: ServerId, asked: asyncio.Task[ServerSettings]) -> None:
        if self._asked.get(server) is asked:
            del self._asked[server]
        if not asked.cancelled():
            asked.exception()  # whoever asked may be gone, and then nobody else looks at it

    async def _look(self, server: ServerId) -> ServerSettings:
        before = self._read.get(server)
        settings = await self._settings(server)
        if self._read.get(server) is before:  # else it was set meanwhile, and this is what was
            self._remember(server, settings)
        return settings

    def _remember(self, server: ServerId, settings: ServerSettings) -> None:
        if len(self._read) >= _REMEMBERED_MOST:
            self._read.clear()
        self._read[server] = self._monotonic(), settings

    @unbroken
    async def _settings(self, server: ServerId) -> ServerSettings:
        select = sa.select(servers.c.settings).where(servers.c.server == server)
        async with self._database.begin() as connection:
            stored = await connection.scalar(select)
        return ServerSettings.from_json(stored or {})

    async def save(self, server: ServerId, settings: ServerSettings) -> None:
        """Keep what is set there."""
        await self._keep(server, {"settings": settings.to_json()})
        self._forget(server)
        self._remember(server, settings)

    async def note(self, server: ServerId) -> None:
        """Note that Myna is on the server, also where it was gone before.

        Who is about to change what is set writes this first, and then reads what is set by now.
        """
        await self._keep(server, {"gone_at": None})
        self._forget(server)

    def _forget(self, server: ServerId) -> None:
        self._read.pop(server, None)
        self._asked.pop(server, None)

    async def note_gone(self, server: ServerId, at: datetime) -> None:
        """Note since when Myna is no longer on the server; the first moment counts."""
        await self._keep(server, {})
        await self._run(
            sa.update(servers)
            .where(servers.c.server == server, servers.c.gone_at.is_(None))
            .values(gone_at=at)
            .returning(servers.c.server)
        )

    async def known(self) -> list[ServerId]:
        """Return the servers that Myna is on, as far as it noted."""
        return await self._run(sa.select(servers.c.server).where(servers.c.gone_at.is_(None)))

    async def gone(self, before: datetime) -> list[ServerId]:
        """Return the servers that it has been gone from since before then."""
        return await self._run(sa.select(servers.c.server).where(servers.c.gone_at <= before))

    async def tell_once(self, server: ServerId, at: datetime) -> bool:
        """Note that its owner is told that cases can be shown to nobody; False if they were."""
        await self._keep(server, {})
        told = await self._run(
            sa.update(servers)
            .where(servers.c.server == server, servers.c.told_at.is_(None))
            .values(told_at=at)
            .returning(servers.c.server)
        )
        return bool(told)

    async def tell_anew(self, server: ServerId) -> None:
        """Let its owner be told once more, since cases could be shown again meanwhile."""
        await self._keep(server, {"told_at": None})

    @unbroken
    async def _keep(self, server: ServerId, values: dict[str, Any]) -> None:
        insert = self._database.insert(servers).values({"server": server, "settings": {}} | values)
        key = ["server"]
        async with self._database.begin() as connection:
            if values:
                await connection.execute(
                    insert.on_conflict_do_update(index_elements=key, set_=values)
                )
            else:
                await connection.execute(insert.on_conflict_do_nothing(index_elements=key))

    @unbroken
    async def _run(self, statement: sa.Executable) -> list[ServerId]:
        async with self._database.begin() as connection:
            return [ServerId(row[0]) for row in await connection.execute(statement)]
