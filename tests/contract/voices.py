"""Voices that the tests of the stores keep."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.voices import CloneOrder, Voice, VoiceState
from bot.ports import VoiceStore
from tests.fakes.orders import (
    NOON,
    a_consent,
    a_voice,
    an_order,
)


async def keep(voices: VoiceStore, order: CloneOrder) -> Voice:
    """Keep a voice that is being cloned."""
    voice = a_voice(order)
    await voices.reserve(order, voice, a_consent(order))
    return voice


async def version(
    voices: VoiceStore,
    number: int,
    state: VoiceState = VoiceState.READY,
    *,
    label: str = "Me",
    replaces: Voice | None = None,
) -> Voice:
    """Keep a voice that was asked for `number` minutes after noon, in `state`."""
    order = an_order(f"discord-{number}", label=label)
    voice = a_voice(order, now=NOON + timedelta(minutes=number))
    proposed = replace(voice, replaces=None if replaces is None else replaces.key)
    await voices.reserve(order, proposed, a_consent(order))
    return await voices.settle(order.key, state, deadline=voice.created_at + timedelta(hours=168))
