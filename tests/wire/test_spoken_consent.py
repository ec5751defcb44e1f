"""A yes that is spoken: until the sentence is recorded nothing leaves Myna, then it alone does."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.domain.consent import Answer
from bot.domain.servers import SpokenConsent
from bot.frontends import wording, wording_consent, wording_spoken
from bot.sandbox.discord import Interaction
from bot.sandbox.minimax.faults import FaultKind
from tests import audio_files
from tests.wire.reviews import govern
from tests.wire.test_consent import ask, question
from tests.wire.test_restart import restart
from tests.wire.world import NOTE, PATIENCE, Message, World, eventually, labels, whispered

pytestmark = pytest.mark.asyncio(loop_scope="module")

SHORT = ("short.ogg", audio_files.opus(audio_files.speech(4)), "audio/ogg")


async def want(world: World, spoken: SpokenConsent) -> None:
    """Have the server want that, as its settings panel does."""
    await govern(world, spoken_consent=spoken)


@pytest.fixture
async def spoken(scene: World) -> AsyncIterator[World]:
    """Give a world in which others' voices need a sentence."""
    await want(scene, SpokenConsent.OTHERS)
    yield scene
    await want(scene, SpokenConsent.OFF)


def to_speak(world: World) -> list[Message]:
    """Return the messages that ask ada for a recording in private, oldest first."""
    sent = world.discord.direct_messages(world.ada)
    return [each for each in sent if wording_spoken.RECORD in labels(each)]


def sentence_in(text: str) -> str:
    """Return the sentence that a message shows."""
    (line,) = [line for line in text.splitlines() if line.startswith("> ")]
    return line.removeprefix("> ")


async def allowed(world: World, answer: Answer = Answer.ONCE) -> Message:
    """Let bob ask and ada say yes; return what asks her for the sentence."""
    await ask(world, await world.say_note())
    await world.press(world.ada, await question(world), wording_consent.ANSWERS[answer])
    (message,) = to_speak(world)
    return message


async def record(
    world: World, message: Message, file: tuple[str, bytes, str] = NOTE
) -> Interaction:
    """Let ada press "Record it" and give a file."""
    form = await world.press(world.ada, message, wording_spoken.RECORD)
    values: dict[str, Any] = {wording_spoken.FORM_LABEL: [file]}
    sent = await world.discord.submit_modal(form, values)
    return await sent.answered(PATIENCE)


def validated(world: World) -> list[str | None]:
    """Return the transcripts that MiniMax was told to expect, in order."""
    bodies = [each.json for each in world.arrived("/v1/voice_clone")]
    return [body.get("text_validation") for body in bodies if isinstance(body, dict)]


async def test_the_recorded_sentence_is_the_yes_and_all_that_is_uploaded(spoken: World) -> None:
    message = await allowed(spoken)
    sentence = sentence_in(message["content"])
    assert "I am Ada-Test" in sentence
    assert "and Bob-Test" in sentence
    assert spoken.posted_by_myna() == []
    assert (spoken.bill().uploads, spoken.arrived("/v1/files/upload")) == (0, [])

    await record(spoken, message)
    card = await spoken.says("is ready")
    await spoken.settled()

    assert f"voice of <@{spoken.ada.id}>" in card["content"]
    assert validated(spoken) == [sentence]
    assert (spoken.bill().uploads, spoken.bill().clones) == (1, 1)


async def test_what_is_not_the_sentence_is_told_and_may_be_recorded_again(spoken: World) -> None:
    message = await allowed(spoken)
    sentence = sentence_in(message["content"])
    spoken.minimax.faults.plan(FaultKind.ANSWER, "voice_clone", code=1043)

    await record(spoken, message)
    card = await spoken.says("I could not clone")
    assert "something else than the sentence" in card["content"]
    assert labels(card) == [wording_consent.WITHDRAW]
    await eventually(lambda: to_speak(spoken) != [])
    (again,) = to_speak(spoken)
    assert sentence_in(again["content"]) == sentence
    await spoken.settled()
    assert (spoken.bill().clones, spoken.bill().usd) == (0, 0)

    await record(spoken, again)
    await spoken.says("is ready")
    await spoken.settled()

    assert validated(spoken) == [sentence, sentence]
    assert (spoken.bill().uploads, spoken.bill().clones) == (2, 1)


async def test_after_a_restart_between_yes_and_recording_the_buttons_still_work(
    spoken: World,
) -> None:
    message = await allowed(spoken)
    await restart(spoken)

    shown = await spoken.discord.slash(spoken.ada, spoken.channel, "consent list")
    assert wording_consent.TO_BE_SPOKEN in await whispered(await shown.answered(PATIENCE))
    assert to_speak(spoken) == [message]
    assert spoken.bill().uploads == 0
    await record(spoken, message)
    await spoken.says("is ready")
    await spoken.settled()

    assert validated(spoken) == [sentence_in(message["content"])]


async def test_after_three_wrong_recordings_it_is_over(spoken: World) -> None:
    await allowed(spoken)
    spoken.minimax.faults.plan(FaultKind.ANSWER, "voice_clone", code=1043, times=3)

    for uploads in (1, 2, 3):
        await eventually(lambda: to_speak(spoken) != [])
        (message,) = to_speak(spoken)
        await record(spoken, message)
        await eventually(lambda uploads=uploads: spoken.bill().uploads == uploads)  # type: ignore[misc]
        await spoken.settled()

    sent = spoken.discord.direct_messages(spoken.ada)
    await eventually(lambda: "another sentence" in _last(spoken))
    assert to_speak(spoken) == []
    assert len(sent) >= 3
    assert spoken.bill().usd == 0


async def test_a_recording_that_is_too_short_costs_no_upload_and_no_try(spoken: World) -> None:
    message = await allowed(spoken)

    for _ in range(4):
        await record(spoken, message, SHORT)
        await eventually(lambda: to_speak(spoken) != [])
        (message,) = to_speak(spoken)
        assert "too short" in message["content"]
    assert spoken.bill().uploads == 0

    await record(spoken, message)
    await spoken.says("is ready")
    await spoken.settled()
    assert spoken.bill().uploads == 1


async def test_a_voice_message_of_ones_own_is_used_from_its_menu(spoken: World) -> None:
    message = await allowed(spoken)
    strangers = await spoken.discord.say(spoken.bob, spoken.channel, files=[NOTE])
    note = await spoken.say_note()

    refused = await spoken.discord.message_menu(
        spoken.ada, wording_spoken.COMMAND_RECORDED, strangers
    )
    assert "posted the recording" in await whispered(await refused.answered(PATIENCE))
    nothing = await spoken.discord.message_menu(spoken.bob, wording_spoken.COMMAND_RECORDED, note)
    assert "No sentence of yours" in await whispered(await nothing.answered(PATIENCE))
    taken = await spoken.discord.message_menu(spoken.ada, wording_spoken.COMMAND_RECORDED, note)
    assert "Thank you" in await whispered(await taken.answered(PATIENCE))

    await spoken.says("is ready")
    await spoken.settled()
    assert validated(spoken) == [sentence_in(message["content"])]


async def test_nobody_else_records_and_nobody_before_the_yes(spoken: World) -> None:
    pressed = await ask(spoken, await spoken.say_note())
    asked = await question(spoken)
    key = f"discord-{pressed.id}"

    early = await spoken.discord.forge_click(spoken.ada, asked, f"myna-consent:record:{key}")
    assert "settled" in await whispered(early)
    await spoken.press(spoken.ada, asked, wording_consent.ANSWERS[Answer.ONCE])
    assert pressed.message is not None
    forged = await spoken.discord.forge_click(
        spoken.bob, pressed.message, f"myna-consent:record:{key}"
    )

    assert "somebody else" in await whispered(forged)
    assert spoken.bill().uploads == 0


@pytest.mark.parametrize("how", ["never", "no", "withdrawn"])
async def test_between_yes_and_recording_it_can_still_come_to_nothing(
    spoken: World, how: str
) -> None:
    pressed = await ask(spoken, await spoken.say_note())
    await spoken.press(spoken.ada, await question(spoken), wording_consent.ANSWERS[Answer.HERE])
    (message,) = to_speak(spoken)
    form = await spoken.press(spoken.ada, message, wording_spoken.RECORD)

    if how == "never":
        never = await spoken.discord.slash(spoken.ada, spoken.channel, "consent never", never=True)
        await never.answered(PATIENCE)
    elif how == "no":
        await spoken.press(spoken.ada, message, wording_consent.ANSWERS[Answer.NO])
    else:
        assert pressed.message is not None
        await spoken.press(spoken.bob, pressed.message, wording_consent.WITHDRAW)
    values: dict[str, Any] = {wording_spoken.FORM_LABEL: [NOTE]}
    sent = await spoken.discord.submit_modal(form, values)

    assert "settled" in await whispered(await sent.answered(PATIENCE))
    assert spoken.posted_by_myna() == []
    assert (spoken.bill().uploads, spoken.arrived("/v1/files/upload")) == (0, [])


async def test_a_standing_yes_does_not_replace_the_sentence(spoken: World) -> None:
    await record(spoken, await allowed(spoken, Answer.HERE))
    await spoken.says("is ready")

    second = await ask(spoken, await spoken.say_note())

    assert "72 hours" in await whispered(second)
    await question(spoken)
    await spoken.settled()
    assert spoken.bill().clones == 1


async def test_where_it_is_always_wanted_ones_own_voice_is_spoken_for_too(spoken: World) -> None:
    await want(spoken, SpokenConsent.ALWAYS)
    first = await spoken.clone()
    pressed = await spoken.clone()
    text = await whispered(pressed)
    assert "It costs about" in text
    assert "I am Ada-Test" in sentence_in(text)
    assert (spoken.posted_by_myna(), spoken.bill().uploads) == ([], 0)
    assert pressed.message is not None
    assert first.message is not None

    shown = await spoken.discord.slash(spoken.ada, spoken.channel, "consent list")
    listed = await whispered(await shown.answered(PATIENCE))
    assert sentence_in(listed) == sentence_in(text)
    replaced = await spoken.press(spoken.ada, first.message, wording_spoken.RECORD)
    assert "settled" in await whispered(replaced)
    spoken.minimax.faults.plan(FaultKind.ANSWER, "voice_clone", code=1043)
    await record(spoken, pressed.message)
    card = await spoken.says("I could not clone")
    assert wording_spoken.RECORD in labels(card)
    await record(spoken, card)
    await spoken.says("**Robin** is ready")
    await spoken.settled()

    assert validated(spoken) == [sentence_in(text)] * 2
    assert wording.DELETE in labels(await spoken.says("**Robin** is ready"))


async def test_one_is_not_asked_to_speak_for_oneself_where_only_others_need_it(
    spoken: World,
) -> None:
    await spoken.clone()

    await spoken.says("is ready")
    await spoken.settled()
    assert validated(spoken) == [None]


def _last(world: World) -> str:
    content: str = world.discord.direct_messages(world.ada)[-1]["content"]
    return content
