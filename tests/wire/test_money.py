"""Money: told before, held meanwhile, given back where nothing came of it, never overdrawn."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.frontends import wording_speech
from bot.sandbox.discord import MEMBER_PERMISSIONS, Interaction, Permission
from bot.sandbox.minimax.faults import FaultKind
from tests.wire.speeches import (
    asked_of_minimax,
    ended,
    holds,
    nothing_held,
    offered,
    refused,
    replies_to,
    shown,
    speak,
    spent,
    spoken,
    told,
)
from tests.wire.world import PATIENCE, World, eventually, labels, whispered
from tests.wire.world import world as open_world

pytestmark = pytest.mark.asyncio(loop_scope="module")

SETTINGS = {
    "MYNA_QUOTE_ABOVE_USD": "0.01",
    "MYNA_PERSON_DAY_USD": "0.05",
    "MYNA_SERVER_DAY_USD": "0.08",
    "MYNA_SPEECHES_PER_MINUTE": "6",
    "MYNA_SPEECHES_PER_PERSON": "2",
}
"""A hundred characters cost a cent."""


def at_home(scene: World) -> World:
    """Return the scene on a server of its own, whose budget nobody else uses."""
    home = scene.discord.add_server(f"Home {scene.channel.id}")
    return replace(scene, server=home, channel=scene.discord.add_channel(home, scene.channel.name))


def text_of(scene: World, characters: int) -> str:
    """Return a text of that length that only this scene speaks."""
    begun = f"{scene.channel.id} {characters} "
    return (
        begun
        + ("word " * characters)[: characters - len(begun) - 1]
        .rstrip()
        .ljust(characters - len(begun) - 1, "s")
        + "."
    )


# --- before


async def test_what_costs_more_than_the_operator_set_is_offered_and_what_costs_less_is_not(
    scene: World,
) -> None:
    cheap = await speak(scene, text_of(scene, 100))
    await ended(cheap)
    dear = await speak(scene, text_of(scene, 101))

    assert not cheap.is_ephemeral
    assert labels(await offered(dear)) == [wording_speech.SPEAK_IT, wording_speech.NEVER_MIND]
    assert "101 characters" in shown(dear)["content"]
    assert "$0.010" in shown(dear)["content"]
    assert len(asked_of_minimax(scene)) == 1


async def test_a_persons_budget_is_not_overdrawn(scene: World) -> None:
    home = at_home(scene)
    await spoken(home, text_of(home, 400))

    sentence = await refused(home, text_of(home, 150))
    assert "You have $0.010 left of $0.050 today" in sentence
    assert "tomorrow" in sentence

    await spoken(home, text_of(home, 100))
    assert spent(home, home.ada) == 50_000
    assert "You have $0 left" in await refused(home, "One word more.")


async def test_a_servers_budget_is_not_overdrawn(scene: World) -> None:
    home = at_home(scene)
    await spoken(home, text_of(home, 450))

    sentence = await refused(home, text_of(home, 451), person=home.bob)

    assert "This server has" in sentence
    await spoken(home, text_of(home, 350), home.bob)


async def test_an_offer_holds_nothing_and_is_refused_where_the_budget_is_used_up_meanwhile(
    scene: World,
) -> None:
    home = at_home(scene)
    pressed = await speak(home, text_of(home, 300))
    offer = await offered(pressed)
    assert spent(home, home.ada) == 0
    await spoken(home, text_of(home, 400))

    confirmed = await home.press(home.ada, offer, wording_speech.SPEAK_IT)

    assert "left of" in await told(confirmed)
    assert len(asked_of_minimax(home)) == 1
    assert spent(home, home.ada) == 40_000


# --- meanwhile, and afterwards


async def test_what_came_to_nothing_is_given_back(scene: World) -> None:
    home = at_home(scene)
    home.minimax.faults.plan(FaultKind.ANSWER, "t2a_v2", code=1026)

    card = await spoken(home, text_of(home, 450))

    assert "Nothing was charged." in card["content"]
    assert spent(home, home.ada) == 0
    assert holds(home) == 0
    await spoken(home, text_of(home, 449))
    assert spent(home, home.ada) == 44_900


async def test_what_runs_is_held_so_that_two_at_once_do_not_overdraw(scene: World) -> None:
    home = at_home(scene)
    with home.minimax.faults.hold("t2a_v2"):
        pressed = await speak(home, text_of(home, 300))
        confirmed = await home.press(home.ada, await offered(pressed), wording_speech.SPEAK_IT)
        await eventually(lambda: len(asked_of_minimax(home)) == 1)
        assert spent(home, home.ada) == 30_000

        assert "left of" in await refused(home, text_of(home, 201))

    await ended(confirmed)
    await nothing_held(home)
    assert spent(home, home.ada) == 30_000


async def test_too_many_at_once_are_refused(scene: World) -> None:
    home = at_home(scene)
    with home.minimax.faults.hold("t2a_v2"):
        running = [await speak(home, text_of(home, 40 + number)) for number in range(2)]

        pressed = await speak(home, text_of(home, 50))

        assert "2 speeches under way already" in await whispered(pressed)
    for each in running:
        await ended(each)
    await spoken(home, text_of(home, 50))


async def test_too_many_in_a_minute_are_refused_with_the_seconds_to_wait(scene: World) -> None:
    home = at_home(scene)
    for number in range(6):
        await spoken(home, text_of(home, 40 + number))

    sentence = await refused(home, text_of(home, 50))

    assert "6 speeches within a minute" in sentence
    assert "Ask again in " in sentence
    assert len(asked_of_minimax(home)) == 6


# --- the report


async def usage(scene: World, **options: bool | int) -> Interaction:
    """Press `/usage` as ada and wait for the report."""
    pressed = await scene.discord.slash(scene.ada, scene.channel, "usage", **options)
    return await pressed.completed(PATIENCE)


async def test_usage_shows_the_asker_alone_a_picture_and_a_table_of_their_own(
    scene: World,
) -> None:
    home = at_home(scene)
    await spoken(home, text_of(home, 100))
    await spoken(home, text_of(home, 90), home.bob)

    pressed = await usage(home)

    assert pressed.is_ephemeral
    answer = shown(pressed)
    (picture,) = answer["attachments"]
    assert picture["content_type"] == "image/png"
    assert scene.discord.read_file(picture).startswith(b"\x89PNG\r\n")
    assert "You spent $0.010" in answer["content"]
    assert "Speech" in answer["content"]
    assert "$0.040 of $0.050" in answer["content"]


async def test_usage_of_everyone_is_for_moderators_alone(scene: World) -> None:
    home = at_home(scene)
    await spoken(home, text_of(home, 100))
    await spoken(home, text_of(home, 90), home.bob)

    refusal = await usage(home, everyone=True)
    assert "Only moderators" in shown(refusal)["content"]
    assert shown(refusal)["attachments"] == []

    mia = scene.discord.add_person(
        f"mia-{scene.channel.id}", permissions=MEMBER_PERMISSIONS | Permission.MANAGE_MESSAGES
    )
    report = await usage(replace(home, ada=mia), everyone=True)
    assert report.is_ephemeral
    assert "The members of this server spent $0.019" in shown(report)["content"]
    assert len(shown(report)["attachments"]) == 1


async def test_who_spent_nothing_is_told_so(scene: World) -> None:
    assert "Nothing was spent" in shown(await usage(at_home(scene)))["content"]


# --- the operator's limits


async def test_the_hard_cap_stops_everybody_and_the_operator_is_told_once(tmp_path: Path) -> None:
    settings = {"MYNA_TOTAL_DAY_USD": "0.02"}
    async with open_world(tmp_path, settings=settings) as world:
        card = await spoken(world, text_of(world, 150))
        assert len(replies_to(world, card)) == 1

        first = await refused(world, text_of(world, 60))
        second = await refused(world, text_of(world, 61), person=world.bob)

        assert "the money set aside for this bot is used up" in first
        assert "the money set aside for this bot is used up" in second
        alert = await world.says("Your hard cap of $0.020 a day", channel=world.operators)
        assert "Reference: " in alert["content"]
        assert len(world.discord.messages(world.operators)) == 1
        await spoken(world, text_of(world, 50), world.bob)


async def test_whoever_waits_for_a_turn_is_told_how_many_wait_before_them(tmp_path: Path) -> None:
    settings = {"MYNA_SPEECHES_AT_ONCE": "1"}
    async with open_world(tmp_path, settings=settings) as world:
        with world.minimax.faults.hold("t2a_v2"):
            running = await speak(world, text_of(world, 40))
            await eventually(lambda: len(asked_of_minimax(world)) == 1)
            following = await speak(world, text_of(world, 41), world.bob)
            last = await speak(world, text_of(world, 42), world.discord.add_person("carl"))

            await following.until(lambda each: "speaks next" in shown(each)["content"])
            await last.until(lambda each: "1 request is before yours" in shown(each)["content"])

        for each in (running, following, last):
            assert "AI voice" in (await ended(each))["content"]
        assert len(world.bubbles()) == 3
