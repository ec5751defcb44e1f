"""A durable engine by itself, whose only workflow is what a test makes of it."""

import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from bot.jobs import CLONES, Engine, Guard, Limits, Workflow
from bot.jobs.engine import Schedule
from bot.jobs.run import Run
from bot.store import Database, SqlKeyValueStore, ambient
from tests.fakes.databases import sqlite_in
from tests.fakes.myna import ended
from tests.fakes.waiting import until
from tests.fakes.world import Crash, FakeAlerts, World

Body = Callable[[Run, str], Awaitable[None]]
Work = Callable[[Run, SqlKeyValueStore], Awaitable[None]]


@asynccontextmanager
async def engine_on(
    folder: Path,
    body: Callable[[SqlKeyValueStore], Body],
    *,
    limits: Limits = Limits(),  # noqa: B008  it is frozen
    slept: list[float] | None = None,
    world: World | None = None,
    schedules: Sequence[Schedule] = (),
) -> AsyncIterator[tuple[Engine, SqlKeyValueStore]]:
    """Run an engine whose only workflow is `body`, which is given a store."""

    async def sleep(seconds: float) -> None:
        if slept is not None:
            slept.append(seconds)

    async with AsyncExitStack() as stack:
        guard = stack.enter_context(Guard(folder))
        url = sqlite_in(folder)
        database = await stack.enter_async_context(Database(url))
        facts = SqlKeyValueStore(database)
        async with Engine(
            executor_id=guard.executor_id,
            url=f"sqlite:///{folder / 'jobs.sqlite'}",
            application=database.engine,
            ambient=ambient,
            workflows=[Workflow("test_v1", body(facts))],
            alerts=FakeAlerts(world or World()),
            lanes={CLONES: limits},
            schedules=schedules,
            sleep=sleep,
            chance=lambda: 0.0,
        ) as engine:
            yield engine, facts


def nothing(_: SqlKeyValueStore) -> Body:
    """Return a workflow that does nothing."""

    async def body(run: Run, key: str) -> None:
        pass

    return body


async def once(
    folder: Path, work: Work, *, slept: list[float] | None = None, world: World | None = None
) -> None:
    """Run a workflow to its end, however it ends."""

    def body(facts: SqlKeyValueStore) -> Body:
        return lambda run, _key: work(run, facts)

    async with engine_on(folder, body, slept=slept, world=world) as (engine, _):
        await engine.start("test_v1", "a")
        await ended("test_v1", "a")


async def over_a_crash(folder: Path, work: Work) -> str | None:
    """Let a process die when the work is done, and the next one take up the workflow.

    Returns:
        What the fact "colour" is then.
    """
    crashes = [True]

    def body(facts: SqlKeyValueStore) -> Body:
        async def workflow(run: Run, _key: str) -> None:
            await work(run, facts)
            if crashes:
                crashes.pop()
                raise Crash

        return workflow

    async with engine_on(folder, body) as (engine, _):
        await engine.start("test_v1", "a")
        await until(lambda: not crashes)
    async with engine_on(folder, body) as (_, facts):
        await ended("test_v1", "a")
        return await facts.read("colour")


def rows(folder: Path, query: str) -> list[tuple[object, ...]]:
    """Ask the engine's own database."""
    connection = sqlite3.connect(folder / "jobs.sqlite")
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()
