"""Presses that Discord's client would not offer: refused to the presser, and nothing changes."""

from dataclasses import replace

import pytest

from bot.frontends import wording_speech
from bot.sandbox.discord import MEMBER_PERMISSIONS, Permission, Person
from tests.wire.speeches import (
    activated,
    cloned,
    ended,
    offered,
    replies_to,
    rows,
    sentence_of,
    speak,
    spoken,
    texts_sent,
    told,
)
from tests.wire.world import PATIENCE, Message, World, eventually, labels

pytestmark = pytest.mark.asyncio(loop_scope="module")

SETTINGS = {"MYNA_PERSON_DAY_USD": "none", "MYNA_SERVER_DAY_USD": "none"}
REFUSALS = ("Only the one who asked", "You have no voice called")
MODERATOR = MEMBER_PERMISSIONS | Permission.MANAGE_MESSAGES

KEPT = (
    "SELECT key, label, state, used_at, replaces, tells_uses, warned FROM voices ORDER BY key",
    "SELECT key, state, spent FROM speeches ORDER BY key",
    "SELECT * FROM grants ORDER BY voice, scope",
    "SELECT * FROM people ORDER BY person",
    "SELECT * FROM holds",
    "SELECT count(*) FROM charges",
)
"""What a refused press must not change."""


def kept(world: World) -> list[object]:
    """Return all that Myna keeps."""
    return [rows(world, query) for query in KEPT]


def visible(world: World) -> list[tuple[str, str, list[str]]]:
    """Return what the channel shows: links aside, which are signed anew at each look."""
    found = world.discord.messages(world.channel)
    return [(each["id"], each["content"], labels(each)) for each in found]


def voice_keys(world: World, person: Person) -> list[str]:
    """Return the keys of somebody's voices, oldest first."""
    query = "SELECT key FROM voices WHERE owner = ? ORDER BY created_at"
    return [key for (key,) in rows(world, query, f"discord:{person.id}")]


async def assert_refused(
    world: World, where: Message, custom_id: str, values: tuple[str, ...] = ()
) -> None:
    """Let bob forge a press; he alone is told, and nothing changes."""
    before, requests = kept(world), len(world.minimax.ledger.requests)
    seen = visible(world)

    pressed = await world.discord.forge_click(world.bob, where, custom_id, values)

    sentence = await told(pressed)
    assert any(each in sentence for each in REFUSALS), (custom_id, sentence)
    assert pressed.modal is None, custom_id
    assert visible(world) == seen
    assert kept(world) == before
    assert len(world.minimax.ledger.requests) == requests


async def test_nobody_takes_up_or_declines_what_was_offered_to_somebody_else(scene: World) -> None:
    await cloned(scene)
    pressed = await speak(scene, sentence_of(scene), voice="Robin")
    offer = await offered(pressed)
    key = f"discord-{pressed.id}"

    for action in ("confirm", "decline"):
        await assert_refused(scene, offer, f"myna-speech:{action}:{key}")

    confirmed = await scene.press(scene.ada, offer, wording_speech.SPEAK_IT)
    await ended(confirmed)


async def test_nobody_repeats_or_deletes_somebody_elses_speech(scene: World) -> None:
    pressed = await speak(scene, sentence_of(scene))
    card = await ended(pressed)

    for action in ("again", "remove"):
        await assert_refused(scene, card, f"myna-speech:{action}:discord-{pressed.id}")

    assert len(replies_to(scene, card)) == 1


async def test_nobody_touches_somebody_elses_voice(scene: World) -> None:
    await activated(scene)
    card = await cloned(scene)  # a second version, which waits for its owner's choice
    (used, proposed) = voice_keys(scene, scene.ada)
    singers = scene.discord.add_role(scene.server, f"singers-{scene.channel.id}")
    await scene.discord.slash(scene.ada, scene.channel, "voices share", voice="Robin", role=singers)
    await eventually(lambda: rows(scene, "SELECT * FROM grants WHERE voice = ?", used) != [])
    grant = rows(scene, "SELECT scope FROM grants WHERE voice = ?", used)[0][0]

    shelf = ("open", "preview", "rename", "default", "shares", "uses", "history", "tell")
    for action in (*shelf, "tell-not"):
        await assert_refused(scene, card, f"myna-shelf:{action}:{used}")
    await assert_refused(scene, card, f"myna-shelf-menu:revoke:{used}", (grant,))
    await assert_refused(scene, card, f"myna-shelf:use:{proposed}")
    await assert_refused(scene, card, f"myna-shelf-menu:pick:{used}", (proposed,))
    await assert_refused(scene, card, "myna-shelf-menu:pick:0", (used,))
    await assert_refused(scene, card, f"myna-speech:keep:{proposed}")
    for action in ("delete", "confirm-delete", "approve", "again"):
        await assert_refused(scene, card, f"myna:{action}:{proposed}")


async def test_who_may_speak_with_a_shared_voice_may_do_nothing_else_with_it(scene: World) -> None:
    card = await activated(scene)
    (key,) = voice_keys(scene, scene.ada)
    shared = await scene.discord.slash(
        scene.ada, scene.channel, "voices share", voice="Robin", member=scene.bob
    )
    await shared.answered(PATIENCE)

    for action in ("open", "rename", "shares", "uses", "history", "tell"):
        await assert_refused(scene, card, f"myna-shelf:{action}:{key}")
    await assert_refused(scene, card, f"myna:confirm-delete:{key}")


async def test_a_moderator_repeats_and_deletes_what_others_had_spoken(scene: World) -> None:
    mia = scene.discord.add_person(f"mia-{scene.channel.id}", permissions=MODERATOR)
    pressed = await speak(scene, sentence_of(scene))
    card = await ended(pressed)

    anew = await ended(await scene.press(mia, card, wording_speech.AGAIN))
    assert texts_sent(scene) == [sentence_of(scene)] * 2
    assert len(replies_to(scene, anew)) == 1

    await scene.press(mia, card, wording_speech.REMOVE)
    await scene.says("was deleted")
    assert replies_to(scene, card) == []


async def test_who_moderates_no_server_is_no_moderator_in_a_direct_message(scene: World) -> None:
    mia = scene.discord.add_person(f"mia-{scene.channel.id}", permissions=MODERATOR)
    pressed = await speak(scene, sentence_of(scene))
    card = await ended(pressed)
    direct = replace(scene, channel=scene.discord.direct_channel(mia), ada=mia, bob=mia)
    own = await spoken(direct, "Just between us.")

    await assert_refused(direct, own, f"myna-speech:remove:discord-{pressed.id}")
    await assert_refused(direct, own, f"myna-speech:again:discord-{pressed.id}")

    assert len(replies_to(scene, card)) == 1


async def test_a_moderator_of_another_server_is_none_here(scene: World) -> None:
    elsewhere = scene.discord.add_server("Elsewhere")
    scene.discord.add_role(elsewhere, "keepers", scene.bob, permissions=Permission.MANAGE_MESSAGES)
    there = scene.discord.add_channel(elsewhere, f"there-{scene.channel.id}")
    pressed = await speak(scene, sentence_of(scene))
    card = await ended(pressed)
    own = await spoken(replace(scene, channel=there), "Over there.", scene.bob)

    await assert_refused(
        replace(scene, channel=there), own, f"myna-speech:remove:discord-{pressed.id}"
    )

    assert len(replies_to(scene, card)) == 1
