"""The ways to have something spoken: suggestions, the message menu, the form, a text file."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.speeches import SHORT_TEXT_LIMIT
from bot.frontends import wording_money, wording_speech
from tests.wire.speeches import (
    STOCK_LABEL,
    asked_of_minimax,
    cloned,
    confirmed,
    ended,
    offered,
    price,
    replies_to,
    rows,
    sentence_of,
    speak,
    spent,
    spoken,
    texts_sent,
    told,
)
from tests.wire.world import PATIENCE, World, eventually, labels, whispered

pytestmark = pytest.mark.asyncio(loop_scope="module")

SETTINGS = {"MYNA_PERSON_DAY_USD": "none", "MYNA_SERVER_DAY_USD": "none"}


# --- what helps while typing


async def test_voices_are_found_by_name_and_by_language_and_at_most_25_are_offered(
    scene: World,
) -> None:
    await cloned(scene, "Grace")

    async def suggested(typed: str) -> list[str]:
        found = await scene.discord.autocomplete(scene.ada, scene.channel, "speak", "voice", typed)
        return [each["name"] for each in found]

    everything = await suggested("")
    assert len(everything) == 25
    assert everything[0] == "Grace"
    named = await suggested("grac")
    assert named[0] == "Grace"
    assert all("Grace" in each for each in named)
    assert len(named) > 1
    german = await suggested("germ")
    assert len(german) == 13
    assert all("German" in each for each in german)
    assert await suggested("no such voice") == []


async def test_before_anything_is_typed_stock_voices_in_ones_own_language_come_first(
    scene: World,
) -> None:
    greta = scene.discord.add_person(f"greta-{scene.channel.id}", locale="de")
    await cloned(scene, "Grace", greta)

    found = await scene.discord.autocomplete(greta, scene.channel, "speak", "voice", "")

    assert found[0]["name"].startswith("Grace")
    assert all("German" in each["name"] for each in found[1:14])
    assert "German" not in found[14]["name"]


async def test_a_suggested_voice_speaks(scene: World) -> None:
    found = await scene.discord.autocomplete(scene.ada, scene.channel, "speak", "voice", "korean")

    card = await spoken(scene, "Hello.", voice=found[0]["value"])

    (body,) = asked_of_minimax(scene)
    assert body["voice_setting"]["voice_id"].startswith("Korean_")
    assert body["language_boost"] == "Korean"
    assert found[0]["name"].split(" · ")[0] in card["content"]


async def test_sounds_are_offered_for_an_open_bracket_where_the_model_can_make_them(
    scene: World,
) -> None:
    async def suggested(**others: str) -> list[str]:
        found = await scene.discord.autocomplete(
            scene.ada, scene.channel, "speak", "text", "Well (la", **others
        )
        return [each["value"] for each in found]

    assert await suggested() == ["Well (laughs)"]
    assert await suggested(model="speech-02-hd") == []


# --- the other ways to ask


async def test_the_menu_speaks_a_message_in_plain_words_with_the_default_voice(
    scene: World,
) -> None:
    await scene.discord.slash(
        scene.ada, scene.channel, "voices default", voice="stock:English_Graceful_Lady"
    )
    message = await scene.discord.say(
        scene.bob,
        scene.channel,
        f"Hi <@{scene.ada.id}> <:wave:123456789012345678> in <#{scene.channel.id}>, "
        "read **this**: https://example.com/a/b?c=d and ||not this||",
    )

    pressed = await scene.discord.message_menu(
        scene.ada, wording_speech.COMMAND_SPEAK_MENU, message
    )
    card = await ended(await pressed.answered(PATIENCE))

    ada = scene.ada.name.title()
    assert texts_sent(scene) == [
        f"Hi {ada} in {scene.channel.name}, read this: a link to example.com and spoiler"
    ]
    assert STOCK_LABEL in card["content"]


async def test_without_a_default_voice_the_menu_asks_for_one(scene: World) -> None:
    message = await scene.discord.say(scene.bob, scene.channel, "Hello.")

    pressed = await scene.discord.message_menu(
        scene.ada, wording_speech.COMMAND_SPEAK_MENU, message
    )

    assert "Which voice?" in await whispered(pressed)
    assert asked_of_minimax(scene) == []


async def test_the_form_tells_length_and_price_and_speaks_only_when_told_to(scene: World) -> None:
    form = await speak(scene)
    submitted = await scene.discord.submit_modal(
        form, {wording_speech.MODAL_TEXT: sentence_of(scene)}
    )
    offer = await offered(submitted)
    assert f"{len(sentence_of(scene))} characters" in offer["content"]
    assert price(scene) in offer["content"]
    assert wording_money.WHO_PAYS in offer["content"]
    assert labels(offer) == [wording_speech.SPEAK_IT, wording_speech.NEVER_MIND]
    assert asked_of_minimax(scene) == []

    card = await ended(await confirmed(scene, submitted))

    assert texts_sent(scene) == [sentence_of(scene)]
    assert len(replies_to(scene, card)) == 1
    await eventually(lambda: labels(submitted.message or {"components": []}) == [])


async def test_speak_it_pressed_twice_is_one_speech(scene: World) -> None:
    form = await speak(scene)
    submitted = await scene.discord.submit_modal(
        form, {wording_speech.MODAL_TEXT: sentence_of(scene)}
    )
    offer = await offered(submitted)

    first, second = await asyncio.gather(
        scene.press(scene.ada, offer, wording_speech.SPEAK_IT),
        scene.press(scene.ada, offer, wording_speech.SPEAK_IT),
    )

    await scene.says("AI voice")
    both = [each["content"] for pressed in (first, second) for each in pressed.followups]
    assert sum("settled already" in each for each in both) == 1
    assert texts_sent(scene) == [sentence_of(scene)]
    assert len(scene.bubbles()) == 1


async def test_never_mind_spends_nothing_and_closes_the_offer(scene: World) -> None:
    form = await speak(scene)
    submitted = await scene.discord.submit_modal(
        form, {wording_speech.MODAL_TEXT: sentence_of(scene)}
    )
    offer = await offered(submitted)

    await scene.press(scene.ada, offer, wording_speech.NEVER_MIND)

    assert submitted.message is not None
    assert submitted.message["content"] == wording_speech.DECLINED
    assert submitted.message["components"] == []
    assert scene.posted_by_myna() == []
    assert asked_of_minimax(scene) == []
    late = await scene.discord.forge_click(
        scene.ada, submitted.message, offer["components"][0]["components"][0]["custom_id"]
    )
    assert "settled already" in await told(late)


async def test_in_a_direct_message_it_speaks_as_well(scene: World) -> None:
    direct = replace(scene, channel=scene.discord.direct_channel(scene.ada))

    pressed = await speak(direct, sentence_of(scene))

    assert len(replies_to(direct, await ended(pressed))) == 1
    assert spent(scene, scene.ada) == 100 * len(sentence_of(scene))


async def test_a_text_file_is_offered_and_then_spoken_as_a_recording(scene: World) -> None:
    sentence = "A story needs many words before it comes to its end. "
    text = (sentence * 200)[: SHORT_TEXT_LIMIT - 1] + "."
    scene.minimax.switches.task_seconds = 0
    pressed = await speak(scene, speed=2.0, file=("story.txt", text.encode(), "text/plain"))
    offer = await offered(pressed)
    assert f"{len(text)} characters" in offer["content"]
    assert asked_of_minimax(scene) == []

    card = await ended(await confirmed(scene, pressed))

    assert [each.path for each in scene.arrived("/v1/t2a_async_v2")] == ["/v1/t2a_async_v2"]
    assert texts_sent(scene) == [text]
    audio = replies_to(scene, card)
    assert audio
    assert all(each["attachments"][0]["content_type"].startswith("audio/") for each in audio)
    assert f"{len(text)} characters, $1.00" in card["content"]
    (line,) = [line for line in scene.minimax.ledger.bill if line.characters == len(text)]
    books = rows(scene, "SELECT amount FROM charges WHERE trace_id = ?", line.trace_id)
    assert books == [(round(line.usd * 1_000_000),)]
