"""Every store that must keep the contract: the fake, SQLite, and PostgreSQL where there is one."""

import os
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from bot.ports import KeyValueStore, VoiceStore
from bot.store import Database, SqlKeyValueStore, SqlVoiceStore
from tests.fakes.stores import FakeKeyValueStore, FakeVoiceStore

POSTGRES = os.environ.get("MYNA_TEST_POSTGRES")
KINDS = ["fake", "sqlite", *(["postgres"] if POSTGRES else [])]


async def _database_url(kind: str, folder: Path) -> str:
    if kind == "sqlite":
        return f"sqlite+aiosqlite:///{folder / 'myna.sqlite'}"
    assert POSTGRES is not None
    server = create_async_engine(POSTGRES, isolation_level="AUTOCOMMIT")
    name = f"myna_{uuid4().hex}"
    async with server.connect() as connection:
        await connection.execute(sa.text(f"CREATE DATABASE {name}"))
    await server.dispose()
    return sa.make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(params=KINDS)
async def stores(
    request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[tuple[VoiceStore, KeyValueStore]]:
    """Give both stores of one kind."""
    if request.param == "fake":
        yield FakeVoiceStore(), FakeKeyValueStore()
        return
    async with Database(await _database_url(request.param, tmp_path)) as database:
        yield SqlVoiceStore(database), SqlKeyValueStore(database)


@pytest.fixture
def voices(stores: tuple[VoiceStore, KeyValueStore]) -> VoiceStore:
    """Give a store of voices."""
    return stores[0]


@pytest.fixture
def key_values(stores: tuple[VoiceStore, KeyValueStore]) -> KeyValueStore:
    """Give a store of small facts."""
    return stores[1]
