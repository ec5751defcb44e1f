"""A process that ends anywhere loses no speech, posts each part once, and leaves no money held."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.domain.outcomes import SpeechDone
from bot.domain.sharing import of_person
from bot.domain.speeches import SpeechKey, SpeechState
from bot.store.schema import speech_parts
from tests.fakes.myna import Myna, ended, running
from tests.fakes.orders import BOB
from tests.fakes.speaking import AS_BOB, MINE, Speaker, charges_in, keep_voice, share, speaker
from tests.fakes.waiting import until
from tests.fakes.world import FakeSpeechCache, World

LAST = "conclude done"
TWO_PARTS = 2 * 2 * len(["speak", "bubble", "post_bubble"]) + 2 * len(["conclude"])
"""How often a speech of two parts touches the world: before and after the effect of each call."""

RECORDING = 2 * len(["begin", "fetch", "recordings", "forget", "post", "post", "conclude"]) + len(
    ["recording_ready"]
)


@pytest.fixture
def cache() -> FakeSpeechCache:
    """Give the cache, which is on the disk and outlives a process."""
    return FakeSpeechCache()


def a_text(key: str) -> str:
    """Return two parts that nobody else has spoken."""
    return f"{key} one " + "a" * 1100 + f"\n\n{key} two " + "b" * 100


def a_long_text(key: str) -> str:
    """Return what becomes a recording."""
    return f"{key} " + "x" * 10_000


@asynccontextmanager
async def process(folder: Path, world: World, cache: FakeSpeechCache) -> AsyncIterator[Speaker]:
    """Run one process."""
    async with running(folder, world, cache=cache) as myna:
        yield speaker(myna)


async def stopped_everywhere(
    folder: Path, world: World, cache: FakeSpeechCache, *, touches: int, recording: bool = False
) -> list[SpeechKey]:
    """Let one speech crash at its first touch, one at its second, and so on; end the process."""
    keys = [SpeechKey(f"discord-{number:03}") for number in range(1, touches + 2)]
    async with process(folder, world, cache) as me:
        await keep_voice(me.myna.kept, is_used=False)
        for number, key in enumerate(keys, start=1):
            world.crash_at[key] = number
            await me.say(key, a_long_text(key) if recording else a_text(key))
        await until(
            lambda: all(
                len(world.touched[key]) == world.crash_at[key] or world.touched[key][-1:] == [LAST]
                for key in keys
            )
        )
    world.crash_at.clear()
    return keys


async def finish(keys: list[SpeechKey]) -> None:
    """Wait until all speeches have ended."""
    async with asyncio.timeout(30):
        for key in keys:
            await ended("speak_v1", key)


async def calls_counted(myna: Myna) -> dict[str, int]:
    """Return how many calls were noted for each speech before they were sent."""
    of_a_speech = sa.select(speech_parts.c.speech, sa.func.sum(speech_parts.c.calls).label("calls"))
    async with myna.database.engine.begin() as connection:
        found = await connection.execute(of_a_speech.group_by(speech_parts.c.speech))
        return {row.speech: int(row.calls) for row in found}


@pytest.mark.parametrize(
    ("touches", "calls"), [(TWO_PARTS, 2), (RECORDING, 1)], ids=["bubbles", "recording"]
)
async def test_a_crash_at_any_point_loses_nothing_posts_each_part_once_and_settles_the_money(
    tmp_path: Path, world: World, cache: FakeSpeechCache, touches: int, calls: int
) -> None:
    keys = await stopped_everywhere(
        tmp_path, world, cache, touches=touches, recording=touches == RECORDING
    )
    assert [len(world.touched[key]) for key in keys] == [*range(1, touches + 1), touches]

    async with process(tmp_path, world, cache) as me:
        await finish(keys)

        states = [(await me.myna.kept.speeches.get(key)).state for key in keys]
        assert set(states) == {SpeechState.DONE}
        assert await me.is_balanced()
        bills = {key: await me.bill(key) for key in keys}
        counted = await calls_counted(me.myna)
    assert {key: len(world.posts[key]) for key in keys} == dict.fromkeys(keys, 2)
    (told,) = zip(*(world.outcomes[key] for key in keys), strict=True)
    assert all(isinstance(each, SpeechDone) and each.error is None for each in told)
    # Each part is charged once to the asker, and the fee once to one of them.
    for bill in bills.values():
        assert [each for each in bill if each[0] == "speech" and each[3]] == [
            each for each in bill if each[0] == "speech"
        ]
        assert len([each for each in bill if each[0] == "speech"]) == calls
    assert sum(each[0] == "clone_fee" for bill in bills.values() for each in bill) == 1
    # A call whose answer was lost may be charged again, but never one that was not noted first.
    assert all(calls <= world.charges[key] <= counted[key] for key in keys)
    repeated = [key for key in keys if world.charges[key] > calls]
    assert 0 < len(repeated) <= 3 * calls
    assert list((tmp_path / "work").iterdir()) == []


async def test_a_crash_while_the_owner_is_told_tells_them_once(
    tmp_path: Path, world: World, cache: FakeSpeechCache
) -> None:
    key = SpeechKey("discord-70")
    for crash_at in (1, 2):
        world.crash_at["discord:1"] = crash_at
        folder, key = tmp_path / str(crash_at), SpeechKey(f"discord-7{crash_at}")
        world.touched["discord:1"].clear()
        async with process(folder, world, cache) as me:
            await keep_voice(me.myna.kept)
            await share(me.myna.kept, of_person(BOB))
            await me.myna.kept.voices.tell_uses(MINE, told=True)
            await me.say(key, asker=AS_BOB)
            await until(lambda: len(world.touched["discord:1"]) == crash_at)  # noqa: B023
        world.crash_at.clear()

        async with process(folder, world, cache):
            await finish([key])

        assert len(world.notices) == crash_at
        assert len(world.posts[key]) == 1


async def test_speeches_that_run_when_myna_is_stopped_go_on_at_the_next_start(
    tmp_path: Path, world: World, cache: FakeSpeechCache
) -> None:
    keys = [SpeechKey(f"discord-{number:03}") for number in range(10)]
    async with process(tmp_path, world, cache) as me:
        await keep_voice(me.myna.kept)
        for key in keys:
            await me.say(key, a_text(key))

    async with process(tmp_path, world, cache) as me:
        await finish(keys)

        assert await me.is_balanced()
        # An answer that was kept in the cache just before the stop is not asked for again.
        assert 10 < len(await charges_in(me.myna.kept)) <= 20
    assert {key: len(world.posts[key]) for key in keys} == dict.fromkeys(keys, 2)


async def test_a_lost_work_folder_is_made_up_for_by_the_cache(
    tmp_path: Path, world: World, cache: FakeSpeechCache
) -> None:
    keys = await stopped_everywhere(tmp_path, world, cache, touches=TWO_PARTS)
    for folder in (tmp_path / "work").iterdir():
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()

    async with process(tmp_path, world, cache) as me:
        await finish(keys)

        assert await me.is_balanced()
    assert {key: len(world.posts[key]) for key in keys} == dict.fromkeys(keys, 2)


async def test_an_order_that_was_acknowledged_just_before_a_kill_is_spoken_after_it(
    tmp_path: Path, world: World, cache: FakeSpeechCache
) -> None:
    key = SpeechKey("discord-70")
    async with process(tmp_path, world, cache) as me:
        await keep_voice(me.myna.kept)
        await me.say(key)  # and is killed at once

    async with process(tmp_path, world, cache) as me:

        async def nowhere(*_: object) -> None:
            """Find no acknowledgement: nobody asks for one of a speech that was started."""

        await me.speak.resume(nowhere)
        await finish([key])

        assert await me.is_balanced()
    assert len(world.posts[key]) == 1
