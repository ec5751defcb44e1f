"""What every `VoiceStore` promises of versions under one label."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.errors import LabelTaken, TooManyJobs, VoiceGone
from bot.domain.voices import VoiceState
from bot.ports import VoiceStore
from tests.contract.voices import version
from tests.fakes.orders import (
    ADA,
    a_consent,
    a_voice,
    an_order,
)


async def test_a_proposed_version_stands_beside_the_one_that_occupies_the_label(
    voices: VoiceStore,
) -> None:
    old = await version(voices, 1)

    new = await version(voices, 2, replaces=old)

    assert new.replaces == old.key
    assert await voices.of(ADA) == [old]
    assert await voices.labelled(ADA, "ME") == old
    assert await voices.history(ADA, "\uff2de") == [new, old]
    assert await voices.listed(ADA) == [old, new]


async def test_a_voice_that_may_replace_is_proposed_beside_a_ready_one(voices: VoiceStore) -> None:
    old = await version(voices, 1)
    order = an_order("discord-2", label="ME")

    kept = await voices.reserve(order, a_voice(order), a_consent(order), may_replace=True)
    again = await voices.reserve(order, a_voice(order), a_consent(order), may_replace=True)

    assert kept == replace(a_voice(order), replaces=old.key)
    assert again is None


@pytest.mark.parametrize("state", [VoiceState.CLONING, VoiceState.HELD])
async def test_nothing_is_proposed_to_replace_what_is_not_ready(
    voices: VoiceStore, state: VoiceState
) -> None:
    await version(voices, 1, state)
    order = an_order("discord-2")

    with pytest.raises(LabelTaken):
        await voices.reserve(order, a_voice(order), a_consent(order), may_replace=True)


async def test_a_proposed_version_counts_as_under_way(voices: VoiceStore) -> None:
    old = await version(voices, 1)
    proposed = replace(a_voice(an_order("discord-2")), replaces=old.key)
    await voices.reserve(an_order("discord-2"), proposed, a_consent(an_order("discord-2")))

    order = an_order("discord-3", label="Other")
    with pytest.raises(TooManyJobs):
        await voices.reserve(order, a_voice(order), a_consent(order), at_most=1)


async def test_the_version_that_is_put_in_place_retires_the_other_and_may_be_replaced_again(
    voices: VoiceStore,
) -> None:
    old = await version(voices, 1)
    new = await version(voices, 2, replaces=old)

    placed = await voices.put_in_place(new.key)
    again = await voices.put_in_place(new.key)

    retired = await voices.get(old.key)
    assert placed == again == replace(new, replaces=None)
    assert retired == replace(old, state=VoiceState.RETIRED)
    assert await voices.of(ADA) == await voices.listed(ADA) == [placed]

    back = await voices.put_in_place(old.key)

    assert back == old
    assert await voices.of(ADA) == [old]
    assert (await voices.get(new.key)).state is VoiceState.RETIRED


async def test_a_version_is_put_in_place_where_the_other_is_gone(voices: VoiceStore) -> None:
    old = await version(voices, 1)
    new = await version(voices, 2, replaces=old)
    await voices.settle(old.key, VoiceState.DELETED)

    assert await voices.put_in_place(new.key) == replace(new, replaces=None)

    assert (await voices.get(old.key)).state is VoiceState.DELETED


@pytest.mark.parametrize(
    "state",
    [each for each in VoiceState if each not in {VoiceState.READY, VoiceState.RETIRED}],
)
async def test_only_what_could_speak_is_put_in_place(voices: VoiceStore, state: VoiceState) -> None:
    old = await version(voices, 1)
    new = await version(voices, 2, state, replaces=old)

    with pytest.raises(VoiceGone):
        await voices.put_in_place(new.key)

    assert await voices.of(ADA) == [old]


@pytest.mark.parametrize("state", [VoiceState.ASKED, VoiceState.CLONING, VoiceState.HELD])
async def test_what_is_being_made_or_held_back_is_not_retired(
    voices: VoiceStore, state: VoiceState
) -> None:
    old = await version(voices, 1, VoiceState.RETIRED)
    occupant = await version(voices, 2, state)

    with pytest.raises(LabelTaken):
        await voices.put_in_place(old.key)

    assert await voices.of(ADA) == [occupant]
    assert await voices.get(old.key) == old


async def test_two_versions_put_in_place_at_once_leave_one_there(voices: VoiceStore) -> None:
    old = await version(voices, 1)
    new = [await version(voices, number, replaces=old) for number in range(2, 6)]

    await asyncio.gather(*(voices.put_in_place(each.key) for each in new))

    (occupant,) = await voices.of(ADA)
    retired = [each for each in await voices.history(ADA, "Me") if each.key != occupant.key]
    assert {each.state for each in retired if each.replaces is None} == {VoiceState.RETIRED}
