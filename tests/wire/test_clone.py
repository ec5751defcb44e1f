"""A clone from the first press to the last clean-up."""

from bot.frontends import wording
from bot.sandbox.discord import MessageFlag
from tests.wire.world import NOTE, PATIENCE, World, whispered


async def test_a_voice_note_becomes_a_bubble_and_a_card_and_leaves_nothing_behind(
    world: World,
) -> None:
    pressed = await world.clone()

    bubble = await world.bubble()
    card = await world.says("is ready")
    await world.settled()

    assert pressed.message is not None
    assert card["id"] == pressed.message["id"]
    assert bubble["flags"] & MessageFlag.VOICE
    assert bubble["message_reference"]["message_id"] == card["id"]
    assert "12 characters" in card["content"]
    assert "7 days" in card["content"]
    assert world.minimax.ledger.clones == 1
    assert world.files_left() == []


async def test_the_menu_opens_a_form_and_clones_ones_own_voice_message(world: World) -> None:
    note = await world.discord.say(
        world.ada, world.channel, files=[NOTE], voice=(15.0, bytes(range(64)))
    )
    pressed = await world.discord.message_menu(world.ada, wording.COMMAND_MENU, note)
    await pressed.answered(PATIENCE)

    form: dict[str, str | bool] = {wording.MODAL_NAME: "Robin", wording.MODAL_CONSENT: True}
    submitted = await world.discord.submit_modal(pressed, form)
    await submitted.answered(PATIENCE)

    await world.bubble()
    assert world.minimax.ledger.clones == 1


async def test_what_a_bot_posted_is_politely_refused(world: World) -> None:
    await world.clone()
    bubble = await world.bubble()
    before = world.bill()

    pressed = await world.discord.message_menu(world.bob, wording.COMMAND_MENU, bubble)
    await pressed.answered(PATIENCE)

    assert pressed.is_ephemeral
    assert pressed.modal is None
    assert "A bot cannot say" in await whispered(pressed)
    assert world.bill() == before


async def test_without_consent_nothing_is_downloaded(world: World) -> None:
    pressed = await world.clone(consent=False)

    assert pressed.is_ephemeral
    assert world.minimax.ledger.uploads == 0
    assert not [each for each in world.discord.names_asked if each.startswith("cdn")]
