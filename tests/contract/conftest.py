"""Every store that must keep the contract: the fake, SQLite, and PostgreSQL where there is one."""

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from bot.ports import (
    Atomic,
    ConsentStore,
    GrantStore,
    KeyValueStore,
    SpeechStore,
    SpendingStore,
    VoiceStore,
)
from bot.store import (
    Database,
    SqlAtomic,
    SqlConsentStore,
    SqlGrantStore,
    SqlKeyValueStore,
    SqlSpeechStore,
    SqlSpendingStore,
    SqlVoiceStore,
)
from tests.fakes.consents import FakeConsentStore
from tests.fakes.orders import NOON
from tests.fakes.stores import (
    FakeAtomic,
    FakeGrantStore,
    FakeKeyValueStore,
    FakeSpeechStore,
    FakeSpendingStore,
    FakeVoiceStore,
)

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


@dataclass(frozen=True)
class Stores:
    """All stores of one kind, over the same data."""

    voices: VoiceStore
    key_values: KeyValueStore
    grants: GrantStore
    speeches: SpeechStore
    spending: SpendingStore
    atomic: Atomic
    consents: ConsentStore


def _fakes() -> Stores:
    voices = FakeVoiceStore()
    return Stores(
        voices=voices,
        key_values=FakeKeyValueStore(),
        grants=FakeGrantStore(voices),
        speeches=FakeSpeechStore(now=lambda: NOON),
        spending=FakeSpendingStore(),
        atomic=FakeAtomic(),
        consents=FakeConsentStore(voices),
    )


@pytest.fixture(params=KINDS)
async def stores(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Stores]:
    """Give all stores of one kind; for them it is always noon."""
    if request.param == "fake":
        yield _fakes()
        return
    async with Database(await _database_url(request.param, tmp_path)) as database:
        yield Stores(
            voices=SqlVoiceStore(database),
            key_values=SqlKeyValueStore(database),
            grants=SqlGrantStore(database),
            speeches=SqlSpeechStore(database, now=lambda: NOON),
            spending=SqlSpendingStore(database),
            atomic=SqlAtomic(database),
            consents=SqlConsentStore(database),
        )


@pytest.fixture
def voices(stores: Stores) -> VoiceStore:
    """Give a store of voices."""
    return stores.voices


@pytest.fixture
def key_values(stores: Stores) -> KeyValueStore:
    """Give a store of small facts."""
    return stores.key_values


@pytest.fixture
def grants(stores: Stores) -> GrantStore:
    """Give a store of grants, of the voices of `voices`."""
    return stores.grants


@pytest.fixture
def consents(stores: Stores) -> ConsentStore:
    """Give a store of consents, of the voices of `voices`."""
    return stores.consents


@pytest.fixture
def speeches(stores: Stores) -> SpeechStore:
    """Give a store of speeches."""
    return stores.speeches


@pytest.fixture
def spending(stores: Stores) -> SpendingStore:
    """Give a store of what is spent."""
    return stores.spending
