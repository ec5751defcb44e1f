"""What every `VoiceStore` promises of uses, warnings, wishes and defaults."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.errors import VoiceGone
from bot.domain.voices import VoiceState
from bot.ports import VoiceStore
from tests.contract.voices import keep, version
from tests.fakes.orders import (
    ADA,
    BOB,
    NOON,
    an_order,
)


async def test_only_the_first_use_is_the_first(voices: VoiceStore) -> None:
    voice = await version(voices, 1)

    firsts = [await voices.mark_used(voice.key, NOON + timedelta(hours=hours)) for hours in (1, 2)]

    assert firsts == [True, False]
    assert (await voices.get(voice.key)).used_at == NOON + timedelta(hours=1)


async def test_unused_voices_are_those_that_can_speak_and_never_did(voices: VoiceStore) -> None:
    old = await version(voices, 2, label="Old")
    proposed = await version(voices, 3, label="Old", replaces=old)
    newest = await version(voices, 4, label="Newest")
    used = await version(voices, 1, label="used")
    await voices.mark_used(used.key, NOON)
    await keep(voices, an_order("discord-20", label="no deadline"))

    assert await voices.unused(made_before=NOON + timedelta(days=1)) == [old, proposed, newest]
    assert await voices.unused(made_before=newest.created_at) == [old, proposed]


@pytest.mark.parametrize("state", [each for each in VoiceState if each is not VoiceState.READY])
async def test_what_cannot_speak_is_not_among_the_unused_until_it_can(
    voices: VoiceStore, state: VoiceState
) -> None:
    voice = await version(voices, 1, state)
    before = await voices.unused(made_before=NOON + timedelta(days=1))

    ready = await voices.settle(voice.key, VoiceState.READY)

    assert before == []
    assert await voices.unused(made_before=NOON + timedelta(days=1)) == [ready]


async def test_warnings_are_counted(voices: VoiceStore) -> None:
    voice = await version(voices, 1)

    assert [await voices.count_warning(voice.key) for _ in range(2)] == [1, 2]
    assert (await voices.get(voice.key)).warned == 2


async def test_an_owner_chooses_to_be_told_of_uses(voices: VoiceStore) -> None:
    voice = await version(voices, 1)

    assert (await voices.tell_uses(voice.key, told=True)).tells_uses

    assert (await voices.get(voice.key)).tells_uses
    assert not (await voices.tell_uses(voice.key, told=False)).tells_uses


async def test_each_person_has_one_default_voice_or_none(voices: VoiceStore) -> None:
    assert await voices.default_of(ADA) is None

    await voices.set_default(ADA, "voice:discord-1")
    await voices.set_default(ADA, "stock:Wise_Woman")

    assert await voices.default_of(ADA) == "stock:Wise_Woman"
    assert await voices.default_of(BOB) is None
    await voices.set_default(ADA, None)
    assert await voices.default_of(ADA) is None


async def test_a_voice_moves_only_from_the_state_that_is_expected(voices: VoiceStore) -> None:
    voice = await version(voices, 1, VoiceState.DELETED)

    with pytest.raises(VoiceGone):
        await voices.settle(voice.key, VoiceState.READY, before=VoiceState.HELD)

    assert await voices.get(voice.key) == voice


async def test_a_retired_voice_is_held_behind_the_one_in_its_place(voices: VoiceStore) -> None:
    retired = await version(voices, 1, VoiceState.RETIRED)
    placed = await version(voices, 2)

    held = await voices.settle(
        retired.key, VoiceState.HELD, replaces=placed.key, before=VoiceState.RETIRED
    )

    assert held == replace(retired, state=VoiceState.HELD, replaces=placed.key)
    assert await voices.labelled(ADA, placed.label) == placed
