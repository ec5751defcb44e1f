"""What cannot become a voice: a clear sentence, nothing charged, nothing left behind."""

from typing import Any

import pytest

from bot.frontends import wording
from tests import audio_files
from tests.wire.world import Bill, Message, World, labels, whispered

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOTHING = Bill(0, 0, 0.0)
OLD_MODEL = "speech-02-hd"

Note = tuple[str, bytes, str]


def ogg(seconds: float) -> Note:
    """Return a spoken note of exactly that length, as Discord's client records it."""
    return ("voice-message.ogg", audio_files.opus(audio_files.speech(seconds)), "audio/ogg")


async def refused(world: World, **options: Any) -> str:
    """Return the sentence for a request that is refused before anything is fetched."""
    pressed = await world.clone(**options)
    sentence = await whispered(pressed)
    assert world.posted_by_myna() == []
    _assert_nothing_happened(world)
    return sentence


async def failed(world: World, **options: Any) -> Message:
    """Return the card of a request that ends once Myna has looked at the note."""
    await world.clone(**options)
    card = await world.says("I could not clone")
    await world.settled()
    assert world.bubbles() == []
    assert len(world.posted_by_myna()) == 1
    _assert_nothing_happened(world)
    return card


def claiming_mp3() -> bytes:
    """Return an mp3 of 390 bytes: one frame, which says that 800 s follow."""
    header = bytes([0xFF, 0xFB, 0x94, 0xC0])  # MPEG-1 layer III, 128 kbit/s, 48 kHz, mono
    frames = round(800 * 48_000 / 1152)
    claim = b"Xing" + (1).to_bytes(4, "big") + frames.to_bytes(4, "big")
    return (header + bytes(17) + claim).ljust(390, b"\0")


def _assert_nothing_happened(world: World) -> None:
    assert world.bill() == NOTHING
    assert world.files_left() == []


# --- the note


async def test_an_empty_file_is_refused(scene: World) -> None:
    card = await failed(scene, note=("note.ogg", b"", "audio/ogg"))

    assert "The file is empty" in card["content"]


async def test_text_with_the_name_of_audio_is_refused(scene: World) -> None:
    text = b"This is a letter, whatever its name says. " * 50

    card = await failed(scene, note=("note.ogg", text, "audio/ogg"))

    assert "not audio I can read" in card["content"]


async def test_a_video_without_sound_is_refused(scene: World) -> None:
    card = await failed(scene, note=("clip.mp4", audio_files.silent_video(), "video/mp4"))

    assert "no sound track" in card["content"]


async def test_a_note_just_too_short_is_refused_with_the_offer_to_add_another(scene: World) -> None:
    card = await failed(scene, note=ogg(9.9))

    assert "9.9 s of audio; MiniMax needs 10" in card["content"]
    assert labels(card) == [wording.ADD_NOTE]


async def test_a_note_too_long_is_never_cut_in_silence_and_its_best_part_is_a_press_away(
    scene: World,
) -> None:
    card = await failed(scene, note=ogg(301))
    assert "5 min 1 s of audio" in card["content"]
    assert labels(card) == [wording.BEST_PART]

    await scene.press(scene.ada, card, wording.BEST_PART)

    await scene.bubble()
    ready = await scene.says("is ready")
    await scene.settled()
    assert ready["id"] == card["id"]
    assert scene.bill().clones == 1


async def test_an_mp3_of_390_bytes_that_claims_800_seconds_is_not_believed(scene: World) -> None:
    card = await failed(scene, note=("long.mp3", claiming_mp3(), "audio/mpeg"))

    assert "too little of it can be read" in card["content"]
    assert "800" not in card["content"]


async def test_a_note_of_25_megabytes_is_refused_unread(scene: World) -> None:
    note = await scene.say_note(("voice-message.ogg", bytes(25_000_000), "audio/ogg"))
    form = await scene.open_form(note)
    scene.discord.delete_file(note["attachments"][0])  # whoever reads it finds nothing

    submitted = await scene.fill_in(form)

    assert "25 MB; 20 MB is the most" in await whispered(submitted)
    _assert_nothing_happened(scene)


async def test_a_note_deleted_before_it_was_fetched_is_asked_for_again(scene: World) -> None:
    note = await scene.say_note()
    form = await scene.open_form(note)
    scene.discord.delete_file(note["attachments"][0])

    await scene.fill_in(form)

    card = await scene.says("I could not clone")
    await scene.settled()
    assert "Your note is no longer there" in card["content"]
    _assert_nothing_happened(scene)


async def test_a_message_deleted_before_it_was_fetched_is_asked_for_again(scene: World) -> None:
    note = await scene.say_note()
    form = await scene.open_form(note)
    scene.discord.delete_file(note["attachments"][0])
    scene.discord.delete_message(note)

    await scene.fill_in(form)

    card = await scene.says("I could not clone")
    assert "Your note is no longer there" in card["content"]
    await scene.settled()
    _assert_nothing_happened(scene)


# --- what was typed


@pytest.mark.parametrize("name", ["\N{SMILING FACE WITH OPEN MOUTH}" * 3, " ", "\u200b"])
async def test_a_name_nobody_can_type_is_refused(scene: World, name: str) -> None:
    sentence = await refused(scene, name=name)

    assert "at least one letter or digit" in sentence


async def test_a_name_of_500_characters_is_refused(scene: World) -> None:
    sentence = await refused(scene, name="a" * 500)

    assert "500 characters; 32 is the most" in sentence


async def test_a_text_of_1001_characters_is_refused(scene: World) -> None:
    sentence = await refused(scene, text="a" * 1001)

    assert "1001 characters; 1000 is the most" in sentence


async def test_consent_is_asked_for(scene: World) -> None:
    sentence = await refused(scene, consent=False)

    assert "owner's yes" in sentence


async def test_a_prompt_clip_needs_its_transcript(scene: World) -> None:
    sentence = await refused(scene, prompt_clip=ogg(6))

    assert "belong together" in sentence


async def test_a_transcript_needs_its_prompt_clip(scene: World) -> None:
    sentence = await refused(scene, prompt_text="This is how I talk.")

    assert "belong together" in sentence


async def test_a_transcript_without_punctuation_is_refused(scene: World) -> None:
    sentence = await refused(scene, prompt_clip=ogg(6), prompt_text="This is how I talk")

    assert "must end with punctuation" in sentence


async def test_a_prompt_clip_too_short_is_refused(scene: World) -> None:
    await scene.clone(prompt_clip=ogg(3), prompt_text="This is how I talk.")

    card = await scene.says("I could not clone")
    await scene.settled()
    assert "The prompt clip has 3.0 s; it needs 5 to 8" in card["content"]
    assert scene.bill().clones == 0
    assert scene.bill().usd == 0


async def test_interjections_are_refused_where_the_model_would_read_them_out(scene: World) -> None:
    sentence = await refused(scene, text="Hello (laughs) you.", model=OLD_MODEL)

    assert OLD_MODEL in sentence
    assert "(laughs)" in sentence


async def test_a_language_nobody_knows_is_refused(scene: World) -> None:
    sentence = await refused(scene, language="Klingon")

    assert "do not know the language **Klingon**" in sentence


async def test_a_language_that_the_model_does_not_speak_is_refused(scene: World) -> None:
    sentence = await refused(scene, language="Tamil", model=OLD_MODEL)

    assert OLD_MODEL in sentence
    assert "Tamil" in sentence


async def test_only_known_models_are_offered(scene: World) -> None:
    with pytest.raises(ValueError, match="model is one of"):
        await scene.clone(model="speech-99")
