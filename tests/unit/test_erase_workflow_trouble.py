"""A provider or a chat that fails, and a kill anywhere, keep nobody from being erased."""

from pathlib import Path

import pytest

from bot.domain.erasure import Erased, Erasure, ErasureState
from bot.domain.errors import (
    CannotPost,
    FaceDown,
    ServiceDown,
    ServiceMisconfigured,
)
from bot.domain.people import pseudonym_of
from bot.jobs import ERASE_WORKFLOW
from tests.fakes.erasing import KEY, VOICE, cloned, erased, privacy_of, receipts, swept
from tests.fakes.myna import ended, running
from tests.fakes.orders import ADA, NOON
from tests.fakes.waiting import until
from tests.fakes.world import World


async def test_a_provider_that_is_down_for_a_while_is_asked_again(
    tmp_path: Path, world: World
) -> None:
    async with running(tmp_path, world) as myna:
        await cloned(myna)
        world.fail("delete_voice", *[ServiceDown(reason="down")] * 20)

        assert (await erased(myna)).state is ErasureState.CLOSED

    assert world.voices == {}
    assert len(receipts(world)) == 1


async def test_what_the_provider_refuses_is_told_and_asked_for_until_it_is_gone(
    tmp_path: Path, world: World
) -> None:
    refusal = ServiceMisconfigured(code=1004, message="no key")
    async with running(tmp_path, world) as myna:
        for key in ("discord-1", "discord-2"):
            await cloned(myna, key)
        world.fail("delete_voice", refusal)

        erasure = await erased(myna)
        (told,) = receipts(world)
        (left,) = told.receipt.refused
        assert (left.voice, left.label) == (VOICE, VOICE)
        assert told.receipt.erased[Erased.VOICES] == 1
        assert (erasure.state, erasure.person) == (ErasureState.PENDING, ADA)
        assert (await myna.voices.get(VOICE)).owner == erasure.pseudonym
        assert not await myna.kept.erasures.is_running(ADA)
        assert len(world.voices) == 1

        world.fail("delete_voice", refusal)
        await swept(myna)
        assert len(receipts(world)) == 1
        await swept(myna)
        last = await myna.kept.erasures.get(KEY)

    assert world.voices == {}
    assert [one.is_rest for one in receipts(world)] == [False, True]
    assert receipts(world)[1].receipt.refused == ()
    assert last is not None
    assert (last.state, last.person) == (ErasureState.CLOSED, erasure.pseudonym)
    assert [str(error) for error, _ in world.alerts] == [str(refusal)] * 2


async def test_after_an_hour_in_vain_the_other_voices_do_not_take_an_hour_each(
    tmp_path: Path, world: World
) -> None:
    async with running(tmp_path, world) as myna:
        for key in ("discord-1", "discord-2", "discord-3"):
            await cloned(myna, key)
        world.fail("delete_voice", *[ServiceDown(reason="down")] * 40)

        erasure = await erased(myna)
        assert len(erasure.receipt.refused) == 3

        await swept(myna)
    assert world.voices == {}


async def test_who_takes_no_messages_finds_the_receipt_when_they_ask(
    tmp_path: Path, world: World
) -> None:
    async with running(tmp_path, world) as myna:
        await cloned(myna)
        world.fail("notify", CannotPost(missing=[]))

        erasure = await erased(myna)

        assert (erasure.state, erasure.person) == (ErasureState.UNTOLD, ADA)
        assert erasure.receipt.erased[Erased.VOICES] == 1
        assert await privacy_of(myna).erasures(ADA) == [erasure]
        assert not await myna.kept.erasures.is_running(ADA)
    assert world.alerts == []


async def test_a_chat_that_is_down_keeps_nobody_from_being_erased(
    tmp_path: Path, world: World
) -> None:
    async with running(tmp_path, world) as myna:
        await cloned(myna)
        world.fail("remove_bubble", *[FaceDown(reason="down")] * 6)
        world.fail("notify", *[FaceDown(reason="down")] * 10)

        assert (await erased(myna)).state is ErasureState.CLOSED
    assert len(receipts(world)) == 1


@pytest.mark.parametrize("touch", range(1, 5))
async def test_a_kill_at_the_provider_or_in_the_chat_loses_nothing(
    tmp_path: Path, world: World, touch: int
) -> None:
    async with running(tmp_path, world) as myna:
        await cloned(myna)
        world.crash_at[VOICE] = len(world.touched[VOICE]) + touch
        await privacy_of(myna).erase(KEY, ADA, who=ADA)
        await until(lambda: len(world.touched[VOICE]) == world.crash_at[VOICE])
    world.crash_at.clear()

    async with running(tmp_path, world) as myna:
        assert (await erased(myna)).state is ErasureState.CLOSED
        assert (await myna.voices.get(VOICE)).owner != ADA
    assert world.voices == {}
    assert [one.receipt.erased[Erased.VOICES] for one in receipts(world)] == [1]


@pytest.mark.parametrize("touch", [1, 2])
async def test_a_kill_while_they_are_told_sends_one_receipt(
    tmp_path: Path, world: World, touch: int
) -> None:
    async with running(tmp_path, world) as myna:
        await cloned(myna)
        world.crash_at[ADA] = touch
        await privacy_of(myna).erase(KEY, ADA, who=ADA)
        await until(lambda: len(world.touched[ADA]) == touch)
    world.crash_at.clear()

    async with running(tmp_path, world) as myna:
        assert (await erased(myna)).state is ErasureState.CLOSED
    assert len(receipts(world)) == 1


async def test_a_kill_before_the_job_began_is_made_good_by_the_schedule(
    tmp_path: Path, world: World
) -> None:
    async with running(tmp_path, world) as myna:
        await cloned(myna)
        await myna.kept.erasures.begin(Erasure(KEY, ADA, pseudonym_of("x"), NOON))

    async with running(tmp_path, world) as myna:
        assert await privacy_of(myna).sweep() == 1
        await ended(ERASE_WORKFLOW, KEY)
    assert world.voices == {}
