"""A warning reaches the owner once, whatever happens meanwhile, and only while there is time."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.errors import CannotPost, FaceDown, MynaError
from bot.domain.outcomes import SpeechDone, VoiceExpiring
from bot.domain.people import Address
from bot.domain.speeches import SpeechKey
from bot.domain.voices import UNUSED_LIFE, VoiceKey, VoiceState
from bot.jobs.warn import warning_key
from bot.services.keeping import KeepVoices
from tests.fakes.myna import PRICES, Myna, ended, running
from tests.fakes.orders import ADA, NOON
from tests.fakes.speaking import AS_ADA, MINE, SECOND, Hands, an_ask, keep_voice, speaker
from tests.fakes.waiting import until
from tests.fakes.world import World

FIRST, SECOND_ONE = timedelta(days=5, hours=1), timedelta(days=6, hours=13)


@pytest.fixture
def clock() -> Hands:
    return Hands(NOON + FIRST)


@asynccontextmanager
async def process(
    folder: Path, world: World, clock: Hands
) -> AsyncIterator[tuple[Myna, KeepVoices]]:
    """Run one process with the sweep of it."""
    async with running(folder, world, now=clock) as myna:
        if not await myna.voices.listed(ADA):
            await keep_voice(myna.kept, is_used=False)
        yield myna, KeepVoices(voices=myna.voices, jobs=myna.jobs, now=clock)


async def given(number: int) -> None:
    """Wait until the warning of that number has ended."""
    await ended("warn_v1", warning_key(MINE, number))


async def test_a_warning_tells_the_owner_what_keeping_costs_and_is_counted(
    tmp_path: Path, world: World, clock: Hands
) -> None:
    async with process(tmp_path, world, clock) as (myna, keeping):
        await keeping.sweep()
        await given(1)
        voice = await myna.voices.get(MINE)

    ((person, notice),) = world.notices
    assert (person, voice.warned) == (ADA, 1)
    assert isinstance(notice, VoiceExpiring)
    assert (notice.voice.key, notice.price) == (MINE, PRICES.clone_fee)


async def test_over_restarts_and_many_sweeps_there_are_two_warnings(
    tmp_path: Path, world: World, clock: Hands
) -> None:
    for day in range(3):
        async with process(tmp_path, world, clock) as (_, keeping):
            for _ in range(3):
                await keeping.sweep()
            await given(1 if day == 0 else 2)
            await keeping.sweep()
        clock.now = NOON + SECOND_ONE

    assert len(world.notices) == 2


@pytest.mark.parametrize("crash_at", [1, 2])
async def test_a_crash_while_warning_warns_once(
    tmp_path: Path, world: World, clock: Hands, crash_at: int
) -> None:
    world.crash_at[ADA] = crash_at
    async with process(tmp_path, world, clock) as (myna, keeping):
        await keeping.sweep()
        await until(lambda: len(world.touched[ADA]) == crash_at)
    world.crash_at.clear()

    async with process(tmp_path, world, clock) as (myna, keeping):
        await keeping.sweep()
        await given(1)
        await keeping.sweep()

        assert (await myna.voices.get(MINE)).warned == 1
    assert len(world.notices) == 1


@pytest.mark.parametrize("state", [VoiceState.DELETED, VoiceState.LOST], ids=str)
async def test_who_has_no_voice_any_more_when_the_warning_is_due_is_left_alone(
    tmp_path: Path, world: World, clock: Hands, state: VoiceState
) -> None:
    async with process(tmp_path, world, clock) as (myna, _):
        await myna.voices.settle(MINE, state)
        await myna.jobs.warn(MINE, 1)
        await given(1)

    assert world.notices == []
    assert world.alerts == []


async def test_who_used_the_voice_while_the_face_was_down_is_left_alone(
    tmp_path: Path, world: World, clock: Hands
) -> None:
    async with process(tmp_path, world, clock) as (myna, keeping):
        await keep_voice_used(myna)
        await keeping.sweep()
        await myna.jobs.warn(MINE, 1)
        await given(1)

    assert world.notices == []


async def keep_voice_used(myna: Myna) -> None:
    """Let the voice have spoken."""
    await myna.voices.mark_used(MINE, NOON)


@pytest.mark.parametrize(("left", "told"), [(SECOND, 1), (timedelta(0), 0)])
async def test_a_voice_is_warned_of_up_to_its_end_and_not_after(
    tmp_path: Path, world: World, clock: Hands, left: timedelta, told: int
) -> None:
    async with process(tmp_path, world, clock) as (myna, _):
        clock.now = NOON + UNUSED_LIFE - left
        await myna.jobs.warn(MINE, 2)
        await given(2)

    assert len(world.notices) == told


@pytest.mark.parametrize(
    "trouble", [[CannotPost(missing=[])], [FaceDown(reason="503")] * 60], ids=["nowhere", "down"]
)
async def test_an_owner_who_cannot_be_reached_is_the_operators_and_not_tried_for_ever(
    tmp_path: Path, world: World, clock: Hands, trouble: list[MynaError]
) -> None:
    world.fail("notify", *trouble)
    async with process(tmp_path, world, clock) as (myna, keeping):
        await keeping.sweep()
        await given(1)
        again = await keeping.sweep()

        assert (again, (await myna.voices.get(MINE)).warned) == (0, 1)
    assert [type(error) for error, _ in world.alerts] == [type(trouble[0])]
    assert world.notices == []


async def test_a_deaf_operator_does_not_make_a_warning_come_again(
    tmp_path: Path, world: World, clock: Hands
) -> None:
    world.fail("notify", CannotPost(missing=[]))
    world.fail("alert", CannotPost(missing=[]))
    async with process(tmp_path, world, clock) as (myna, keeping):
        await keeping.sweep()
        await given(1)

        assert (await myna.voices.get(MINE)).warned == 1


async def test_only_the_second_warning_after_a_downtime_counts_as_both(
    tmp_path: Path, world: World, clock: Hands
) -> None:
    clock.now = NOON + SECOND_ONE
    async with process(tmp_path, world, clock) as (myna, keeping):
        await keeping.sweep()
        await given(2)

        assert (await myna.voices.get(MINE)).warned == 2
        assert await keeping.sweep() == 0
    assert len(world.notices) == 1


async def test_the_speech_of_the_keep_button_marks_the_voice_as_used_and_ends_the_warnings(
    tmp_path: Path, world: World, clock: Hands
) -> None:
    async with process(tmp_path, world, clock) as (myna, keeping):
        await keeping.sweep()
        await given(1)
        me = speaker(myna, now=clock)
        order = an_ask("discord-70", AS_ADA)
        await me.speak.keep_voice(MINE, order, AS_ADA)
        await me.speak.start(order.key, order.address)
        await ended("speak_v1", order.key)

        assert (await myna.voices.get(MINE)).used_at == clock.now
        clock.now = NOON + SECOND_ONE
        assert await keeping.sweep() == 0
    (outcome,) = world.outcomes[order.address.token]
    assert isinstance(outcome, SpeechDone)
    assert (outcome.kept, outcome.fee) == (True, PRICES.clone_fee)


async def test_a_new_version_that_only_waits_for_its_owner_is_kept_by_the_button_of_its_warning(
    tmp_path: Path, world: World, clock: Hands
) -> None:
    proposed = VoiceKey("discord-2")
    async with running(tmp_path, world, now=clock) as myna:
        await keep_voice(myna.kept)
        await keep_voice(myna.kept, proposed, is_used=False, replaces=MINE)
        await KeepVoices(voices=myna.voices, jobs=myna.jobs, now=clock).sweep()
        await ended("warn_v1", warning_key(proposed, 1))
        assert [notice.voice.key for _, notice in world.notices] == [proposed]  # type: ignore[union-attr]

        me = speaker(myna, now=clock)
        await me.speak.keep_voice(proposed, an_ask("discord-70", AS_ADA), AS_ADA)
        await me.speak.start(SpeechKey("discord-70"), Address("discord", "discord-70"))
        done = await me.outcome("discord-70")

        assert isinstance(done, SpeechDone)
        assert done.kept
        assert (await myna.voices.get(proposed)).replaces == MINE


async def test_a_voice_that_was_held_when_its_warning_was_due_is_warned_of_once_it_can_speak(
    tmp_path: Path, world: World, clock: Hands
) -> None:
    async with process(tmp_path, world, clock) as (myna, keeping):
        await myna.voices.settle(MINE, VoiceState.HELD)
        await myna.jobs.warn(MINE, 1)
        await given(1)
        assert world.notices == []

        await myna.voices.settle(MINE, VoiceState.READY)
        await keeping.sweep()
        await until(lambda: len(world.notices) == 1)
        await given(1)
        await keeping.sweep()
        assert (await myna.voices.get(MINE)).warned == 1
