"""The voice library as its owner sees it: the list, names, the default voice, versions."""

import asyncio

import pytest

from bot.frontends import wording, wording_cases, wording_library, wording_speech
from tests.wire.speeches import (
    activated,
    asked_of_minimax,
    cloned,
    custom_ids,
    delete_voice,
    ended,
    opened,
    panel,
    press,
    refused,
    rows,
    sentence_of,
    shown,
    spoken,
    told,
)
from tests.wire.world import PATIENCE, World, eventually, labels, whispered

pytestmark = pytest.mark.asyncio(loop_scope="module")

SETTINGS = {
    "MYNA_CLONES_PER_PERSON": "9",
    "MYNA_PERSON_DAY_USD": "none",
    "MYNA_SERVER_DAY_USD": "none",
}


def voice_ids_spoken(world: World) -> list[str]:
    """Return the provider's ids of the voices that spoke, in order."""
    return [body["voice_setting"]["voice_id"] for body in asked_of_minimax(world)]


# --- the list


async def test_who_has_no_voice_is_told_how_to_get_one(scene: World) -> None:
    listed = await panel(scene)

    assert listed.is_ephemeral
    assert "no voices yet" in shown(listed)["content"]
    assert shown(listed)["components"] == []


async def test_the_list_tells_state_uses_cost_and_what_expires(scene: World) -> None:
    await activated(scene, "Robin")
    await cloned(scene, "Wren")

    listed = await panel(scene)

    robin, wren, expires = shown(listed)["content"].splitlines()
    assert "**Robin** can speak · used once, $1.50" in robin
    assert "**Wren** can speak · never used, $0" in wren
    assert "expires in 7 days" in expires
    assert listed.is_ephemeral


async def test_nobody_sees_somebody_elses_voices_in_the_list(scene: World) -> None:
    await cloned(scene)

    assert "no voices yet" in shown(await panel(scene, scene.bob))["content"]


async def test_seven_voices_are_two_pages(scene: World) -> None:
    await asyncio.gather(*(scene.clone(name=f"Voice {number}") for number in range(7)))
    await eventually(lambda: len(scene.bubbles()) == 7)
    await scene.settled()

    listed = await panel(scene)
    assert "**Voice 5**" in shown(listed)["content"]
    assert "**Voice 6**" not in shown(listed)["content"]
    await press(scene, listed, wording_library.LATER)

    assert "**Voice 5**" not in shown(listed)["content"]
    assert "**Voice 6**" in shown(listed)["content"]
    await press(scene, listed, wording_library.EARLIER)
    assert "**Voice 0**" in shown(listed)["content"]


async def test_a_voice_is_renamed_and_speaks_under_its_new_name_alone(scene: World) -> None:
    await activated(scene)
    detail = await opened(scene)
    form = await press(scene, detail, wording_library.RENAME)

    submitted = await scene.discord.submit_modal(form, {wording_library.RENAME_LABEL: "Wren"})

    assert "**Wren**" in await whispered(submitted)
    card = await spoken(scene, sentence_of(scene), voice="Wren")
    assert "**Wren**" in card["content"]
    assert "no voice called" in await refused(scene, "Hello.", voice="Robin")


async def test_two_voices_do_not_get_the_same_name(scene: World) -> None:
    await cloned(scene, "Robin")
    await cloned(scene, "Wren")
    form = await press(scene, await opened(scene, "Wren"), wording_library.RENAME)

    submitted = await scene.discord.submit_modal(form, {wording_library.RENAME_LABEL: "robin"})

    assert "already have a voice called" in await whispered(submitted)
    assert "**Wren**" in shown(await panel(scene))["content"]


async def test_the_default_voice_speaks_where_none_is_named(scene: World) -> None:
    await activated(scene, "Robin")
    await activated(scene, "Wren")
    assert "Which voice?" in await refused(scene, "Hello.", voice=None)
    detail = await opened(scene, "Wren")

    await press(scene, detail, wording_library.MAKE_DEFAULT)

    assert "your default voice" in shown(detail)["content"]
    assert wording_library.MAKE_DEFAULT not in labels(shown(detail))
    card = await spoken(scene, sentence_of(scene), voice=None)
    assert "**Wren**" in card["content"]


async def test_listening_to_a_voice_costs_nothing_while_its_preview_is_kept(scene: World) -> None:
    await cloned(scene)
    before = scene.bill()

    detail = await opened(scene)
    assert "post in this channel" in shown(detail)["content"]
    heard = await ended(await press(scene, detail, wording_library.PREVIEW))

    assert "Cost: nothing" in heard["content"]
    assert len(scene.bubbles()) == 2
    assert scene.bill() == before
    assert asked_of_minimax(scene) == []


async def test_the_list_keeps_a_voice_at_the_price_on_the_button(scene: World) -> None:
    await cloned(scene)
    detail = await opened(scene)
    keep = wording_speech.keep_button(1_500_000)

    card = await ended(await press(scene, detail, keep))

    assert "keeps the voice" in card["content"]
    after = shown(await opened(scene))
    assert keep not in labels(after)
    assert "expires" not in after["content"]


async def test_the_owner_sees_who_spoke_with_the_voice(scene: World) -> None:
    await activated(scene)
    detail = await opened(scene)

    await press(scene, detail, wording_library.USES)

    assert f"<@{scene.ada.id}>, 12 characters" in shown(detail)["content"]
    await press(scene, detail, wording_library.BACK)
    assert "used once, $1.50 in all" in shown(detail)["content"]


async def test_a_deleted_voice_is_gone_from_the_list_and_cannot_speak(scene: World) -> None:
    card = await activated(scene)
    detail = await opened(scene)
    asked = await press(scene, detail, wording.DELETE)
    await told(asked)
    await scene.press(scene.ada, asked.followups[-1], wording.DELETE_CONFIRM)
    gone = await scene.says("is deleted")

    assert gone["id"] == card["id"]
    assert "no voices yet" in shown(await panel(scene))["content"]
    assert "no voice called" in await refused(scene, "Hello.", voice="Robin")
    late = await press(scene, detail, wording_library.RENAME)
    assert "That voice is gone already" in await told(late)


async def test_what_a_deleted_voice_said_is_not_kept(scene: World) -> None:
    others = cached(scene)
    card = await activated(scene)
    kept = cached(scene) - others
    assert len(kept) == 2  # the preview, and the first words

    await delete_voice(scene, card)

    await eventually(lambda: not kept & cached(scene))


# --- versions


async def test_the_present_version_speaks_until_the_new_one_is_chosen(scene: World) -> None:
    await activated(scene)
    first = voice_ids_spoken(scene)[-1]

    proposed = await cloned(scene, "ROBIN")

    assert "A new version of **ROBIN** is ready" in proposed["content"]
    assert labels(proposed) == [wording.APPROVE, wording.DELETE, wording_cases.REPORT]
    await spoken(scene, f"{sentence_of(scene)} Before.", voice="Robin")
    assert voice_ids_spoken(scene)[-1] == first

    await scene.press(scene.ada, proposed, wording.APPROVE)

    chosen = await scene.says("speaks with its new version now")
    assert chosen["id"] == proposed["id"]
    assert labels(chosen) == [wording.DELETE]
    await spoken(scene, f"{sentence_of(scene)} After.", voice="Robin")
    second = voice_ids_spoken(scene)[-1]
    assert second == scene.voice_ids_sent()[1] != first


async def test_an_earlier_version_is_brought_back_from_the_history(scene: World) -> None:
    await activated(scene)
    proposed = await cloned(scene)
    await scene.press(scene.ada, proposed, wording.APPROVE)
    await scene.says("speaks with its new version now")
    detail = await opened(scene)
    await press(scene, detail, wording_library.HISTORY)
    assert "is an earlier version" in shown(detail)["content"]

    menu = custom_ids(shown(detail))[wording_library.PICK_VERSION]
    (earlier,) = rows(
        scene, "SELECT key FROM voices WHERE state = 'retired' AND owner = ?", _ada(scene)
    )
    picked = await scene.discord.click(scene.ada, shown(detail), menu, [earlier[0]])
    await picked.answered(PATIENCE)
    assert "is an earlier version" in shown(detail)["content"]
    assert {wording_library.USE_VERSION, wording.DELETE} <= set(labels(shown(detail)))
    await press(scene, detail, wording_library.USE_VERSION)

    assert "can speak" in shown(detail)["content"]
    await spoken(scene, sentence_of(scene), voice="Robin")
    assert voice_ids_spoken(scene)[-1] == scene.voice_ids_sent()[0]


async def test_a_proposed_version_is_chosen_from_the_list(scene: World) -> None:
    await activated(scene)
    await cloned(scene)
    listed = await panel(scene)
    (proposed,) = rows(
        scene, "SELECT key FROM voices WHERE replaces IS NOT NULL AND owner = ?", _ada(scene)
    )
    menu = custom_ids(shown(listed))[wording_library.PICK]
    picked = await scene.discord.click(scene.ada, shown(listed), menu, [proposed[0]])
    await picked.answered(PATIENCE)
    assert {wording_library.USE_VERSION, wording.DELETE} <= set(labels(shown(listed)))

    await press(scene, listed, wording_library.USE_VERSION)

    await spoken(scene, sentence_of(scene), voice="Robin")
    assert voice_ids_spoken(scene)[-1] == scene.voice_ids_sent()[1]


async def test_a_name_of_which_only_an_earlier_version_is_left_says_so(scene: World) -> None:
    await activated(scene)
    proposed = await cloned(scene)
    await scene.press(scene.ada, proposed, wording.APPROVE)
    chosen = await scene.says("speaks with its new version now")

    await delete_voice(scene, chosen)

    said = await refused(scene, "Hello.", voice="Robin")
    assert "Only an earlier version of **Robin** is left" in said
    assert wording_library.USE_VERSION in said
    detail = await opened(scene)
    await press(scene, detail, wording_library.USE_VERSION)
    await spoken(scene, sentence_of(scene), voice="Robin")
    assert voice_ids_spoken(scene)[-1] == scene.voice_ids_sent()[0]


async def test_a_proposed_version_that_is_deleted_leaves_the_present_one(scene: World) -> None:
    await activated(scene)
    proposed = await cloned(scene)

    await delete_voice(scene, proposed)

    await spoken(scene, sentence_of(scene), voice="Robin")
    assert voice_ids_spoken(scene)[-1] == scene.voice_ids_sent()[0]
    assert shown(await panel(scene))["content"].count("Robin") == 1


async def test_a_new_version_keeps_name_shares_and_default(scene: World) -> None:
    await activated(scene)
    await press(scene, await opened(scene), wording_library.MAKE_DEFAULT)
    shared = await scene.discord.slash(
        scene.ada, scene.channel, "voices share", voice="Robin", member=scene.bob
    )
    await whispered(shared)
    proposed = await cloned(scene)

    await scene.press(scene.ada, proposed, wording.APPROVE)
    await scene.says("speaks with its new version now")

    await spoken(scene, f"{sentence_of(scene)} By default.", voice=None)
    await spoken(scene, f"{sentence_of(scene)} Shared.", scene.bob, voice="Robin")
    assert voice_ids_spoken(scene)[-2:] == [scene.voice_ids_sent()[1]] * 2


async def test_a_name_whose_voice_is_still_being_made_is_taken(scene: World) -> None:
    with scene.minimax.faults.hold("voice_clone"):
        await scene.clone(name="Robin")

        pressed = await scene.clone(name="ROBIN")

        assert "already have a voice called" in await whispered(pressed)
    await scene.says("is ready")
    await scene.settled()
    assert scene.bill().clones == 1


def _ada(scene: World) -> str:
    return f"discord:{scene.ada.id}"


def cached(scene: World) -> set[str]:
    """Return what Myna keeps of what was spoken."""
    return {str(path) for path in (scene.myna.data / "cache").rglob("*.speech")}
