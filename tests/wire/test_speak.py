"""A speech from the command to the bubble."""

from bot.frontends import wording_speech
from bot.sandbox.discord import MessageFlag
from tests.wire.world import PATIENCE, World, labels


async def test_a_text_becomes_a_bubble_and_a_card_in_ones_own_voice(world: World) -> None:
    await world.clone()
    await world.says("is ready")
    pressed = await world.discord.slash(
        world.ada, world.channel, "speak", text="Hello **everybody**.", voice="Robin"
    )
    await pressed.answered(PATIENCE)

    assert pressed.is_ephemeral
    assert "$1.50" in pressed.message["content"]
    confirmed = await world.press(world.ada, pressed.message, wording_speech.SPEAK_IT)
    card = await world.says("AI voice")
    await world.settled()

    assert confirmed.message["id"] == card["id"]
    bubble = world.bubbles()[-1]
    assert bubble["flags"] & MessageFlag.VOICE
    assert bubble["message_reference"]["message_id"] == card["id"]
    assert "keeps the voice" in card["content"]
    assert "16 characters" in card["content"]
    assert labels(card) == [wording_speech.AGAIN, wording_speech.REMOVE]
    assert world.minimax.ledger.fees == 1
