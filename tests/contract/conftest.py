"""Every store that must keep the contract: the fake, SQLite and PostgreSQL."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.ports import (
    Atomic,
    ConsentStore,
    FingerprintStore,
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
    SqlFingerprintStore,
    SqlGrantStore,
    SqlKeyValueStore,
    SqlSpeechStore,
    SqlSpendingStore,
    SqlVoiceStore,
)
from tests.fakes.consents import FakeConsentStore
from tests.fakes.fingerprints import FakeFingerprintStore
from tests.fakes.orders import NOON
from tests.fakes.stores import (
    FakeAtomic,
    FakeGrantStore,
    FakeKeyValueStore,
    FakeSpeechStore,
    FakeSpendingStore,
    FakeVoiceStore,
)

KINDS = ["fake", "sqlite", "postgres"]


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
    fingerprints: FingerprintStore


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
        fingerprints=FakeFingerprintStore(),
    )


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str | None:
    """Give the address of a new database, or None where the fakes take its part."""
    if request.param == "postgres":
        url: str = request.getfixturevalue("postgres")
        return url
    return None if request.param == "fake" else f"sqlite+aiosqlite:///{tmp_path / 'myna.sqlite'}"


@pytest.fixture
async def stores(database_url: str | None) -> AsyncIterator[Stores]:
    """Give all stores of one kind; for them it is always noon."""
    if database_url is None:
        yield _fakes()
        return
    async with Database(database_url) as database:
        yield Stores(
            voices=SqlVoiceStore(database),
            key_values=SqlKeyValueStore(database),
            grants=SqlGrantStore(database),
            speeches=SqlSpeechStore(database, now=lambda: NOON),
            spending=SqlSpendingStore(database),
            atomic=SqlAtomic(database),
            consents=SqlConsentStore(database),
            fingerprints=SqlFingerprintStore(database),
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
def fingerprints(stores: Stores) -> FingerprintStore:
    """Give a store of fingerprints."""
    return stores.fingerprints


@pytest.fixture
def speeches(stores: Stores) -> SpeechStore:
    """Give a store of speeches."""
    return stores.speeches


@pytest.fixture
def spending(stores: Stores) -> SpendingStore:
    """Give a store of what is spent."""
    return stores.spending
