"""Myna without faces and without the world: real store, real engine, fakes for the rest."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from dbos import DBOS, WorkflowHandleAsync

from bot.domain.people import Address, NoteRef, PersonId
from bot.domain.voices import CloneOrder, VoiceKey
from bot.jobs import (
    CLONE_WORKFLOW,
    DELETE_WORKFLOW,
    CloneWorkflow,
    DeleteWorkflow,
    DurableJobs,
    Engine,
    Guard,
    Limits,
    Workbench,
    Workflow,
)
from bot.store import Database, SqlVoiceStore, ambient
from tests.fakes.orders import ADA, NOON, a_consent, a_voice, an_order
from tests.fakes.world import (
    FakeAlerts,
    FakeAudioPrep,
    FakeNoteSource,
    FakeNotifier,
    FakeSpeechApi,
    World,
)

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
class Myna:
    """Everything of one process."""

    engine: Engine
    voices: SqlVoiceStore
    jobs: DurableJobs
    slept: list[float]

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


@asynccontextmanager
async def running(folder: Path, world: World, *, limits: Limits = ROOMY) -> AsyncIterator[Myna]:
    """Run one process of Myna on `folder`; nothing in it waits for real."""
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    speech, notifier, alerts = FakeSpeechApi(world), FakeNotifier(world), FakeAlerts(world)
    url = f"sqlite+aiosqlite:///{folder / 'myna.sqlite'}"
    async with AsyncExitStack() as stack:
        guard = stack.enter_context(Guard(folder))
        database = await stack.enter_async_context(Database(url))
        voices = SqlVoiceStore(database)
        workbench = Workbench(
            folder=folder / "work",
            notes=FakeNoteSource(world),
            audio=FakeAudioPrep(world),
            speech=speech,
        )
        clone = CloneWorkflow(
            voices=voices,
            speech=speech,
            workbench=workbench,
            notifier=notifier,
            alerts=alerts,
            voice_ids=voice_id,
            now=lambda: NOON,
        )
        delete = DeleteWorkflow(voices=voices, speech=speech, notifier=notifier, alerts=alerts)
        async with Engine(
            executor_id=guard.executor_id,
            url=f"sqlite:///{folder / 'jobs.sqlite'}",
            application=database.engine,
            ambient=ambient,
            alerts=alerts,
            workflows=[
                Workflow(CLONE_WORKFLOW, clone),
                Workflow(DELETE_WORKFLOW, delete, queued=False),
            ],
            limits=limits,
            sleep=sleep,
            chance=lambda: 0.0,
        ) as engine:
            yield Myna(engine, voices, DurableJobs(engine), slept)
