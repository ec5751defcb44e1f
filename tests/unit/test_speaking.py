"""Who may have what spoken, and what is promised, held and given back."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain import errors
from bot.domain.money import OFFER_LASTS, Budgets, Microdollars, Period, Whose
from bot.domain.people import Address
from bot.domain.sharing import of_person
from bot.domain.speeches import Effect, Emotion, Speech, SpeechKey, SpeechState
from bot.domain.voices import VoiceKey, VoiceState
from bot.ports import SpeechFormat
from bot.services.speaking import Offered, call_for
from tests.fakes.orders import ADA, ADDRESS, BOB, NOON
from tests.fakes.speaking import (
    AS_ADA,
    AS_BOB,
    MINE,
    SECOND,
    STRANGER,
    Desk,
    an_ask,
    holds_in,
    keep_voice,
    open_desk,
    price,
    share,
)

KEY = SpeechKey("discord-70")
LONG = "x" * 200


BAD_TEXT: dict[str, tuple[dict[str, Any], type[errors.MynaError]]] = {
    "nothing": ({"text": "  "}, errors.NothingToSay),
    "only emoji": ({"text": "🦜🎉"}, errors.NothingToSay),
    "only a pause": ({"text": "<#1.5#>"}, errors.NothingToSay),
    "50 001 characters": ({"text": "x" * 50_001}, errors.SpeechTooLong),
    "a broken pause": ({"text": "One <#forty#> two"}, errors.PauseInvalid),
    "a pause with nothing behind it": ({"text": "One <#1.5#>"}, errors.PauseInvalid),
    "an interjection on an old model": (
        {"text": "Hi (laughs)", "model": "speech-2.6-hd"},
        errors.InterjectionsUnsupported,
    ),
    "an emotion that the model lacks": (
        {"emotion": Emotion.WHISPER},
        errors.EmotionUnsupported,
    ),
    "an unknown model": ({"model": "speech-3"}, errors.ModelUnknown),
    "an unknown language": ({"language": "Klingon"}, errors.LanguageUnknown),
    "a language that the model lacks": (
        {"language": "Tamil", "model": "speech-02-hd"},
        errors.LanguageUnsupported,
    ),
    "a speed that nobody could follow": ({"speed": 2.1}, errors.SettingInvalid),
    "a pitch below all": ({"pitch": -13}, errors.SettingInvalid),
}


@pytest.mark.parametrize(("wish", "error"), BAD_TEXT.values(), ids=BAD_TEXT.keys())
async def test_what_the_member_must_change_is_said_and_nothing_is_kept_held_or_spent(
    wish: dict[str, Any], error: type[errors.MynaError], desk: Desk
) -> None:
    order = an_ask(KEY, AS_ADA, text=wish.pop("text", "Hello."))

    with pytest.raises(error):
        await desk.speak.ask(replace(order, settings=replace(order.settings, **wish)), AS_ADA)

    assert await desk.leaves_nothing(KEY)
    with pytest.raises(errors.OfferGone):
        await desk.kept.speeches.get(KEY)


STATES = {
    VoiceState.CLONING: errors.VoiceNotReady,
    VoiceState.HELD: errors.VoiceNotReady,
    VoiceState.LOST: errors.VoiceIsLost,
    VoiceState.FAILED: errors.VoiceUnknown,
    VoiceState.DELETED: errors.VoiceUnknown,
}


@pytest.mark.parametrize(("state", "error"), STATES.items(), ids=str)
async def test_a_voice_that_cannot_speak_now_is_refused_and_nothing_is_kept_held_or_spent(
    state: VoiceState, error: type[errors.MynaError], desk: Desk
) -> None:
    await desk.kept.voices.settle(MINE, state)

    with pytest.raises(error):
        await desk.ask(KEY, AS_ADA)

    assert await desk.leaves_nothing(KEY)


async def test_a_proposed_version_does_not_speak_before_its_owner_approved_it(desk: Desk) -> None:
    proposed = await keep_voice(desk.kept, "discord-2", replaces=MINE)

    with pytest.raises(errors.VoiceNotReady):
        await desk.ask(KEY, AS_ADA, voice=proposed.key)

    assert await desk.leaves_nothing(KEY)


async def test_somebody_elses_private_voice_looks_exactly_like_an_unknown_one(desk: Desk) -> None:
    refused = []
    for voice in (MINE, VoiceKey("discord-9")):
        with pytest.raises(errors.VoiceUnknown) as raised:
            await desk.ask(KEY, AS_BOB, voice=voice)
        refused.append(raised.value.name.replace(voice, "…"))

    assert refused == ["voice:…"] * 2
    assert await desk.leaves_nothing(KEY)


async def test_what_costs_little_is_taken_with_its_money_held(desk: Desk) -> None:
    speech = await desk.ask(KEY, AS_ADA, text="Hello 🦜 there.")

    assert speech.state is SpeechState.ASKED
    assert speech.order.text == "Hello there."
    assert (speech.owner, speech.label, speech.created_at) == (ADA, "Me", NOON)
    assert await holds_in(desk.database) == {KEY: price(len("Hello there."))}
    assert await desk.kept.speeches.get(KEY) == speech


async def test_what_costs_more_than_the_threshold_is_offered_and_holds_nothing(desk: Desk) -> None:
    at_threshold = await desk.ask("discord-71", AS_ADA, text="x" * 100)
    offered = await desk.offer(KEY, AS_ADA, text="x" * 101)

    assert at_threshold.held == 10_000
    assert offered.quote.total == 10_100
    assert (await desk.kept.speeches.get(KEY)).state is SpeechState.OFFERED
    assert set(await holds_in(desk.database)) == {at_threshold.key}


async def test_a_face_may_want_the_price_to_be_told_first(desk: Desk) -> None:
    offered = await desk.speak.ask(an_ask(KEY, AS_ADA), AS_ADA, offer=True)

    assert isinstance(offered, Offered)
    assert await desk.leaves_nothing(KEY)


async def test_the_first_speech_of_a_clone_quotes_its_fee(desk: Desk) -> None:
    fresh = await keep_voice(desk.kept, "discord-2", label="New", is_used=False)

    offered = await desk.offer(KEY, AS_ADA, text="Hello.", voice=fresh.key)

    assert (offered.quote.characters, offered.quote.fee) == (6, 1_500_000)
    assert offered.quote.total == price(6, fee=True)


async def test_parts_that_were_spoken_before_are_not_quoted_unless_they_are_to_be_fresh(
    desk: Desk,
) -> None:
    text = "x" * 1200 + "\n\n" + "y" * 50
    voice, settings = await desk.kept.voices.get(MINE), an_ask(KEY, AS_ADA).settings
    known = call_for(voice.voice_id, "x" * 1200, settings)
    desk.cache.kept[known] = None  # type: ignore[assignment]  # it is never looked at

    speech = await desk.ask(KEY, AS_ADA, text=text)
    fresh = replace(an_ask("discord-71", AS_ADA, text=text), fresh=True)
    offered = await desk.speak.ask(fresh, AS_ADA)

    assert (speech.parts, speech.held) == (2, price(50))
    assert isinstance(offered, Offered)
    assert (offered.quote.characters, offered.quote.kept) == (1250, 0)


async def test_an_offer_tells_what_of_it_was_spoken_before(desk: Desk) -> None:
    voice, settings = await desk.kept.voices.get(MINE), an_ask(KEY, AS_ADA).settings
    known = call_for(voice.voice_id, "x" * 1200, settings)
    desk.cache.kept[known] = None  # type: ignore[assignment]  # it is never looked at

    offered = await desk.offer(KEY, AS_ADA, text="x" * 1200 + "\n\n" + "y" * 150)

    assert (offered.quote.characters, offered.quote.kept) == (150, 1200)
    assert offered.quote.total == price(150)


async def test_what_is_all_in_the_cache_costs_nothing_not_even_the_fee(desk: Desk) -> None:
    fresh = await keep_voice(desk.kept, "discord-2", label="New", is_used=False)
    order = an_ask(KEY, AS_ADA, voice=fresh.key)
    known = call_for(fresh.voice_id, order.text, order.settings)
    desk.cache.kept[known] = None  # type: ignore[assignment]  # it is never looked at

    speech = await desk.ask(KEY, AS_ADA, voice=fresh.key)

    assert speech.held == 0


def test_effects_are_asked_for_in_a_format_that_has_them() -> None:
    settings = an_ask(KEY, AS_ADA).settings

    plain = call_for("v", "Hi.", settings)
    robot = call_for("v", "Hi.", replace(settings, effect=Effect.ROBOTIC))

    assert (plain.audio_format, robot.audio_format) == (SpeechFormat.OPUS, SpeechFormat.FLAC)


# --- offers


async def test_an_offer_that_is_taken_up_becomes_a_speech_of_its_own(desk: Desk) -> None:
    await desk.offer(KEY, AS_ADA)

    speech = await desk.confirm(KEY, "discord-71", AS_ADA)

    assert (speech.key, speech.order.text) == ("discord-71", LONG)
    assert await holds_in(desk.database) == {"discord-71": price(200)}
    assert (await desk.kept.speeches.get(KEY)).state is SpeechState.WITHDRAWN


async def test_an_offer_is_taken_up_once_even_with_many_presses_at_once(desk: Desk) -> None:
    await desk.offer(KEY, AS_ADA)

    pressed = await asyncio.gather(
        *(desk.confirm(KEY, f"discord-8{number}", AS_ADA) for number in range(8)),
        return_exceptions=True,
    )

    taken = [each for each in pressed if isinstance(each, Speech)]
    refused = [each for each in pressed if isinstance(each, errors.OfferGone)]
    assert (len(taken), len(refused)) == (1, 7)
    assert await holds_in(desk.database) == {taken[0].key: price(200)}


async def test_an_offer_is_answered_by_its_asker_only(desk: Desk) -> None:
    await share(desk.kept, of_person(BOB))
    await desk.offer(KEY, AS_ADA)

    with pytest.raises(errors.NotYourSpeech):
        await desk.confirm(KEY, "discord-71", AS_BOB)
    with pytest.raises(errors.NotYourSpeech):
        await desk.speak.decline(KEY, asker=AS_BOB)

    assert await desk.leaves_nothing(KEY, "discord-71")


async def test_an_offer_lasts_15_minutes_and_no_longer(desk: Desk) -> None:
    assert timedelta(minutes=15) == OFFER_LASTS
    await desk.offer(KEY, AS_ADA)
    await desk.offer("discord-71", AS_ADA)

    desk.clock.move(OFFER_LASTS)
    await desk.confirm(KEY, "discord-72", AS_ADA)
    desk.clock.move(SECOND)
    with pytest.raises(errors.OfferGone):
        await desk.confirm("discord-71", "discord-73", AS_ADA)


async def test_a_declined_offer_is_gone_and_cost_nothing(desk: Desk) -> None:
    await desk.offer(KEY, AS_ADA)

    await desk.speak.decline(KEY, asker=AS_ADA)

    with pytest.raises(errors.OfferGone):
        await desk.confirm(KEY, "discord-71", AS_ADA)
    assert await desk.leaves_nothing(KEY, "discord-71")


async def test_who_lost_the_voice_between_offer_and_yes_cannot_take_it_up(desk: Desk) -> None:
    await share(desk.kept, of_person(BOB))
    await desk.offer(KEY, AS_BOB)
    await desk.kept.grants.revoke(MINE, of_person(BOB))

    with pytest.raises(errors.VoiceUnknown):
        await desk.confirm(KEY, "discord-71", AS_BOB)

    assert await desk.leaves_nothing(KEY, "discord-71")


async def test_an_offer_that_the_budget_refuses_stays_and_can_be_taken_up_later(
    tmp_path: Path,
) -> None:
    limit = {(Whose.PERSON, Period.DAY): Microdollars(price(250))}
    async with open_desk(tmp_path, budgets=Budgets(limit)) as desk:
        await keep_voice(desk.kept)
        await desk.offer(KEY, AS_ADA)
        await desk.ask("discord-71", AS_ADA, text="x" * 100)

        with pytest.raises(errors.BudgetReached) as refused:
            await desk.confirm(KEY, "discord-72", AS_ADA)
        await desk.speak.withdraw(SpeechKey("discord-71"))
        taken = await desk.confirm(KEY, "discord-73", AS_ADA)

        assert (refused.value.left, refused.value.needed) == (price(150), price(200))
        assert await holds_in(desk.database) == {taken.key: price(200)}


async def test_an_offer_is_taken_up_at_the_price_of_now(desk: Desk) -> None:
    fresh = await keep_voice(desk.kept, "discord-2", label="New", is_used=False)
    offered = await desk.offer(KEY, AS_ADA, text="Hello.", voice=fresh.key)
    await desk.kept.voices.mark_used(fresh.key, NOON)

    speech = await desk.confirm(KEY, "discord-71", AS_ADA)

    assert (offered.quote.total, speech.held) == (price(6, fee=True), price(6))


# --- once


async def test_a_repeated_delivery_of_one_request_is_one_speech_and_one_hold(desk: Desk) -> None:
    await asyncio.gather(*(desk.ask(KEY, AS_ADA) for _ in range(5)))
    await desk.speak.start(KEY, ADDRESS)
    await desk.ask(KEY, AS_ADA)

    (speech,) = await desk.kept.speeches.under_way()
    assert speech.state is SpeechState.SPEAKING
    assert await holds_in(desk.database) == {KEY: price(12)}
    with pytest.raises(errors.OfferGone):
        await desk.speak.start(KEY, ADDRESS)
    assert desk.jobs.speeches == [KEY]


async def test_a_delivery_that_is_repeated_after_the_end_holds_nothing_again(desk: Desk) -> None:
    done = await desk.done(KEY, AS_ADA)

    await desk.ask(KEY, AS_ADA)

    assert await holds_in(desk.database) == {}
    assert await desk.kept.speeches.get(KEY) == done


async def test_a_delivery_that_would_now_be_an_offer_leaves_the_money_of_the_first_held(
    desk: Desk,
) -> None:
    await desk.ask(KEY, AS_ADA)

    await desk.speak.ask(an_ask(KEY, AS_ADA), AS_ADA, offer=True)

    assert await holds_in(desk.database) == {KEY: price(12)}
    assert (await desk.kept.speeches.get(KEY)).state is SpeechState.ASKED


async def test_what_no_budget_would_pay_is_not_even_offered(tmp_path: Path) -> None:
    limit = {(Whose.PERSON, Period.DAY): Microdollars(price(199))}
    async with open_desk(tmp_path, budgets=Budgets(limit)) as desk:
        await keep_voice(desk.kept)

        with pytest.raises(errors.BudgetReached):
            await desk.offer(KEY, AS_ADA, text="x" * 200)

        assert await desk.leaves_nothing(KEY)
        with pytest.raises(errors.OfferGone):
            await desk.kept.speeches.get(KEY)


async def test_a_refused_budget_leaves_no_speech(tmp_path: Path) -> None:
    limit = {(Whose.ALL, Period.MONTH): Microdollars(price(11))}
    async with open_desk(tmp_path, budgets=Budgets(limit)) as desk:
        await keep_voice(desk.kept)

        with pytest.raises(errors.HardCapReached):
            await desk.ask(KEY, AS_ADA, text="x" * 12)

        assert await desk.leaves_nothing(KEY)
        await desk.ask(KEY, AS_ADA, text="x" * 11)


async def test_who_asks_pays_and_not_the_owner(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await keep_voice(desk.kept)
        await share(desk.kept, of_person(BOB))

        await desk.ask(KEY, AS_BOB)

        spent = [
            await desk.kept.spending.spent(Whose.PERSON, person, Period.DAY, NOON)
            for person in (ADA, BOB)
        ]
        assert spent == [0, price(12)]


async def test_an_order_starts_where_it_was_acknowledged(desk: Desk) -> None:
    there = Address("discord", "10/20/30")
    await desk.ask(KEY, AS_ADA)

    speech = await desk.speak.start(KEY, there)

    assert speech.order.address == there
    assert (await desk.kept.speeches.get(KEY)).order.address == there


async def test_a_stranger_cannot_speak_with_a_voice_by_its_label(desk: Desk) -> None:
    with pytest.raises(errors.VoiceUnknown):
        await desk.choose.named(STRANGER, "Me")
