"""When the owner of an unused voice is warned: over its 168 hours, with a clock that is moved."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.voices import UNUSED_LIFE, Voice, VoiceKey, VoiceState
from bot.services.keeping import due_warning
from tests.fakes.orders import NOON
from tests.fakes.speaking import AS_ADA, MINE, SECOND, Desk, an_ask, keep_voice, open_desk

HOUR = timedelta(hours=1)
FIVE_DAYS = timedelta(days=5)
SIX_AND_A_HALF = timedelta(days=6, hours=12)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path) as desk:
        await keep_voice(desk.kept, is_used=False)
        yield desk


async def warned_at(desk: Desk, *, until: timedelta, every: timedelta = HOUR) -> list[float]:
    """Sweep until so long after the cloning; return after how many days each warning started.

    Each is given at once, as its job does.
    """
    found = []
    while desk.clock.now <= NOON + until:
        started = await desk.keeping.sweep()
        assert started == len(desk.jobs.warnings)
        for key, number in desk.jobs.warnings:
            while (await desk.kept.voices.get(key)).warned < number:
                await desk.kept.voices.count_warning(key)
            found.append(days(desk.clock.now))
        desk.jobs.warnings.clear()
        desk.clock.move(every)
    return found


def days(moment: datetime) -> float:
    """Return how many days after the cloning a moment is."""
    return (moment - NOON) / timedelta(days=1)


async def test_over_168_hours_an_owner_is_warned_twice_on_day_5_and_on_day_6_and_a_half(
    desk: Desk,
) -> None:
    found = await warned_at(desk, until=UNUSED_LIFE + timedelta(days=2))

    assert found == pytest.approx([5, 6.5], abs=1 / 23)


async def test_nothing_is_said_before_day_5(desk: Desk) -> None:
    desk.clock.move(FIVE_DAYS - SECOND)
    assert await desk.keeping.sweep() == 0

    desk.clock.move(2 * SECOND)
    assert await desk.keeping.sweep() == 1
    assert desk.jobs.warnings == [(MINE, 1)]


async def test_a_sweep_every_minute_warns_no_more_often(desk: Desk) -> None:
    desk.clock.move(FIVE_DAYS - HOUR)

    found = await warned_at(desk, until=FIVE_DAYS + 5 * HOUR, every=timedelta(minutes=1))

    assert len(found) == 1


async def test_a_warning_that_was_started_but_not_given_is_started_under_the_same_number(
    desk: Desk,
) -> None:
    desk.clock.move(FIVE_DAYS + HOUR)
    for _ in range(3):
        await desk.keeping.sweep()
        desk.clock.move(HOUR)

    # Starting one number twice is one job.
    assert set(desk.jobs.warnings) == {(MINE, 1)}


async def test_after_a_downtime_from_day_4_to_day_6_point_6_only_the_last_warning_is_given(
    desk: Desk,
) -> None:
    assert await warned_at(desk, until=timedelta(days=4)) == []
    desk.clock.move(timedelta(days=2.6))

    found = await warned_at(desk, until=UNUSED_LIFE + HOUR)

    assert len(found) == 1
    assert (await desk.kept.voices.get(MINE)).warned == 2


async def test_after_a_downtime_over_the_end_nothing_is_said(desk: Desk) -> None:
    desk.clock.move(UNUSED_LIFE)

    assert await desk.keeping.sweep() == 0


@pytest.mark.parametrize("state", [VoiceState.DELETED, VoiceState.LOST, VoiceState.FAILED], ids=str)
async def test_a_voice_that_is_gone_is_not_warned_of(state: VoiceState, desk: Desk) -> None:
    await desk.kept.voices.settle(MINE, state)

    assert await warned_at(desk, until=UNUSED_LIFE) == []


async def test_a_held_voice_is_warned_of_once_it_can_speak(desk: Desk) -> None:
    await desk.kept.voices.settle(MINE, VoiceState.HELD)
    desk.clock.move(FIVE_DAYS + HOUR)
    assert await desk.keeping.sweep() == 0

    await desk.kept.voices.settle(MINE, VoiceState.READY)

    assert await desk.keeping.sweep() == 1
    assert desk.jobs.warnings == [(MINE, 1)]


async def test_a_voice_that_was_used_is_not_warned_of_any_more(desk: Desk) -> None:
    assert len(await warned_at(desk, until=FIVE_DAYS + HOUR)) == 1
    await desk.kept.voices.mark_used(MINE, desk.clock.now)

    assert await warned_at(desk, until=UNUSED_LIFE) == []


async def test_each_voice_has_its_own_time(desk: Desk) -> None:
    for number in range(2, 5):
        await keep_voice(
            desk.kept,
            f"discord-{number}",
            label=f"Voice {number}",
            is_used=False,
            made_at=NOON + number * timedelta(days=1),
        )
    desk.clock.move(timedelta(days=8, hours=13))

    await desk.keeping.sweep()

    # The first is gone; the others are six and a half days, five and a half, and four and a half.
    assert desk.jobs.warnings == [("discord-2", 2), ("discord-3", 1)]


async def test_the_time_runs_from_the_cloning_and_not_from_the_order(desk: Desk) -> None:
    voice = await desk.kept.voices.settle(
        MINE, VoiceState.READY, deadline=NOON + UNUSED_LIFE + timedelta(days=1)
    )

    assert due_warning(voice, NOON + FIVE_DAYS + HOUR) is None
    assert due_warning(voice, NOON + FIVE_DAYS + timedelta(days=1)) == 1


async def test_a_voice_that_was_never_made_is_not_warned_of(desk: Desk) -> None:
    voice = await desk.kept.voices.get(MINE)

    for age in (FIVE_DAYS, SIX_AND_A_HALF, UNUSED_LIFE):
        assert due_warning(_unmade(voice), NOON + age) is None


def _unmade(voice: Voice) -> Voice:
    return replace(voice, deadline=None)


async def test_the_button_of_a_warning_orders_what_keeps_the_voice(desk: Desk) -> None:
    desk.clock.move(FIVE_DAYS + HOUR)
    await desk.keeping.sweep()
    ((key, _),) = desk.jobs.warnings

    speech = await desk.speak.keep_voice(VoiceKey(key), an_ask("discord-70", AS_ADA), AS_ADA)

    assert (speech.order.voice.key, speech.order.fresh) == (MINE, True)
