"""What is kept, and what is outside: the two halves that everything is wired between."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.ports import (
    AudioPrep,
    CaseBoard,
    Clock,
    Membership,
    NoteSource,
    Notifier,
    OperatorAlerts,
    SpeechApi,
    VoiceIds,
)
from bot.settings import Settings
from bot.store import (
    Database,
    FileSpeechCache,
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
    SqlPersonalRecords,
    SqlRetention,
    SqlServerData,
    SqlServerStore,
    SqlSpeechStore,
    SqlSpendingStore,
    SqlVoiceStore,
    load_key,
)

_MEGABYTE: Final = 1_000_000


class Stores:
    """Everything that is kept, on one database and in one folder."""

    def __init__(self, database: Database, settings: Settings, now: Clock) -> None:
        self.facts = SqlKeyValueStore(database)
        self.voices = SqlVoiceStore(database)
        self.grants = SqlGrantStore(database)
        self.speeches = SqlSpeechStore(database, now)
        self.spending = SqlSpendingStore(database)
        self.consents = SqlConsentStore(database)
        self.fingerprints = SqlFingerprintStore(database)
        self.servers = SqlServerStore(database)
        self.cases = SqlCaseStore(database)
        self.bans = SqlBanStore(database)
        self.evidence = SqlEvidenceStore(
            database, settings.evidence_keys or [load_key(settings.myna_data_dir)]
        )
        self.audit = SqlAuditLog(database)
        self.personal = SqlPersonalRecords(database)
        self.erasures = SqlErasureStore(database)
        self.retention = SqlRetention(database)
        self.server_data = SqlServerData(database)
        self.atomic = SqlAtomic(database)
        self.cache = FileSpeechCache(
            settings.myna_data_dir / "cache",
            keep_for=timedelta(hours=settings.myna_cache_hours),
            at_most_bytes=settings.myna_cache_mb * _MEGABYTE,
            now=now,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What is outside: the provider, the chat, the audio worker, the operator, the time."""

    speech: SpeechApi
    audio: AudioPrep
    notes: NoteSource
    notifier: Notifier
    membership: Membership
    board: CaseBoard
    alerts: OperatorAlerts
    voice_ids: VoiceIds
    now: Clock
