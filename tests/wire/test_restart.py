"""Myna ends and starts again: nothing is lost, nothing happens twice."""

import os

from bot.frontends import wording
from bot.sandbox.discord import MessageFlag
from tests import audio_files
from tests.wire.world import Bill, Message, World, eventually, labels, run_command, whispered


async def restart(world: World) -> None:
    """End Myna as an operator does, and start it again."""
    assert await world.myna.stop() == 0
    await world.myna.start()


def command_syncs(world: World) -> int:
    """Return how often Discord was told the commands."""
    sent = [each for each in world.discord.requests if each.method in {"PUT", "POST"}]
    return sum(each.path.endswith("/commands") for each in sent)


# --- buttons


async def test_delete_asks_its_owner_once_more_and_nobody_else(world: World) -> None:
    await world.clone()
    card = await world.says("is ready")
    await world.settled()
    await restart(world)

    strangers = await world.press(world.bob, card, wording.DELETE)
    assert "Only the one who asked" in await whispered(strangers)
    asked = await world.press(world.ada, card, wording.DELETE)
    assert "cannot be brought back" in await whispered(asked)
    assert not deletions(world)
    await restart(world)
    await world.press(world.ada, asked.followups[-1], wording.DELETE_CONFIRM)

    gone = await world.says("is deleted")
    assert gone["id"] == card["id"]
    assert labels(gone) == []
    assert world.bubbles() == []
    assert deletions(world) == world.voice_ids_sent()


async def test_a_deleted_voice_leaves_its_name_free_and_its_buttons_harmless(world: World) -> None:
    await world.clone()
    card = await world.says("is ready")
    asked = await world.press(world.ada, card, wording.DELETE)
    await whispered(asked)
    question = asked.followups[-1]
    await world.press(world.ada, question, wording.DELETE_CONFIRM)
    await world.says("is deleted")

    await world.clone()

    again = await world.says("is ready")
    await world.settled()
    assert again["id"] != card["id"]
    assert world.bill().clones == 2
    assert len(deletions(world)) == 1


async def test_try_again_works_after_a_restart_and_for_its_owner_alone(world: World) -> None:
    world.minimax.switches.may_clone = False
    await world.clone()
    card = await world.says("I could not clone")
    await world.settled()
    world.minimax.switches.may_clone = True
    await restart(world)

    strangers = await world.press(world.bob, card, wording.TRY_AGAIN)
    assert "Only the one who asked" in await whispered(strangers)
    await world.press(world.ada, card, wording.TRY_AGAIN)

    await _arrived(world, card)


async def test_a_second_note_added_after_a_restart_makes_a_sample_of_two_short_ones(
    world: World,
) -> None:
    await world.clone(note=note(6.0))
    card = await world.says("6.0 s of audio; MiniMax needs 10")
    await world.settled()
    await restart(world)

    form = await world.press(world.ada, card, wording.ADD_NOTE)
    name, data, _ = note(7.0)
    added = await world.discord.submit_modal(form, {wording.ADD_NOTE_LABEL: [(name, data)]})
    await added.answered()

    await _arrived(world, card)


async def test_the_best_part_is_used_after_a_restart(world: World) -> None:
    await world.clone(note=note(301))
    card = await world.says("5 min 1 s of audio")
    await world.settled()
    await restart(world)

    await world.press(world.ada, card, wording.BEST_PART)

    await _arrived(world, card)


async def test_forms_from_before_a_restart_are_answered_and_work_when_opened_anew(
    world: World,
) -> None:
    posted = await world.say_note()
    form = await world.open_form(posted)
    await restart(world)

    submitted = await world.fill_in(form)

    assert "Please open it again" in await whispered(submitted)
    assert world.bill() == Bill(0, 0, 0.0)
    await world.clone_message(posted)
    await world.bubble()


# --- in the middle


async def test_a_clone_killed_while_it_uploads_comes_out_once_with_its_preview(
    world: World,
) -> None:
    world.minimax.faults.delay("files/upload", 1.0)
    pressed = await world.clone()
    await eventually(lambda: bool(world.minimax.ledger.calls("/v1/files/upload")))

    await world.myna.kill()
    world.minimax.faults.clear()
    await world.myna.start()

    await world.bubble()
    card = await world.says("is ready")
    assert pressed.message is not None
    assert card["id"] == pressed.message["id"]
    assert len(world.bubbles()) == 1
    assert len(world.posted_by_myna()) == 2
    assert world.bill().clones == 1


async def test_a_clone_killed_while_minimax_makes_it_is_paid_for_once_and_kept(
    world: World,
) -> None:
    world.minimax.faults.delay("voice_clone", 1.0)
    await world.clone()
    await eventually(lambda: bool(world.voice_ids_sent()))

    await world.myna.kill()
    await eventually(lambda: world.bill().clones == 1)
    world.minimax.faults.clear()
    await world.myna.start()

    card = await world.says("is ready")
    await world.settled()
    assert "I could not show its preview here, but the voice is yours" in card["content"]
    assert world.bill().clones == 1
    assert len(set(world.voice_ids_sent())) == 1
    assert len(world.posted_by_myna()) == 1


async def test_a_press_that_discord_delivers_twice_is_one_clone(world: World) -> None:
    world.expected_complaints.append("already been acknowledged")
    (session,) = world.discord.gateway.sessions.values()
    await world.clone()
    await world.says("is ready")
    (press,) = [frame for frame in session.log if frame["t"] == "INTERACTION_CREATE"]

    session.send("INTERACTION_CREATE", press["d"])

    await eventually(lambda: bool(world.discord.complaints))
    await world.settled()
    assert world.bill().clones == 1
    assert len(world.posted_by_myna()) == 2
    assert world.discord.messages(world.operators) == []


# --- the process


async def test_a_request_to_stop_is_met_at_once_though_a_clone_is_under_way(world: World) -> None:
    world.minimax.faults.delay("voice_clone", 60.0)
    await world.clone()
    await eventually(lambda: bool(world.voice_ids_sent()))

    code = await world.myna.stop()

    assert code == 0


async def test_commands_are_told_to_discord_once(world: World) -> None:
    syncs = command_syncs(world)

    await restart(world)

    assert syncs == 1
    assert command_syncs(world) == syncs
    assert (
        len(await world.discord.autocomplete(world.ada, world.channel, "clone", "language", "")) > 0
    )


async def test_a_second_myna_on_the_same_data_says_so_and_leaves(world: World) -> None:
    second = await run_command(world.myna, "run")

    (line,) = second.err.splitlines()
    assert second.code == os.EX_TEMPFAIL
    assert line.startswith("Another Myna is running on ")
    await world.clone()
    await world.bubble()


def note(seconds: float) -> tuple[str, bytes, str]:
    """Return a spoken note of that length."""
    return ("voice-message.ogg", audio_files.opus(audio_files.speech(seconds)), "audio/ogg")


def deletions(world: World) -> list[str]:
    """Return the voice ids that MiniMax was asked to delete."""
    calls = world.minimax.ledger.calls("/v1/delete_voice")
    return [call.json["voice_id"] for call in calls if isinstance(call.json, dict)]


async def _arrived(world: World, card: Message) -> None:
    bubble = await world.bubble()
    ready = await world.says("is ready")
    await world.settled()
    assert bubble["flags"] & MessageFlag.VOICE
    assert ready["id"] == card["id"]
    assert len(world.bubbles()) == 1
    assert world.bill().clones == 1
