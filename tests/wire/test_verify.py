"""Anybody can ask whether Myna made an audio file, wherever it was posted again."""

import pytest

from bot.frontends import wording_verify
from tests.wire.speeches import replies_to, sentence_of, spoken
from tests.wire.world import NOTE, PATIENCE, Message, World, whispered

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def verify(scene: World, message: Message) -> str:
    """Ask as bob about a message; return what he alone is told."""
    pressed = await scene.discord.message_menu(scene.bob, wording_verify.COMMAND_VERIFY, message)
    return (await whispered(await pressed.answered(PATIENCE))).splitlines()[0]


async def test_a_preview_is_known_and_whose_voice_it_is(scene: World) -> None:
    await scene.clone()
    bubble = await scene.bubble()
    await scene.settled()

    told = await verify(scene, bubble)

    assert "the preview of a cloned voice, with the voice **Robin**" in told
    assert told.count(f"<@{scene.ada.id}>") == 2
    assert "No person said it" in told


async def test_a_speech_is_known_also_where_somebody_posts_it_again_and_a_note_is_not(
    scene: World,
) -> None:
    card = await spoken(scene, sentence_of(scene))
    (bubble,) = replies_to(scene, card)
    content = scene.discord.read_file(bubble["attachments"][0])

    again = await scene.discord.say(
        scene.ada, scene.channel, files=[("me-really.ogg", content, "audio/ogg")]
    )
    assert "a speech, with the stock voice **Graceful Lady**" in await verify(scene, again)
    note = await scene.discord.say(scene.ada, scene.channel, files=[NOTE])
    assert await verify(scene, note) == wording_verify.NOT_MINE


async def test_a_message_without_audio_says_so(scene: World) -> None:
    message = await scene.discord.say(scene.ada, scene.channel, "Hello.")

    assert "no voice note in that message" in await verify(scene, message)


async def test_a_file_that_somebody_kept_can_be_verified_by_command(scene: World) -> None:
    card = await spoken(scene, sentence_of(scene))
    (bubble,) = replies_to(scene, card)
    content = scene.discord.read_file(bubble["attachments"][0])

    async def told(file: tuple[str, bytes, str]) -> str:
        pressed = await scene.discord.slash(scene.bob, scene.channel, "verify", file=file)
        return (await whispered(await pressed.answered(PATIENCE))).splitlines()[0]

    assert "a speech, with the stock voice" in await told(("kept.ogg", content, "audio/ogg"))
    assert await told(NOTE) == wording_verify.NOT_MINE
