"""Every store that must keep the contract: the fake, SQLite and PostgreSQL."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot.ports import (
    Atomic,
    AuditLog,
    BanStore,
    CaseStore,
    ConsentStore,
    ErasureStore,
    EvidenceStore,
    FingerprintStore,
    GrantStore,
    KeyValueStore,
    ServerStore,
    SpeechStore,
    SpendingStore,
    VoiceStore,
)
from bot.store import (
    Database,
    SqlAtomic,
    SqlAuditLog,
    SqlBanStore,
    SqlCaseStore,
    SqlConsentStore,
    SqlErasureStore,
    SqlEvidenceStore,
    SqlFingerprintStore,
    SqlGrantStore,
    SqlKeyValueStore,
    SqlServerStore,
    SqlSpeechStore,
    SqlSpendingStore,
    SqlVoiceStore,
)
from tests.fakes.consents import FakeConsentStore
from tests.fakes.databases import sqlite_in
from tests.fakes.fingerprints import FakeFingerprintStore
from tests.fakes.orders import NOON
from tests.fakes.privacy import NobodyErased
from tests.fakes.stores import (
    FakeAtomic,
    FakeGrantStore,
    FakeKeyValueStore,
    FakeSpeechStore,
    FakeSpendingStore,
    FakeVoiceStore,
)
from tests.fakes.trust import (
    FakeAuditLog,
    FakeBanStore,
    FakeCaseStore,
    FakeEvidenceStore,
    FakeServerStore,
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
    servers: ServerStore
    cases: CaseStore
    bans: BanStore
    evidence: EvidenceStore
    audit: AuditLog
    erasures: ErasureStore


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
        servers=FakeServerStore(),
        cases=FakeCaseStore(),
        bans=FakeBanStore(),
        evidence=FakeEvidenceStore(),
        audit=FakeAuditLog(),
        erasures=NobodyErased(),
    )


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str | None:
    """Give the address of a new database, or None where the fakes take its part."""
    if request.param == "postgres":
        url: str = request.getfixturevalue("migrated_postgres")
        return url
    return None if request.param == "fake" else sqlite_in(tmp_path)


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
            servers=SqlServerStore(database),
            cases=SqlCaseStore(database),
            bans=SqlBanStore(database),
            evidence=SqlEvidenceStore(database, [Fernet.generate_key().decode()]),
            audit=SqlAuditLog(database),
            erasures=SqlErasureStore(database),
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


@pytest.fixture
def servers(stores: Stores) -> ServerStore:
    """Give the store of what servers set."""
    return stores.servers


@pytest.fixture
def cases(stores: Stores) -> CaseStore:
    """Give the store of cases."""
    return stores.cases


@pytest.fixture
def bans(stores: Stores) -> BanStore:
    """Give the store of bans."""
    return stores.bans


@pytest.fixture
def evidence(stores: Stores) -> EvidenceStore:
    """Give the store of evidence."""
    return stores.evidence


@pytest.fixture
def audit(stores: Stores) -> AuditLog:
    """Give the store of the audit log."""
    return stores.audit


@pytest.fixture
def erasures(stores: Stores) -> ErasureStore:
    """Give the store of erasures."""
    return stores.erasures
