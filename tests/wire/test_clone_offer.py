"""A preview that is not cheap: its price is told to the asker alone, before anything is spent."""

import pytest

from bot.frontends import wording, wording_speech
from tests.wire.world import PATIENCE, World

pytestmark = pytest.mark.asyncio(loop_scope="module")

LONG = "A sentence that is said again and again. " * 20


async def test_a_long_preview_is_offered_and_cloned_once_it_is_confirmed(scene: World) -> None:
    pressed = await scene.clone(text=LONG)

    assert pressed.is_ephemeral
    assert pressed.message is not None
    assert "It costs about $0.082" in pressed.message["content"]
    assert scene.posted_by_myna() == []
    stranger = await scene.discord.forge_click(
        scene.bob, pressed.message, f"myna:confirm-clone:discord-{pressed.id}"
    )
    await stranger.until(
        lambda each: any("Only the one who asked" in told["content"] for told in each.followups),
        PATIENCE,
    )
    await scene.press(scene.ada, pressed.message, wording.CLONE_IT)
    await scene.says("is ready")
    await scene.settled()

    assert scene.bill().clones == 1
    assert len(scene.bubbles()) == 1


async def test_a_declined_preview_costs_nothing(scene: World) -> None:
    pressed = await scene.clone(text=LONG)
    assert pressed.message is not None

    await scene.press(scene.ada, pressed.message, wording.NEVER_MIND)

    await pressed.until(
        lambda each: (
            each.message is not None and each.message["content"] == wording_speech.DECLINED
        ),
        PATIENCE,
    )
    assert scene.bill().uploads == 0
