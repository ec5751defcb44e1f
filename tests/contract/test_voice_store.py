"""What every `VoiceStore` and `KeyValueStore` promises."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.errors import LabelTaken, TooManyJobs, VoiceGone
from bot.domain.moderation import Case, FlagKind
from bot.domain.people import PersonId
from bot.domain.voices import CloneOrder, Voice, VoiceKey, VoiceState
from bot.ports import KeyValueStore, VoiceStore
from tests.fakes.orders import (
    ADA,
    BOB,
    NOON,
    NOTE,
    OPTIONS,
    SERVER,
    a_consent,
    a_voice,
    an_order,
)

NOBODY = VoiceKey("discord-404")
OTHER_THAN_OCCUPYING = [
    VoiceState.FAILED,
    VoiceState.DELETED,
    VoiceState.RETIRED,
    VoiceState.LOST,
]


async def keep(voices: VoiceStore, order: CloneOrder) -> Voice:
    voice = a_voice(order)
    await voices.reserve(order, voice, a_consent(order))
    return voice


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


async def test_a_voice_has_one_case_and_the_first_stands(voices: VoiceStore) -> None:
    order = an_order()
    await keep(voices, order)
    case = Case(order.key, order.owner, FlagKind.ABUSE, "words", NOON, "abc")
    await voices.open_case(case)

    await voices.open_case(replace(case, kind=FlagKind.OTHER))

    assert await voices.case(order.key) == case


async def test_what_was_never_kept_is_gone(voices: VoiceStore) -> None:
    assert await voices.case(NOBODY) is None
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


async def test_a_small_fact_can_be_overwritten(key_values: KeyValueStore) -> None:
    assert await key_values.read("colour") is None
    await key_values.write("colour", "blue")

    await key_values.write("colour", "green")

    assert await key_values.read("colour") == "green"


async def test_a_fact_written_once_stands(key_values: KeyValueStore) -> None:
    first = await key_values.write_once("secret", "one")

    second = await key_values.write_once("secret", "two")

    assert (first, second) == ("one", "one")


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


async def test_an_order_that_is_only_asked_for_occupies_its_label(voices: VoiceStore) -> None:
    order, other = an_order("discord-1"), an_order("discord-2")
    asked = replace(a_voice(order), state=VoiceState.ASKED)
    await voices.reserve(order, asked, a_consent(order))

    with pytest.raises(LabelTaken):
        await voices.reserve(other, a_voice(other), a_consent(other))
    assert [voice.key for voice in await voices.under_way()] == [order.key]


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


async def test_a_case_may_be_about_a_speech(voices: VoiceStore) -> None:
    case = Case("discord-70", BOB, FlagKind.ABUSE, "words", NOON, None)

    await voices.open_case(case)

    assert await voices.case("discord-70") == case
