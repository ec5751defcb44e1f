"""What members choose reaches MiniMax as they chose it, from every place they can ask in."""

import asyncio

import pytest

from bot.frontends import wording
from bot.sandbox.discord import MessageFlag
from tests import audio_files
from tests.wire.world import NOTE, PATIENCE, Message, World, whispered

pytestmark = pytest.mark.asyncio(loop_scope="module")

Json = dict[str, object]


def sent(world: World) -> Json:
    """Return the body of this world's one clone call."""
    (call,) = world.arrived("/v1/voice_clone")
    assert isinstance(call.json, dict)
    return dict(call.json)


async def _ready(world: World) -> Message:
    card = await world.says("is ready")
    await world.settled()
    assert world.bill().clones == 1
    return card


async def test_every_option_reaches_minimax(scene: World) -> None:
    await scene.clone(
        text="Guten Tag.",
        model="speech-2.6-turbo",
        language="German",
        noise_reduction=True,
        volume_normalization=True,
        prompt_clip=note(6.0),
        prompt_text="This is how I talk.",
    )

    await _ready(scene)

    body = sent(scene)
    prompt = body.pop("clone_prompt")
    assert isinstance(prompt, dict)
    assert prompt["prompt_text"] == "This is how I talk."
    assert body.pop("file_id") != prompt["prompt_audio"]
    assert str(body.pop("voice_id"))
    assert body == {
        "text": "Guten Tag.",
        "model": "speech-2.6-turbo",
        "language_boost": "German",
        "need_noise_reduction": True,
        "need_volume_normalization": True,
        "aigc_watermark": False,
    }


async def test_file_ids_beyond_what_a_double_holds_stay_what_they_are(scene: World) -> None:
    scene.minimax.switches.wide_file_ids = True

    await scene.clone()

    await _ready(scene)
    file_id = sent(scene)["file_id"]
    assert isinstance(file_id, int)
    assert file_id > 2**53


async def test_without_a_text_the_voice_greets_in_the_members_language(scene: World) -> None:
    await scene.discord.slash(
        scene.bob, scene.channel, "clone", note=NOTE, name="Zaunkönig", consent=True
    )

    await _ready(scene)

    assert sent(scene)["text"] == wording.greeting(None, "de")


async def test_the_members_own_language_is_offered_first(scene: World) -> None:
    offered = await scene.discord.autocomplete(scene.bob, scene.channel, "clone", "language", "")

    assert offered[0]["value"] == "German"


async def test_sounds_are_offered_where_a_bracket_is_open(scene: World) -> None:
    offered = await scene.discord.autocomplete(scene.bob, scene.channel, "clone", "text", "Hi (la")

    assert [each["value"] for each in offered] == ["Hi (laughs)"]


async def test_several_short_notes_make_one_sample(scene: World) -> None:
    await scene.clone(note=note(4.0), note2=note(4.0), note3=note(4.0))

    await _ready(scene)
    assert scene.bill().uploads == 1


async def test_a_tag_that_no_model_knows_is_warned_about(scene: World) -> None:
    await scene.clone(text="Hello (yodels) there.")

    card = await _ready(scene)
    assert "I do not know **(yodels)**" in card["content"]


async def test_two_members_may_use_the_same_name(scene: World) -> None:
    await asyncio.gather(scene.clone(scene.ada), scene.clone(scene.bob))

    await scene.discord.place.events.until(lambda: len(scene.bubbles()) == 2, PATIENCE)
    await scene.settled()
    assert scene.bill().clones == 2


async def test_the_same_name_pressed_twice_at_once_is_one_voice(scene: World) -> None:
    first, second = await asyncio.gather(scene.clone(), scene.clone())

    await _ready(scene)
    refused = first if first.message is None else second
    assert "already have a voice called" in await whispered(refused)
    assert len(scene.bubbles()) == 1


async def test_a_member_has_only_so_many_clones_under_way(scene: World) -> None:
    with scene.minimax.faults.hold("voice_clone"):
        for name in ("Robin", "Wren", "Finch"):
            await scene.clone(name=name)

        fourth = await scene.clone(name="Jay")

        assert "3 clones under way already" in await whispered(fourth)
    await scene.discord.place.events.until(lambda: len(scene.bubbles()) == 3, PATIENCE)
    await scene.settled()
    assert scene.bill().clones == 3


async def test_a_voice_can_be_cloned_in_a_direct_message(scene: World) -> None:
    direct = scene.discord.direct_channel(scene.ada)

    await scene.discord.slash(scene.ada, direct, "clone", note=NOTE, name="Robin", consent=True)

    card = await scene.says("is ready", channel=direct)
    await scene.settled()
    bubble = await scene.until(lambda each: bool(each["attachments"]), channel=direct)
    assert bubble["flags"] & MessageFlag.VOICE
    assert card["channel_id"] == direct.id
    assert scene.bill().clones == 1


async def test_a_message_without_a_note_is_refused(scene: World) -> None:
    letter = await scene.discord.say(scene.ada, scene.channel, "Clone me!")

    pressed = await scene.open_form(letter)

    assert pressed.modal is None
    assert "no voice note in that message" in await whispered(pressed)


async def test_a_file_in_a_message_is_as_good_as_a_voice_message(scene: World) -> None:
    posted = await scene.discord.say(
        scene.ada, scene.channel, "Me, singing", files=[("me.flac", flac(12.0), "audio/flac")]
    )

    await scene.clone_message(posted)

    await _ready(scene)


def note(seconds: float) -> tuple[str, bytes, str]:
    """Return a spoken note of that length."""
    return ("voice-message.ogg", audio_files.opus(audio_files.speech(seconds)), "audio/ogg")


def flac(seconds: float) -> bytes:
    """Return a spoken note of that length as music shops sell them."""
    return audio_files.flac(audio_files.speech(seconds))
