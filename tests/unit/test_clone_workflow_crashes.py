"""A process that ends anywhere loses nothing, pays once and posts once."""

import asyncio
import logging
from pathlib import Path

import pytest

from bot.domain.moderation import FlagKind
from bot.domain.outcomes import VoiceHeld, VoiceReady
from bot.domain.voices import VoiceKey, VoiceState
from tests.fakes.myna import ended, running
from tests.fakes.waiting import until
from tests.fakes.world import World

# Every port call of a clone with a prompt touches the world before and after its effect.
MOST_TOUCHES = 30


async def stopped_everywhere(folder: Path, world: World) -> list[VoiceKey]:
    """Let one job crash at its first touch, one at its second, and so on; then end the process."""
    keys = [VoiceKey(f"discord-{number}") for number in range(1, MOST_TOUCHES + 1)]
    async with running(folder, world) as myna:
        for number, key in enumerate(keys, start=1):
            world.crash_at[key] = number
            await myna.order(key, prompt=True)
        await until(
            lambda: all(
                len(world.touched[key]) == world.crash_at[key]
                or world.touched[key][-1:] == ["forget_prompt done"]
                for key in keys
            )
        )
    world.crash_at.clear()
    return keys


async def finished(folder: Path, world: World, keys: list[VoiceKey]) -> dict[str, VoiceState]:
    """Run a new process until all jobs have ended; return what became of the voices."""
    async with running(folder, world) as myna:
        async with asyncio.timeout(30):
            for key in keys:
                await ended("clone_v1", key)
        return {key: (await myna.voices.get(key)).state for key in keys}


async def test_a_crash_at_any_point_loses_nothing_pays_once_and_posts_once(
    tmp_path: Path, world: World
) -> None:
    keys = await stopped_everywhere(tmp_path, world)

    states = await finished(tmp_path, world, keys)

    assert set(states.values()) == {VoiceState.READY}
    assert {key: world.charges[key] for key in keys} == dict.fromkeys(keys, 1)
    assert {key: len(world.outcomes[key]) for key in keys} == dict.fromkeys(keys, 1)
    shown = [outcome for key in keys for outcome in world.outcomes[key]]
    assert all(isinstance(outcome, VoiceReady) for outcome in shown)
    # Only the kill between the provider's answer and its record costs the preview.
    lost = [key for key in keys if not world.posts[key]]
    assert [world.touched[key][world.touched[key].index("clone done") :][:2] for key in lost] == [
        ["clone done", "clone"]
    ]
    assert all(len(world.posts[key]) <= 1 for key in keys)


async def test_a_crash_at_any_point_leaves_no_audio(tmp_path: Path, world: World) -> None:
    keys = await stopped_everywhere(tmp_path, world)

    await finished(tmp_path, world, keys)

    assert list((tmp_path / "work").iterdir()) == []
    # An upload whose answer was lost has an id that nobody knows.
    orphans = {world.files[file_id] for file_id in world.files}
    assert all("upload_sample done" in world.touched[key] for key in orphans)
    assert len(orphans) == 2


async def test_a_lost_work_folder_is_filled_again(tmp_path: Path, world: World) -> None:
    keys = await stopped_everywhere(tmp_path, world)
    for folder in (tmp_path / "work").iterdir():
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()

    states = await finished(tmp_path, world, keys)

    assert set(states.values()) == {VoiceState.READY}
    assert {key: world.charges[key] for key in keys} == dict.fromkeys(keys, 1)


async def test_a_flagged_voice_stays_held_whenever_the_crash_comes(
    tmp_path: Path, world: World
) -> None:
    world.flag = FlagKind.ABUSE
    key = VoiceKey("discord-1")
    world.crash_at[key] = 1 + len(
        ["fetch"] * 4 + ["prepare"] * 2 + ["upload_sample"] * 2 + ["clone"] * 2
    )
    async with running(tmp_path, world) as myna:
        await myna.order(key)
        await until(lambda: len(world.touched[key]) == world.crash_at[key])
    world.crash_at.clear()

    states = await finished(tmp_path, world, [key])

    assert states == {key: VoiceState.HELD}
    assert isinstance(world.outcomes[key][0], VoiceHeld)


async def test_jobs_that_run_when_myna_is_stopped_go_on_at_the_next_start(
    tmp_path: Path, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    keys = [VoiceKey(f"discord-{number}") for number in range(10)]
    with caplog.at_level(logging.WARNING):
        async with running(tmp_path, world) as myna:
            for key in keys:
                await myna.order(key)

        states = await finished(tmp_path, world, keys)

    assert set(states.values()) == {VoiceState.READY}
    assert {key: world.charges[key] for key in keys} == dict.fromkeys(keys, 1)
    assert {key: len(world.posts[key]) for key in keys} == dict.fromkeys(keys, 1)
    assert caplog.records == []
