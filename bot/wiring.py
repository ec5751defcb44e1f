"""Wires the core: which store, which workflow and which use case gets what. `bot.app` opens it."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.domain.money import microdollars
from bot.jobs import (
    CASE_WORKFLOW,
    CLONE_WORKFLOW,
    CLONES,
    CONSENT_WORKFLOW,
    DELETE_WORKFLOW,
    DEPART_WORKFLOW,
    ERASE_WORKFLOW,
    REMOVE_WORKFLOW,
    SPEAK_WORKFLOW,
    SPEECHES,
    WARN_WORKFLOW,
    Billing,
    CaseWorkflow,
    CloneWorkflow,
    ConsentWorkflow,
    DeleteWorkflow,
    DepartWorkflow,
    EraseWorkflow,
    Evidence,
    Limits,
    Provenance,
    Recording,
    RemoveWorkflow,
    Retake,
    SpeakWorkflow,
    SpeechFiles,
    SpeechParts,
    WarnWorkflow,
    Workbench,
    Workflow,
)
from bot.ports import (
    AudioPrep,
    CaseBoard,
    Clock,
    Jobs,
    Membership,
    NoteSource,
    Notifier,
    OperatorAlerts,
    SpeechApi,
    VoiceIds,
)
from bot.services import Services
from bot.services.admission import CloneAdmission, SpeechRules
from bot.services.allowed import BeginAllowed
from bot.services.choosing import ChooseVoice
from bot.services.cloning import CloneVoice
from bot.services.consenting import AskConsent
from bot.services.deleting import DeleteVoice
from bot.services.departures import Depart, Departures
from bot.services.erasing import Erase
from bot.services.house_rules import HouseRules
from bot.services.keeping import KeepVoices
from bot.services.leave import Leave
from bot.services.library import Library
from bot.services.moderating import Desk, Moderate
from bot.services.opening import OpenCase
from bot.services.presence import Presence
from bot.services.privacy import Privacy
from bot.services.recording_again import RecordAgain
from bot.services.reporting import ReportAudio
from bot.services.retention import Periods, Retention
from bot.services.screening import Screening
from bot.services.server_rules import ServerRules
from bot.services.speaking import SpeakText
from bot.services.spending import Usage
from bot.services.spoken_consent import SpeakConsent
from bot.services.stock import StockVoices
from bot.services.succession import Succession
from bot.services.verifying import VerifyAudio
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


def workflows(
    settings: Settings, stores: Stores, world: World, stock: StockVoices
) -> list[Workflow]:
    """Return every workflow, with what it needs."""
    files = SpeechFiles(
        folder=settings.myna_data_dir / "work",
        speech=world.speech,
        audio=world.audio,
        cache=stores.cache,
    )
    billing = Billing(spending=stores.spending, prices=settings.prices, now=world.now)
    parts = SpeechParts(
        choose=_choose(stores, world, stock),
        house=_house(stores, world.now),
        speeches=stores.speeches,
        voices=stores.voices,
        files=files,
        notifier=world.notifier,
        prices=settings.prices,
    )
    speak = SpeakWorkflow(
        parts=parts,
        speeches=stores.speeches,
        voices=stores.voices,
        spending=stores.spending,
        files=files,
        recording=Recording(speech=world.speech, files=files),
        notifier=world.notifier,
        alerts=world.alerts,
        billing=billing,
        provenance=Provenance(fingerprints=stores.fingerprints, now=world.now),
        open_case=_opening(stores, world),
        now=world.now,
    )
    remove = RemoveWorkflow(speeches=stores.speeches, notifier=world.notifier, alerts=world.alerts)
    warn = WarnWorkflow(
        voices=stores.voices,
        notifier=world.notifier,
        alerts=world.alerts,
        prices=settings.prices,
        now=world.now,
    )
    return [
        Workflow(CASE_WORKFLOW, _cases(settings, stores, world), None),
        Workflow(CONSENT_WORKFLOW, _consent(settings, stores, world), None),
        Workflow(CLONE_WORKFLOW, _clone(settings, stores, world, billing), CLONES),
        Workflow(SPEAK_WORKFLOW, speak, SPEECHES),
        Workflow(DELETE_WORKFLOW, _delete(stores, world), None),
        Workflow(DEPART_WORKFLOW, _depart(stores, world), None),
        Workflow(ERASE_WORKFLOW, _erase(stores, world), None),
        Workflow(REMOVE_WORKFLOW, remove, None),
        Workflow(WARN_WORKFLOW, warn, None),
    ]


def _choose(stores: Stores, world: World, stock: StockVoices) -> ChooseVoice:
    return ChooseVoice(voices=stores.voices, grants=stores.grants, stock=stock, now=world.now)


def lanes(settings: Settings) -> dict[str, Limits]:
    """Return how many clones and speeches run side by side."""
    return {
        CLONES: Limits(settings.myna_clones_at_once, settings.myna_clones_per_person),
        SPEECHES: Limits(settings.myna_speeches_at_once, settings.myna_speeches_per_person),
    }


def services(
    settings: Settings, stores: Stores, world: World, jobs: Jobs, stock: StockVoices
) -> Services:
    """Return every use case, with what it needs."""
    choose, rules_here = _choose(stores, world, stock), _house(stores, world.now)
    return Services(
        clone_voice=CloneVoice(
            voices=stores.voices,
            jobs=jobs,
            voice_ids=world.voice_ids,
            now=world.now,
            under_way_limit=settings.myna_clones_per_person,
            spending=stores.spending,
            atomic=stores.atomic,
            leave=Leave(stores.consents, _house(stores, world.now)),
            screening=_screening(stores, world, jobs),
            admission=_admission(settings, stores, world.now),
            quote_above=microdollars(settings.myna_quote_above_usd),
        ),
        ask_consent=_asking(settings, stores, world, jobs),
        speak_consent=_speaking(settings, stores, world, jobs),
        keep_voices=KeepVoices(voices=stores.voices, jobs=jobs, now=world.now),
        delete_voice=DeleteVoice(voices=stores.voices, jobs=jobs),
        speak_text=SpeakText(
            choose=choose,
            house=rules_here,
            screening=_screening(stores, world, jobs),
            speeches=stores.speeches,
            spending=stores.spending,
            cache=stores.cache,
            atomic=stores.atomic,
            jobs=jobs,
            rules=_rules(settings),
            now=world.now,
        ),
        choose_voice=choose,
        library=Library(
            voices=stores.voices,
            grants=stores.grants,
            speeches=stores.speeches,
            atomic=stores.atomic,
            choose=choose,
            house=rules_here,
            now=world.now,
        ),
        verify_audio=VerifyAudio(fingerprints=stores.fingerprints, notes=world.notes),
        presence=Presence(
            servers=stores.servers,
            data=stores.server_data,
            audit=stores.audit,
            atomic=stores.atomic,
            keep_for=timedelta(days=settings.myna_keep_server_days),
            now=world.now,
        ),
        departures=Departures(
            servers=stores.servers,
            data=stores.server_data,
            membership=world.membership,
            facts=stores.facts,
            jobs=jobs,
            now=world.now,
        ),
        retention=retention(settings, stores, world.now),
        house_rules=rules_here,
        server_rules=ServerRules(
            servers=stores.servers,
            cases=stores.cases,
            audit=stores.audit,
            atomic=stores.atomic,
            jobs=jobs,
            now=world.now,
        ),
        usage=Usage(
            spending=stores.spending,
            house=rules_here,
            budgets=settings.budgets,
            now=world.now,
        ),
        moderate=Moderate(
            desk=Desk(
                cases=stores.cases,
                bans=stores.bans,
                voices=stores.voices,
                evidence=stores.evidence,
                audit=stores.audit,
            ),
            rules=rules_here,
            succession=Succession(voices=stores.voices, grants=stores.grants),
            atomic=stores.atomic,
            jobs=jobs,
            now=world.now,
        ),
        privacy=Privacy(
            records=stores.personal, erasures=stores.erasures, jobs=jobs, now=world.now
        ),
        report_audio=ReportAudio(
            voices=stores.voices,
            speeches=stores.speeches,
            cases=stores.cases,
            open_case=_opening(stores, world),
            atomic=stores.atomic,
            jobs=jobs,
            now=world.now,
        ),
    )


def _rules(settings: Settings) -> SpeechRules:
    return SpeechRules(
        prices=settings.prices,
        budgets=settings.budgets,
        quote_above=microdollars(settings.myna_quote_above_usd),
        characters=settings.myna_speech_characters,
        at_once=settings.myna_speeches_per_person,
        per_minute=settings.myna_speeches_per_minute,
    )


def _admission(settings: Settings, stores: Stores, now: Clock) -> CloneAdmission:
    return CloneAdmission(
        spending=stores.spending,
        house=_house(stores, now),
        prices=settings.prices,
        budgets=settings.budgets,
        now=now,
    )


def _asking(settings: Settings, stores: Stores, world: World, jobs: Jobs) -> AskConsent:
    return AskConsent(
        consents=stores.consents,
        voices=stores.voices,
        voice_ids=world.voice_ids,
        atomic=stores.atomic,
        jobs=jobs,
        leave=Leave(stores.consents, _house(stores, world.now)),
        screening=_screening(stores, world, jobs),
        admission=_admission(settings, stores, world.now),
        spoken=_speaking(settings, stores, world, jobs),
        now=world.now,
    )


def _speaking(settings: Settings, stores: Stores, world: World, jobs: Jobs) -> SpeakConsent:
    return SpeakConsent(
        consents=stores.consents,
        voice_ids=world.voice_ids,
        house=_house(stores, world.now),
        screening=_screening(stores, world, jobs),
        atomic=stores.atomic,
        jobs=jobs,
        leave=Leave(stores.consents, _house(stores, world.now)),
        admission=_admission(settings, stores, world.now),
        now=world.now,
        chance=secrets.SystemRandom(),
    )


def _consent(settings: Settings, stores: Stores, world: World) -> ConsentWorkflow:
    begin = BeginAllowed(
        voices=stores.voices,
        consents=stores.consents,
        grants=stores.grants,
        atomic=stores.atomic,
        leave=Leave(stores.consents, _house(stores, world.now)),
        admission=_admission(settings, stores, world.now),
        now=world.now,
    )
    return ConsentWorkflow(
        consents=stores.consents,
        voices=stores.voices,
        begin=begin,
        notifier=world.notifier,
        alerts=world.alerts,
        now=world.now,
    )


def _house(stores: Stores, now: Clock) -> HouseRules:
    return HouseRules(servers=stores.servers, bans=stores.bans, erasures=stores.erasures, now=now)


def _screening(stores: Stores, world: World, jobs: Jobs) -> Screening:
    return Screening(
        house=_house(stores, world.now),
        cases=stores.cases,
        open_case=_opening(stores, world),
        atomic=stores.atomic,
        jobs=jobs,
        now=world.now,
    )


def _opening(stores: Stores, world: World) -> OpenCase:
    return OpenCase(cases=stores.cases, servers=stores.servers, audit=stores.audit, now=world.now)


def _cases(settings: Settings, stores: Stores, world: World) -> CaseWorkflow:
    return CaseWorkflow(
        cases=stores.cases,
        servers=stores.servers,
        voices=stores.voices,
        evidence=_evidence(settings, stores, world),
        board=world.board,
        notifier=world.notifier,
        alerts=world.alerts,
        now=world.now,
    )


def _evidence(settings: Settings, stores: Stores, world: World) -> Evidence:
    return Evidence(
        folder=settings.myna_data_dir / "work",
        evidence=stores.evidence,
        cases=stores.cases,
        prices=settings.prices,
        voices=stores.voices,
        speeches=stores.speeches,
        cache=stores.cache,
        workbench=_bench(settings, world),
        notifier=world.notifier,
        provenance=Provenance(fingerprints=stores.fingerprints, now=world.now),
        alerts=world.alerts,
    )


def _bench(settings: Settings, world: World) -> Workbench:
    return Workbench(
        folder=settings.myna_data_dir / "work",
        notes=world.notes,
        audio=world.audio,
        speech=world.speech,
    )


def _clone(settings: Settings, stores: Stores, world: World, billing: Billing) -> CloneWorkflow:
    return CloneWorkflow(
        voices=stores.voices,
        speech=world.speech,
        workbench=_bench(settings, world),
        notifier=world.notifier,
        alerts=world.alerts,
        voice_ids=world.voice_ids,
        billing=billing,
        cache=stores.cache,
        succession=Succession(voices=stores.voices, grants=stores.grants),
        leave=Leave(stores.consents, _house(stores, world.now)),
        open_case=_opening(stores, world),
        evidence=_evidence(settings, stores, world),
        provenance=Provenance(fingerprints=stores.fingerprints, now=world.now),
        retake=_retake(stores, world),
        now=world.now,
    )


def _retake(stores: Stores, world: World) -> Retake:
    again = RecordAgain(
        consents=stores.consents,
        voices=stores.voices,
        voice_ids=world.voice_ids,
        now=world.now,
    )
    return Retake(again=again, consents=stores.consents, notifier=world.notifier)


def _delete(stores: Stores, world: World) -> DeleteWorkflow:
    return DeleteWorkflow(
        voices=stores.voices,
        speech=world.speech,
        notifier=world.notifier,
        alerts=world.alerts,
        cache=stores.cache,
    )


def _depart(stores: Stores, world: World) -> DepartWorkflow:
    return DepartWorkflow(
        depart=Depart(
            servers=stores.servers, data=stores.server_data, audit=stores.audit, now=world.now
        ),
        voices=stores.voices,
        notifier=world.notifier,
        alerts=world.alerts,
    )


def _erase(stores: Stores, world: World) -> EraseWorkflow:
    return EraseWorkflow(
        erase=Erase(
            records=stores.personal,
            erasures=stores.erasures,
            voices=stores.voices,
            cache=stores.cache,
            audit=stores.audit,
            now=world.now,
        ),
        voices=stores.voices,
        consents=stores.consents,
        speech=world.speech,
        notifier=world.notifier,
        alerts=world.alerts,
    )


def retention(settings: Settings, stores: Stores, now: Clock) -> Retention:
    """Return what deletes all that is over."""
    return Retention(
        store=stores.retention,
        servers=stores.servers,
        cases=stores.cases,
        evidence=stores.evidence,
        speeches=stores.speeches,
        voices=stores.voices,
        cache=stores.cache,
        periods=Periods(
            texts=timedelta(days=settings.myna_keep_texts_days),
            requests=timedelta(days=settings.myna_keep_requests_days),
            audit=timedelta(days=settings.myna_keep_audit_days),
        ),
        now=now,
    )
