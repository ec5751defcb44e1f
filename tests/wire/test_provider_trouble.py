"""MiniMax is away, slow or garbled: tried again as it deserves, paid for once, told as it is."""

import pytest

from bot.sandbox.discord import MessageFlag
from bot.sandbox.minimax.faults import FaultKind
from tests import audio_files
from tests.wire.world import World

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def _assert_cloned_once_with_its_preview(world: World, *, strays: int = 0) -> None:
    bubble = await world.bubble()
    await world.says("is ready")
    await world.settled(strays=strays)
    assert bubble["flags"] & MessageFlag.VOICE
    assert len(world.bubbles()) == 1
    assert world.bill().clones == 1


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (FaultKind.ANSWER, 1001),
        (FaultKind.ANSWER, 1013),
        (FaultKind.BAD_GATEWAY, 0),
        (FaultKind.RESET_BEFORE, 0),
    ],
)
async def test_a_clone_that_failed_for_the_moment_is_tried_again_under_the_same_id(
    scene: World, kind: FaultKind, code: int
) -> None:
    scene.minimax.faults.plan(kind, "voice_clone", code=code)

    await scene.clone()

    await _assert_cloned_once_with_its_preview(scene)
    first, second = scene.voice_ids_sent()
    assert first == second


@pytest.mark.parametrize(("kind", "strays"), [(FaultKind.BAD_GATEWAY, 0), (FaultKind.TRUNCATE, 1)])
async def test_an_upload_that_failed_is_sent_again(
    scene: World, kind: FaultKind, strays: int
) -> None:
    scene.minimax.faults.plan(kind, "files/upload")

    await scene.clone()

    await _assert_cloned_once_with_its_preview(scene, strays=strays)


@pytest.mark.parametrize(
    "kind", [FaultKind.RESET_AFTER, FaultKind.TRUNCATE, FaultKind.EMPTY_BASE_RESP]
)
async def test_a_voice_that_was_made_unheard_is_kept_and_the_card_says_its_preview_is_not(
    scene: World, kind: FaultKind
) -> None:
    scene.minimax.faults.plan(kind, "voice_clone")

    await scene.clone()

    card = await scene.says("is ready")
    await scene.settled()
    assert "I could not show its preview here, but the voice is yours" in card["content"]
    assert "did not report any" in card["content"]
    assert scene.bubbles() == []
    assert scene.bill().clones == 1


async def test_an_id_that_is_taken_at_the_first_call_is_replaced(scene: World) -> None:
    scene.minimax.faults.plan(FaultKind.ANSWER, "voice_clone", code=2039)

    await scene.clone()

    await _assert_cloned_once_with_its_preview(scene)
    first, second = scene.voice_ids_sent()
    assert first != second


async def test_a_preview_that_cannot_be_fetched_leaves_the_voice(scene: World) -> None:
    told = len(scene.discord.messages(scene.operators))
    scene.minimax.faults.plan(FaultKind.EXPIRED_LINK, "voice_clone")

    await scene.clone()

    card = await scene.says("is ready")
    await scene.settled()
    assert len(scene.discord.messages(scene.operators)) == told + 1
    assert "I could not show its preview here, but the voice is yours" in card["content"]
    assert "12 characters" in card["content"]
    assert scene.bubbles() == []
    assert scene.bill().clones == 1


async def test_a_preview_of_a_blink_is_shown_all_the_same(scene: World) -> None:
    scene.minimax.faults.plan(FaultKind.SHORT_AUDIO, "voice_clone")

    await scene.clone()

    await _assert_cloned_once_with_its_preview(scene)


async def test_a_sample_that_cannot_be_deleted_at_once_is_deleted_in_the_end(scene: World) -> None:
    scene.minimax.faults.plan(FaultKind.BAD_GATEWAY, "files/delete")

    await scene.clone()

    await _assert_cloned_once_with_its_preview(scene)


async def test_a_note_of_two_uploads_leaves_neither_at_the_provider(scene: World) -> None:
    await scene.clone(prompt_clip=_clip(), prompt_text="This is how I talk.")

    await _assert_cloned_once_with_its_preview(scene)
    assert scene.bill().uploads == 2


def _clip() -> tuple[str, bytes, str]:
    return ("clip.ogg", audio_files.opus(audio_files.speech(6)), "audio/ogg")
