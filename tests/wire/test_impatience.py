"""People press twice, and moderators change things meanwhile: one effect, one price."""

import asyncio
import sqlite3
from contextlib import closing

import pytest

from bot.frontends import wording
from bot.sandbox.discord import MEMBER_PERMISSIONS, Permission
from tests.wire.world import PATIENCE, World, eventually, whispered

pytestmark = pytest.mark.asyncio(loop_scope="module")


def states(world: World) -> list[str]:
    """Return the states of ada's voices as they are kept."""
    path = world.myna.data / "myna.sqlite"
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        found = database.execute(
            "SELECT state FROM voices WHERE owner = ? ORDER BY created_at",
            (f"discord:{world.ada.id}",),
        )
        return [state for (state,) in found]


async def test_try_again_pressed_twice_is_one_clone(scene: World) -> None:
    scene.minimax.switches.may_clone = False
    await scene.clone()
    card = await scene.says("I could not clone")
    await scene.settled()
    scene.minimax.switches.may_clone = True

    first, second = await asyncio.gather(
        scene.press(scene.ada, card, wording.TRY_AGAIN),
        scene.press(scene.ada, card, wording.TRY_AGAIN),
    )

    await scene.says("is ready")
    await scene.settled()
    assert "already have a voice called" in "".join(
        each["content"] for pressed in (first, second) for each in pressed.followups
    )
    assert scene.bill().clones == 1
    assert len(scene.bubbles()) == 1


async def test_a_deletion_confirmed_twice_is_one_deletion(scene: World) -> None:
    await scene.clone()
    card = await scene.says("is ready")
    await scene.settled()
    asked = await scene.press(scene.ada, card, wording.DELETE)
    await whispered(asked)
    question = asked.followups[-1]

    await asyncio.gather(
        scene.discord.click(scene.ada, question, wording.DELETE_CONFIRM),
        scene.discord.click(scene.ada, question, wording.DELETE_CONFIRM),
    )

    await scene.says("is deleted")
    await eventually(lambda: states(scene) == ["deleted"])


async def test_a_deletion_asked_twice_says_that_the_voice_is_gone(scene: World) -> None:
    await scene.clone()
    card = await scene.says("is ready")
    await scene.settled()
    first = await scene.press(scene.ada, card, wording.DELETE)
    second = await scene.press(scene.ada, card, wording.DELETE)
    await whispered(first)
    await whispered(second)
    await scene.press(scene.ada, first.followups[-1], wording.DELETE_CONFIRM)
    await scene.says("is deleted")

    late = await scene.press(scene.ada, second.followups[-1], wording.DELETE_CONFIRM)

    await late.until(lambda each: bool(each.followups), PATIENCE)
    assert "That voice is gone already" in late.followups[-1]["content"]


async def test_a_channel_that_shuts_myna_out_meanwhile_costs_the_card_not_the_voice(
    scene: World,
) -> None:
    with scene.minimax.faults.hold("voice_clone"):
        await scene.clone()
        await eventually(lambda: len(scene.voice_ids_sent()) == 1)
        scene.discord.set_bot_permissions(scene.channel, Permission(0))

    await scene.settled()

    scene.discord.set_bot_permissions(scene.channel, MEMBER_PERMISSIONS)
    assert states(scene) == ["ready"]
    assert scene.bill().clones == 1
    assert scene.bubbles() == []
