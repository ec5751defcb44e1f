"""What can be pressed under a message still works after a restart, for whom it should."""

import pytest

from bot.frontends import wording
from bot.sandbox.discord import MessageFlag
from tests import audio_files
from tests.wire.world import Bill, Message, World, labels, whispered

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def restart(scene: World) -> None:
    """End Myna as an operator does, and start it again."""
    assert await scene.myna.stop() == 0
    await scene.myna.start()


# --- buttons


async def test_delete_asks_its_owner_once_more_and_nobody_else(scene: World) -> None:
    await scene.clone()
    card = await scene.says("is ready")
    await scene.settled()
    await restart(scene)

    strangers = await scene.press(scene.bob, card, wording.DELETE)
    assert "Only the one who asked" in await whispered(strangers)
    asked = await scene.press(scene.ada, card, wording.DELETE)
    assert "cannot be brought back" in await whispered(asked)
    assert not deletions(scene)
    await restart(scene)
    await scene.press(scene.ada, asked.followups[-1], wording.DELETE_CONFIRM)

    gone = await scene.says("is deleted")
    assert gone["id"] == card["id"]
    assert labels(gone) == []
    assert scene.bubbles() == []
    assert deletions(scene) == scene.voice_ids_sent()


async def test_a_deleted_voice_leaves_its_name_free_and_its_buttons_harmless(scene: World) -> None:
    await scene.clone()
    card = await scene.says("is ready")
    asked = await scene.press(scene.ada, card, wording.DELETE)
    await whispered(asked)
    question = asked.followups[-1]
    await scene.press(scene.ada, question, wording.DELETE_CONFIRM)
    await scene.says("is deleted")

    await scene.clone()

    again = await scene.says("is ready")
    await scene.settled()
    assert again["id"] != card["id"]
    assert scene.bill().clones == 2
    assert len(deletions(scene)) == 1


async def test_try_again_works_after_a_restart_and_for_its_owner_alone(scene: World) -> None:
    scene.minimax.switches.may_clone = False
    await scene.clone()
    card = await scene.says("I could not clone")
    await scene.settled()
    scene.minimax.switches.may_clone = True
    await restart(scene)

    strangers = await scene.press(scene.bob, card, wording.TRY_AGAIN)
    assert "Only the one who asked" in await whispered(strangers)
    await scene.press(scene.ada, card, wording.TRY_AGAIN)

    await _arrived(scene, card)


async def test_a_second_note_added_after_a_restart_makes_a_sample_of_two_short_ones(
    scene: World,
) -> None:
    await scene.clone(note=note(6.0))
    card = await scene.says("6.0 s of audio; MiniMax needs 10")
    await scene.settled()
    await restart(scene)

    form = await scene.press(scene.ada, card, wording.ADD_NOTE)
    name, data, _ = note(7.0)
    added = await scene.discord.submit_modal(form, {wording.ADD_NOTE_LABEL: [(name, data)]})
    await added.answered()

    await _arrived(scene, card)


async def test_the_best_part_is_used_after_a_restart(scene: World) -> None:
    await scene.clone(note=note(301))
    card = await scene.says("5 min 1 s of audio")
    await scene.settled()
    await restart(scene)

    await scene.press(scene.ada, card, wording.BEST_PART)

    await _arrived(scene, card)


async def test_forms_from_before_a_restart_are_answered_and_work_when_opened_anew(
    scene: World,
) -> None:
    posted = await scene.say_note()
    form = await scene.open_form(posted)
    await restart(scene)

    submitted = await scene.fill_in(form)

    assert "Please open it again" in await whispered(submitted)
    assert scene.bill() == Bill(0, 0, 0.0)
    await scene.clone_message(posted)
    await scene.bubble()


def note(seconds: float) -> tuple[str, bytes, str]:
    """Return a spoken note of that length."""
    return ("voice-message.ogg", audio_files.opus(audio_files.speech(seconds)), "audio/ogg")


def deletions(scene: World) -> list[str]:
    """Return the voice ids that MiniMax was asked to delete."""
    bodies = [each.json for each in scene.arrived("/v1/delete_voice")]
    return [body["voice_id"] for body in bodies if isinstance(body, dict)]


async def _arrived(scene: World, card: Message) -> None:
    bubble = await scene.bubble()
    ready = await scene.says("is ready")
    await scene.settled()
    assert bubble["flags"] & MessageFlag.VOICE
    assert ready["id"] == card["id"]
    assert len(scene.bubbles()) == 1
    assert scene.bill().clones == 1
