"""What every `SpeechStore` promises."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.errors import OfferGone
from bot.domain.people import Address, PersonId
from bot.domain.sharing import Use
from bot.domain.speeches import (
    Effect,
    Emotion,
    Speech,
    SpeechKey,
    SpeechSettings,
    SpeechState,
    VoiceChoice,
)
from bot.domain.voices import VoiceKey
from bot.ports import SpeechStore
from tests.fakes.orders import ADA, BOB, NOON, a_speech, a_speech_order

NOBODY = SpeechKey("discord-404")
MINUTE = timedelta(minutes=1)
VOICE = VoiceKey("discord-1")


async def keep(
    speeches: SpeechStore,
    key: str,
    minutes: int = 0,
    *,
    state: SpeechState = SpeechState.ASKED,
    asker: PersonId = ADA,
    voice: VoiceChoice | None = None,
) -> Speech:
    order = a_speech_order(key, asker=asker, voice=voice)
    speech = a_speech(order, state=state, now=NOON + minutes * MINUTE)
    assert await speeches.keep(speech)
    return speech


@pytest.mark.parametrize("voice", [VoiceChoice(key=VOICE), VoiceChoice(stock="Wise_Woman")])
async def test_a_speech_comes_back_as_it_was_kept(
    speeches: SpeechStore, voice: VoiceChoice
) -> None:
    settings = SpeechSettings(
        "speech-2.8-turbo",
        emotion=Emotion.WHISPER,
        speed=1.25,
        pitch=-3,
        volume=2.5,
        language="German",
        effect=Effect.ROBOTIC,
        watermark=True,
    )
    order = a_speech_order(server=None, voice=voice, text="Grüße \U0001f426\n(laughs)")
    speech = replace(
        a_speech(replace(order, settings=settings, fresh=True)),
        owner=None,
        parts=3,
        held=5_000_000_000,
        spent=4_000_000_000,
        characters=9,
        posted=2,
    )

    assert await speeches.keep(speech)

    assert await speeches.get(order.key) == speech


async def test_keeping_one_key_twice_keeps_the_first(speeches: SpeechStore) -> None:
    first = await keep(speeches, "discord-1")

    assert not await speeches.keep(a_speech(a_speech_order("discord-1", text="Something else.")))

    assert await speeches.get(first.key) == first


async def test_an_accepted_speech_is_spoken_and_answered_at_its_new_address(
    speeches: SpeechStore,
) -> None:
    speech = await keep(speeches, "discord-1")
    elsewhere = Address("discord", "30/40")

    accepted = await speeches.accept(speech.key, elsewhere)

    assert accepted == replace(speech.at(elsewhere), state=SpeechState.SPEAKING)
    assert await speeches.get(speech.key) == accepted


@pytest.mark.parametrize("state", [each for each in SpeechState if each is not SpeechState.ASKED])
async def test_only_what_is_asked_for_is_accepted(
    speeches: SpeechStore, state: SpeechState
) -> None:
    speech = await keep(speeches, "discord-1", state=state)

    with pytest.raises(OfferGone):
        await speeches.accept(speech.key, speech.order.address)


async def test_an_offer_is_taken_once(speeches: SpeechStore) -> None:
    offered = await keep(speeches, "discord-1", state=SpeechState.OFFERED)

    assert await speeches.take_offer(offered.key) == offered

    assert (await speeches.get(offered.key)).state is SpeechState.WITHDRAWN
    with pytest.raises(OfferGone):
        await speeches.take_offer(offered.key)


async def test_what_was_asked_for_is_no_offer(speeches: SpeechStore) -> None:
    asked = await keep(speeches, "discord-1")

    with pytest.raises(OfferGone):
        await speeches.take_offer(asked.key)

    assert await speeches.get(asked.key) == asked


async def test_settling_sets_what_is_given_and_leaves_the_rest(speeches: SpeechStore) -> None:
    speech = await keep(speeches, "discord-1")
    done = await speeches.settle(speech.key, SpeechState.DONE, spent=2400, characters=24, posted=1)

    removed = await speeches.settle(speech.key, SpeechState.REMOVED)

    assert done == replace(speech, state=SpeechState.DONE, spent=2400, characters=24, posted=1)
    assert removed == replace(done, state=SpeechState.REMOVED)
    assert await speeches.get(speech.key) == removed


async def test_calls_and_posts_are_counted_for_each_part(speeches: SpeechStore) -> None:
    one, other = await keep(speeches, "discord-1"), await keep(speeches, "discord-2")

    calls = [await speeches.count_call(one.key, part) for part in (0, 0, 1)]
    posts = [await speeches.count_post(one.key, part) for part in (0, 1, 1)]

    assert (calls, posts) == ([1, 2, 1], [1, 1, 2])
    assert await speeches.count_call(other.key, 0) == 1


async def test_what_is_under_way_is_listed_oldest_first_for_all_or_one(
    speeches: SpeechStore,
) -> None:
    for minutes, state in enumerate(SpeechState):
        await keep(speeches, f"discord-{state}", -minutes, state=state)
    bobs = await keep(speeches, "discord-bob", 1, asker=BOB)

    assert [each.order.key for each in await speeches.under_way()] == [
        "discord-speaking",
        "discord-asked",
        "discord-bob",
    ]
    assert await speeches.under_way(BOB) == [bobs]


async def test_what_somebody_had_accepted_since_a_moment_is_told_by_its_time(
    speeches: SpeechStore,
) -> None:
    for minutes, state in enumerate(SpeechState):
        await keep(speeches, f"discord-{state}", -minutes, state=state)
    await keep(speeches, "discord-bob", asker=BOB)
    times = {state: NOON - minutes * MINUTE for minutes, state in enumerate(SpeechState)}

    since = times[SpeechState.FAILED]

    assert await speeches.asked_since(ADA, since) == [
        times[SpeechState.FAILED],
        times[SpeechState.DONE],
        times[SpeechState.SPEAKING],
        times[SpeechState.ASKED],
    ]


async def test_uses_and_totals_tell_of_speeches_of_which_something_came(
    speeches: SpeechStore,
) -> None:
    for number, (asker, posted) in enumerate(((ADA, 1), (BOB, 2), (BOB, 0))):
        speech = await keep(speeches, f"discord-{number}", number, asker=asker)
        await speeches.settle(
            speech.key, SpeechState.DONE, spent=3_000_000_000, characters=30, posted=posted
        )
    other = await keep(speeches, "discord-9", voice=VoiceChoice(key=VoiceKey("discord-2")))
    await speeches.settle(other.key, SpeechState.REMOVED, spent=5, characters=3, posted=1)

    unused = VoiceKey("discord-3")

    assert await speeches.uses(VOICE, limit=9) == [Use(BOB, NOON + MINUTE, 30), Use(ADA, NOON, 30)]
    assert await speeches.uses(VOICE, limit=1) == [Use(BOB, NOON + MINUTE, 30)]
    assert await speeches.totals([VOICE, VoiceKey("discord-2"), unused]) == {
        VOICE: (2, 6_000_000_000),
        "discord-2": (1, 5),
    }
    assert await speeches.totals([]) == {}


async def test_texts_are_forgotten_once_their_speeches_ended_long_ago(
    speeches: SpeechStore,
) -> None:
    done = await keep(speeches, "discord-1", -9)
    asked = await keep(speeches, "discord-2", -9)
    await speeches.settle(done.key, SpeechState.DONE, posted=1)  # at noon, as all that is settled

    assert await speeches.forget(NOON) == 0
    assert await speeches.forget(NOON + MINUTE) == 1
    assert await speeches.forget(NOON + MINUTE) == 0

    kept = await speeches.get(done.key)
    assert kept.order == replace(done.order, text="")
    assert (kept.state, kept.posted) == (SpeechState.DONE, 1)
    assert await speeches.get(asked.key) == asked


async def test_taking_a_speech_back_does_not_keep_its_text_any_longer(
    speeches: SpeechStore,
) -> None:
    speech = await keep(speeches, "discord-1", state=SpeechState.OFFERED)
    await speeches.take_offer(speech.key)

    assert await speeches.forget(NOON + MINUTE) == 1


async def test_an_old_offer_is_forgotten_and_cannot_be_taken_any_more(
    speeches: SpeechStore,
) -> None:
    old = await keep(speeches, "discord-1", -2, state=SpeechState.OFFERED)
    new = await keep(speeches, "discord-2", 0, state=SpeechState.OFFERED)

    assert await speeches.forget(NOON - MINUTE) == 1

    with pytest.raises(OfferGone):
        await speeches.take_offer(old.key)
    assert (await speeches.get(old.key)).order.text == ""
    assert await speeches.take_offer(new.key) == new


async def test_what_was_never_kept_is_gone(speeches: SpeechStore) -> None:
    for attempt in (
        speeches.get(NOBODY),
        speeches.accept(NOBODY, Address("discord", "1/2")),
        speeches.take_offer(NOBODY),
        speeches.settle(NOBODY, SpeechState.DONE),
        speeches.count_call(NOBODY, 0),
        speeches.count_post(NOBODY, 0),
    ):
        with pytest.raises(OfferGone):
            await attempt
