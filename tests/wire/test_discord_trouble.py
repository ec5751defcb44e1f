"""Discord is away, strict or tidied up: the voice and its card arrive all the same."""

import time
from itertools import pairwise

import pytest

from bot.frontends.discord.status import EDIT_EVERY
from bot.sandbox.discord import (
    MEMBER_PERMISSIONS,
    BotRequest,
    Fault,
    MessageFlag,
    Permission,
)
from tests.wire.world import NOTE, Bill, Message, World, eventually, whispered

pytestmark = pytest.mark.asyncio(loop_scope="module")

DAY = 24 * 3600.0
MESSAGES = r"^POST .*/channels/\d+/messages$"
EDITS = r"^PATCH .*/channels/\d+/messages/\d+$"
CALLBACKS = r"^POST .*/interactions/"
DOWNLOADS = r"^GET /ephemeral-attachments/"
MARGIN = 0.5
"""Seconds by which two requests may come closer on their way on a busy machine."""


async def _arrived(world: World) -> Message:
    """Return the card, once there is one voice with one bubble and nothing left behind."""
    bubble = await world.bubble()
    card = await world.says("is ready")
    await world.settled()
    assert bubble["flags"] & MessageFlag.VOICE
    assert len(world.bubbles()) == 1
    assert len(world.posted_by_myna()) == 2
    assert world.bill().clones == 1
    return card


# --- the connection


async def test_a_command_pressed_while_the_gateway_is_away_is_answered_after_the_resume(
    scene: World,
) -> None:
    resumes = scene.discord.gateway.resumes
    await scene.discord.gateway.drop()

    await scene.clone()

    await _arrived(scene)
    assert scene.discord.gateway.resumes == resumes + 1


async def test_a_session_that_cannot_be_resumed_is_begun_anew(scene: World) -> None:
    seen = len(scene.discord.events)
    await scene.discord.gateway.drop(resumable=False)
    await scene.discord.wait_for(lambda event: event.name == "ready", 30.0, seen)

    await scene.clone()

    await _arrived(scene)


@pytest.mark.parametrize("route", [MESSAGES, EDITS, CALLBACKS])
async def test_a_rate_limit_is_waited_out(scene: World, route: str) -> None:
    scene.discord.faults.rate_limit(route, times=2)

    await scene.clone()

    await _arrived(scene)


@pytest.mark.parametrize("route", [MESSAGES, EDITS, CALLBACKS, DOWNLOADS])
async def test_a_bad_gateway_is_tried_again(scene: World, route: str) -> None:
    scene.discord.faults.fail(route)

    await scene.clone()

    await _arrived(scene)


async def test_a_press_that_is_acknowledged_too_late_orders_nothing(scene: World) -> None:
    scene.expected_complaints += ["Unknown interaction", "was never answered"]
    told = len(scene.discord.messages(scene.operators))
    scene.discord.faults.add(Fault(CALLBACKS, delay=3.1))

    await scene.discord.slash(
        scene.ada, scene.channel, "clone", note=NOTE, name="Robin", consent=True
    )

    await eventually(lambda: "could not be acknowledged" in scene.myna.log)
    assert scene.posted_by_myna() == []
    assert scene.bill() == Bill(0, 0, 0.0)
    assert len(scene.discord.messages(scene.operators)) == told


# --- what the channel allows


async def test_where_voice_messages_are_refused_a_plain_file_comes_and_the_card_says_so(
    scene: World,
) -> None:
    scene.discord.faults.voice_in_channels = False

    await scene.clone()

    card = await scene.says("is ready")
    await scene.settled()
    (preview,) = scene.bubbles()
    assert not preview["flags"] & MessageFlag.VOICE
    assert preview["attachments"][0]["filename"].endswith(".ogg")
    assert "the preview is an audio file" in card["content"]
    assert scene.bill().clones == 1


@pytest.mark.parametrize(
    ("right", "name"),
    [
        (Permission.ATTACH_FILES, "Attach Files"),
        (Permission.SEND_MESSAGES, "Send Messages"),
        (Permission.READ_MESSAGE_HISTORY, "Read Message History"),
        (Permission.VIEW_CHANNEL, "View Channel"),
    ],
)
async def test_a_right_that_is_missing_is_named_before_anything_is_spent(
    scene: World, right: Permission, name: str
) -> None:
    scene.discord.set_bot_permissions(scene.channel, MEMBER_PERMISSIONS & ~right)

    pressed = await scene.clone()

    assert f"I lack {name}." in await whispered(pressed)
    assert scene.posted_by_myna() == []
    assert scene.bill() == Bill(0, 0, 0.0)


async def test_rights_taken_away_meanwhile_cost_the_preview_not_the_voice(scene: World) -> None:
    with scene.minimax.faults.hold("voice_clone"):
        await scene.clone()
        await _clone_called(scene)
        scene.discord.set_bot_permissions(scene.channel, Permission.VIEW_CHANNEL)

    card = await scene.says("is ready")
    await scene.settled()
    assert "I could not show its preview here, but the voice is yours" in card["content"]
    assert scene.bubbles() == []
    assert scene.bill().clones == 1


# --- what people do meanwhile


async def test_a_status_message_that_a_moderator_deletes_is_followed_by_a_new_card(
    scene: World,
) -> None:
    with scene.minimax.faults.hold("voice_clone"):
        pressed = await scene.clone()
        await _clone_called(scene)
        status = pressed.message
        assert status is not None
        scene.discord.delete_message(status)

    card = await _arrived(scene)
    assert card["id"] != status["id"]


async def test_an_upload_whose_link_has_run_out_is_asked_for_again(scene: World) -> None:
    pressed = await scene.discord.slash(
        scene.ada, scene.channel, "clone", note=NOTE, name="Robin", consent=True
    )
    scene.clock.ahead += 2 * DAY
    await pressed.answered()

    card = await scene.says("I could not clone")

    await scene.settled()
    assert "its link is too old" in card["content"]
    assert scene.bill() == Bill(0, 0, 0.0)


async def test_a_note_in_a_message_whose_link_has_run_out_is_read_again(scene: World) -> None:
    note = await scene.say_note()
    form = await scene.open_form(note)
    submitted = await scene.send_form(form)
    scene.clock.ahead += 2 * DAY

    await submitted.answered()

    await _arrived(scene)


async def test_what_people_write_pings_nobody(scene: World) -> None:
    await scene.clone(
        name=f"<@{scene.bob.id}> @everyone",
        text=f"Hello <@{scene.bob.id}>, @everyone and @here.",
    )

    await _arrived(scene)

    for message in scene.posted_by_myna():
        assert message["mentions"] == []
        assert message["mention_roles"] == []
        assert message["mention_everyone"] is False


async def test_a_status_message_is_edited_at_most_once_in_two_seconds(scene: World) -> None:
    edits: dict[str, list[float]] = {}

    def watch(request: BotRequest) -> None:
        if request.method == "PATCH":
            edits.setdefault(request.path, []).append(time.monotonic())

    scene.discord.hooks.append(watch)
    scene.minimax.faults.delay("files/upload", 1.5)
    scene.minimax.faults.delay("voice_clone", 3.0)
    await scene.clone()
    card = await _arrived(scene)
    scene.discord.hooks.remove(watch)

    times = next(times for path, times in edits.items() if path.endswith(card["id"]))
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert gaps
    assert min(gaps) >= EDIT_EVERY - MARGIN


# --- how it is arranged


async def _clone_called(world: World) -> None:
    """Wait until MiniMax has been asked to clone; it has not answered yet."""
    await eventually(lambda: len(world.voice_ids_sent()) == 1)
