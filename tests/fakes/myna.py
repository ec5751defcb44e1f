"""Myna without faces and without the world: real store, real engine, fakes for the rest."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from cryptography.fernet import Fernet
from dbos import DBOS, WorkflowHandleAsync

from bot.domain.money import Budgets, Microdollars, PriceList
from bot.domain.people import Address, NoteRef, PersonId
from bot.domain.voices import CloneOrder, VoiceKey
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
    DurableJobs,
    Engine,
    EraseWorkflow,
    Evidence,
    Guard,
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
from bot.ports import Clock, SpeechCache
from bot.services.admission import CloneAdmission
from bot.services.allowed import BeginAllowed
from bot.services.choosing import ChooseVoice
from bot.services.departures import Depart
from bot.services.erasing import Erase
from bot.services.house_rules import HouseRules
from bot.services.leave import Leave
from bot.services.opening import OpenCase
from bot.services.recording_again import RecordAgain
from bot.services.stock import StockVoices
from bot.services.succession import Succession
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
    SqlPersonalRecords,
    SqlServerData,
    SqlServerStore,
    SqlSpeechStore,
    SqlSpendingStore,
    SqlVoiceStore,
    ambient,
)
from tests.fakes.board import FakeCaseBoard
from tests.fakes.databases import sqlite_in
from tests.fakes.orders import ADA, NOON, a_consent, a_voice, an_order
from tests.fakes.world import (
    FakeAlerts,
    FakeAudioPrep,
    FakeNoteSource,
    FakeNotifier,
    FakeSpeechApi,
    FakeSpeechCache,
    World,
)

EVIDENCE_KEY = Fernet.generate_key().decode()
ROOMY = Limits(at_once=100, for_each_person=100)


def voice_id(key: VoiceKey, attempt: int) -> str:
    """Return an id in which the fakes find the key."""
    return f"Myna-{key}-{attempt}"


def an_order_of(key: str, *, owner: PersonId = ADA, prompt: bool = False) -> CloneOrder:
    """Return an order whose notes and address carry its key."""
    note = NoteRef(face="discord", token=key, filename="note.ogg", bytes=4)
    order = an_order(key, label=key, owner=owner, notes=(note, note))
    options = replace(order.options, text="Hello (laughs) and (giggles).")
    if prompt:
        options = replace(options, prompt_text="Well said.")
    return replace(
        order,
        address=Address("discord", key),
        prompt=note if prompt else None,
        options=options,
    )


@dataclass
class Kept:
    """Everything that is stored, on one database."""

    voices: SqlVoiceStore
    grants: SqlGrantStore
    speeches: SqlSpeechStore
    spending: SqlSpendingStore
    atomic: SqlAtomic
    consents: SqlConsentStore
    fingerprints: SqlFingerprintStore
    servers: SqlServerStore
    cases: SqlCaseStore
    bans: SqlBanStore
    evidence: SqlEvidenceStore
    audit: SqlAuditLog
    server_data: SqlServerData
    personal: SqlPersonalRecords
    erasures: SqlErasureStore
    cache: SpeechCache

    @classmethod
    def on(cls, database: Database, cache: SpeechCache) -> "Kept":
        """Return the stores of one database."""
        return cls(
            SqlVoiceStore(database),
            SqlGrantStore(database),
            SqlSpeechStore(database),
            SqlSpendingStore(database),
            SqlAtomic(database),
            SqlConsentStore(database),
            SqlFingerprintStore(database),
            SqlServerStore(database),
            SqlCaseStore(database),
            SqlBanStore(database),
            SqlEvidenceStore(database, [EVIDENCE_KEY]),
            SqlAuditLog(database),
            SqlServerData(database),
            SqlPersonalRecords(database),
            SqlErasureStore(database),
            cache,
        )


@dataclass
class Myna:
    """Everything of one process."""

    engine: Engine
    voices: SqlVoiceStore
    jobs: DurableJobs
    slept: list[float]
    kept: Kept
    world: World
    database: Database

    async def order(self, key: str, *, owner: PersonId = ADA, prompt: bool = False) -> VoiceKey:
        """Keep an order and start its job."""
        order = an_order_of(key, owner=owner, prompt=prompt)
        voice = a_voice(order, voice_id=voice_id(order.key, 1))
        await self.voices.reserve(order, voice, a_consent(order))
        await self.jobs.clone(order.key, owner)
        return order.key


async def ended(workflow: str, key: str) -> None:
    """Wait until the workflow for `key` has ended, well or badly."""
    handle: WorkflowHandleAsync[None] = await DBOS.retrieve_workflow_async(f"{workflow}:{key}")
    with suppress(Exception):
        await handle.get_result(polling_interval_sec=0.02)


PRICES = PriceList({"speech-2.8-hd": 100, "speech-2.8-turbo": 60}, Microdollars(1_500_000))


@asynccontextmanager
async def running(
    folder: Path,
    world: World,
    *,
    limits: Limits = ROOMY,
    cache: SpeechCache | None = None,
    now: Clock = lambda: NOON,
    budgets: Budgets | None = None,
) -> AsyncIterator[Myna]:
    """Run one process of Myna on `folder`; nothing in it waits for real."""
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    alerts = FakeAlerts(world)
    url = sqlite_in(folder)
    async with AsyncExitStack() as stack:
        guard = stack.enter_context(Guard(folder))
        database = await stack.enter_async_context(Database(url))
        kept = Kept.on(database, cache or FakeSpeechCache())
        async with Engine(
            executor_id=guard.executor_id,
            url=f"sqlite:///{folder / 'jobs.sqlite'}",
            application=database.engine,
            ambient=ambient,
            alerts=alerts,
            workflows=_workflows(
                folder, world, kept, alerts, now=now, budgets=budgets or Budgets()
            ),
            lanes={CLONES: limits, SPEECHES: limits},
            sleep=sleep,
            chance=lambda: 0.0,
        ) as engine:
            yield Myna(engine, kept.voices, DurableJobs(engine), slept, kept, world, database)


def _workflows(
    folder: Path, world: World, kept: Kept, alerts: FakeAlerts, *, now: Clock, budgets: Budgets
) -> list[Workflow]:
    speech, notifier, audio = FakeSpeechApi(world), FakeNotifier(world), FakeAudioPrep(world)
    billing = Billing(spending=kept.spending, prices=PRICES, now=now)
    files = SpeechFiles(folder=folder / "work", speech=speech, audio=audio, cache=kept.cache)
    bench = Workbench(
        folder=folder / "work", notes=FakeNoteSource(world), audio=audio, speech=speech
    )
    open_case = OpenCase(cases=kept.cases, servers=kept.servers, audit=kept.audit, now=now)
    house = HouseRules(servers=kept.servers, bans=kept.bans, erasures=kept.erasures, now=now)
    provenance = Provenance(fingerprints=kept.fingerprints, now=now)
    evidence = Evidence(
        folder=folder / "work",
        evidence=kept.evidence,
        cases=kept.cases,
        prices=PRICES,
        voices=kept.voices,
        speeches=kept.speeches,
        cache=kept.cache,
        workbench=bench,
        notifier=notifier,
        provenance=provenance,
        alerts=alerts,
    )
    case = CaseWorkflow(
        cases=kept.cases,
        servers=kept.servers,
        voices=kept.voices,
        evidence=evidence,
        board=FakeCaseBoard(world),
        notifier=notifier,
        alerts=alerts,
        now=now,
    )
    clone = CloneWorkflow(
        voices=kept.voices,
        speech=speech,
        workbench=bench,
        notifier=notifier,
        alerts=alerts,
        voice_ids=voice_id,
        billing=billing,
        cache=kept.cache,
        succession=Succession(voices=kept.voices, grants=kept.grants),
        leave=Leave(kept.consents, house),
        open_case=open_case,
        evidence=evidence,
        provenance=provenance,
        retake=Retake(
            again=RecordAgain(
                consents=kept.consents, voices=kept.voices, voice_ids=voice_id, now=now
            ),
            consents=kept.consents,
            notifier=notifier,
        ),
        now=now,
    )
    delete = DeleteWorkflow(
        voices=kept.voices, speech=speech, notifier=notifier, alerts=alerts, cache=kept.cache
    )
    depart = DepartWorkflow(
        depart=Depart(servers=kept.servers, data=kept.server_data, audit=kept.audit, now=now),
        voices=kept.voices,
        notifier=notifier,
        alerts=alerts,
    )
    stock = StockVoices(speech, now=now)
    parts = SpeechParts(
        choose=ChooseVoice(voices=kept.voices, grants=kept.grants, stock=stock, now=now),
        house=house,
        speeches=kept.speeches,
        voices=kept.voices,
        files=files,
        notifier=notifier,
        prices=PRICES,
    )
    speak = SpeakWorkflow(
        parts=parts,
        speeches=kept.speeches,
        voices=kept.voices,
        spending=kept.spending,
        files=files,
        recording=Recording(speech=speech, files=files),
        notifier=notifier,
        alerts=alerts,
        billing=billing,
        provenance=provenance,
        open_case=open_case,
        now=now,
    )
    remove = RemoveWorkflow(speeches=kept.speeches, notifier=notifier, alerts=alerts)
    warn = WarnWorkflow(
        voices=kept.voices, notifier=notifier, alerts=alerts, prices=PRICES, now=now
    )
    begin = BeginAllowed(
        voices=kept.voices,
        consents=kept.consents,
        grants=kept.grants,
        atomic=kept.atomic,
        leave=Leave(kept.consents, house),
        admission=CloneAdmission(
            spending=kept.spending, house=house, prices=PRICES, budgets=budgets, now=now
        ),
        now=now,
    )
    consent = ConsentWorkflow(
        consents=kept.consents,
        voices=kept.voices,
        begin=begin,
        notifier=notifier,
        alerts=alerts,
        now=now,
    )
    erase = EraseWorkflow(
        erase=Erase(
            records=kept.personal,
            erasures=kept.erasures,
            voices=kept.voices,
            cache=kept.cache,
            audit=kept.audit,
            now=now,
        ),
        voices=kept.voices,
        consents=kept.consents,
        speech=speech,
        board=FakeCaseBoard(world),
        notifier=notifier,
        alerts=alerts,
    )
    return [
        Workflow(CASE_WORKFLOW, case, None),
        Workflow(CONSENT_WORKFLOW, consent, None),
        Workflow(CLONE_WORKFLOW, clone),
        Workflow(SPEAK_WORKFLOW, speak, SPEECHES),
        Workflow(DELETE_WORKFLOW, delete, None),
        Workflow(DEPART_WORKFLOW, depart, None),
        Workflow(ERASE_WORKFLOW, erase, None),
        Workflow(REMOVE_WORKFLOW, remove, None),
        Workflow(WARN_WORKFLOW, warn, None),
    ]
