"""What is not spoken: a clear sentence for who asked, nothing spent, nothing repeated in public."""

import pytest

from bot.frontends import wording, wording_speech
from bot.sandbox.discord import MEMBER_PERMISSIONS, Permission
from bot.sandbox.minimax.faults import FaultKind
from tests.wire.speeches import (
    STOCK,
    activated,
    asked_of_minimax,
    cloned,
    delete_voice,
    ended,
    nothing_held,
    panel,
    refused,
    replies_to,
    rows,
    sentence_of,
    shown,
    speak,
    spent,
    spoken,
    told,
)
from tests.wire.world import Message, World, eventually, labels

pytestmark = pytest.mark.asyncio(loop_scope="module")

SETTINGS = {"MYNA_PERSON_DAY_USD": "none", "MYNA_SERVER_DAY_USD": "none"}
OLD_MODEL = "speech-02-hd"


def alerts(world: World, about: str) -> list[Message]:
    """Return what the operator was told that contains `about`."""
    posted = world.discord.messages(world.operators)
    return [message for message in posted if about in message["content"]]


def states(world: World, name: str = "Robin") -> list[str]:
    """Return where ada's voices of that name stand, oldest first."""
    found = rows(
        world,
        "SELECT state FROM voices WHERE owner = ? AND label = ? ORDER BY created_at",
        *(f"discord:{world.ada.id}", name),
    )
    return [state for (state,) in found]


# --- refused at once, to the asker alone


async def test_only_pictures_are_nothing_to_say(scene: World) -> None:
    sentence = await refused(scene, "\N{SMILING FACE WITH OPEN MOUTH} <:wave:123456789012345678>")

    assert "nothing to say" in sentence


async def test_a_voice_nobody_knows_is_refused(scene: World) -> None:
    assert "no voice called **Nobody**" in await refused(scene, "Hello.", voice="Nobody")


async def test_somebody_elses_voice_is_refused_as_though_there_were_none(scene: World) -> None:
    await cloned(scene, "Mine alone", scene.bob)
    ((key,),) = rows(scene, "SELECT key FROM voices WHERE label = 'Mine alone'")

    by_name = await refused(scene, "Hello.", voice="Mine alone")
    by_key = await refused(scene, "Hello.", voice=f"voice:{key}")

    assert "no voice called **Mine alone**" in by_name
    assert "no voice called" in by_key
    assert "Mine alone" not in by_key


@pytest.mark.parametrize("pause", ["<#100#>", "<#0.001#>", "<#x#>"])
async def test_a_pause_that_the_service_would_refuse_is_refused(scene: World, pause: str) -> None:
    sentence = await refused(scene, f"Well {pause} then.")

    assert f"cannot read the pause **{pause}**" in sentence.replace("\\", "")


async def test_sounds_are_refused_where_the_model_would_read_them_out(scene: World) -> None:
    sentence = await refused(scene, "Hello (laughs) you.", model=OLD_MODEL)

    assert OLD_MODEL in sentence
    assert "(laughs)" in sentence


async def test_a_language_nobody_knows_is_refused(scene: World) -> None:
    assert "language **Klingon**" in await refused(scene, "Hello.", language="Klingon")


async def test_a_file_that_is_no_text_is_refused(scene: World) -> None:
    picture = ("story.txt", b"\x89PNG\r\n\x1a\n\x00\x00\xff\xfe", "text/plain")

    assert "plain text files in UTF-8" in await refused(scene, file=picture)


async def test_of_a_text_and_a_file_myna_would_not_know_which(scene: World) -> None:
    story = ("story.txt", b"Once upon a time.", "text/plain")

    assert "not both" in await refused(scene, "Hello.", file=story)


async def test_a_file_too_big_for_a_text_is_refused_unread(scene: World) -> None:
    book = ("book.txt", b"a" * 400_001, "text/plain")

    assert "up to 400 kB" in await refused(scene, file=book)


async def test_a_text_of_more_than_50_000_characters_is_refused(scene: World) -> None:
    sentence = await refused(scene, file=("book.txt", b"Word. " * 8400, "text/plain"))

    assert "50000 is the most" in sentence


async def test_where_myna_may_not_post_it_names_the_right_that_it_lacks(scene: World) -> None:
    scene.discord.set_bot_permissions(scene.channel, MEMBER_PERMISSIONS & ~Permission.SEND_MESSAGES)

    assert "I lack Send Messages" in await refused(scene, "Hello.")


# --- refused by the provider


@pytest.mark.parametrize("code", [1026, 1027])
async def test_what_the_content_check_refuses_is_a_case_for_moderators_and_not_repeated(
    scene: World, code: int
) -> None:
    scene.minimax.faults.plan(FaultKind.ANSWER, "t2a_v2", code=code)

    card = await spoken(scene, sentence_of(scene))

    assert "content check refused" in card["content"]
    assert "Nothing was charged." in card["content"]
    assert labels(card) == []
    assert len(asked_of_minimax(scene)) == 1
    found = rows(scene, "SELECT person FROM cases WHERE text = ?", sentence_of(scene))
    assert found == [(f"discord:{scene.ada.id}",)]
    assert not [each for each in scene.posted_by_myna() if "what is said" in each["content"]]
    assert spent(scene, scene.ada) == 0


async def test_a_voice_that_the_provider_lost_is_marked_and_may_be_cloned_again_under_its_name(
    scene: World,
) -> None:
    await activated(scene)
    scene.minimax.faults.plan(FaultKind.ANSWER, "t2a_v2", code=2054)

    card = await spoken(scene, sentence_of(scene), voice="Robin")

    assert "no longer has this voice" in card["content"]
    assert labels(card) == [wording_speech.CLONE_AGAIN]
    hint = await scene.press(scene.ada, card, wording_speech.CLONE_AGAIN)
    assert "Clone this voice" in await told(hint)
    assert "is lost" in shown(await panel(scene))["content"]
    assert "no longer has **Robin**" in await refused(scene, "Hello.", voice="Robin")

    again = await cloned(scene)

    assert "new version" not in again["content"]
    assert wording.APPROVE not in labels(again)
    assert states(scene)[-1] == "ready"
    assert len(replies_to(scene, await spoken(scene, sentence_of(scene), voice="Robin"))) == 1


async def test_when_the_providers_money_runs_out_half_way_only_what_was_posted_is_charged(
    scene: World,
) -> None:
    text = " ".join(f"This is sentence number {number}, of many." for number in range(75))
    scene.minimax.switches.balance_usd = 0.15

    card = await spoken(scene, text)

    assert "Only 1 of 3 parts were spoken" in card["content"]
    assert "What was not posted is not charged." in card["content"]
    assert len(replies_to(scene, card)) == 1
    first, *_ = asked_of_minimax(scene)
    assert spent(scene, scene.ada) == 100 * len(first["text"])
    assert scene.bill().usd == pytest.approx(len(first["text"]) / 10_000)
    assert len(alerts(scene, "no money left")) == 1
    await nothing_held(scene)


async def test_a_voice_deleted_while_it_speaks_stays_deleted_and_costs_nothing(
    scene: World,
) -> None:
    card = await activated(scene)
    before = spent(scene, scene.ada)
    with scene.minimax.faults.hold("t2a_v2"):
        pressed = await speak(scene, sentence_of(scene), voice="Robin")
        await eventually(lambda: len(asked_of_minimax(scene)) == 2)
        await delete_voice(scene, card)

    failed = await ended(pressed)
    assert "no longer has this voice" in failed["content"]
    assert states(scene) == ["deleted"]
    assert spent(scene, scene.ada) == before


async def test_a_channel_that_shuts_myna_out_costs_the_asker_nothing(scene: World) -> None:
    with scene.minimax.faults.hold("t2a_v2"):
        await speak(scene, sentence_of(scene), voice=STOCK)
        await eventually(lambda: len(asked_of_minimax(scene)) == 1)
        scene.discord.set_bot_permissions(scene.channel, Permission(0))

    await nothing_held(scene)

    await scene.says("An answer could not be posted", channel=scene.operators)
    scene.discord.set_bot_permissions(scene.channel, MEMBER_PERMISSIONS)
    assert scene.bubbles() == []
    assert spent(scene, scene.ada) == 0
    assert scene.bill().usd > 0
