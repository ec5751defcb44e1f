"""What becomes of a request, as the channel sees it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.domain.errors import CannotPost, FaceDown, NoteRefused
from bot.domain.moderation import FlagKind
from bot.domain.outcomes import (
    CloneFailed,
    PostedAs,
    Progress,
    Stage,
    VoiceDeleted,
    VoiceHeld,
    VoiceReady,
    VoiceWasLost,
)
from bot.domain.people import Address, pseudonym_of
from bot.domain.samples import Bubble, NoteReport, Problem
from bot.domain.voices import CloneOrder, Voice
from bot.frontends import wording
from bot.frontends.discord.addresses import Place, interaction_of, key_of
from bot.frontends.discord.delivery import DiscordDelivery
from bot.sandbox.discord.faults import Fault
from bot.sandbox.discord.interactions import PATIENCE_SECONDS
from bot.sandbox.discord.wire import MEMBER_PERMISSIONS, MessageFlag, Permission
from tests.fakes.discord_scene import Scene, scene

NONCE = "preview-1"


@pytest.fixture
def bubble(tmp_path: Path) -> Bubble:
    path = tmp_path / "bubble.ogg"
    path.write_bytes(b"OggS" + bytes(500))
    return Bubble(path=path, seconds=2.5, waveform=bytes(range(32)))


@asynccontextmanager
async def ready() -> AsyncIterator[tuple[Scene, DiscordDelivery, CloneOrder, Voice]]:
    async with scene() as stage, stage.myna() as running:
        order, voice = await stage.cloned()
        yield stage, running.delivery, order, voice


def previews(stage: Scene) -> list[dict[str, Any]]:
    return [each for each in stage.seen() if each["attachments"]]


def status(stage: Scene, address: Address) -> dict[str, Any]:
    return next(each for each in stage.seen() if each["id"] == address.token.split(":")[1])


def labels(message: dict[str, Any]) -> list[str]:
    return [each["label"] for row in message["components"] for each in row["components"]]


def edits(stage: Scene) -> int:
    return sum(request.method == "PATCH" for request in stage.discord.requests)


async def test_the_preview_is_a_voice_message_that_replies_to_the_status(bubble: Bubble) -> None:
    async with ready() as (stage, delivery, order, _):
        posted = await delivery.post_bubble(order.address, bubble, nonce=NONCE, repeated=False)

        [preview] = previews(stage)
        [attachment] = preview["attachments"]
        assert posted is PostedAs.BUBBLE
        assert preview["flags"] & MessageFlag.VOICE
        assert preview["message_reference"]["message_id"] == order.address.token.split(":")[1]
        assert attachment["duration_secs"] == 2.5
        assert attachment["waveform"] == bubble.waveform_base64
        assert attachment["content_type"] == "audio/ogg"
        assert stage.discord.read_file(attachment) == bubble.path.read_bytes()


async def test_where_voice_messages_are_forbidden_the_preview_is_a_file(bubble: Bubble) -> None:
    async with ready() as (stage, delivery, order, _):
        allowed = MEMBER_PERMISSIONS & ~Permission.SEND_VOICE_MESSAGES
        stage.discord.set_bot_permissions(stage.channel, allowed)
        posted = await delivery.post_bubble(order.address, bubble, nonce=NONCE, repeated=False)

        [preview] = previews(stage)
        assert posted is PostedAs.FILE
        assert not preview["flags"] & MessageFlag.VOICE
        assert preview["message_reference"]


async def test_where_even_the_reply_is_refused_the_file_comes_alone(bubble: Bubble) -> None:
    async with ready() as (stage, delivery, order, _):
        body = {"message": "Cannot reply without permission to read message history"}
        refused = Fault("POST .*/messages", times=2, status=400, body=body | {"code": 160002})
        stage.discord.faults.add(refused)
        posted = await delivery.post_bubble(order.address, bubble, nonce=NONCE, repeated=False)

        [preview] = previews(stage)
        assert posted is PostedAs.FILE
        assert not preview.get("message_reference")


async def test_the_preview_comes_without_a_reply_where_the_status_is_gone(bubble: Bubble) -> None:
    async with ready() as (stage, delivery, order, _):
        stage.discord.delete_message(status(stage, order.address))
        posted = await delivery.post_bubble(order.address, bubble, nonce=NONCE, repeated=False)

        assert posted is PostedAs.BUBBLE
        assert len(previews(stage)) == 1


async def test_a_voice_flag_that_discord_drops_is_never_called_a_bubble(bubble: Bubble) -> None:
    async with ready() as (stage, delivery, order, _):
        without_flag = {"id": "1", "flags": 0}
        stage.discord.faults.add(Fault("POST .*/messages", status=200, body=without_flag))
        posted = await delivery.post_bubble(order.address, bubble, nonce=NONCE, repeated=False)

        assert posted is PostedAs.FILE


async def test_a_discord_in_trouble_is_worth_another_try(bubble: Bubble) -> None:
    async with ready() as (stage, delivery, order, voice):
        stage.discord.faults.fail("(POST|PATCH) .*/messages", times=2, status=503)

        with pytest.raises(FaceDown):
            await delivery.post_bubble(order.address, bubble, nonce=NONCE, repeated=False)
        with pytest.raises(FaceDown):
            await delivery.conclude(order.address, VoiceReady(voice, PostedAs.NOTHING))


async def test_a_rate_limit_is_waited_out(bubble: Bubble) -> None:
    async with ready() as (stage, delivery, order, _):
        stage.discord.faults.rate_limit("POST .*/messages", retry_after=0.01)
        posted = await delivery.post_bubble(order.address, bubble, nonce=NONCE, repeated=False)

        assert posted is PostedAs.BUBBLE
        assert len(previews(stage)) == 1


async def test_posting_again_with_one_nonce_is_one_preview(bubble: Bubble) -> None:
    async with ready() as (stage, delivery, order, _):
        for _ in range(2):
            await delivery.post_bubble(order.address, bubble, nonce=NONCE, repeated=False)

        assert len(previews(stage)) == 1


@pytest.mark.parametrize("may_speak", [True, False])
async def test_a_repeated_post_finds_what_an_earlier_one_left(
    bubble: Bubble, *, may_speak: bool
) -> None:
    async with ready() as (stage, delivery, order, _):
        stage.discord.faults.voice_in_channels = may_speak
        first = await delivery.post_bubble(order.address, bubble, nonce=NONCE, repeated=False)
        posts = sum(request.method == "POST" for request in stage.discord.requests)
        second = await delivery.post_bubble(order.address, bubble, nonce=NONCE, repeated=True)

        assert first is second
        assert posts == sum(request.method == "POST" for request in stage.discord.requests)


async def test_a_repeated_post_finds_a_bubble_whose_file_was_renamed(bubble: Bubble) -> None:
    async with ready() as (stage, delivery, order, _):
        await delivery.post_bubble(order.address, bubble, nonce="another", repeated=False)
        posted = await delivery.post_bubble(order.address, bubble, nonce=NONCE, repeated=True)

        assert posted is PostedAs.BUBBLE
        assert len(previews(stage)) == 1


async def test_a_repeated_post_that_finds_nothing_posts(bubble: Bubble) -> None:
    async with ready() as (stage, delivery, order, _):
        posted = await delivery.post_bubble(order.address, bubble, nonce=NONCE, repeated=True)

        assert posted is PostedAs.BUBBLE
        assert len(previews(stage)) == 1


async def test_lost_rights_end_the_posting_for_good(bubble: Bubble) -> None:
    async with ready() as (stage, delivery, order, voice):
        stage.discord.set_bot_permissions(stage.channel, Permission(0))

        with pytest.raises(CannotPost):
            await delivery.post_bubble(order.address, bubble, nonce=NONCE, repeated=False)
        stage.discord.delete_message(status(stage, order.address))
        with pytest.raises(CannotPost):
            await delivery.conclude(order.address, VoiceReady(voice, PostedAs.NOTHING))


async def test_before_the_log_in_posting_is_put_off(bubble: Bubble) -> None:
    async with ready() as (stage, _, order, voice), stage.offline() as delivery:
        with pytest.raises(FaceDown):
            await delivery.post_bubble(order.address, bubble, nonce=NONCE, repeated=False)
        with pytest.raises(FaceDown):
            await delivery.conclude(order.address, VoiceReady(voice, PostedAs.NOTHING))
        await delivery.progress(order.address, Progress("Robin", Stage.CLONING))


async def test_a_preview_can_be_taken_back_and_nothing_else_goes(bubble: Bubble) -> None:
    async with ready() as (stage, delivery, order, _):
        await delivery.post_bubble(order.address, bubble, nonce=NONCE, repeated=False)
        before = len(stage.seen())
        for _repeated in range(2):
            await delivery.remove_bubble(order.address, nonce=NONCE)

        assert previews(stage) == []
        assert len(stage.seen()) == before - 1


async def test_the_card_takes_the_place_of_the_status_and_offers_to_delete() -> None:
    async with ready() as (stage, delivery, order, voice):
        outcome = VoiceReady(voice, PostedAs.BUBBLE)
        await delivery.conclude(order.address, outcome)
        await delivery.conclude(order.address, outcome)

        [card] = stage.seen()
        assert card["content"].startswith("**Robin** is ready.\nCost: 36 characters")
        assert "7 days" in card["content"]
        assert labels(card) == [wording.DELETE]


async def test_a_deleted_status_message_is_replaced_by_one_card() -> None:
    async with ready() as (stage, delivery, order, voice):
        stage.discord.delete_message(status(stage, order.address))
        for _ in range(2):
            await delivery.conclude(order.address, VoiceReady(voice, PostedAs.BUBBLE))

        [card] = stage.seen()
        assert labels(card) == [wording.DELETE]


@pytest.mark.parametrize(
    ("problem", "offered"),
    [
        (Problem.TOO_SHORT, [wording.ADD_NOTE]),
        (Problem.TOO_LITTLE_SPEECH, [wording.ADD_NOTE]),
        (Problem.TOO_LONG, [wording.BEST_PART]),
        (Problem.SILENT, []),
    ],
)
async def test_a_refused_note_comes_with_the_way_out_that_may_help(
    problem: Problem, offered: list[str]
) -> None:
    async with ready() as (stage, delivery, order, _):
        error = NoteRefused(report=NoteReport(problem=problem, seconds=301.0))
        failed = CloneFailed(order.key, order.owner, order.label, error, "r-1")
        await delivery.conclude(order.address, failed)

        assert labels(status(stage, order.address)) == offered


async def test_after_trouble_that_may_pass_one_can_try_again() -> None:
    async with ready() as (stage, delivery, order, _):
        trouble = FaceDown(reason="secret inside")
        failed = CloneFailed(order.key, order.owner, order.label, trouble, "r-1")
        await delivery.conclude(order.address, failed)

        card = status(stage, order.address)
        assert labels(card) == [wording.TRY_AGAIN]
        assert "secret" not in card["content"]


async def test_a_held_voice_can_be_deleted_and_a_deleted_one_nothing() -> None:
    async with ready() as (stage, delivery, order, voice):
        await delivery.conclude(order.address, VoiceHeld(voice, FlagKind.OTHER))
        held = labels(status(stage, order.address))
        await delivery.conclude(order.address, VoiceDeleted(voice))

        assert held == [wording.DELETE]
        assert labels(status(stage, order.address)) == []


async def test_progress_is_a_bar_in_the_status_message() -> None:
    async with ready() as (stage, delivery, order, _):
        await delivery.progress(order.address, Progress("Robin", Stage.CLONING))
        shown = await stage.discord.wait_for_message(
            stage.channel, lambda message: "▰▰▰▰▱" in message["content"]
        )

        assert shown["id"] == order.address.token.split(":")[1]


async def test_posting_is_not_announced_so_that_the_card_need_not_wait() -> None:
    async with ready() as (stage, delivery, order, voice):
        await delivery.progress(order.address, Progress("Robin", Stage.POSTING))
        await delivery.conclude(order.address, VoiceReady(voice, PostedAs.BUBBLE))

        assert sum(request.method == "PATCH" for request in stage.discord.requests) == 1
        assert stage.pace.now == 0


async def test_trouble_while_showing_progress_fails_nothing() -> None:
    async with ready() as (stage, delivery, order, voice):
        stage.discord.delete_message(status(stage, order.address))
        await delivery.progress(order.address, Progress("Robin", Stage.CLONING))
        await delivery.conclude(order.address, VoiceReady(voice, PostedAs.BUBBLE))

        assert len(stage.seen()) == 1


async def test_an_order_is_found_by_the_message_that_acknowledged_it() -> None:
    async with ready() as (_, delivery, order, _voice):
        not_yet = replace(Place.from_address(order.address), message=0).to_address()

        found = await delivery.acknowledged(order.key, not_yet)

    assert found == order.address


async def test_an_order_that_no_message_acknowledged_is_not_found() -> None:
    async with ready() as (_, delivery, order, _voice):
        somebody_elses = key_of(interaction_of(order.key) - 1)

        found = await delivery.acknowledged(somebody_elses, order.address)

    assert found is None


async def test_a_press_that_is_delivered_again_leaves_the_voice_alone() -> None:
    async with scene() as stage, stage.myna():
        _, voice = await stage.cloned()
        (session,) = stage.discord.gateway.sessions.values()
        (press,) = [frame for frame in session.log if frame["t"] == "INTERACTION_CREATE"]

        session.send("INTERACTION_CREATE", press["d"])
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not stage.discord.complaints:  # noqa: ASYNC110  there is nothing to wait on
                await asyncio.sleep(0.01)
        await stage.cloned("Wren")

        assert await stage.voices.get(voice.key) == voice
        assert "already been acknowledged" in stage.discord.complaints.pop()


async def test_to_somebody_whose_data_was_erased_nothing_can_be_written() -> None:
    async with ready() as (stage, delivery, order, voice):
        before = len(stage.seen())

        with pytest.raises(CannotPost):
            await delivery.notify(
                pseudonym_of("1234"),
                VoiceWasLost(voice),
                otherwise=order.address,
                nonce=NONCE,
                repeated=False,
            )

        assert len(stage.seen()) == before
