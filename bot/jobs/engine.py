"""The durable engine: this module and `run` are the only ones that know DBOS.

A workflow is a coroutine whose steps are recorded; after a crash it runs again from its start,
and steps with a record return it instead of running.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, nullcontext
from contextvars import Context
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from types import MappingProxyType
from typing import Any, Final, Self

from dbos import (
    DBOS,
    AsyncSQLAlchemyDatasource,
    DBOSConfig,
    DBOSPortableJSONSerializer,
    ScheduleInput,
    SetEnqueueOptions,
    SetWorkflowID,
)
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.domain.errors import Unexpected
from bot.jobs.lanes import CLONES, Lane, Limits
from bot.jobs.names import reference_for
from bot.jobs.run import Ambient, Run
from bot.jobs.sqlite import sqlite_engine
from bot.ports import OperatorAlerts, Sleep

POLLING_SECONDS: Final = 0.5
KEPT_DAYS: Final = 30
CLOSING_SECONDS: Final = 10.0
THREADS: Final = 16
APPLICATION_VERSION: Final = "1"
"""Pinned: a workflow that changes its steps gets a new name instead, and the old one drains."""

_ENDED_BADLY: Final = frozenset({"ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"})
_ENDED: Final = _ENDED_BADLY | {"SUCCESS"}
_LISTENING_SECONDS: Final = 0.1

log = logging.getLogger(__name__)


class EngineUnusable(Exception):
    """The engine cannot start; the message is one sentence for the operator."""


@dataclass(frozen=True, slots=True)
class Workflow:
    """A workflow by its name; it waits for room in its lane, or starts at once without one."""

    name: str
    body: Callable[[Run, str], Awaitable[None]]
    lane: str | None = CLONES


@dataclass(frozen=True, slots=True)
class Schedule:
    """Something that runs durably at the times of `cron`, and once for each of them."""

    name: str
    cron: str
    body: Callable[[datetime], Coroutine[Any, Any, None]]


class Engine:
    """Runs workflows durably while entered. One per process.

    `executor_id` stays the same over restarts and is nobody else's: two with one id would run the
    same work twice. `Guard` gives it.
    """

    def __init__(
        self,
        *,
        executor_id: str,
        url: str,
        application: AsyncEngine,
        ambient: Ambient,
        workflows: Sequence[Workflow],
        alerts: OperatorAlerts,
        lanes: Mapping[str, Limits] = MappingProxyType({CLONES: Limits()}),
        schedules: Sequence[Schedule] = (),
        sleep: Sleep = asyncio.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._url = url
        self._application = application
        self._workflows = {workflow.name: workflow for workflow in workflows}
        self._alerts = alerts
        self._lanes = {name: Lane(name, limits) for name, limits in lanes.items()}
        self._schedules = schedules
        self._executor_id = executor_id
        self._opened = ExitStack()
        self._functions: dict[str, Callable[[str], Any]] = {}
        self._tasks: dict[str, asyncio.Task[Any]] = {}
        self._ending: set[asyncio.Task[Any]] = set()
        self._running: set[str] = set()
        self._starting: set[str] = set()
        self._launched = False
        self._closing = False
        self._ambient = ambient
        self._sleep = sleep
        self._chance = chance

    async def __aenter__(self) -> Self:
        """Start, and take up what an earlier process left.

        Raises:
            EngineUnusable: the database cannot be used.
        """
        try:
            await self._launch()
        except (SQLAlchemyError, OSError) as error:
            await self._close()
            reason = str(getattr(error, "orig", None) or error).splitlines()[0].rstrip(".")
            raise EngineUnusable(f"The database of the jobs cannot be used: {reason}.") from error
        except BaseException:
            await self._close()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._close()

    async def start(
        self, name: str, key: str, *, person: str | None = None, again: bool = False
    ) -> None:
        """Start the workflow for `key` unless it was started before.

        One that broke off, as on a full disk, goes on at the step where it did; one that ended
        starts anew only if `again` is set.
        """
        workflow = self._workflows[name]
        workflow_id = f"{name}:{key}"
        if workflow_id in self._starting or workflow_id in self._running:
            return
        self._starting.add(workflow_id)
        try:
            known = await DBOS.get_workflow_status_async(workflow_id)
            if known is None:
                with SetWorkflowID(workflow_id):
                    await self._submit(workflow, workflow_id, key, person)
            elif known.status in _ENDED_BADLY:
                # What it has paid for is in its records: it goes on where it broke off.
                step = await self._broken_step(workflow_id)
                await self._submit_again(workflow, workflow_id, key, person, step)
            elif again and known.status in _ENDED:
                await self._submit_again(workflow, workflow_id, key, person, None)
        finally:
            self._starting.discard(workflow_id)

    async def is_over(self, name: str, key: str) -> bool:
        """Say whether no workflow is busy with the key: it ended, or never began."""
        known = await DBOS.get_workflow_status_async(f"{name}:{key}")
        return known is None or known.status in _ENDED

    async def forget_ended(self, before: datetime) -> int:
        """Delete the records of workflows that ended before; return how many there were."""
        ended = await DBOS.list_workflows_async(
            status=sorted(_ENDED),
            completed_before=before.isoformat(),
            load_input=False,
            load_output=False,
        )
        if ended:
            await DBOS.delete_workflows_async([workflow.workflow_id for workflow in ended])
        return len(ended)

    def place_in_line(self, name: str, key: str) -> int:
        """Return its place among those that wait for their turn: 1 is next, 0 does not wait."""
        lane = self._lane_of(self._workflows[name])
        return 0 if lane is None else lane.place_of(f"{name}:{key}")

    def _lane_of(self, workflow: Workflow) -> Lane | None:
        return None if workflow.lane is None else self._lanes[workflow.lane]

    async def _submit(
        self, workflow: Workflow, workflow_id: str, key: str, person: str | None
    ) -> None:
        function, lane = self._functions[workflow.name], self._lane_of(workflow)
        if lane is not None and not lane.has_room(person):
            lane.wait(workflow_id, person)
            with SetEnqueueOptions(queue_partition_key=person or key):
                await DBOS.enqueue_workflow_async(lane.name, function, key)
            return
        self._begin(workflow_id, lane, person)
        try:
            await DBOS.start_workflow_async(function, key)
        except BaseException:
            self._end(workflow_id, lane)
            raise

    async def _broken_step(self, workflow_id: str) -> int | None:
        """Return the number of the first step that a run did not end well; None before all."""
        steps = await DBOS.list_workflow_steps_async(workflow_id)
        if not steps:
            return None
        last = max(steps, key=lambda step: step["function_id"])
        return last["function_id"] + (last["error"] is None)

    async def _submit_again(
        self, workflow: Workflow, workflow_id: str, key: str, person: str | None, step: int | None
    ) -> None:
        """Run it anew from a step on: those before keep their records; all run where it is None."""
        lane = self._lane_of(workflow)
        if lane is not None:
            lane.wait(workflow_id, person)
            await DBOS.rewind_workflow_async(
                workflow_id,
                start_step=step,
                queue_name=lane.name,
                queue_partition_key=person or key,
            )
        else:
            await DBOS.rewind_workflow_async(workflow_id, start_step=step)

    def _begin(self, workflow_id: str, lane: Lane | None, person: str | None = None) -> None:
        self._running.add(workflow_id)
        if lane is not None:
            lane.begin(workflow_id, person)

    def _end(self, workflow_id: str, lane: Lane | None) -> None:
        self._running.discard(workflow_id)
        if lane is not None:
            lane.end(workflow_id)

    def _register(self, workflow: Workflow, datasource: AsyncSQLAlchemyDatasource) -> None:
        lane = self._lane_of(workflow)

        async def body(key: str) -> None:
            if self._closing:
                raise asyncio.CancelledError
            workflow_id = f"{workflow.name}:{key}"
            task = asyncio.current_task()
            assert task is not None
            self._tasks[workflow_id] = task
            self._begin(workflow_id, lane)
            try:
                async with nullcontext() if lane is None else lane.room:
                    await workflow.body(self._run(datasource, workflow, key), key)
            except Exception as error:
                await self._tell_operator(error, workflow_id, key)
                raise
            finally:
                self._tasks.pop(workflow_id, None)
                self._end(workflow_id, lane)
                self._ending.add(task)
                task.add_done_callback(self._ending.discard)

        self._functions[workflow.name] = DBOS.workflow(name=workflow.name)(body)

    def _run(self, datasource: AsyncSQLAlchemyDatasource, workflow: Workflow, key: str) -> Run:
        return Run(
            datasource,
            workflow.name,
            key,
            ambient=self._ambient,
            sleep=self._sleep,
            chance=self._chance,
            start=self.start,
            is_over=self.is_over,
        )

    async def _tell_operator(self, error: Exception, workflow_id: str, key: str) -> None:
        """Tell of a run that broke off, such as on a full disk: nobody else hears of it."""
        if self._closing:
            return
        reference = reference_for(key)
        log.error("%s: %s broke off", reference, workflow_id, exc_info=error)
        what = f"{type(error).__name__} broke {workflow_id} off"
        await self._alerts.alert(Unexpected(what=what), reference)

    async def _launch(self) -> None:
        self._launched = True
        library = logging.getLogger("dbos")
        if not library.handlers:
            # Without a handler the library would print to the console by one of its own.
            library.addHandler(logging.NullHandler())
        serializer = DBOSPortableJSONSerializer()
        jobs = sqlite_engine(self._url)
        if jobs is not None:
            self._opened.callback(jobs.dispose)
        datasource = await AsyncSQLAlchemyDatasource.create(
            self._application.url.render_as_string(hide_password=False),
            engine=self._application,
            serializer=serializer,
        )
        for workflow in self._workflows.values():
            self._register(workflow, datasource)
        schedules = [self._register_schedule(each) for each in self._all_schedules()]
        config = DBOSConfig(
            name="myna",
            system_database_url=self._url,
            system_database_engine=jobs,
            application_version=APPLICATION_VERSION,
            executor_id=self._executor_id,
            log_level="WARNING",
            serializer=serializer,
            max_executor_threads=THREADS,
            # Nobody listens, so a round costs nothing; closing waits for the end of one.
            notification_listener_polling_interval_sec=_LISTENING_SECONDS,
        )
        DBOS(config=config)
        library.setLevel(logging.CRITICAL)  # a failed launch is told by its exception
        # Inside the running loop: workflows then share it with everything else.
        DBOS.launch()
        library.setLevel(logging.WARNING)
        for lane in self._lanes.values():
            await self._open(lane)
        await DBOS.apply_schedules_async(schedules)

    async def _open(self, lane: Lane) -> None:
        limits = lane.limits
        await DBOS.register_queue_async(
            lane.name,
            worker_concurrency=limits.at_once,
            partition_worker_concurrency=min(limits.for_each_person, limits.at_once),
            polling_interval_sec=POLLING_SECONDS,
            on_conflict="always_update",
        )
        waiting = await DBOS.list_queued_workflows_async(queue_name=lane.name, load_input=False)
        lane.found_waiting((each.workflow_id, each.queue_partition_key) for each in waiting)

    def _all_schedules(self) -> list[Schedule]:
        async def forget(at: datetime) -> None:
            await self.forget_ended(at - timedelta(days=KEPT_DAYS))

        return [Schedule("retention", "17 3 * * *", forget), *self._schedules]

    def _register_schedule(self, schedule: Schedule) -> ScheduleInput:
        @DBOS.workflow(name=f"{schedule.name}_v1")
        async def work(at: datetime, _context: Any) -> None:  # noqa: ANN401  any JSON value
            try:
                # In a context of its own, as in `Run.start`: what it asks the engine of other
                # workflows is no record of this one, nor could it be.
                due = schedule.body(at)
                await asyncio.get_running_loop().create_task(due, context=Context())
            except Exception as error:
                await self._tell_operator(error, schedule.name, str(at))
                raise

        return {
            "schedule_name": schedule.name,
            "workflow_fn": work,
            "schedule": schedule.cron,
            "context": None,
        }

    async def _close(self) -> None:
        self._closing = True
        logging.getLogger("dbos").setLevel(logging.CRITICAL)  # it warns of every task we cancel
        for task in self._tasks.values():
            task.cancel()
        if tasks := {*self._tasks.values(), *self._ending}:
            await asyncio.wait(tasks, timeout=CLOSING_SECONDS)
        if self._launched:
            self._launched = False
            loop = asyncio.get_running_loop()
            # In a thread, because its own threads may still wait for this loop.
            with ThreadPoolExecutor(1, "closing") as thread:
                await loop.run_in_executor(thread, partial(DBOS.destroy, destroy_registry=True))
            # The library put its threads under `asyncio.to_thread`, and has just ended them.
            loop.set_default_executor(ThreadPoolExecutor(thread_name_prefix="asyncio"))
        self._opened.close()
