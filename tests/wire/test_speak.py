"""A speech from the command to the bubble, and what can be done with it then."""

import csv

import pytest

from bot.frontends import wording_cases, wording_speech
from bot.sandbox.discord import MessageFlag
from bot.sandbox.minimax.faults import FaultKind
from tests.wire.command_line import run_command
from tests.wire.speeches import (
    activated,
    asked_of_minimax,
    cloned,
    confirmed,
    ended,
    nothing_held,
    offered,
    price,
    replies_to,
    sentence_of,
    speak,
    spent,
    spoken,
    texts_sent,
)
from tests.wire.world import World, labels, whispered

pytestmark = pytest.mark.asyncio(loop_scope="module")

SETTINGS = {"MYNA_PERSON_DAY_USD": "none", "MYNA_SERVER_DAY_USD": "none"}


async def test_a_first_speech_tells_the_cloning_fee_and_keeps_the_voice(scene: World) -> None:
    await cloned(scene)
    pressed = await speak(scene, "Hello **everybody**.", voice="Robin")
    offer = await offered(pressed)
    assert "$1.50" in offer["content"]
    assert asked_of_minimax(scene) == []

    taken = await confirmed(scene, pressed)
    card = await ended(taken)

    bubble = scene.bubbles()[-1]
    assert bubble["flags"] & MessageFlag.VOICE
    assert bubble["message_reference"]["message_id"] == card["id"]
    assert "keeps the voice" in card["content"]
    assert "16 characters" in card["content"]
    assert labels(card) == [wording_speech.AGAIN, wording_speech.REMOVE, wording_cases.REPORT]
    assert scene.bill().usd == pytest.approx(1.5 + 28 / 10_000)


async def test_a_short_text_in_a_voice_that_has_spoken_is_posted_at_once(scene: World) -> None:
    await activated(scene)

    pressed = await speak(scene, sentence_of(scene), voice="Robin")
    card = await ended(pressed)

    assert not pressed.is_ephemeral
    (bubble,) = replies_to(scene, card)
    assert bubble["flags"] & MessageFlag.VOICE
    assert bubble["content"] == ""
    assert "**Robin**" in card["content"]
    assert f"<@{scene.ada.id}>" in card["content"]
    assert f"{len(sentence_of(scene))} characters, {price(scene)}" in card["content"]
    assert "fee" not in card["content"]
    assert card["mentions"] == []


async def test_a_long_text_is_posted_part_by_part_in_order_as_replies(scene: World) -> None:
    sentences = [f"This is sentence number {number}, of a long story." for number in range(64)]
    text = " ".join(sentences)

    card = await spoken(scene, text)

    sent = texts_sent(scene)
    assert " ".join(sent) == text
    assert len(sent) == 3
    assert all(len(part) <= 1200 for part in sent)
    bubbles = replies_to(scene, card)
    assert [each["flags"] & MessageFlag.VOICE for each in bubbles] == [MessageFlag.VOICE] * 3
    seconds = [each["attachments"][0]["duration_secs"] for each in bubbles]
    lengths = [len(part) for part in sent]
    assert seconds.index(min(seconds)) == lengths.index(min(lengths))
    assert f"{sum(lengths)} characters" in card["content"]


# --- how it is spoken


async def test_how_it_is_to_sound_arrives_at_the_provider(scene: World) -> None:
    await spoken(
        scene,
        "Hello.",
        emotion="happy",
        speed=1.5,
        pitch=-3,
        language="German",
        model="speech-2.6-turbo",
    )

    (body,) = asked_of_minimax(scene)
    assert body["model"] == "speech-2.6-turbo"
    assert body["language_boost"] == "German"
    setting = body["voice_setting"]
    assert setting["voice_id"] == "English_Graceful_Lady"
    assert (setting["emotion"], setting["speed"], setting["pitch"]) == ("happy", 1.5, -3)
    assert body["audio_setting"]["format"] == "opus"


async def test_an_effect_is_asked_for_in_a_format_that_has_it_and_is_a_bubble_all_the_same(
    scene: World,
) -> None:
    card = await spoken(scene, "Hello.", effect="robotic")

    (body,) = asked_of_minimax(scene)
    assert body["voice_modify"] == {"sound_effects": "robotic"}
    assert body["audio_setting"]["format"] == "flac"
    (bubble,) = replies_to(scene, card)
    assert bubble["flags"] & MessageFlag.VOICE


async def test_where_opus_is_refused_it_is_spoken_in_another_format(scene: World) -> None:
    scene.minimax.faults.plan(FaultKind.REFUSED_OPUS, "t2a_v2")

    card = await spoken(scene, sentence_of(scene))

    formats = [body["audio_setting"]["format"] for body in asked_of_minimax(scene)]
    assert formats == ["opus", "mp3"]
    (bubble,) = replies_to(scene, card)
    assert bubble["flags"] & MessageFlag.VOICE


async def test_audio_far_too_short_is_asked_for_once_more_at_no_cost_to_the_asker(
    scene: World,
) -> None:
    scene.minimax.faults.plan(FaultKind.SHORT_AUDIO, "t2a_v2")

    card = await spoken(scene, sentence_of(scene))

    (bubble,) = replies_to(scene, card)
    assert bubble["attachments"][0]["duration_secs"] > 1
    assert len(asked_of_minimax(scene)) == 2
    assert spent(scene, scene.ada) == len(sentence_of(scene)) * 100


async def test_audio_far_too_short_twice_is_not_posted_and_costs_the_asker_nothing(
    scene: World,
) -> None:
    scene.minimax.faults.plan(FaultKind.SHORT_AUDIO, "t2a_v2", times=2)

    card = await spoken(scene, sentence_of(scene))

    assert "far too little audio" in card["content"]
    assert "Nothing was charged." in card["content"]
    assert labels(card) == [wording_speech.AGAIN]
    assert scene.bubbles() == []
    assert spent(scene, scene.ada) == 0
    assert scene.bill().usd == pytest.approx(2 * len(sentence_of(scene)) / 10_000)
    await scene.says("SpeechTooShort", channel=scene.operators)


async def test_where_voice_messages_are_refused_it_is_an_audio_file(scene: World) -> None:
    scene.discord.faults.voice_in_channels = False

    card = await spoken(scene, sentence_of(scene))

    (posted,) = replies_to(scene, card)
    assert not posted["flags"] & MessageFlag.VOICE
    assert "it is an audio file" in card["content"]


async def test_a_status_message_that_is_deleted_meanwhile_costs_neither_bubble_nor_card(
    scene: World,
) -> None:
    with scene.minimax.faults.hold("t2a_v2"):
        pressed = await speak(scene, sentence_of(scene))
        status = pressed.message
        assert status is not None
        scene.discord.delete_message(status)

    card = await scene.says("AI voice")

    assert card["id"] != status["id"]
    assert price(scene) in card["content"]
    assert len(scene.bubbles()) == 1


# --- afterwards


async def test_the_same_again_costs_nothing_and_says_so(scene: World) -> None:
    await spoken(scene, sentence_of(scene))
    again = await spoken(scene, sentence_of(scene))

    assert "Cost: nothing" in again["content"]
    assert len(replies_to(scene, again)) == 1
    assert texts_sent(scene) == [sentence_of(scene)]
    assert spent(scene, scene.ada) == len(sentence_of(scene)) * 100


async def test_regenerate_asks_the_provider_anew(scene: World) -> None:
    card = await spoken(scene, sentence_of(scene))

    anew = await ended(await scene.press(scene.ada, card, wording_speech.AGAIN))

    assert anew["id"] != card["id"]
    assert len(replies_to(scene, anew)) == 1
    assert texts_sent(scene) == [sentence_of(scene), sentence_of(scene)]
    assert price(scene) in anew["content"]


async def test_delete_takes_every_bubble_back_and_says_so(scene: World) -> None:
    text = " ".join(f"This is sentence number {number} of many." for number in range(40))
    card = await spoken(scene, text)
    assert len(replies_to(scene, card)) == 2

    pressed = await scene.press(scene.ada, card, wording_speech.REMOVE)

    assert wording_speech.REMOVING in await whispered(pressed)
    gone = await scene.says("was deleted")
    assert gone["id"] == card["id"]
    assert gone["components"] == []
    assert scene.bubbles() == []


async def test_every_charge_stands_in_the_books_as_on_the_providers_bill(scene: World) -> None:
    await activated(scene)
    await nothing_held(scene)

    printed = await run_command(scene.myna, "usage", "--csv")

    assert printed.code == 0
    books = [
        (line["trace_id"], line["kind"], int(line["characters"]), float(line["usd"]))
        for line in csv.DictReader(printed.out.splitlines())
    ]
    bill = [
        (line.trace_id, line.kind, line.characters, round(line.usd, 6))
        for line in scene.minimax.ledger.bill
    ]
    assert {kind for _, kind, _, _ in books} == {"preview", "speech", "clone_fee"}
    assert sorted(books) == sorted(bill)
