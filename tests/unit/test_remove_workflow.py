"""A speech that is taken back is gone from where it was posted, and its card says so."""

from pathlib import Path

from bot.domain.errors import CannotPost, FaceDown, Unexpected
from bot.domain.outcomes import SpeechRemoved
from bot.domain.speeches import SpeechKey, SpeechState
from tests.fakes.myna import Myna, ended, running
from tests.fakes.speaking import AS_ADA, Speaker, keep_voice, price, running_speaker, speaker
from tests.fakes.waiting import until
from tests.fakes.world import FakeSpeechCache, World

KEY = SpeechKey("discord-70")
TWO = "a" * 1100 + "\n\n" + "b" * 1100


async def remove(me: Speaker) -> SpeechState:
    """Press Delete, and wait until it has ended; return what became of the speech."""
    await me.speak.remove(KEY, asker=AS_ADA)
    await ended("remove_v1", KEY)
    return await state(me.myna)


async def state(myna: Myna) -> SpeechState:
    """Return where the speech stands."""
    return (await myna.kept.speeches.get(KEY)).state


async def two_bubbles(me: Speaker) -> None:
    """Let a speech be posted as two bubbles."""
    await me.hear(KEY, TWO)
    await ended("speak_v1", KEY)
    assert len(me.myna.world.nonces) == 2


async def test_every_bubble_is_taken_back_and_the_card_says_so(
    tmp_path: Path, world: World
) -> None:
    async with running_speaker(tmp_path, world) as me:
        await two_bubbles(me)

        assert await remove(me) is SpeechState.REMOVED

    assert world.nonces == {}
    assert world.calls(KEY)[-3:] == ["remove_bubble", "remove_bubble", "conclude"]
    assert isinstance(world.outcomes[KEY][-1], SpeechRemoved)


async def test_what_was_taken_back_stays_paid_and_stays_a_use(tmp_path: Path, world: World) -> None:
    async with running_speaker(tmp_path, world) as me:
        await two_bubbles(me)
        await remove(me)

        assert (await me.myna.kept.speeches.get(KEY)).spent == price(2200)
        assert await me.is_balanced()


async def test_a_face_that_is_down_is_waited_for(tmp_path: Path, world: World) -> None:
    async with running_speaker(tmp_path, world) as me:
        await two_bubbles(me)
        world.fail("remove_bubble", None, FaceDown(reason="503"), FaceDown(reason="503"))

        assert await remove(me) is SpeechState.REMOVED

    assert world.nonces == {}
    assert world.alerts == []


async def test_a_face_that_stays_down_is_the_operators_and_delete_can_be_pressed_again(
    tmp_path: Path, world: World
) -> None:
    async with running_speaker(tmp_path, world) as me:
        await two_bubbles(me)
        world.fail("remove_bubble", None, *[FaceDown(reason="503")] * 36)

        first = await remove(me)
        second = await remove(me)

    assert (first, second) == (SpeechState.DONE, SpeechState.REMOVED)
    assert [type(error) for error, _ in world.alerts] == [FaceDown]
    assert world.nonces == {}


async def test_a_place_that_is_gone_has_nothing_left_to_take_back(
    tmp_path: Path, world: World
) -> None:
    async with running_speaker(tmp_path, world) as me:
        await two_bubbles(me)
        world.fail("remove_bubble", CannotPost(missing=[]))

        assert await remove(me) is SpeechState.DONE

    assert world.alerts == []


async def test_a_deaf_operator_does_not_break_it_off(tmp_path: Path, world: World) -> None:
    async with running_speaker(tmp_path, world) as me:
        await two_bubbles(me)
        world.fail("remove_bubble", Unexpected(what="Discord answered 400"))
        world.fail("alert", CannotPost(missing=[]))

        await remove(me)

    assert world.alerts == []


async def test_a_crash_at_any_point_takes_everything_back(tmp_path: Path, world: World) -> None:
    cache = FakeSpeechCache()
    touches = 2 * len(["remove_bubble", "remove_bubble", "conclude"])
    keys = [SpeechKey(f"discord-7{number}") for number in range(1, touches + 1)]
    async with running(tmp_path, world, cache=cache) as myna:
        await keep_voice(myna.kept)
        me = speaker(myna)
        for number, key in enumerate(keys, start=1):
            await me.hear(key, TWO)
            await ended("speak_v1", key)
            world.touched[key].clear()
            world.crash_at[key] = number
            await me.speak.remove(key, asker=AS_ADA)
        await until(lambda: all(len(world.touched[key]) == world.crash_at[key] for key in keys))
    world.crash_at.clear()

    async with running(tmp_path, world, cache=cache) as myna:
        for key in keys:
            await ended("remove_v1", key)
        states = {(await myna.kept.speeches.get(key)).state for key in keys}

    assert states == {SpeechState.REMOVED}
    assert world.nonces == {}
    assert all(isinstance(world.outcomes[key][-1], SpeechRemoved) for key in keys)
    assert all(len(world.outcomes[key]) == 2 for key in keys)
