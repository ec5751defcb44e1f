"""Myna's own tables: every row that outlives a restart, and nobody else's business."""

from bot.store.audit import SqlAuditLog
from bot.store.cases import SqlBanStore, SqlCaseStore
from bot.store.consents import SqlConsentStore
from bot.store.database import Database, SqlAtomic, StoreUnusable, ambient
from bot.store.erasures import SqlErasureStore
from bot.store.evidence import SqlEvidenceStore, load_key
from bot.store.fingerprints import SqlFingerprintStore
from bot.store.grants import SqlGrantStore
from bot.store.key_values import SqlKeyValueStore
from bot.store.privacy import SqlPersonalRecords
from bot.store.retention import SqlRetention
from bot.store.server_data import SqlServerData
from bot.store.servers import SqlServerStore
from bot.store.speech_cache import FileSpeechCache
from bot.store.speeches import SqlSpeechStore
from bot.store.spending import SqlSpendingStore
from bot.store.voices import SqlVoiceStore

__all__ = [
    "Database",
    "FileSpeechCache",
    "SqlAtomic",
    "SqlAuditLog",
    "SqlBanStore",
    "SqlCaseStore",
    "SqlConsentStore",
    "SqlErasureStore",
    "SqlEvidenceStore",
    "SqlFingerprintStore",
    "SqlGrantStore",
    "SqlKeyValueStore",
    "SqlPersonalRecords",
    "SqlRetention",
    "SqlServerData",
    "SqlServerStore",
    "SqlSpeechStore",
    "SqlSpendingStore",
    "SqlVoiceStore",
    "StoreUnusable",
    "ambient",
    "load_key",
]
