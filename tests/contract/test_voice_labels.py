"""What every `VoiceStore` promises of labels: one voice each, and one past."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.errors import LabelTaken, VoiceGone
from bot.domain.people import PersonId
from bot.domain.voices import VoiceKey, VoiceState
from bot.ports import VoiceStore
from tests.contract.voices import keep, version
from tests.fakes.orders import (
    ADA,
    BOB,
    a_consent,
    a_voice,
    an_order,
)

OTHER_THAN_OCCUPYING = [
    VoiceState.FAILED,
    VoiceState.DELETED,
    VoiceState.RETIRED,
    VoiceState.LOST,
]


@pytest.mark.parametrize("again", ["Me", "ME", "\uff2de"])
async def test_a_label_is_occupied_once_for_each_owner_whatever_its_case(
    voices: VoiceStore, again: str
) -> None:
    await keep(voices, an_order("discord-1", label="Me"))

    with pytest.raises(LabelTaken) as caught:
        await keep(voices, an_order("discord-2", label=again))

    assert caught.value.label == again
    with pytest.raises(VoiceGone):
        await voices.get(VoiceKey("discord-2"))
    assert await voices.consent(VoiceKey("discord-2")) is None


async def test_another_owner_may_use_the_same_label(voices: VoiceStore) -> None:
    await keep(voices, an_order("discord-1"))

    theirs = await keep(voices, an_order("discord-2", owner=PersonId("discord:2")))

    assert await voices.of(PersonId("discord:2")) == [theirs]


@pytest.mark.parametrize("state", OTHER_THAN_OCCUPYING)
async def test_a_voice_that_is_no_more_frees_its_label(
    voices: VoiceStore, state: VoiceState
) -> None:
    old = await keep(voices, an_order("discord-1"))
    await voices.settle(old.key, state)

    new = await keep(voices, an_order("discord-2"))

    assert await voices.of(ADA) == [new]


@pytest.mark.parametrize("state", [VoiceState.READY, VoiceState.HELD])
async def test_a_settled_voice_still_occupies_its_label(
    voices: VoiceStore, state: VoiceState
) -> None:
    old = await keep(voices, an_order("discord-1"))
    await voices.settle(old.key, state)

    with pytest.raises(LabelTaken):
        await keep(voices, an_order("discord-2"))


async def test_two_requests_for_one_label_at_the_same_time_make_one_voice(
    voices: VoiceStore,
) -> None:
    orders = [an_order(f"discord-{number}") for number in range(8)]

    outcomes = await asyncio.gather(
        *(keep(voices, order) for order in orders), return_exceptions=True
    )

    assert sum(isinstance(outcome, LabelTaken) for outcome in outcomes) == 7
    assert len(await voices.of(ADA)) == 1


async def test_voices_are_listed_by_label(voices: VoiceStore) -> None:
    for number, label in enumerate(["beta", "Alpha", "gamma"]):
        await keep(voices, an_order(f"discord-{number}", label=label))

    assert [voice.label for voice in await voices.of(ADA)] == ["Alpha", "beta", "gamma"]


async def test_an_order_that_is_only_asked_for_occupies_its_label(voices: VoiceStore) -> None:
    order, other = an_order("discord-1"), an_order("discord-2")
    asked = replace(a_voice(order), state=VoiceState.ASKED)
    await voices.reserve(order, asked, a_consent(order))

    with pytest.raises(LabelTaken):
        await voices.reserve(other, a_voice(other), a_consent(other))
    assert [voice.key for voice in await voices.under_way()] == [order.key]


async def test_a_voice_does_not_come_back_to_a_label_that_another_occupies(
    voices: VoiceStore,
) -> None:
    old = await version(voices, 1, VoiceState.LOST)
    new = await version(voices, 2)

    with pytest.raises(LabelTaken) as caught:
        await voices.settle(old.key, VoiceState.READY)

    assert caught.value.label == "Me"
    assert await voices.get(old.key) == old
    assert await voices.of(ADA) == [new]


async def test_a_renamed_voice_takes_all_its_versions_along(voices: VoiceStore) -> None:
    lost = await version(voices, 1, VoiceState.LOST)
    voice = await version(voices, 2)
    proposed = await version(voices, 3, replaces=voice)
    other = await version(voices, 4, label="Other")

    renamed = await voices.rename(voice.key, "Heron")

    assert renamed == replace(voice, label="Heron")
    assert await voices.history(ADA, "heron") == [
        replace(each, label="Heron") for each in (proposed, voice, lost)
    ]
    assert await voices.history(ADA, "Me") == []
    assert await voices.of(ADA) == [renamed, other]


async def test_a_label_may_change_its_case(voices: VoiceStore) -> None:
    voice = await version(voices, 1)

    assert (await voices.rename(voice.key, "ME")).label == "ME"


@pytest.mark.parametrize("state", [VoiceState.READY, VoiceState.LOST, VoiceState.RETIRED])
async def test_a_voice_is_not_renamed_to_a_label_that_another_occupies(
    voices: VoiceStore, state: VoiceState
) -> None:
    voice = await version(voices, 1, state)
    await version(voices, 2, label="Other")

    with pytest.raises(LabelTaken) as caught:
        await voices.rename(voice.key, "OTHER")

    assert caught.value.label == "OTHER"
    assert await voices.get(voice.key) == voice


@pytest.mark.parametrize("state", [VoiceState.LOST, VoiceState.RETIRED, VoiceState.READY])
async def test_a_voice_is_not_renamed_into_the_past_of_another(
    voices: VoiceStore, state: VoiceState
) -> None:
    occupant = await version(voices, 1, label="Other")
    past = await version(voices, 2, state, label="Other", replaces=occupant)
    await voices.settle(occupant.key, VoiceState.DELETED)
    voice = await version(voices, 3)

    with pytest.raises(LabelTaken) as caught:
        await voices.rename(voice.key, "OTHER")

    assert caught.value.label == "OTHER"
    assert await voices.history(ADA, "Other") == [past, await voices.get(occupant.key)]


async def test_somebody_elses_label_and_one_that_is_free_again_can_be_had(
    voices: VoiceStore,
) -> None:
    await keep(voices, an_order("discord-7", owner=BOB, label="Bobs"))
    await version(voices, 1, VoiceState.FAILED, label="Free")
    voice = await version(voices, 2)

    await voices.rename(voice.key, "Bobs")

    assert (await voices.rename(voice.key, "Free")).label == "Free"


async def test_the_list_has_the_newest_lost_voice_unless_its_label_is_occupied(
    voices: VoiceStore,
) -> None:
    await version(voices, 1, VoiceState.LOST, label="A")
    newest = await version(voices, 2, VoiceState.LOST, label="a")
    await version(voices, 3, VoiceState.LOST, label="B")
    cloning = await version(voices, 4, VoiceState.CLONING, label="B")
    for number, state in enumerate((VoiceState.FAILED, VoiceState.DELETED)):
        await version(voices, 5 + number, state, label=f"C{number}")

    assert await voices.listed(ADA) == [newest, cloning]
    assert await voices.listed(BOB) == []


async def test_an_earlier_version_is_listed_once_the_later_is_deleted(voices: VoiceStore) -> None:
    old = await version(voices, 1)
    new = await version(voices, 2, replaces=old)
    await voices.put_in_place(new.key)

    await voices.settle(new.key, VoiceState.DELETED)

    assert [voice.key for voice in await voices.listed(ADA)] == [old.key]
