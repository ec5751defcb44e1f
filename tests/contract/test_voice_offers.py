"""What every `VoiceStore` promises of clones that are only offered, and of forgetting them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.errors import VoiceGone
from bot.domain.voices import Voice, VoiceKey, VoiceState
from bot.ports import VoiceStore
from tests.fakes.orders import ADA, NOON, a_consent, a_voice, an_order

NO_OFFER = [state for state in VoiceState if state is not VoiceState.OFFERED]


async def offer(
    voices: VoiceStore, number: int, state: VoiceState = VoiceState.OFFERED, *, label: str = "Me"
) -> Voice:
    """Keep a voice that was asked for `number` minutes after noon, in `state`."""
    order = an_order(f"discord-{number}", label=label)
    voice = replace(a_voice(order, now=NOON + timedelta(minutes=number)), state=state)
    await voices.reserve(order, voice, a_consent(order))
    return voice


async def is_forgotten(voices: VoiceStore, key: VoiceKey) -> bool:
    for asked in (voices.get(key), voices.order(key)):
        try:
            await asked
        except VoiceGone:
            continue
        return False
    return await voices.consent(key) is None


async def test_an_offer_is_removed_with_its_order_and_its_consent(voices: VoiceStore) -> None:
    removed, other = await offer(voices, 1), await offer(voices, 2)

    assert await voices.remove_offer(removed.key)

    assert await is_forgotten(voices, removed.key)
    assert await voices.get(other.key) == other
    assert await voices.consent(other.key) is not None
    assert not await voices.remove_offer(removed.key)


@pytest.mark.parametrize("state", NO_OFFER)
async def test_only_what_is_offered_still_is_removed(voices: VoiceStore, state: VoiceState) -> None:
    voice = await offer(voices, 1, state)

    assert not await voices.remove_offer(voice.key)
    assert await voices.remove_offers(NOON + timedelta(days=1)) == 0

    assert await voices.get(voice.key) == voice
    assert await voices.consent(voice.key) is not None


async def test_offers_that_were_made_before_a_moment_are_removed(voices: VoiceStore) -> None:
    old = [await offer(voices, number) for number in (1, 2)]
    at_that_moment = await offer(voices, 3)

    assert await voices.remove_offers(at_that_moment.created_at) == 2

    assert all([await is_forgotten(voices, each.key) for each in old])
    assert await voices.history(ADA, "Me") == [at_that_moment]
    assert await voices.consent(at_that_moment.key) is not None
    assert await voices.remove_offers(at_that_moment.created_at) == 0


async def test_a_removed_offer_can_be_made_again(voices: VoiceStore) -> None:
    first = await offer(voices, 1)
    await voices.remove_offer(first.key)

    again = await offer(voices, 1)

    assert await voices.get(first.key) == again
