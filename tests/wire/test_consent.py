"""Somebody else's voice: its owner is asked, and until they say yes nothing leaves Myna."""

import pytest

from bot.domain.consent import Answer
from bot.frontends import wording, wording_consent
from bot.sandbox.discord import Interaction, Person
from tests.wire.speeches import spoken
from tests.wire.world import PATIENCE, Message, World, eventually, labels, whispered

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def ask(world: World, note: Message, *, name: str = "Robin") -> Interaction:
    """Let bob ask for the voice of ada's note, from its menu."""
    pressed = await world.discord.message_menu(world.bob, wording.COMMAND_MENU, note)
    form = await pressed.answered(PATIENCE)
    values: dict[str, str | bool] = {
        wording.MODAL_NAME: name,
        wording_consent.MODAL_ASK: True,
    }
    submitted = await world.discord.submit_modal(form, values)
    return await submitted.answered(PATIENCE)


def questions(world: World, person: Person) -> list[Message]:
    """Return what somebody was asked in private."""
    yes = wording_consent.ANSWERS[Answer.ONCE]
    return [each for each in world.discord.direct_messages(person) if yes in labels(each)]


async def question(world: World) -> Message:
    """Return what ada is asked, as soon as she is."""
    await eventually(lambda: questions(world, world.ada) != [])
    (asked,) = questions(world, world.ada)
    return asked


async def answer(world: World, asked: Message, what: Answer) -> Interaction:
    """Let ada answer."""
    return await world.press(world.ada, asked, wording_consent.ANSWERS[what])


async def test_an_owner_is_asked_in_private_and_her_yes_makes_a_voice_that_is_hers(
    scene: World,
) -> None:
    note = await scene.say_note()

    pressed = await ask(scene, note)

    assert "72 hours" in await whispered(pressed)
    asked = await question(scene)
    assert f"<@{scene.bob.id}>" in asked["content"]
    assert f"/{scene.channel.id}/{note['id']}" in asked["content"]
    assert "first this" in asked["content"]
    assert scene.posted_by_myna() == []
    assert (scene.bill().uploads, scene.arrived("/v1/files/upload")) == (0, [])

    await answer(scene, asked, Answer.ONCE)
    card = await scene.says("is ready")
    await scene.settled()

    assert f"AI voice of <@{scene.ada.id}>" in card["content"]
    assert scene.bill().clones == 1
    said = await spoken(scene, "Hello from both of us.", scene.bob, voice="Robin")
    assert f"asked for by <@{scene.bob.id}>" in said["content"]


async def test_a_no_leaves_nothing_behind_and_the_asker_is_told(scene: World) -> None:
    await ask(scene, await scene.say_note())

    await answer(scene, await question(scene), Answer.NO)

    await eventually(lambda: "does not want" in _told_to(scene, scene.bob))
    assert scene.bill().uploads == 0
    assert scene.posted_by_myna() == []


async def test_only_the_owner_can_answer_and_only_once(scene: World) -> None:
    pressed = await ask(scene, await scene.say_note())
    asked = await question(scene)

    forged = await scene.discord.forge_click(
        scene.bob, _own(pressed), f"myna-consent:once:discord-{pressed.id}"
    )
    assert "somebody else" in await whispered(forged)
    await answer(scene, asked, Answer.NO)
    again = await scene.discord.forge_click(
        scene.ada, asked, f"myna-consent:once:discord-{pressed.id}"
    )

    assert "settled" in await whispered(again)
    assert scene.bill().uploads == 0


async def test_a_request_can_be_withdrawn_by_its_asker_alone(scene: World) -> None:
    pressed = await ask(scene, await scene.say_note())
    asked = await question(scene)

    forged = await scene.discord.forge_click(
        scene.ada, asked, f"myna-consent:withdraw:discord-{pressed.id}"
    )
    assert "somebody else" in await whispered(forged)
    await scene.press(scene.bob, _own(pressed), wording_consent.WITHDRAW)
    late = await answer(scene, asked, Answer.ONCE)

    assert "settled" in await whispered(late)
    assert scene.bill().uploads == 0


async def test_allowed_on_the_server_nobody_is_asked_a_second_time_until_revoked(
    scene: World,
) -> None:
    await ask(scene, await scene.say_note())
    await answer(scene, await question(scene), Answer.HERE)
    await scene.says("is ready")

    second = await ask(scene, await scene.say_note())
    assert "allowed that before" in await whispered(second)
    await scene.says("**Robin 2** is ready")
    await eventually(lambda: "as you allow them" in _told_to(scene, scene.ada))

    revoked = await scene.discord.slash(
        scene.ada, scene.channel, "consent revoke", member=scene.bob
    )
    assert "has to ask you again" in await whispered(await revoked.answered(PATIENCE))
    third = await ask(scene, await scene.say_note())
    assert "72 hours" in await whispered(third)
    await scene.settled()


async def test_who_is_never_to_be_cloned_is_not_even_asked(scene: World) -> None:
    pressed = await ask(scene, await scene.say_note())
    await answer(scene, await question(scene), Answer.NEVER)

    again = await ask(scene, await scene.say_note())
    assert "do not want to be cloned" in await whispered(again)
    own = await scene.clone()
    assert "do not want to be cloned" in await whispered(own)

    off = await scene.discord.slash(scene.ada, scene.channel, "consent never", never=False)
    assert "may ask you again" in await whispered(await off.answered(PATIENCE))
    third = await ask(scene, await scene.say_note())
    assert "72 hours" in await whispered(third)
    assert pressed.id != third.id
    assert scene.bill().uploads == 0


async def test_never_said_between_the_question_and_the_yes_is_what_counts(scene: World) -> None:
    await ask(scene, await scene.say_note())
    asked = await question(scene)

    never = await scene.discord.slash(scene.ada, scene.channel, "consent never", never=True)
    await whispered(await never.answered(PATIENCE))
    late = await answer(scene, asked, Answer.ONCE)

    assert "settled" in await whispered(late)
    await eventually(lambda: "does not want" in _told_to(scene, scene.bob))
    assert scene.arrived("/v1/files/upload") == []
    assert scene.posted_by_myna() == []


async def test_who_takes_no_direct_messages_is_asked_by_name_where_it_was_asked(
    scene: World,
) -> None:
    scene.ada.accepts_direct_messages = False
    await ask(scene, await scene.say_note())

    asked = await scene.says("would like to have your voice cloned")
    assert asked["content"].startswith(f"<@{scene.ada.id}>")
    strangers = await scene.press(scene.bob, asked, wording_consent.ANSWERS[Answer.ONCE])
    assert "somebody else" in await whispered(strangers)
    await answer(scene, asked, Answer.ONCE)

    await scene.says("is ready")
    await scene.settled()
    assert scene.bill().clones == 1


async def test_a_yes_taken_back_deletes_the_voice_at_the_provider(scene: World) -> None:
    await ask(scene, await scene.say_note())
    asked = await question(scene)
    await answer(scene, asked, Answer.ONCE)
    await scene.says("is ready")

    await scene.press(scene.ada, questions_answered(scene)[0], wording_consent.TAKE_BACK)

    await scene.says("is deleted")
    assert len(scene.arrived("/v1/delete_voice")) == 1
    await scene.settled()


async def test_the_list_shows_what_waits_and_asking_twice_is_refused(scene: World) -> None:
    await ask(scene, await scene.say_note())

    twice = await ask(scene, await scene.say_note())
    assert "have asked them already" in await whispered(twice)
    shown = await scene.discord.slash(scene.bob, scene.channel, "consent list")
    text = await whispered(await shown.answered(PATIENCE))

    assert "**You asked**" in text
    assert f"<@{scene.ada.id}>: **Robin**, 72 h left" in text


async def test_a_bot_is_not_asked(scene: World) -> None:
    robot = scene.discord.world.bot
    pressed = await scene.clone(scene.bob, owner=robot)

    assert "A bot cannot say" in await whispered(pressed)


async def test_slash_clone_asks_whom_it_names_as_owner(scene: World) -> None:
    pressed = await scene.clone(scene.bob, owner=scene.ada, consent=False)

    assert "72 hours" in await whispered(pressed)
    await answer(scene, await question(scene), Answer.ONCE)
    await scene.says("is ready")
    await scene.settled()
    assert scene.bill().clones == 1


def questions_answered(world: World) -> list[Message]:
    """Return ada's answers that can still be taken back."""
    sent = world.discord.direct_messages(world.ada)
    return [each for each in sent if wording_consent.TAKE_BACK in labels(each)]


def _told_to(world: World, person: Person) -> str:
    return "\n".join(each["content"] for each in world.discord.direct_messages(person))


def _own(pressed: Interaction) -> Message:
    assert pressed.message is not None
    return pressed.message
