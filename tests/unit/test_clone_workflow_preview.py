"""A voice that was made stays, whatever becomes of its preview and its card."""

from pathlib import Path

from bot.domain.errors import FaceDown, ServiceDown
from bot.domain.outcomes import PostedAs, VoiceReady
from bot.domain.voices import VoiceState
from tests.fakes.cloning import KEY, clone
from tests.fakes.myna import ended, running
from tests.fakes.waiting import until
from tests.fakes.world import World


async def test_a_preview_that_cannot_be_fetched_leaves_the_voice(
    tmp_path: Path, world: World
) -> None:
    world.fail("fetch_preview", *(ServiceDown(reason="404") for _ in range(4)))

    outcome, state = await clone(tmp_path, world)

    assert isinstance(outcome, VoiceReady)
    assert outcome.posted is PostedAs.NOTHING
    assert state is VoiceState.READY
    assert world.charges[KEY] == 1
    assert len(world.alerts) == 1


async def test_the_voice_is_kept_before_its_preview_is_posted(tmp_path: Path, world: World) -> None:
    async with running(tmp_path, world) as myna:
        world.crash_at[KEY] = 1 + world_calls_before("post_bubble")
        await myna.order(KEY)
        await until(lambda: len(world.touched[KEY]) == world.crash_at[KEY])

        assert (await myna.voices.get(KEY)).state is VoiceState.READY


def world_calls_before(name: str) -> int:
    """Return how often a clone touches the world before it calls `name`."""
    calls = ["fetch", "fetch", "prepare", "upload_sample", "clone", "fetch_preview", "bubble"]
    assert name == "post_bubble"
    return 2 * len(calls)


async def test_a_face_that_comes_back_gets_its_post_marked_as_repeated(
    tmp_path: Path, world: World
) -> None:
    world.fail("post_bubble", FaceDown(reason="503"))

    outcome, _ = await clone(tmp_path, world)

    assert isinstance(outcome, VoiceReady)
    assert outcome.posted is PostedAs.BUBBLE
    assert world.posts[KEY] == [True]


async def test_a_face_that_stays_down_is_given_an_hour_and_the_voice_stays(
    tmp_path: Path, world: World
) -> None:
    for name in ("post_bubble", "conclude"):
        world.fail(name, *(FaceDown(reason="503") for _ in range(36)))

    async with running(tmp_path, world) as myna:
        await myna.order(KEY)
        await ended("clone_v1", KEY)
        state = (await myna.voices.get(KEY)).state

    assert state is VoiceState.READY
    assert 3000 < sum(myna.slept) / 2 < 4000
    assert world.outcomes[KEY] == []
    assert len(world.alerts) == 2
    assert world.files == {}
