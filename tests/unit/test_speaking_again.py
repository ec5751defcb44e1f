"""Regenerate, delete and keep: who may press what, and who pays."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import errors
from bot.domain.money import Microdollars, Period, Whose
from bot.domain.people import Asker
from bot.domain.sharing import of_person, of_role, of_server
from bot.domain.speeches import Speech, SpeechKey, SpeechState, VoiceChoice
from bot.domain.voices import VoiceKey, VoiceState
from bot.services.speaking import Offered, call_for
from tests.fakes.orders import ADA, BOB, NOON, SERVER
from tests.fakes.speaking import (
    AS_ADA,
    AS_BOB,
    FOREIGN_MODERATOR,
    MINE,
    MODERATOR,
    SINGERS,
    STRANGER,
    Desk,
    an_ask,
    holds_in,
    keep_voice,
    price,
    share,
)

KEY = SpeechKey("discord-70")
LONG = "x" * 200


# --- regenerate


async def test_who_asked_may_have_it_spoken_anew_past_the_cache(desk: Desk) -> None:
    before = await desk.done(KEY, AS_ADA)
    known = call_for(before.voice_id, before.order.text, before.order.settings)
    desk.cache.kept[known] = None  # type: ignore[assignment]  # it is never looked at

    again = await desk.again(KEY, "discord-71", AS_ADA)

    assert isinstance(again, Speech)
    assert (again.order.text, again.order.fresh) == (before.order.text, True)
    assert again.held == price(12)


async def test_a_dear_text_is_offered_once_more_before_it_is_spoken_anew(desk: Desk) -> None:
    await desk.offer("discord-69", AS_ADA)
    await desk.confirm("discord-69", KEY, AS_ADA)
    await desk.kept.speeches.settle(KEY, SpeechState.DONE, posted=1)

    again = await desk.again(KEY, "discord-71", AS_ADA)
    speech = await desk.confirm("discord-71", "discord-72", AS_ADA)

    assert isinstance(again, Offered)
    assert speech.order.fresh


async def test_a_moderator_may_repeat_a_speech_and_pays_for_it(desk: Desk) -> None:
    await desk.done(KEY, AS_ADA)

    again = await desk.again(KEY, "discord-71", MODERATOR)

    assert isinstance(again, Speech)
    assert again.order.asker == MODERATOR.person
    spent = [
        await desk.kept.spending.spent(Whose.PERSON, person, Period.DAY, NOON)
        for person in (ADA, MODERATOR.person)
    ]
    assert spent == [0, price(12)]


async def test_a_moderator_may_take_up_the_offer_to_repeat_a_dear_speech(desk: Desk) -> None:
    await desk.offer("discord-69", AS_ADA)
    await desk.confirm("discord-69", KEY, AS_ADA)
    await desk.kept.speeches.settle(KEY, SpeechState.DONE, posted=1)
    await desk.again(KEY, "discord-71", MODERATOR)

    speech = await desk.confirm("discord-71", "discord-72", MODERATOR)

    assert (speech.order.asker, speech.order.scopes) == (MODERATOR.person, (of_person(ADA),))


async def test_a_moderator_may_repeat_their_own_repetition(desk: Desk) -> None:
    await desk.done(KEY, AS_ADA)
    again = await desk.again(KEY, "discord-71", MODERATOR)
    assert isinstance(again, Speech)
    await desk.kept.speeches.settle(again.key, SpeechState.DONE, posted=1)

    assert isinstance(await desk.again("discord-71", "discord-72", MODERATOR), Speech)


async def test_who_moderates_no_longer_cannot_repeat_what_they_repeated(desk: Desk) -> None:
    await desk.done(KEY, AS_ADA)
    again = await desk.again(KEY, "discord-71", MODERATOR)
    assert isinstance(again, Speech)
    await desk.kept.speeches.settle(again.key, SpeechState.DONE, posted=1)

    with pytest.raises(errors.VoiceUnknown):
        await desk.again("discord-71", "discord-72", replace(MODERATOR, moderates=False))


@pytest.mark.parametrize(
    "asker",
    [STRANGER, AS_BOB, FOREIGN_MODERATOR, Asker(BOB, None, moderates=True)],
    ids=["stranger", "grantee", "moderator elsewhere", "moderator of nothing"],
)
async def test_nobody_else_may_repeat_or_delete_a_speech(asker: Asker, desk: Desk) -> None:
    await share(desk.kept, of_person(BOB))
    await desk.done(KEY, AS_ADA)

    with pytest.raises(errors.NotYourSpeech):
        await desk.again(KEY, "discord-71", asker)
    with pytest.raises(errors.NotYourSpeech):
        await desk.speak.remove(KEY, asker=asker)

    assert await holds_in(desk.database) == {}
    assert desk.jobs.removals == []


async def test_a_speech_in_direct_messages_has_no_moderator(desk: Desk) -> None:
    await desk.done(KEY, replace(AS_ADA, server=None))

    with pytest.raises(errors.NotYourSpeech):
        await desk.again(KEY, "discord-71", replace(MODERATOR, server=None))


async def test_a_revoked_grantee_cannot_repeat_and_nor_can_a_moderator_for_them(
    desk: Desk,
) -> None:
    await share(desk.kept, of_person(BOB))
    await desk.done(KEY, AS_BOB)
    await desk.kept.grants.revoke(MINE, of_person(BOB))

    for asker in (AS_BOB, MODERATOR):
        with pytest.raises(errors.VoiceUnknown):
            await desk.again(KEY, "discord-71", asker)

    assert await holds_in(desk.database) == {}


async def test_a_moderators_own_roles_do_not_let_somebody_elses_speech_be_repeated(
    desk: Desk,
) -> None:
    await share(desk.kept, of_person(BOB))
    await desk.done(KEY, AS_BOB)
    await desk.kept.grants.revoke(MINE, of_person(BOB))
    await share(desk.kept, of_role(SINGERS))

    with pytest.raises(errors.VoiceUnknown):
        await desk.again(KEY, "discord-71", replace(MODERATOR, roles=frozenset({SINGERS})))


async def test_a_moderator_repeats_a_role_holders_speech_while_the_role_may(desk: Desk) -> None:
    await share(desk.kept, of_role(SINGERS))
    await desk.done(KEY, replace(AS_BOB, roles=frozenset({SINGERS})))

    again = await desk.again(KEY, "discord-71", MODERATOR)

    assert isinstance(again, Speech)
    assert again.order.scopes == (of_person(BOB), of_role(SINGERS))


async def test_a_moderator_cannot_make_use_of_somebodys_voice_otherwise(desk: Desk) -> None:
    await desk.done(KEY, AS_ADA)

    with pytest.raises(errors.VoiceUnknown):
        await desk.ask("discord-71", MODERATOR)
    with pytest.raises(errors.VoiceUnknown):
        await desk.speak.keep_voice(MINE, an_ask("discord-72", MODERATOR), MODERATOR)


@pytest.mark.parametrize(
    "state", [SpeechState.OFFERED, SpeechState.ASKED, SpeechState.REMOVED, SpeechState.WITHDRAWN]
)
async def test_what_nobody_heard_cannot_be_repeated(state: SpeechState, desk: Desk) -> None:
    await desk.done(KEY, AS_ADA)
    await desk.kept.speeches.settle(KEY, state)

    with pytest.raises(errors.OfferGone):
        await desk.again(KEY, "discord-71", MODERATOR)


async def test_a_speech_whose_text_is_forgotten_cannot_be_repeated(desk: Desk) -> None:
    await desk.done(KEY, AS_ADA)
    await desk.kept.speeches.forget(NOON + timedelta(days=400))

    with pytest.raises(errors.OfferGone):
        await desk.again(KEY, "discord-71", AS_ADA)


async def test_a_speech_is_repeated_with_the_version_that_is_in_place_now(desk: Desk) -> None:
    await desk.done(KEY, AS_ADA)
    newer = await keep_voice(desk.kept, "discord-2", replaces=MINE)
    await desk.library.put_in_place(AS_ADA, newer.key)

    again = await desk.again(KEY, "discord-71", AS_ADA)

    assert isinstance(again, Speech)
    assert (again.order.voice.key, again.voice_id) == (newer.key, newer.voice_id)


# --- delete


@pytest.mark.parametrize("asker", [AS_ADA, MODERATOR], ids=["asker", "moderator"])
async def test_who_asked_and_who_moderates_may_delete_a_speech(asker: Asker, desk: Desk) -> None:
    await desk.done(KEY, AS_ADA)

    await desk.speak.remove(KEY, asker=asker)

    assert desk.jobs.removals == [KEY]


async def test_a_speech_that_is_spoken_or_gone_cannot_be_deleted(desk: Desk) -> None:
    await desk.done(KEY, AS_ADA)

    for state in (SpeechState.SPEAKING, SpeechState.FAILED, SpeechState.REMOVED):
        await desk.kept.speeches.settle(KEY, state)
        with pytest.raises(errors.OfferGone):
            await desk.speak.remove(KEY, asker=AS_ADA)

    assert desk.jobs.removals == []


# --- keep


async def test_the_owner_keeps_an_unused_voice_without_being_asked_for_the_price_again(
    desk: Desk,
) -> None:
    fresh = await keep_voice(desk.kept, "discord-2", label="New", is_used=False)

    speech = await desk.speak.keep_voice(fresh.key, an_ask(KEY, AS_ADA), AS_ADA)

    assert (speech.state, speech.order.voice) == (SpeechState.ASKED, VoiceChoice(key=fresh.key))
    assert speech.held == price(12, fee=True)


async def test_keeping_goes_past_the_cache_because_what_is_kept_there_keeps_no_voice(
    desk: Desk,
) -> None:
    fresh = await keep_voice(desk.kept, "discord-2", label="New", is_used=False)
    order = an_ask(KEY, AS_ADA, voice=fresh.key)
    known = call_for(fresh.voice_id, order.text, order.settings)
    desk.cache.kept[known] = None  # type: ignore[assignment]  # it is never looked at

    speech = await desk.speak.keep_voice(fresh.key, order, AS_ADA)

    assert speech.order.fresh
    assert speech.held == price(12, fee=True)


async def test_a_voice_that_has_spoken_by_now_is_kept_and_owes_nothing_more(desk: Desk) -> None:
    with pytest.raises(errors.OfferGone):
        await desk.speak.keep_voice(MINE, an_ask(KEY, AS_ADA), AS_ADA)

    assert await desk.leaves_nothing(KEY)


async def test_only_the_owner_may_keep_a_voice(desk: Desk) -> None:
    fresh = await keep_voice(desk.kept, "discord-2", label="New", is_used=False)
    await share(desk.kept, of_server(SERVER), voice=fresh.key)

    with pytest.raises(errors.NotYours):
        await desk.speak.keep_voice(fresh.key, an_ask(KEY, AS_BOB), AS_BOB)

    assert await desk.leaves_nothing(KEY)


async def test_a_voice_that_is_lost_cannot_be_kept_and_costs_nothing(desk: Desk) -> None:
    await desk.kept.voices.settle(MINE, VoiceState.LOST)

    with pytest.raises(errors.VoiceIsLost):
        await desk.speak.keep_voice(MINE, an_ask(KEY, AS_ADA), AS_ADA)
    with pytest.raises(errors.VoiceUnknown):
        await desk.speak.keep_voice(VoiceKey("discord-9"), an_ask(KEY, AS_ADA), AS_ADA)

    assert await desk.leaves_nothing(KEY)
    assert await desk.held() == Microdollars(0)
