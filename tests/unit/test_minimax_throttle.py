"""The limiter lets no more calls start in any minute than it was told."""

import asyncio

from bot.minimax.throttle import WINDOW_SECONDS, Throttle
from tests.fakes.minimax_loopback import ManualTime


async def starts_of(throttle: Throttle, time: ManualTime, calls: int) -> list[float]:
    starts = []
    for _ in range(calls):
        await throttle.turn()
        starts.append(time.now)
    return starts


async def test_no_minute_has_more_starts_than_allowed() -> None:
    time = ManualTime()
    throttle = Throttle(5, clock=time.clock, sleep=time.sleep)

    starts = await starts_of(throttle, time, 23)

    for index, first in enumerate(starts):
        assert sum(first <= start < first + WINDOW_SECONDS for start in starts[index:]) <= 5


async def test_calls_within_the_limit_do_not_wait() -> None:
    time = ManualTime()
    throttle = Throttle(5, clock=time.clock, sleep=time.sleep)

    await starts_of(throttle, time, 5)

    assert time.slept == []


async def test_a_call_waits_only_until_the_oldest_is_a_minute_old() -> None:
    time = ManualTime()
    throttle = Throttle(2, clock=time.clock, sleep=time.sleep)
    await throttle.turn()
    time.now += 50
    await throttle.turn()

    await throttle.turn()

    assert len(time.slept) == 1
    assert 10 <= time.slept[0] <= 12


async def test_a_closed_endpoint_stays_closed_until_the_minute_is_over() -> None:
    time = ManualTime()
    throttle = Throttle(None, clock=time.clock, sleep=time.sleep)

    closed_for = throttle.close()
    throttle.close(5)
    await throttle.turn()
    await throttle.turn()

    assert closed_for >= WINDOW_SECONDS
    assert time.slept == [closed_for]


async def test_a_waiting_call_that_is_cancelled_does_not_block_the_next() -> None:
    time = ManualTime()
    asleep = asyncio.Event()

    async def sleep_for_ever(_: float) -> None:
        asleep.set()
        await asyncio.Event().wait()

    throttle = Throttle(1, clock=time.clock, sleep=sleep_for_ever)
    await throttle.turn()
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(throttle.turn())
        await asleep.wait()
        waiting.cancel()
    time.now += 120

    await throttle.turn()

    assert waiting.cancelled()


async def test_it_tells_how_many_wait_for_their_turn() -> None:
    time = ManualTime()
    asleep, go_on = asyncio.Event(), asyncio.Event()

    async def sleep_until_told(seconds: float) -> None:
        asleep.set()
        await go_on.wait()
        time.now += seconds

    throttle = Throttle(1, clock=time.clock, sleep=sleep_until_told)
    await throttle.turn()
    async with asyncio.TaskGroup() as group:
        for _ in range(3):
            group.create_task(throttle.turn())
        await asleep.wait()

        assert throttle.waiting == 3
        go_on.set()

    assert throttle.waiting == 0
