"""What every `VoiceStore` promises of orders, and of the voices they make."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.errors import TooManyJobs, VoiceGone
from bot.domain.people import PersonId
from bot.domain.voices import VoiceKey, VoiceState
from bot.ports import VoiceStore
from tests.contract.voices import keep
from tests.fakes.orders import (
    ADA,
    NOON,
    NOTE,
    OPTIONS,
    SERVER,
    a_consent,
    a_voice,
    an_order,
)

NOBODY = VoiceKey("discord-404")


async def test_an_order_comes_back_as_it_was_given(voices: VoiceStore) -> None:
    options = replace(OPTIONS, prompt_text="Well said.", accuracy=0.8, noise_reduction=True)
    order = an_order(
        notes=(NOTE, NOTE), options=options, prompt=NOTE, best_part=True, server=SERVER
    )

    voice = await keep(voices, order)

    assert await voices.order(order.key) == order
    assert await voices.get(order.key) == voice
    assert await voices.consent(order.key) == a_consent(order)


async def test_reserving_one_key_twice_keeps_the_first(voices: VoiceStore) -> None:
    first = await keep(voices, an_order(label="First"))

    await keep(voices, an_order(label="Second"))

    assert await voices.of(ADA) == [first]


async def test_reserving_a_key_again_when_its_label_is_taken_is_still_nothing(
    voices: VoiceStore,
) -> None:
    order = an_order()
    await keep(voices, order)

    await keep(voices, order)

    assert len(await voices.of(ADA)) == 1


async def test_an_owner_has_no_more_under_way_than_the_caller_allows(voices: VoiceStore) -> None:
    async def order_one(key: str, *, at_most: int, owner: PersonId = ADA) -> None:
        order = an_order(key, label=key, owner=owner)
        asked = replace(a_voice(order), state=VoiceState.ASKED)
        await voices.reserve(order, asked, a_consent(order), at_most=at_most)

    await order_one("discord-1", at_most=1)
    await order_one("discord-1", at_most=1)
    with pytest.raises(TooManyJobs):
        await order_one("discord-2", at_most=1)
    await order_one("discord-3", at_most=1, owner=PersonId("discord:2"))
    await order_one("discord-4", at_most=2)
    await voices.settle(VoiceKey("discord-1"), VoiceState.READY)
    await order_one("discord-5", at_most=2)

    assert {voice.key for voice in await voices.of(ADA)} == {"discord-1", "discord-4", "discord-5"}


async def test_what_is_under_way_is_listed_oldest_first(voices: VoiceStore) -> None:
    for number, minutes in enumerate([2, 0, 1]):
        order = an_order(f"discord-{number}", label=f"voice {number}")
        voice = a_voice(order, now=NOON + timedelta(minutes=minutes))
        await voices.reserve(order, voice, a_consent(order))
    await voices.settle(VoiceKey("discord-2"), VoiceState.READY)

    assert [voice.key for voice in await voices.under_way()] == ["discord-1", "discord-0"]


async def test_settling_sets_what_is_given_and_leaves_the_rest(voices: VoiceStore) -> None:
    order = an_order()
    await keep(voices, order)
    deadline = NOON + timedelta(hours=168)
    await voices.settle(
        order.key, VoiceState.READY, deadline=deadline, charged_characters=26, trace_id="abc"
    )

    settled = await voices.settle(order.key, VoiceState.DELETED)

    assert settled.state is VoiceState.DELETED
    assert (settled.deadline, settled.charged_characters, settled.trace_id) == (deadline, 26, "abc")
    assert await voices.get(order.key) == settled


async def test_clone_calls_are_counted_for_the_present_voice_id(voices: VoiceStore) -> None:
    order = an_order()
    await keep(voices, order)
    counts = [await voices.count_clone_call(order.key) for _ in range(2)]

    await voices.replace_voice_id(order.key, "Myna-other-2")

    assert counts == [1, 2]
    assert await voices.count_clone_call(order.key) == 1
    assert (await voices.get(order.key)).voice_id == "Myna-other-2"


async def test_posts_are_counted(voices: VoiceStore) -> None:
    order = an_order()
    await keep(voices, order)

    assert [await voices.count_post(order.key) for _ in range(3)] == [1, 2, 3]


async def test_what_was_never_kept_is_gone(voices: VoiceStore) -> None:
    assert await voices.consent(NOBODY) is None
    assert await voices.of(ADA) == []
    for attempt in (
        voices.order(NOBODY),
        voices.get(NOBODY),
        voices.count_post(NOBODY),
        voices.count_clone_call(NOBODY),
        voices.replace_voice_id(NOBODY, "Myna-1"),
        voices.settle(NOBODY, VoiceState.READY),
        voices.rename(NOBODY, "Other"),
        voices.put_in_place(NOBODY),
        voices.mark_used(NOBODY, NOON),
        voices.tell_uses(NOBODY, told=True),
        voices.count_warning(NOBODY),
    ):
        with pytest.raises(VoiceGone):
            await attempt


async def test_an_accepted_order_is_cloning_and_answered_at_its_new_address(
    voices: VoiceStore,
) -> None:
    order = an_order()
    asked = replace(a_voice(order), state=VoiceState.ASKED)
    await voices.reserve(order, asked, a_consent(order))
    elsewhere = replace(order.address, token="elsewhere")

    voice = await voices.accept(order.key, elsewhere)

    assert voice.state is VoiceState.CLONING
    assert (await voices.order(order.key)).address == elsewhere


async def test_an_order_is_accepted_once(voices: VoiceStore) -> None:
    order = an_order()
    asked = replace(a_voice(order), state=VoiceState.ASKED)
    await voices.reserve(order, asked, a_consent(order))
    await voices.accept(order.key, order.address)

    with pytest.raises(VoiceGone):
        await voices.accept(order.key, order.address)


async def test_notes_are_forgotten_but_not_that_there_was_a_prompt_clip(
    voices: VoiceStore,
) -> None:
    order = an_order(prompt=NOTE)
    await voices.reserve(order, a_voice(order), a_consent(order))

    await voices.forget_notes(order.key)

    kept = await voices.order(order.key)
    assert kept.notes == ()
    assert kept.prompt is not None
    assert (kept.prompt.token, kept.prompt.filename) == ("", "")
