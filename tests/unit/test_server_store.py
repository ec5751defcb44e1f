"""What servers have set is read once a second, and once for all who ask in a rush."""

import asyncio
from pathlib import Path

import sqlalchemy as sa

from bot.domain.people import ServerId
from bot.domain.servers import ServerSettings
from bot.store import Database, SqlAtomic, SqlServerStore
from bot.store.servers import FRESH_SECONDS
from tests.fakes.databases import sqlite_in


async def test_what_another_machine_sets_counts_a_second_later_and_ones_own_at_once(
    tmp_path: Path,
) -> None:
    clock = 10.0
    server, marked = ServerId("discord:1"), ServerSettings(watermark=True)
    async with Database(sqlite_in(tmp_path)) as database:
        here = SqlServerStore(database, monotonic=lambda: clock)
        there = SqlServerStore(database)
        assert await here.settings(server) == ServerSettings()

        await there.save(server, marked)
        assert await here.settings(server) == ServerSettings()
        clock += FRESH_SECONDS
        assert await here.settings(server) == marked
        await here.save(server, ServerSettings())
        assert await here.settings(server) == ServerSettings()
        await there.save(server, marked)
        await here.note(server)  # as before a change, which must not undo that of another machine
        assert await here.settings(server) == marked


async def test_a_rush_asks_once_what_a_server_has_set(tmp_path: Path) -> None:
    server, asked = ServerId("discord:1"), []
    async with Database(sqlite_in(tmp_path)) as database:
        store = SqlServerStore(database)
        await SqlServerStore(database).save(server, ServerSettings(watermark=True))

        @sa.event.listens_for(database.engine.sync_engine, "before_cursor_execute")
        def count(_1: object, _2: object, statement: str, *_: object) -> None:
            asked.append(statement)

        async def inside() -> ServerSettings:
            return await store.settings(server)

        # One of them in a transaction, which waits for nobody who may wait for it.
        rush = [store.settings(server) for _ in range(20)]
        found = await asyncio.gather(*rush, SqlAtomic(database)(inside), store.settings(server))

        assert {one.watermark for one in found} == {True}
        assert sum("FROM servers" in statement for statement in asked) <= 2
