"""The durable engine by itself, with workflows made for the purpose."""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.errors import LabelTaken, MynaError, ServiceBusy, ServiceDown, Unexpected
from bot.jobs import CLONES, AlreadyRunning, Engine, EngineUnusable, Guard, Limits, Workflow
from bot.jobs.run import Run
from bot.jobs.steps import ONCE, Retry, Step
from bot.store import Database, SqlKeyValueStore, ambient
from tests.fakes.myna import ended
from tests.fakes.waiting import until
from tests.fakes.world import Crash, FakeAlerts, World

Body = Callable[[Run, str], Awaitable[None]]
LOOK = Step("look", timeout=5.0)


@asynccontextmanager
async def engine_on(
    folder: Path,
    body: Callable[[SqlKeyValueStore], Body],
    *,
    limits: Limits = Limits(),  # noqa: B008  it is frozen
    slept: list[float] | None = None,
    world: World | None = None,
) -> AsyncIterator[tuple[Engine, SqlKeyValueStore]]:
    """Run an engine whose only workflow is `body`, which is given a store."""

    async def sleep(seconds: float) -> None:
        if slept is not None:
            slept.append(seconds)

    async with AsyncExitStack() as stack:
        guard = stack.enter_context(Guard(folder))
        url = f"sqlite+aiosqlite:///{folder / 'myna.sqlite'}"
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
            sleep=sleep,
            chance=lambda: 0.0,
        ) as engine:
            yield engine, facts


def nothing(_: SqlKeyValueStore) -> Body:
    async def body(run: Run, key: str) -> None:
        pass

    return body


def rows(folder: Path, query: str) -> list[tuple[object, ...]]:
    """Ask the engine's own database."""
    connection = sqlite3.connect(folder / "jobs.sqlite")
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


async def test_a_second_engine_on_the_same_data_is_refused_and_the_first_goes_on(
    tmp_path: Path,
) -> None:
    async with engine_on(tmp_path, nothing) as (engine, _):
        with pytest.raises(AlreadyRunning, match="Another Myna is running on"):
            async with engine_on(tmp_path, nothing):
                pass

        await engine.start("test_v1", "a")
        await ended("test_v1", "a")

    assert rows(tmp_path, "SELECT status FROM workflow_status") == [("SUCCESS",)]


async def test_an_engine_keeps_its_name_over_restarts(tmp_path: Path) -> None:
    names = []
    for key in ("a", "b"):
        async with engine_on(tmp_path, nothing) as (engine, _):
            await engine.start("test_v1", key)
            await ended("test_v1", key)
        names.append((tmp_path / "myna.lock").read_text(encoding="ascii"))

    found = rows(tmp_path, "SELECT DISTINCT executor_id FROM workflow_status")
    assert found == [(names[0],)]
    assert names[0] == names[1] != ""


async def test_a_database_that_cannot_be_opened_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "jobs.sqlite").mkdir()

    with pytest.raises(EngineUnusable, match="jobs cannot be used: unable to open database file"):
        async with engine_on(tmp_path, nothing):
            pass


async def test_a_recorded_step_is_not_run_again(tmp_path: Path) -> None:
    runs: list[str] = []
    crashes = [True]

    def body(_: SqlKeyValueStore) -> Body:
        async def look() -> dict[str, tuple[int, ...]]:
            runs.append("look")
            return {"seen": (1, 2)}

        async def workflow(run: Run, _key: str) -> None:
            seen = await run.step(LOOK, look)
            runs.append(repr(seen))
            if crashes:
                crashes.pop()
                raise Crash

        return workflow

    async with engine_on(tmp_path, body) as (engine, _):
        await engine.start("test_v1", "a")
        await until(lambda: not crashes)
    async with engine_on(tmp_path, body):
        await ended("test_v1", "a")

    # Live and replayed values are alike: both are what JSON makes of a tuple.
    assert runs == ["look", "{'seen': [1, 2]}", "{'seen': [1, 2]}"]


async def test_a_committed_transaction_is_not_run_again(tmp_path: Path) -> None:
    runs: list[str] = []
    crashes = [True]

    def body(facts: SqlKeyValueStore) -> Body:
        async def write() -> str:
            runs.append("write")
            await facts.write("colour", "blue")
            return "written"

        async def workflow(run: Run, _key: str) -> None:
            runs.append(await run.transaction("write", write))
            if crashes:
                crashes.pop()
                raise Crash

        return workflow

    async with engine_on(tmp_path, body) as (engine, _):
        await engine.start("test_v1", "a")
        await until(lambda: not crashes)
    async with engine_on(tmp_path, body) as (_, facts):
        await ended("test_v1", "a")
        colour = await facts.read("colour")

    assert runs == ["write", "written", "written"]
    assert colour == "blue"


async def test_a_refused_transaction_stores_nothing_and_its_error_comes_back_the_same(
    tmp_path: Path,
) -> None:
    caught: list[MynaError] = []
    crashes = [True]

    def body(facts: SqlKeyValueStore) -> Body:
        async def write() -> None:
            await facts.write("colour", "blue")
            raise LabelTaken(label="Me")

        async def workflow(run: Run, _key: str) -> None:
            try:
                await run.transaction("write", write)
            except MynaError as error:
                caught.append(error)
            if crashes:
                crashes.pop()
                raise Crash

        return workflow

    async with engine_on(tmp_path, body) as (engine, _):
        await engine.start("test_v1", "a")
        await until(lambda: not crashes)
    async with engine_on(tmp_path, body) as (_, facts):
        await ended("test_v1", "a")
        colour = await facts.read("colour")

    assert [repr(error) for error in caught] == ["LabelTaken(label='Me')"] * 2
    assert colour is None


async def test_nothing_is_pickled(tmp_path: Path) -> None:
    def body(_: SqlKeyValueStore) -> Body:
        async def refuse() -> None:
            raise LabelTaken(label="Me")

        async def workflow(run: Run, _key: str) -> None:
            for _ in range(2):
                try:
                    await run.step(LOOK, refuse)
                    await run.transaction("refuse", refuse)
                except LabelTaken:
                    continue

        return workflow

    async with engine_on(tmp_path, body) as (engine, _):
        await engine.start("test_v1", "a")
        await ended("test_v1", "a")

    for table in ("workflow_status", "operation_outputs"):
        kinds = rows(tmp_path, f"SELECT DISTINCT serialization FROM {table}")  # noqa: S608
        assert kinds == [("portable_json",)]


async def test_an_idle_engine_starts_at_once_and_a_busy_one_lets_wait(tmp_path: Path) -> None:
    free = asyncio.Event()
    running: set[str] = set()
    most = 0

    def body(_: SqlKeyValueStore) -> Body:
        async def workflow(_run: Run, key: str) -> None:
            nonlocal most
            running.add(key)
            most = max(most, len(running))
            await free.wait()
            running.discard(key)

        return workflow

    async with engine_on(tmp_path, body, limits=Limits(2, 2)) as (engine, _):
        for key in "abcde":
            await engine.start("test_v1", key, person=f"discord:{key}")
        queues = rows(tmp_path, "SELECT queue_name FROM workflow_status ORDER BY workflow_uuid")
        free.set()
        for key in "abcde":
            await ended("test_v1", key)

    assert queues == [(None,), (None,), ("waiting",), ("waiting",), ("waiting",)]
    assert most == 2


async def test_one_person_cannot_take_all_the_room(tmp_path: Path) -> None:
    free = asyncio.Event()

    def body(_: SqlKeyValueStore) -> Body:
        async def workflow(_run: Run, _key: str) -> None:
            await free.wait()

        return workflow

    async with engine_on(tmp_path, body, limits=Limits(10, 2)) as (engine, _):
        for key in "abc":
            await engine.start("test_v1", key, person="discord:1")
        waiting = rows(tmp_path, "SELECT workflow_uuid FROM workflow_status WHERE queue_name > ''")
        free.set()
        for key in "abc":
            await ended("test_v1", key)

    assert waiting == [("test_v1:c",)]


async def test_what_waits_is_not_lost_over_a_restart(tmp_path: Path) -> None:
    free = asyncio.Event()
    seen: list[str] = []

    def body(_: SqlKeyValueStore) -> Body:
        async def workflow(_run: Run, key: str) -> None:
            await free.wait()
            seen.append(key)

        return workflow

    async with engine_on(tmp_path, body, limits=Limits(1, 1)) as (engine, _):
        for key in "abc":
            await engine.start("test_v1", key)
    free.set()
    async with engine_on(tmp_path, body, limits=Limits(1, 1)):
        for key in "abc":
            await ended("test_v1", key)

    assert sorted(seen) == ["a", "b", "c"]


async def test_a_run_that_broke_off_by_a_bug_starts_anew_and_one_that_ended_does_not(
    tmp_path: Path,
) -> None:
    seen: list[str] = []
    bugs = [True]

    def body(_: SqlKeyValueStore) -> Body:
        async def workflow(_run: Run, key: str) -> None:
            seen.append(key)
            if bugs:
                bugs.pop()
                raise ZeroDivisionError

        return workflow

    async with engine_on(tmp_path, body) as (engine, _):
        for _ in range(3):
            await engine.start("test_v1", "a")
            await ended("test_v1", "a")

    assert seen == ["a", "a"]


async def test_the_operator_is_told_of_a_run_that_broke_off(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    world = World()

    def body(_: SqlKeyValueStore) -> Body:
        async def workflow(_run: Run, _key: str) -> None:
            raise OSError(28, "No space left on device")

        return workflow

    async with engine_on(tmp_path, body, world=world) as (engine, _):
        await engine.start("test_v1", "a")
        await ended("test_v1", "a")

    ((error, reference),) = world.alerts
    assert isinstance(error, Unexpected)
    assert error.what == "OSError broke test_v1:a off"
    assert f"{reference}: test_v1:a broke off" in caplog.text


async def test_a_step_that_takes_too_long_is_given_up_and_tried_again(tmp_path: Path) -> None:
    attempts: list[int] = []
    results: list[str] = []
    slept: list[float] = []
    hasty = Step("hasty", timeout=0.01, retry=Retry(attempts=2, first=3.0))

    def body(_: SqlKeyValueStore) -> Body:
        async def hang() -> str:
            attempts.append(1)
            if len(attempts) == 1:
                await asyncio.Event().wait()
            return "in time"

        async def workflow(run: Run, _key: str) -> None:
            results.append(await run.step(hasty, hang))

        return workflow

    async with engine_on(tmp_path, body, slept=slept) as (engine, _):
        await engine.start("test_v1", "a")
        await ended("test_v1", "a")

    assert results == ["in time"]
    assert slept == [3.0]


async def test_patience_ends_with_the_last_error(tmp_path: Path) -> None:
    caught: list[MynaError] = []

    def body(_: SqlKeyValueStore) -> Body:
        async def refuse() -> None:
            raise ServiceDown(reason="502", reference="trace")

        async def workflow(run: Run, _key: str) -> None:
            try:
                await run.step(Step("refuse", timeout=5.0, retry=Retry(attempts=3)), refuse)
            except ServiceDown as error:
                caught.append(error)

        return workflow

    async with engine_on(tmp_path, body) as (engine, _):
        await engine.start("test_v1", "a")
        await ended("test_v1", "a")

    assert [repr(error) for error in caught] == ["ServiceDown(reason='502', reference='trace')"]


async def test_old_records_are_forgotten_and_new_ones_kept(tmp_path: Path) -> None:
    async with engine_on(tmp_path, nothing) as (engine, _):
        await engine.start("test_v1", "a")
        await ended("test_v1", "a")
        now = datetime.now(UTC)

        kept = await engine.forget_ended(now - timedelta(days=30))
        gone = await engine.forget_ended(now + timedelta(seconds=1))

    assert (kept, gone) == (0, 1)
    assert rows(tmp_path, "SELECT * FROM workflow_status") == []


async def test_retention_is_on_the_schedule(tmp_path: Path) -> None:
    async with engine_on(tmp_path, nothing):
        schedules = rows(tmp_path, "SELECT schedule_name, workflow_name FROM workflow_schedules")

    assert schedules == [("retention", "retention_v1")]


async def test_the_library_writes_through_our_handlers_only(tmp_path: Path) -> None:
    async with engine_on(tmp_path, nothing):
        library = logging.getLogger("dbos")

        assert library.propagate
        assert not any(isinstance(item, logging.StreamHandler) for item in library.handlers)
        assert library.level == logging.WARNING


async def test_threads_still_work_after_the_engine_has_gone(tmp_path: Path) -> None:
    async with engine_on(tmp_path, nothing):
        pass

    assert await asyncio.to_thread(lambda: "alive") == "alive"


def test_the_wait_grows_up_to_its_limit_and_never_undercuts_the_provider() -> None:
    retry = Retry(attempts=9, first=2.0, factor=2.0, longest=10.0)

    assert [retry.delay(failures, chance=0.0) for failures in (1, 2, 3, 4)] == [2, 4, 8, 10]
    assert retry.delay(1, chance=0.0, at_least=60.0) == 60
    assert retry.delay(1, chance=0.5) == pytest.approx(2.2)
    assert ServiceBusy(retry_after=60.0).retry_after == 60
    assert ONCE.attempts == 1
