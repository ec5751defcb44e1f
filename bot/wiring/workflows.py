"""Which workflow gets what."""

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
    SpeakWorkflow,
    SpeechFiles,
    SpeechParts,
    WarnWorkflow,
    Workbench,
    Workflow,
)
from bot.services.allowed import BeginAllowed
from bot.services.departures import Depart
from bot.services.erasing import Erase
from bot.services.leave import Leave
from bot.services.stock import StockVoices
from bot.services.succession import Succession
from bot.settings import Settings
from bot.wiring.rules import admission, choosing, house, opening, retake
from bot.wiring.stores import Stores, World


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
        choose=choosing(stores, world, stock),
        house=house(stores, world.now),
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
        open_case=opening(stores, world),
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


def lanes(settings: Settings) -> dict[str, Limits]:
    """Return how many clones and speeches run side by side."""
    return {
        CLONES: Limits(settings.myna_clones_at_once, settings.myna_clones_per_person),
        SPEECHES: Limits(settings.myna_speeches_at_once, settings.myna_speeches_per_person),
    }


def _consent(settings: Settings, stores: Stores, world: World) -> ConsentWorkflow:
    begin = BeginAllowed(
        voices=stores.voices,
        consents=stores.consents,
        grants=stores.grants,
        atomic=stores.atomic,
        leave=Leave(stores.consents, house(stores, world.now)),
        admission=admission(settings, stores, world.now),
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
        leave=Leave(stores.consents, house(stores, world.now)),
        open_case=opening(stores, world),
        evidence=_evidence(settings, stores, world),
        provenance=Provenance(fingerprints=stores.fingerprints, now=world.now),
        retake=retake(stores, world),
        now=world.now,
    )


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
        board=world.board,
        notifier=world.notifier,
        alerts=world.alerts,
    )
