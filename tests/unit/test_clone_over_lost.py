"""A clone under the label of a lost voice takes its place: for others, and as the default."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.moderation import FlagKind
from bot.domain.sharing import Grant, of_person
from bot.domain.voices import VoiceKey, VoiceState
from tests.fakes.myna import Myna, an_order_of, ended, running, voice_id
from tests.fakes.orders import ADA, BOB, NOON, a_consent, a_voice
from tests.fakes.speaking import keep_voice
from tests.fakes.world import World

LOST, NEW = VoiceKey("discord-1"), VoiceKey("discord-2")
GRANT = Grant(LOST, of_person(BOB), NOON, NOON + timedelta(days=9))


@pytest.fixture
def world() -> World:
    return World()


async def lose(myna: Myna, state: VoiceState = VoiceState.LOST) -> None:
    """Keep a shared voice, Ada's default, that tells its uses and is `state` by now."""
    await keep_voice(myna.kept, LOST, label="Me")
    await myna.kept.grants.share(GRANT)
    await myna.voices.tell_uses(LOST, told=True)
    await myna.voices.set_default(ADA, f"voice:{LOST}")
    await myna.voices.settle(LOST, state)


async def clone(myna: Myna, *, replaces: VoiceKey | None = None) -> None:
    """Clone Ada's voice anew under the same label."""
    order = replace(an_order_of(NEW), label="Me")
    voice = replace(a_voice(order, voice_id=voice_id(NEW, 1)), replaces=replaces)
    await myna.voices.reserve(order, voice, a_consent(order))
    await myna.jobs.clone(NEW, ADA)
    await ended("clone_v1", NEW)


async def test_it_is_shared_chosen_and_told_of_as_the_lost_one_was(
    tmp_path: Path, world: World
) -> None:
    async with running(tmp_path, world) as myna:
        await lose(myna)

        await clone(myna)

        assert await myna.kept.grants.grants(NEW) == [replace(GRANT, voice=NEW)]
        assert await myna.kept.grants.grants(LOST) == []
        assert await myna.voices.default_of(ADA) == f"voice:{NEW}"
        assert (await myna.voices.get(NEW)).tells_uses


@pytest.mark.parametrize("state", [VoiceState.DELETED, VoiceState.FAILED])
async def test_it_takes_nothing_from_one_that_was_deleted_or_never_made(
    tmp_path: Path, world: World, state: VoiceState
) -> None:
    async with running(tmp_path, world) as myna:
        await lose(myna, state)

        await clone(myna)

        assert await myna.kept.grants.grants(NEW) == []
        assert await myna.voices.default_of(ADA) == f"voice:{LOST}"
        assert not (await myna.voices.get(NEW)).tells_uses


async def test_one_that_is_only_proposed_takes_nothing_yet(tmp_path: Path, world: World) -> None:
    async with running(tmp_path, world) as myna:
        await lose(myna)

        await clone(myna, replaces=LOST)

        assert await myna.kept.grants.grants(LOST) == [GRANT]
        assert await myna.voices.default_of(ADA) == f"voice:{LOST}"


async def test_one_that_is_held_takes_nothing(tmp_path: Path, world: World) -> None:
    world.flag = FlagKind.OTHER
    async with running(tmp_path, world) as myna:
        await lose(myna)

        await clone(myna)

        assert (await myna.voices.get(NEW)).state is VoiceState.HELD
        assert await myna.kept.grants.grants(LOST) == [GRANT]


async def test_what_cannot_be_inherited_undoes_the_keeping_too(
    tmp_path: Path, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(tmp_path, world) as myna:
        await lose(myna)

        async def fail(*_: object) -> None:
            raise RuntimeError("the disk is full")

        monkeypatch.setattr("bot.store.voices.SqlVoiceStore.set_default", fail)
        await clone(myna)

        assert (await myna.voices.get(NEW)).state is VoiceState.CLONING
        assert await myna.kept.grants.grants(LOST) == [GRANT]
