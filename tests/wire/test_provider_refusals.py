"""MiniMax says no: the right person hears of it, nothing is charged, nothing stays."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from bot.frontends import wording
from bot.sandbox.minimax.faults import FaultKind
from tests import audio_files
from tests.wire.world import Message, World, labels

pytestmark = pytest.mark.asyncio(loop_scope="module")

SWEARING = 5
"""`input_sensitive_type` for abuse (MiniMax API, voice clone page)."""


def cases(world: World, text: str) -> list[int]:
    """Return the kinds of the flags that wait for a moderator, of previews that say `text`."""
    path = world.myna.data / "myna.sqlite"
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        found = database.execute("SELECT kind FROM cases WHERE text = ?", (text,))
        return [kind for (kind,) in found]


def alerts(world: World, about: str) -> list[Message]:
    """Return what the operator was told that contains `about`."""
    posted = world.discord.messages(world.operators)
    return [message for message in posted if about in message["content"]]


async def _failed(world: World, **options: Any) -> Message:
    await world.clone(**options)
    card = await world.says("I could not clone")
    await world.settled()
    assert world.bubbles() == []
    assert world.bill().clones == 0
    assert world.bill().usd == 0
    return card


# --- what the member can change


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (1000, "could not use the note (unreadable)"),
        (1042, "characters that nobody can see"),
        (1043, "the transcript differ too much"),
        (1044, "the prompt clip and its transcript differ"),
        (2037, "could not use the note (too short)"),
        (2048, "must be shorter than 8 seconds"),
        (20132, "could not use the note (unreadable)"),
    ],
)
async def test_a_refusal_that_the_member_can_act_on_is_explained_and_not_repeated(
    scene: World, code: int, sentence: str
) -> None:
    scene.minimax.faults.plan(FaultKind.ANSWER, "voice_clone", code=code)

    card = await _failed(scene)

    assert sentence in card["content"]
    assert len(scene.voice_ids_sent()) == 1
    assert labels(card) == []


async def test_a_transcript_that_is_not_what_the_clip_says_is_explained(scene: World) -> None:
    clip = ("clip.ogg", audio_files.opus(audio_files.speech(6)), "audio/ogg")
    far_too_long_for_six_seconds = "A word, and then another word. " * 20

    card = await _failed(scene, prompt_clip=clip, prompt_text=far_too_long_for_six_seconds)

    assert "the prompt clip and its transcript differ" in card["content"]


# --- what only the operator can change


@pytest.mark.parametrize("code", [1004, 1008, 2038, 2049, 2056, 2061])
async def test_the_operator_is_told_once_and_the_member_that_it_is_not_them(
    scene: World, code: int
) -> None:
    scene.minimax.faults.plan(FaultKind.ANSWER, "voice_clone", code=code, times=2)

    first = await _failed(scene)
    await scene.clone(scene.bob)
    second = await scene.until(
        lambda message: "could not clone" in message["content"] and message["id"] != first["id"]
    )
    await scene.settled()

    for card in (first, second):
        assert "it is nothing you did" in card["content"]
        assert "Reference: " in card["content"]
        assert labels(card) == [wording.TRY_AGAIN]
    assert len(alerts(scene, f"(code {code}, trace ")) == 1


async def test_an_account_that_may_not_clone_is_the_operators_and_try_again_works_afterwards(
    scene: World,
) -> None:
    scene.minimax.switches.may_clone = False
    card = await _failed(scene)
    scene.minimax.switches.may_clone = True

    await scene.press(scene.ada, card, wording.TRY_AGAIN)

    await scene.bubble()
    ready = await scene.says("is ready")
    await scene.settled()
    assert ready["id"] == card["id"]
    assert scene.bill().clones == 1


# --- what the provider's policy forbids


def _as_boolean(_: World) -> None:
    """Leave the flag a boolean, as it was seen on the wire."""


def _as_object(world: World) -> None:
    """Make the flag the object of the schema."""
    world.minimax.switches.sensitive_as_object = True


SHAPES = pytest.mark.parametrize("shape", [_as_boolean, _as_object])


@SHAPES
async def test_flagged_content_that_was_made_is_held_and_its_preview_not_shown(
    scene: World, shape: Callable[[World], None]
) -> None:
    shape(scene)
    scene.minimax.switches.sensitive_code = 0
    scene.minimax.faults.plan(FaultKind.FLAG, "voice_clone", code=SWEARING)
    text = f"Held, {shape.__name__}."

    await scene.clone(text=text)

    card = await scene.says("is on hold")
    await scene.settled()
    assert "A moderator will look at it" in card["content"]
    assert scene.bubbles() == []
    assert cases(scene, text) == [SWEARING]
    assert labels(card) == [wording.DELETE]


@SHAPES
async def test_flagged_content_that_was_refused_is_told_and_kept_for_a_moderator(
    scene: World, shape: Callable[[World], None]
) -> None:
    shape(scene)
    scene.minimax.switches.sensitive_code = 1026
    scene.minimax.faults.plan(FaultKind.FLAG, "voice_clone", code=SWEARING)
    text = f"Refused, {shape.__name__}."

    card = await _failed(scene, text=text)

    assert "content check refused this" in card["content"]
    assert cases(scene, text) == [SWEARING]
    assert labels(card) == []


# --- when a voice is deleted


async def test_a_voice_that_the_provider_has_lost_is_deleted_all_the_same(scene: World) -> None:
    await scene.clone()
    card = await scene.says("is ready")
    scene.minimax.faults.plan(FaultKind.ANSWER, "delete_voice", code=2054)

    asked = await scene.press(scene.ada, card, wording.DELETE)
    await asked.completed()
    await scene.press(scene.ada, asked.followups[-1], wording.DELETE_CONFIRM)

    assert (await scene.says("is deleted"))["id"] == card["id"]
    await scene.settled()
