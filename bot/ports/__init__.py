"""Every seam of Myna, by what stands behind it.

Services and workflows are written against these; `bot.minimax`, `bot.store`, `bot.audio`,
`bot.jobs` and the faces fill them; only `bot.wiring` and `bot.app` know which is which.
"""

from bot.ports.audio import AudioPrep
from bot.ports.consents import ConsentStore
from bot.ports.faces import CaseBoard, Membership, NoteSource, Notifier, OperatorAlerts
from bot.ports.fingerprints import FingerprintStore
from bot.ports.privacy import ErasureStore, PersonalRecords
from bot.ports.provider import (
    CloneAnswer,
    CloneCall,
    RecordingTask,
    SpeechAnswer,
    SpeechApi,
    SpeechCall,
    SpeechFormat,
)
from bot.ports.retention import RetentionStore, ServerData, Unshared
from bot.ports.speaking import SpeechCache, SpeechStore, SpendingStore
from bot.ports.trust import AuditLog, BanStore, CaseStore, EvidenceStore, ServerStore
from bot.ports.voices import GrantStore, VoiceStore
from bot.ports.work import Atomic, Clock, Jobs, KeyValueStore, Sleep, VoiceIds

__all__ = [
    "Atomic",
    "AudioPrep",
    "AuditLog",
    "BanStore",
    "CaseBoard",
    "CaseStore",
    "Clock",
    "CloneAnswer",
    "CloneCall",
    "ConsentStore",
    "ErasureStore",
    "EvidenceStore",
    "FingerprintStore",
    "GrantStore",
    "Jobs",
    "KeyValueStore",
    "Membership",
    "NoteSource",
    "Notifier",
    "OperatorAlerts",
    "PersonalRecords",
    "RecordingTask",
    "RetentionStore",
    "ServerData",
    "ServerStore",
    "Sleep",
    "SpeechAnswer",
    "SpeechApi",
    "SpeechCache",
    "SpeechCall",
    "SpeechFormat",
    "SpeechStore",
    "SpendingStore",
    "Unshared",
    "VoiceIds",
    "VoiceStore",
]
