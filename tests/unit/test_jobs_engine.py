"""The durable engine by itself, with workflows made for the purpose."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.errors import Unexpected
from bot.jobs import AlreadyRunning, EngineUnusable, Limits
from bot.jobs.engine import Schedule
from bot.jobs.run import Run
from bot.store import SqlKeyValueStore
from tests.fakes.engine import Body, engine_on, nothing, once, rows
from tests.fakes.myna import ended
from tests.fakes.waiting import until
from tests.fakes.world import World


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

    async def work(_run: Run, _facts: SqlKeyValueStore) -> None:
        raise OSError(28, "No space left on device")

    await once(tmp_path, work, world=world)

    ((error, reference),) = world.alerts
    assert isinstance(error, Unexpected)
    assert error.what == "OSError broke test_v1:a off"
    assert f"{reference}: test_v1:a broke off" in caplog.text


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


async def test_a_schedule_starts_what_ran_before_and_forgets_what_ended(tmp_path: Path) -> None:
    runs: list[str] = []
    swept: list[int] = []

    def body(_: SqlKeyValueStore) -> Body:
        async def workflow(_run: Run, key: str) -> None:
            runs.append(key)

        return workflow

    async def sweep(_: datetime) -> None:
        await engine.start("test_v1", "a", again=True)
        await ended("test_v1", "a")
        assert await engine.is_over("test_v1", "a")
        swept.append(await engine.forget_ended(datetime.now(UTC) + timedelta(days=1)))

    each_second = Schedule("sweep", "* * * * * *", sweep)
    world = World()
    async with engine_on(tmp_path, body, schedules=[each_second], world=world) as (engine, _):
        await engine.start("test_v1", "a")
        await ended("test_v1", "a")
        await until(lambda: bool(swept or world.alerts))

    assert (runs[:2], world.alerts) == (["a", "a"], [])
    assert swept[0] >= 1


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
