"""No voice is lost by surprise: its owner is told in time, and keeps it with one press."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.frontends import wording_speech
from bot.sandbox.discord import Person
from tests.wire.passing import later, world_with_time
from tests.wire.speeches import (
    asked_of_minimax,
    cloned,
    ended,
    opened,
    panel,
    refused,
    shown,
    spoken,
    told,
)
from tests.wire.world import Message, World, eventually, is_by_bot, labels, whispered

KEEP_IT = wording_speech.keep_button(1_500_000)
A_MOMENT = timedelta(minutes=5)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Yield a Myna whose clock can be put ahead, with a voice that has never spoken."""
    async with world_with_time(tmp_path) as opened_world:
        await cloned(opened_world)
        yield opened_world


def letters(world: World, person: Person) -> list[Message]:
    """Return what Myna wrote to somebody directly that offers to keep a voice."""
    return [each for each in world.discord.direct_messages(person) if KEEP_IT in labels(each)]


async def test_an_unused_voice_is_warned_of_twice_and_kept_by_one_press(world: World) -> None:
    await later(world, timedelta(days=5) + A_MOMENT)
    await eventually(lambda: len(letters(world, world.ada)) == 1)
    (letter,) = letters(world, world.ada)
    assert "**Robin** has not spoken yet" in letter["content"]
    assert "expires in 2 days" in letter["content"]
    assert "$1.50, once" in letter["content"]
    assert labels(letter) == [KEEP_IT]

    await later(world, timedelta(hours=35))
    assert len(letters(world, world.ada)) == 1

    await later(world, timedelta(hours=1))
    await eventually(lambda: len(letters(world, world.ada)) == 2)
    assert "less than a day" in letters(world, world.ada)[1]["content"]
    assert world.bill().usd == pytest.approx(12 / 10_000)  # the preview: warnings are free

    card = await ended(await world.press(world.ada, letters(world, world.ada)[0], KEEP_IT))
    assert "keeps the voice" in card["content"]
    assert world.minimax.ledger.fees == 1
    late = await world.press(world.ada, letters(world, world.ada)[1], KEEP_IT)
    assert "settled already" in await told(late)

    await later(world, timedelta(days=2))
    assert "expires" not in shown(await panel(world))["content"]
    assert "AI voice **Robin**" in (await spoken(world, "Still here.", voice="Robin"))["content"]
    assert len(letters(world, world.ada)) == 2
    assert world.minimax.ledger.fees == 1


async def test_who_takes_no_direct_messages_is_warned_by_name_where_the_voice_was_made(
    world: World,
) -> None:
    world.ada.accepts_direct_messages = False

    await later(world, timedelta(days=5) + A_MOMENT)

    warning = await world.says("has not spoken yet")
    assert warning["content"].startswith(f"<@{world.ada.id}> ")
    assert [each["id"] for each in warning["mentions"]] == [world.ada.id]
    assert not warning["mention_everyone"]
    assert labels(warning) == [KEEP_IT]
    await later(world, A_MOMENT)
    await opened(world)
    found = [each for each in world.discord.messages(world.channel) if is_by_bot(each)]
    assert sum("has not spoken yet" in each["content"] for each in found) == 1

    card = await ended(await world.press(world.ada, warning, KEEP_IT))
    assert "keeps the voice" in card["content"]


async def test_a_voice_that_nobody_kept_is_lost_and_speak_says_so_at_no_cost(
    world: World,
) -> None:
    await later(world, timedelta(hours=168) + A_MOMENT)
    before = world.bill()
    listed = shown(await panel(world))["content"]
    assert "probably deleted" in listed
    assert "expires" not in listed
    unknown = labels(shown(await opened(world)))
    assert wording_speech.CLONE_AGAIN in unknown
    assert KEEP_IT not in unknown

    card = await spoken(world, "Are you there?", voice="Robin")

    assert "no longer has this voice" in card["content"]
    assert labels(card) == [wording_speech.CLONE_AGAIN]
    assert len(asked_of_minimax(world)) == 1
    assert world.bill() == before
    assert "is lost" in shown(await panel(world))["content"]
    assert wording_speech.CLONE_AGAIN in labels(shown(await opened(world)))
    assert "no longer has **Robin**" in await refused(world, "Hello?", voice="Robin")
    assert letters(world, world.ada) == []


async def test_a_clone_over_a_lost_voice_speaks_for_whom_that_was_shared_with(
    world: World,
) -> None:
    shared = await world.discord.slash(
        world.ada, world.channel, "voices share", voice="Robin", member=world.bob
    )
    await whispered(shared)
    await later(world, timedelta(hours=168) + A_MOMENT)
    await spoken(world, "Are you there?", voice="Robin")

    await cloned(world)

    assert "Shared with 1" in shown(await opened(world))["content"]
    card = await spoken(world, "Back again.", world.bob, voice="Robin")
    assert "AI voice **Robin**" in card["content"]


async def test_a_voice_is_kept_in_its_own_language_whatever_the_default_model(
    tmp_path: Path,
) -> None:
    settings = {"MYNA_DEFAULT_MODEL": "speech-02-hd"}  # which does not speak Persian
    async with world_with_time(tmp_path, settings) as world:
        await world.clone(model="speech-2.8-hd", language="Persian")
        await world.says("is ready")
        opened_panel = shown(await opened(world))

        card = await ended(await world.press(world.ada, opened_panel, KEEP_IT))

        assert "keeps the voice" in card["content"]
