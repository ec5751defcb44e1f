"""What every store of consents does: requests answered once, standing yes, a registry of no."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.consent import (
    Consent,
    ConsentRequest,
    Permission,
    Proof,
    RequestState,
    Statement,
)
from bot.domain.errors import LabelTaken, RequestOver, VoiceGone
from bot.domain.people import Address, ServerId
from bot.domain.voices import CloneOrder, Voice, VoiceKey, VoiceState
from bot.ports import ConsentStore, VoiceStore
from tests.fakes.orders import ADA, ADDRESS, BOB, NOON, NOTE, SERVER, a_consent, a_voice, an_order

KEY = VoiceKey("discord-1")
LATER = NOON + timedelta(hours=1)
THERE = Address("discord", "10/99")


def asked(key: str = KEY) -> tuple[ConsentRequest, CloneOrder, Voice]:
    """Return Bob's request for Ada's voice, with its order and the voice to be."""
    order = replace(an_order(key), asker=BOB, server=SERVER)
    request = ConsentRequest(
        key=order.key,
        asker=BOB,
        owner=ADA,
        server=SERVER,
        label=order.label,
        text=order.options.text,
        source="https://discord.test/1/2/3",
        address=ADDRESS,
        asked_at=NOON,
    )
    return request, order, replace(a_voice(order), state=VoiceState.REQUESTED, asker=BOB)


async def test_a_request_is_kept_once_with_its_order(
    consents: ConsentStore, voices: VoiceStore
) -> None:
    request, order, voice = asked()

    assert await consents.ask(request, order, voice)
    assert not await consents.ask(request, order, voice)

    assert await consents.request(KEY) == request
    assert await voices.order(KEY) == order
    assert await voices.get(KEY) == voice
    assert (await voices.of(ADA), await voices.listed(ADA)) == ([], [])
    assert await voices.under_way() == []


async def test_a_request_is_answered_once(consents: ConsentStore) -> None:
    await consents.ask(*asked())

    answered = await consents.answer(KEY, RequestState.REFUSED, LATER)
    with pytest.raises(RequestOver):
        await consents.answer(KEY, RequestState.ALLOWED, LATER)

    assert (answered.state, answered.answered_at) == (RequestState.REFUSED, LATER)
    assert await consents.request(KEY) == answered
    assert await consents.open_requests(owner=ADA) == []


async def test_nobody_answers_what_was_not_asked(consents: ConsentStore) -> None:
    with pytest.raises(RequestOver):
        await consents.answer(KEY, RequestState.ALLOWED, NOON)
    assert await consents.request(KEY) is None


async def test_open_requests_are_found_by_whom_they_concern(consents: ConsentStore) -> None:
    first, second = asked("discord-1"), asked("discord-2")
    await consents.ask(*second)
    await consents.ask(*first)

    assert await consents.open_requests(asker=BOB) == [first[0], second[0]]
    assert await consents.open_requests(owner=ADA) == [first[0], second[0]]
    assert await consents.open_requests(asker=ADA) == []
    assert await consents.open_requests(asker=BOB, owner=BOB) == []
    assert await consents.asked_before(NOON) == []
    assert await consents.asked_before(LATER) == [first[0], second[0]]


async def test_a_yes_that_is_to_be_spoken_waits_for_its_recording(
    consents: ConsentStore, voices: VoiceStore
) -> None:
    request, order, voice = asked()
    options = replace(order.options, prompt_text="Well said.", accuracy=0.9)
    order = replace(order, prompt=NOTE, options=options, best_part=True)
    await consents.ask(request, order, replace(voice, options=options))

    waits = await consents.let_speak(KEY, "Today is Monday.")
    silent = await voices.order(KEY)
    with pytest.raises(RequestOver):
        await consents.let_speak(KEY, "Today is Tuesday.")
    with pytest.raises(RequestOver):
        await consents.answer(KEY, RequestState.ALLOWED, LATER)

    assert waits == replace(request, state=RequestState.SPEAKING, sentence="Today is Monday.")
    assert (silent.notes, silent.prompt) == ((), None)
    assert await consents.open_requests(asker=BOB, owner=ADA) == [waits]
    assert await consents.asked_before(LATER) == [waits]
    assert await consents.open_or_answered(LATER) == [waits]

    recording = replace(NOTE, token="7/8/9")
    given = await consents.record(KEY, recording, LATER)
    with pytest.raises(RequestOver):
        await consents.record(KEY, NOTE, LATER)

    assert given == replace(waits, state=RequestState.ALLOWED, answered_at=LATER)
    spoken = await voices.order(KEY)
    assert (spoken.notes, spoken.prompt) == ((recording,), None)
    assert spoken.options == replace(
        order.options, prompt_text=None, text_validation="Today is Monday.", accuracy=None
    )
    assert (await voices.get(KEY)).options == spoken.options


async def test_nothing_is_recorded_before_the_yes(consents: ConsentStore) -> None:
    await consents.ask(*asked())

    with pytest.raises(RequestOver):
        await consents.record(KEY, NOTE, LATER)


@pytest.mark.parametrize(
    "state", [RequestState.REFUSED, RequestState.WITHDRAWN, RequestState.EXPIRED]
)
async def test_what_waits_for_a_recording_can_come_to_nothing(
    consents: ConsentStore, state: RequestState
) -> None:
    await consents.ask(*asked())
    await consents.let_speak(KEY, "Today is Monday.")

    closed = await consents.answer(KEY, state, LATER)
    await consents.drop(KEY)
    with pytest.raises(RequestOver):
        await consents.record(KEY, NOTE, LATER)

    assert (closed.state, closed.answered_at) == (state, LATER)


async def test_a_request_may_begin_as_one_that_waits_for_a_recording(
    consents: ConsentStore,
) -> None:
    request, order, voice = asked()
    again = replace(request, state=RequestState.SPEAKING, sentence="Today is Monday.", tries=2)

    await consents.ask(again, order, voice)

    assert await consents.request(KEY) == again


async def test_what_may_have_to_be_resumed_is_what_is_open_or_was_closed_lately(
    consents: ConsentStore,
) -> None:
    keys = [VoiceKey(f"discord-{number}") for number in (1, 2, 3)]
    for key in keys:
        await consents.ask(*asked(key))
    await consents.answer(keys[0], RequestState.REFUSED, NOON)
    await consents.answer(keys[1], RequestState.ALLOWED, LATER)

    assert [one.key for one in await consents.open_or_answered(LATER)] == keys[1:]
    assert [one.key for one in await consents.open_or_answered(NOON)] == keys


async def test_what_was_allowed_begins_once_under_its_label_and_address(
    consents: ConsentStore, voices: VoiceStore
) -> None:
    await consents.ask(*asked())

    begun = await consents.begin(KEY, "Me 2", THERE)
    with pytest.raises(RequestOver):
        await consents.begin(KEY, "Me 2", THERE)

    assert (begun.state, begun.label, begun.asker) == (VoiceState.CLONING, "Me 2", BOB)
    order = await voices.order(KEY)
    assert (order.address, order.asker, order.payer) == (THERE, BOB, BOB)
    assert await voices.under_way() == [begun]


async def test_a_label_that_is_occupied_is_refused(
    consents: ConsentStore, voices: VoiceStore
) -> None:
    own = an_order("discord-9")
    await voices.reserve(own, a_voice(own), a_consent(own))
    await consents.ask(*asked())

    with pytest.raises(LabelTaken):
        await consents.begin(KEY, own.label, THERE)

    assert (await voices.get(KEY)).state is VoiceState.REQUESTED


async def test_a_version_that_is_only_proposed_occupies_no_label(
    consents: ConsentStore, voices: VoiceStore
) -> None:
    own = an_order("discord-9")
    await voices.reserve(own, a_voice(own), a_consent(own))
    await consents.ask(*asked())

    begun = await consents.begin(KEY, own.label, THERE, replaces=own.key)

    assert (begun.label, begun.replaces) == (own.label, own.key)


async def test_of_what_came_to_nothing_only_the_request_is_kept(
    consents: ConsentStore, voices: VoiceStore
) -> None:
    await consents.ask(*asked())

    await consents.drop(KEY)
    await consents.drop(KEY)

    with pytest.raises(VoiceGone):
        await voices.order(KEY)
    assert await consents.request(KEY) is not None


async def test_what_has_begun_is_not_dropped(consents: ConsentStore, voices: VoiceStore) -> None:
    await consents.ask(*asked())
    await consents.begin(KEY, "Me", THERE)

    await consents.drop(KEY)

    assert (await voices.get(KEY)).state is VoiceState.CLONING


async def test_a_standing_yes_is_for_one_asker_on_one_server_until_revoked(
    consents: ConsentStore,
) -> None:
    given = Permission(ADA, BOB, SERVER, NOON)
    await consents.permit(given)
    await consents.permit(replace(given, given_at=LATER))

    assert await consents.permissions(ADA) == [given]
    assert await consents.is_permitted(ADA, BOB, SERVER)
    assert not await consents.is_permitted(ADA, BOB, ServerId("discord:66"))
    assert not await consents.is_permitted(ADA, BOB, None)
    assert not await consents.is_permitted(BOB, ADA, SERVER)
    assert (await consents.revoke(ADA, BOB), await consents.revoke(ADA, BOB)) == (1, 0)
    assert not await consents.is_permitted(ADA, BOB, SERVER)


async def test_the_registry_and_the_default_voice_do_not_disturb_each_other(
    consents: ConsentStore, voices: VoiceStore
) -> None:
    assert not await consents.is_never_cloned(ADA)

    await voices.set_default(ADA, "voice:discord-1")
    await consents.set_never_cloned(ADA, never=True)
    assert (await consents.is_never_cloned(ADA), await consents.is_never_cloned(BOB)) == (
        True,
        False,
    )
    assert await voices.default_of(ADA) == "voice:discord-1"

    await voices.set_default(ADA, None)
    assert await consents.is_never_cloned(ADA)
    await consents.set_never_cloned(ADA, never=False)
    assert not await consents.is_never_cloned(ADA)


async def test_a_yes_is_recorded_once_and_taken_back_once(consents: ConsentStore) -> None:
    await consents.ask(*asked())
    given = Consent(KEY, ADA, Statement.ALLOWED_ONCE, NOON, asker=BOB)

    assert await consents.given(KEY) is None
    await consents.give(given)
    await consents.give(replace(given, given_at=LATER))
    assert await consents.given(KEY) == given

    assert await consents.withdraw(KEY, LATER)
    assert not await consents.withdraw(KEY, LATER)
    assert await consents.given(KEY) == replace(given, withdrawn_at=LATER)


async def test_the_yes_to_each_voice_that_is_there_is_found_newest_first(
    consents: ConsentStore, voices: VoiceStore
) -> None:
    given = []
    for number, state in enumerate(
        (VoiceState.READY, VoiceState.HELD, VoiceState.DELETED, VoiceState.FAILED), 1
    ):
        order = an_order(f"discord-{number}", label=f"Voice {number}")
        consent = replace(
            a_consent(order), given_at=NOON + number * timedelta(hours=1), proof=Proof.SPOKEN
        )
        await voices.reserve(order, a_voice(order), consent)
        await voices.settle(order.key, state)
        given.append(consent)

    assert await consents.given_by(ADA) == [given[1], given[0]]
    assert await consents.given_by(BOB) == []
    await consents.withdraw(given[1].voice, LATER)
    assert await consents.given_by(ADA) == [given[0]]
