"""How often a status message is edited."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from bot.frontends.discord.addresses import Place
from bot.frontends.discord.status import EDIT_EVERY, StatusBoard

HERE, THERE = Place(1, 2, 3), Place(1, 4, 3)


@dataclass
class Wall:
    """Remembers what was painted when; time moves when told."""

    now: float = 0.0
    painted: list[tuple[float, Place, str]] = field(default_factory=list)
    sleepers: list[tuple[float, asyncio.Event]] = field(default_factory=list)

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.Event()
        self.sleepers.append((self.now + seconds, woken))
        await woken.wait()

    async def paint(self, place: Place, text: str) -> None:
        self.painted.append((self.now, place, text))

    async def advance(self, seconds: float) -> None:
        """Let time pass, and everybody who waited go on."""
        await settle()
        self.now += seconds
        for due, woken in self.sleepers:
            if due <= self.now:
                woken.set()
        await settle()

    def texts(self, place: Place = HERE) -> list[str]:
        return [text for _, where, text in self.painted if where == place]


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


@dataclass
class Bench:
    """A board, its wall, and its tasks."""

    wall: Wall
    board: StatusBoard
    tasks: asyncio.TaskGroup

    async def conclude(self, text: str) -> None:
        await self.board.conclude(HERE, lambda: self.wall.paint(HERE, text))


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    wall = Wall()
    running: list[asyncio.Task[None]] = []
    tasks = asyncio.TaskGroup()
    board = StatusBoard(
        wall.paint,
        monotonic=wall.monotonic,
        sleep=wall.sleep,
        start=lambda work: running.append(tasks.create_task(work)),
    )
    async with tasks:
        yield Bench(wall, board, tasks)
        for task in running:
            task.cancel()


async def test_the_first_progress_after_a_restart_is_shown_at_once(bench: Bench) -> None:
    bench.board.show(HERE, "a")
    await settle()

    assert bench.wall.painted == [(0.0, HERE, "a")]


async def test_progress_right_after_the_status_was_posted_waits(bench: Bench) -> None:
    bench.board.posted(HERE)
    bench.board.show(HERE, "a")
    await settle()
    early = bench.wall.texts()
    await bench.wall.advance(EDIT_EVERY)

    assert early == []
    assert bench.wall.texts() == ["a"]


async def test_of_what_comes_too_fast_the_latest_is_shown_when_due(bench: Bench) -> None:
    for text in "abcd":
        bench.board.show(HERE, text)
        await settle()
    await bench.wall.advance(EDIT_EVERY)

    assert bench.wall.painted == [(0.0, HERE, "a"), (EDIT_EVERY, HERE, "d")]


async def test_messages_do_not_wait_for_each_other(bench: Bench) -> None:
    bench.board.show(HERE, "a")
    bench.board.show(THERE, "b")
    await settle()

    assert (bench.wall.texts(HERE), bench.wall.texts(THERE)) == (["a"], ["b"])


async def test_the_conclusion_comes_at_once_and_drops_what_waits(bench: Bench) -> None:
    bench.board.posted(HERE)
    bench.board.show(HERE, "a")
    await bench.conclude("end")
    await bench.wall.advance(EDIT_EVERY)

    assert bench.wall.painted == [(0.0, HERE, "end")]


async def test_a_conclusion_keeps_the_pace_of_edits(bench: Bench) -> None:
    bench.board.show(HERE, "a")
    await settle()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(bench.conclude("end"))
        await bench.wall.advance(EDIT_EVERY)

    assert bench.wall.painted == [(0.0, HERE, "a"), (EDIT_EVERY, HERE, "end")]


async def test_a_conclusion_does_not_wait_where_nothing_was_shown(bench: Bench) -> None:
    await bench.conclude("end")

    assert bench.wall.painted == [(0.0, HERE, "end")]


async def test_a_forgotten_status_is_not_edited_any_more(bench: Bench) -> None:
    bench.board.posted(HERE)
    bench.board.show(HERE, "a")
    bench.board.forget(HERE)
    await bench.wall.advance(EDIT_EVERY)

    assert bench.wall.painted == []
