"""The steps and transactions of a workflow: done once, tried again, given up."""

import asyncio
from pathlib import Path

import pytest

from bot.domain.errors import LabelTaken, MynaError, ServiceBusy, ServiceDown
from bot.jobs.run import Run
from bot.jobs.steps import ONCE, Retry, Step
from bot.store import SqlKeyValueStore
from tests.fakes.engine import once, over_a_crash, rows

LOOK = Step("look", timeout=5.0)


async def test_a_recorded_step_is_not_run_again(tmp_path: Path) -> None:
    runs: list[str] = []

    async def look() -> dict[str, tuple[int, ...]]:
        runs.append("look")
        return {"seen": (1, 2)}

    async def work(run: Run, _facts: SqlKeyValueStore) -> None:
        runs.append(repr(await run.step(LOOK, look)))

    await over_a_crash(tmp_path, work)

    # Live and replayed values are alike: both are what JSON makes of a tuple.
    assert runs == ["look", "{'seen': [1, 2]}", "{'seen': [1, 2]}"]


async def test_a_committed_transaction_is_not_run_again(tmp_path: Path) -> None:
    runs: list[str] = []

    async def work(run: Run, facts: SqlKeyValueStore) -> None:
        async def write() -> str:
            runs.append("write")
            await facts.write("colour", "blue")
            return "written"

        runs.append(await run.transaction("write", write))

    colour = await over_a_crash(tmp_path, work)

    assert runs == ["write", "written", "written"]
    assert colour == "blue"


async def test_a_refused_transaction_stores_nothing_and_its_error_comes_back_the_same(
    tmp_path: Path,
) -> None:
    caught: list[MynaError] = []

    async def work(run: Run, facts: SqlKeyValueStore) -> None:
        async def write() -> None:
            await facts.write("colour", "blue")
            raise LabelTaken(label="Me")

        try:
            await run.transaction("write", write)
        except MynaError as error:
            caught.append(error)

    colour = await over_a_crash(tmp_path, work)

    assert [repr(error) for error in caught] == ["LabelTaken(label='Me')"] * 2
    assert colour is None


async def test_nothing_is_pickled(tmp_path: Path) -> None:
    async def refuse() -> None:
        raise LabelTaken(label="Me")

    async def work(run: Run, _facts: SqlKeyValueStore) -> None:
        for _ in range(2):
            try:
                await run.step(LOOK, refuse)
                await run.transaction("refuse", refuse)
            except LabelTaken:
                continue

    await once(tmp_path, work)

    for table in ("workflow_status", "operation_outputs"):
        kinds = rows(tmp_path, f"SELECT DISTINCT serialization FROM {table}")  # noqa: S608
        assert kinds == [("portable_json",)]


async def test_a_step_that_takes_too_long_is_given_up_and_tried_again(tmp_path: Path) -> None:
    attempts: list[int] = []
    results: list[str] = []
    slept: list[float] = []
    hasty = Step("hasty", timeout=0.01, retry=Retry(attempts=2, first=3.0))

    async def hang() -> str:
        attempts.append(1)
        if len(attempts) == 1:
            await asyncio.Event().wait()
        return "in time"

    async def work(run: Run, _facts: SqlKeyValueStore) -> None:
        results.append(await run.step(hasty, hang))

    await once(tmp_path, work, slept=slept)

    assert results == ["in time"]
    assert slept == [3.0]


async def test_patience_ends_with_the_last_error(tmp_path: Path) -> None:
    caught: list[MynaError] = []

    async def refuse() -> None:
        raise ServiceDown(reason="502", reference="trace")

    async def work(run: Run, _facts: SqlKeyValueStore) -> None:
        try:
            await run.step(Step("refuse", timeout=5.0, retry=Retry(attempts=3)), refuse)
        except ServiceDown as error:
            caught.append(error)

    await once(tmp_path, work)

    assert [repr(error) for error in caught] == ["ServiceDown(reason='502', reference='trace')"]


def test_the_wait_grows_up_to_its_limit_and_never_undercuts_the_provider() -> None:
    retry = Retry(attempts=9, first=2.0, factor=2.0, longest=10.0)

    assert [retry.delay(failures, chance=0.0) for failures in (1, 2, 3, 4)] == [2, 4, 8, 10]
    assert retry.delay(1, chance=0.0, at_least=60.0) == 60
    assert retry.delay(1, chance=0.5) == pytest.approx(2.2)
    assert ServiceBusy(retry_after=60.0).retry_after == 60
    assert ONCE.attempts == 1
