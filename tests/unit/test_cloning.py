"""Who may order a clone of what, and what each must change first."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain import errors
from bot.domain.money import Budgets, Microdollars
from bot.domain.people import Address, Asker, NoteRef, PersonId
from bot.domain.samples import NOTE_MAX_BYTES, NOTES_MAX
from bot.domain.speech import PREVIEW_TEXT_LIMIT
from bot.domain.voices import CloneOrder, VoiceKey, VoiceState
from bot.services.admission import CloneAdmission
from bot.services.cloning import CloneVoice
from bot.services.deleting import DeleteVoice
from bot.services.leave import Leave
from tests.fakes.consents import FakeConsentStore
from tests.fakes.house import House
from tests.fakes.jobs import RecordingJobs
from tests.fakes.myna import PRICES
from tests.fakes.orders import ADA, ADDRESS, NOON, NOTE, OPTIONS, an_order, by
from tests.fakes.speaking_stores import FakeSpendingStore
from tests.fakes.stores import FakeAtomic, FakeVoiceStore

BOB = PersonId("discord:2")
HERSELF = Asker(ADA)


@pytest.fixture
def voices() -> FakeVoiceStore:
    return FakeVoiceStore()


@pytest.fixture
def jobs() -> RecordingJobs:
    return RecordingJobs()


@pytest.fixture
def clone(voices: FakeVoiceStore, jobs: RecordingJobs) -> CloneVoice:
    spending, house = FakeSpendingStore(), House()
    return CloneVoice(
        voices=voices,
        jobs=jobs,
        voice_ids=lambda key, attempt: f"Myna-{key}-{attempt}",
        now=lambda: NOON,
        under_way_limit=2,
        spending=spending,
        atomic=FakeAtomic(),
        leave=Leave(FakeConsentStore(voices), house.rules(lambda: NOON)),
        screening=house.screening(lambda: NOON),
        admission=CloneAdmission(
            spending=spending,
            house=house.rules(lambda: NOON),
            prices=PRICES,
            budgets=Budgets(),
            now=lambda: NOON,
        ),
        quote_above=Microdollars(50_000),
    )


@pytest.fixture
def delete(voices: FakeVoiceStore, jobs: RecordingJobs) -> DeleteVoice:
    return DeleteVoice(voices=voices, jobs=jobs)


async def nowhere(_key: str, _address: Address) -> Address | None:
    """Find no acknowledgement."""
    return None


def with_options(**changes: Any) -> CloneOrder:
    return an_order(options=replace(OPTIONS, **changes))


BIG = NoteRef("discord", "t", "big.wav", NOTE_MAX_BYTES + 1)

REFUSED: dict[str, tuple[CloneOrder, type[errors.MynaError]]] = {
    "no consent": (replace(an_order(), consent=False), errors.ConsentMissing),
    "no note": (an_order(notes=()), errors.NoNote),
    "too many notes": (an_order(notes=(NOTE,) * (NOTES_MAX + 1)), errors.TooManyNotes),
    "a note that is declared too big": (an_order(notes=(NOTE, BIG)), errors.NoteTooBig),
    "a prompt clip that is declared too big": (
        replace(with_options(prompt_text="Hi."), prompt=BIG),
        errors.NoteTooBig,
    ),
    "an empty label": (an_order(label="  "), errors.LabelInvalid),
    "a label of emoji": (an_order(label="🦜🦜"), errors.LabelInvalid),
    "a label of 500 characters": (an_order(label="x" * 500), errors.LabelInvalid),
    "a label with a hidden character": (an_order(label="Ro\u202ebin"), errors.LabelInvalid),
    "an empty text": (with_options(text=" \u200b "), errors.TextInvalid),
    "a text of 1001 characters": (with_options(text="x" * 1001), errors.TextInvalid),
    "an unknown model": (with_options(model="speech-3"), errors.ModelUnknown),
    "an unknown language": (with_options(language="Klingon"), errors.LanguageUnknown),
    "a language that the model lacks": (
        with_options(language="Tamil", model="speech-02-hd"),
        errors.LanguageUnsupported,
    ),
    "an interjection that the model would read out": (
        with_options(text="Hi (laughs)", model="speech-2.6-hd"),
        errors.InterjectionsUnsupported,
    ),
    "a prompt clip without transcript": (an_order(prompt=NOTE), errors.PromptIncomplete),
    "a transcript without prompt clip": (
        with_options(prompt_text="Hi."),
        errors.PromptIncomplete,
    ),
    "a transcript without punctuation": (
        replace(with_options(prompt_text="Hi there"), prompt=NOTE),
        errors.PromptTextInvalid,
    ),
    "an expected transcript of 201 characters": (
        with_options(text_validation="x" * 201),
        errors.ValidationTextInvalid,
    ),
    "an accuracy above 1": (with_options(accuracy=1.5), errors.AccuracyInvalid),
}


@pytest.mark.parametrize(("order", "error"), REFUSED.values(), ids=REFUSED.keys())
async def test_what_the_member_must_change_is_said_and_nothing_is_kept(
    order: CloneOrder,
    error: type[errors.MynaError],
    clone: CloneVoice,
    voices: FakeVoiceStore,
    jobs: RecordingJobs,
) -> None:
    with pytest.raises(error):
        await clone.submit(order, by(order))

    assert await voices.of(ADA) == []
    assert await voices.consent(order.key) is None
    assert jobs.clones == []


async def test_a_good_order_is_kept_with_its_consent_before_its_job_starts(
    clone: CloneVoice, voices: FakeVoiceStore, jobs: RecordingJobs
) -> None:
    voice = await clone.submit(an_order(label="  Ro  bin "), HERSELF)

    consent = await voices.consent(voice.key)
    assert voice.label == "Ro bin"
    assert voice.state is VoiceState.CLONING
    assert consent is not None
    assert (consent.person, consent.given_at) == (ADA, NOON)
    assert jobs.clones == [voice.key]


async def test_the_text_is_freed_of_what_nobody_sees(clone: CloneVoice) -> None:
    voice = await clone.submit(with_options(text=" He\u200bllo\ufeff "), HERSELF)

    assert voice.options.text == "Hello"


async def test_a_text_of_exactly_the_limit_is_taken(clone: CloneVoice) -> None:
    voice = await clone.submit(with_options(text="x" * PREVIEW_TEXT_LIMIT), HERSELF)

    assert len(voice.options.text) == PREVIEW_TEXT_LIMIT


async def test_a_label_is_taken_in_any_spelling(clone: CloneVoice) -> None:
    await clone.submit(an_order("discord-1", label="Robin"), HERSELF)

    with pytest.raises(errors.LabelTaken):
        await clone.submit(an_order("discord-2", label="ROBIN"), HERSELF)


async def test_one_person_has_a_limited_number_of_clones_under_way(clone: CloneVoice) -> None:
    await clone.submit(an_order("discord-1", label="a"), HERSELF)
    await clone.submit(an_order("discord-2", label="b"), HERSELF)

    with pytest.raises(errors.TooManyJobs):
        await clone.submit(an_order("discord-3", label="c"), HERSELF)
    await clone.submit(an_order("discord-4", label="c", owner=BOB), Asker(BOB))


async def test_only_who_ordered_a_clone_may_try_again(clone: CloneVoice) -> None:
    await clone.submit(an_order("discord-1"), HERSELF)

    with pytest.raises(errors.NotYours):
        await clone.again(
            VoiceKey("discord-1"), new_key=VoiceKey("discord-2"), asker=Asker(BOB), address=ADDRESS
        )


async def test_trying_again_joins_further_notes_to_the_first_ones(
    clone: CloneVoice, voices: FakeVoiceStore
) -> None:
    await clone.submit(an_order("discord-1"), HERSELF)
    await voices.settle(VoiceKey("discord-1"), VoiceState.FAILED)
    another = replace(NOTE, token="another")

    voice = await clone.again(
        VoiceKey("discord-1"),
        new_key=VoiceKey("discord-2"),
        asker=HERSELF,
        address=ADDRESS,
        more_notes=(another,),
        best_part=True,
    )

    order = await voices.order(voice.key)
    assert order.notes == (NOTE, another)
    assert order.best_part


async def test_a_job_that_a_kill_kept_from_starting_starts_at_the_next_start(
    clone: CloneVoice, jobs: RecordingJobs
) -> None:
    voice = await clone.submit(an_order(), HERSELF)
    jobs.clones.clear()

    assert await clone.resume(nowhere) == 1

    assert jobs.clones == [voice.key]


async def test_what_was_acknowledged_just_before_a_kill_starts_at_the_next_start(
    clone: CloneVoice, voices: FakeVoiceStore, jobs: RecordingJobs
) -> None:
    voice = await clone.take(an_order(), HERSELF)
    there = replace(ADDRESS, token="10/20/30")

    async def find_acknowledged(key: str, address: Address) -> Address | None:
        assert (key, address) == (voice.key, ADDRESS)
        return there

    assert await clone.resume(find_acknowledged) == 1

    assert jobs.clones == [voice.key]
    assert (await voices.order(voice.key)).address == there


@pytest.mark.parametrize(
    "trouble", [errors.FaceDown(reason="away"), errors.Unexpected(what="Discord answered 400")]
)
async def test_an_order_that_nobody_can_tell_of_now_is_kept_for_the_next_time(
    clone: CloneVoice, voices: FakeVoiceStore, jobs: RecordingJobs, trouble: errors.MynaError
) -> None:
    voice = await clone.take(an_order(), HERSELF)

    async def find_acknowledged(_key: str, _address: Address) -> Address | None:
        raise trouble

    assert await clone.resume(find_acknowledged) == 0

    assert jobs.clones == []
    assert await voices.under_way() == [voice]


async def test_an_order_that_is_just_being_acknowledged_is_left_alone(
    clone: CloneVoice, voices: FakeVoiceStore
) -> None:
    voice = await clone.take(an_order(), HERSELF)

    assert await clone.resume(nowhere, ordered_before=NOON) == 0

    assert await voices.under_way() == [voice]


async def test_an_order_that_was_never_acknowledged_costs_nothing_and_frees_its_label(
    clone: CloneVoice, jobs: RecordingJobs
) -> None:
    await clone.take(an_order("discord-1", label="Robin"), HERSELF)

    assert await clone.resume(nowhere) == 0

    assert jobs.clones == []
    await clone.submit(an_order("discord-2", label="Robin"), HERSELF)
    assert jobs.clones == [VoiceKey("discord-2")]


async def test_an_order_is_answered_where_it_was_acknowledged(
    clone: CloneVoice, voices: FakeVoiceStore
) -> None:
    voice = await clone.take(an_order(), HERSELF)
    elsewhere = replace(ADDRESS, token="10/20/30")

    await clone.start(voice.key, elsewhere)

    assert (await voices.order(voice.key)).address == elsewhere


async def test_an_order_is_started_once(clone: CloneVoice) -> None:
    voice = await clone.submit(an_order(), HERSELF)

    with pytest.raises(errors.VoiceGone):
        await clone.start(voice.key, ADDRESS)


async def test_only_the_owner_may_delete(
    clone: CloneVoice, delete: DeleteVoice, voices: FakeVoiceStore, jobs: RecordingJobs
) -> None:
    voice = await clone.submit(an_order(), HERSELF)
    await voices.settle(voice.key, VoiceState.READY)

    with pytest.raises(errors.NotYours):
        await delete.submit(voice.key, who=BOB)
    await delete.submit(voice.key, who=ADA)

    assert jobs.deletions == [voice.key]


@pytest.mark.parametrize(
    "state", [VoiceState.CLONING, VoiceState.FAILED, VoiceState.DELETED], ids=str
)
async def test_what_is_not_there_cannot_be_deleted(
    state: VoiceState, clone: CloneVoice, delete: DeleteVoice, voices: FakeVoiceStore
) -> None:
    voice = await clone.submit(an_order(), HERSELF)
    await voices.settle(voice.key, state)

    with pytest.raises(errors.VoiceGone):
        await delete.submit(voice.key, who=ADA)


def test_an_error_survives_being_kept_as_json() -> None:
    error = errors.LabelTaken(label="Robin")

    again = errors.from_json(errors.to_json(error))

    assert isinstance(again, errors.LabelTaken)
    assert again.label == "Robin"


def test_an_error_of_an_older_version_is_still_an_error() -> None:
    again = errors.from_json({"error": "NoLongerThere", "values": {}})

    assert isinstance(again, errors.Unexpected)


async def test_an_order_that_was_started_meanwhile_is_not_withdrawn(
    clone: CloneVoice, voices: FakeVoiceStore
) -> None:
    await clone.submit(an_order(), HERSELF)

    await clone.withdraw(an_order().key)

    assert (await voices.get(an_order().key)).state is VoiceState.CLONING
