"""A speech outlives the process that took it, and so does everything that can be pressed."""

import pytest

from bot.frontends import wording_library, wording_speech
from tests.wire.speeches import (
    asked_of_minimax,
    cloned,
    confirmed,
    ended,
    holds,
    nothing_held,
    offered,
    opened,
    press,
    replies_to,
    sentence_of,
    shown,
    speak,
    spent,
    spoken,
    texts_sent,
)
from tests.wire.world import World, eventually, whispered

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def cut_off(scene: World) -> None:
    """End Myna as a power cut would, and start it again."""
    await scene.myna.kill()
    scene.minimax.faults.delay("t2a_v2", 0.0)
    await scene.myna.start()


async def restart(scene: World) -> None:
    """End Myna as an operator does, and start it again."""
    assert await scene.myna.stop() == 0
    await scene.myna.start()


async def test_a_speech_cut_off_while_the_provider_spoke_is_posted_once_and_counted_once(
    scene: World,
) -> None:
    with scene.minimax.faults.hold("t2a_v2"):
        pressed = await speak(scene, sentence_of(scene))
        await eventually(lambda: len(asked_of_minimax(scene)) == 1)
        assert holds(scene) == 1
        await scene.myna.kill()
    await scene.myna.start()

    card = await ended(pressed)
    assert card["id"] == shown(pressed)["id"]
    assert "AI voice" in card["content"]
    assert len(replies_to(scene, card)) == 1
    await nothing_held(scene)
    assert spent(scene, scene.ada) == 100 * len(sentence_of(scene))


async def test_a_speech_acknowledged_at_the_last_moment_is_spoken_after_the_restart(
    scene: World,
) -> None:
    pressed = await speak(scene, sentence_of(scene))

    await cut_off(scene)

    card = await ended(pressed)
    assert len(replies_to(scene, card)) == 1
    await nothing_held(scene)
    assert spent(scene, scene.ada) == 100 * len(sentence_of(scene))


async def test_parts_that_were_posted_before_the_kill_are_neither_spoken_nor_posted_again(
    scene: World,
) -> None:
    text = " ".join(f"This is sentence number {number}, of many." for number in range(50))
    scene.minimax.faults.delay("t2a_v2", 0.5)
    taken = await confirmed(scene, await speak(scene, text, speed=2.0))
    await scene.bubble()
    await eventually(lambda: len(asked_of_minimax(scene)) == 2)

    await cut_off(scene)

    card = await ended(taken)
    sent = texts_sent(scene)
    assert len(set(sent)) == 2
    assert sent.count(sent[0]) == 1
    assert len(replies_to(scene, card)) == 2
    await nothing_held(scene)
    assert spent(scene, scene.ada) == 100 * len("".join(dict.fromkeys(sent)))


async def test_an_offer_is_taken_up_after_a_restart(scene: World) -> None:
    await cloned(scene)
    pressed = await speak(scene, sentence_of(scene), voice="Robin")
    await offered(pressed)
    await restart(scene)

    card = await ended(await confirmed(scene, pressed))

    assert "keeps the voice" in card["content"]


async def test_what_stands_under_a_speech_and_in_the_list_works_after_a_restart(
    scene: World,
) -> None:
    await cloned(scene)
    card = await spoken(scene, sentence_of(scene))
    detail = await opened(scene)
    form = await speak(scene)
    await restart(scene)

    anew = await ended(await scene.press(scene.ada, card, wording_speech.AGAIN))
    assert len(replies_to(scene, anew)) == 1
    await scene.press(scene.ada, anew, wording_speech.REMOVE)
    gone = await scene.says("was deleted")
    assert gone["id"] == anew["id"]
    await press(scene, detail, wording_library.MAKE_DEFAULT)
    assert "your default voice" in shown(detail)["content"]
    late = await scene.discord.submit_modal(form, {wording_speech.MODAL_TEXT: "Hello."})
    assert "Please open it again" in await whispered(late)
