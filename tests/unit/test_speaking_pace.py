"""How much one person may ask for, and what becomes of orders that were never acknowledged."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain import errors
from bot.domain.money import Microdollars
from bot.domain.people import Address
from bot.domain.speeches import SpeechKey, SpeechState
from tests.fakes.orders import ADDRESS
from tests.fakes.speaking import (
    AS_ADA,
    AS_BOB,
    RULES,
    SECOND,
    Desk,
    holds_in,
    keep_voice,
    open_desk,
    price,
)

KEY = SpeechKey("discord-70")
THERE = Address("discord", "10/20/30")


async def nowhere(_key: str, _address: Address) -> Address | None:
    """Find no acknowledgement."""
    return None


async def there(_key: str, _address: Address) -> Address | None:
    """Find an acknowledgement."""
    return THERE


async def end(desk: Desk, key: str) -> None:
    """Let a speech end well."""
    await desk.kept.speeches.settle(SpeechKey(key), SpeechState.DONE, posted=1)
    await desk.kept.spending.release(key)


# --- at once, and in a minute


async def test_one_person_has_a_limited_number_of_speeches_under_way(desk: Desk) -> None:
    await desk.ask("discord-70", AS_ADA)
    await desk.ask("discord-71", AS_ADA)

    with pytest.raises(errors.TooManySpeeches) as refused:
        await desk.ask("discord-72", AS_ADA)

    assert refused.value.limit == RULES.at_once
    assert set(await holds_in(desk.database)) == {"discord-70", "discord-71"}
    await end(desk, "discord-70")
    await desk.ask("discord-73", AS_ADA)


async def test_others_are_not_held_up_by_who_has_too_many(desk: Desk) -> None:
    theirs = await keep_voice(desk.kept, "discord-2", owner=AS_BOB.person)
    await desk.ask("discord-70", AS_ADA)
    await desk.ask("discord-71", AS_ADA)

    await desk.ask("discord-72", AS_BOB, voice=theirs.key)

    assert len(await desk.kept.speeches.under_way()) == 3


async def test_twenty_presses_at_once_are_no_more_than_the_limit(desk: Desk) -> None:
    answers = await asyncio.gather(
        *(desk.ask(f"discord-{number}", AS_ADA) for number in range(70, 90)),
        return_exceptions=True,
    )

    refused = [each for each in answers if isinstance(each, errors.TooManySpeeches)]
    assert len(refused) == 18
    assert len(await desk.kept.speeches.under_way()) == 2
    assert sum((await holds_in(desk.database)).values()) == await desk.held() == 2 * price(12)


async def test_twenty_offers_taken_up_at_once_are_no_more_than_the_limit(desk: Desk) -> None:
    for number in range(20):
        await desk.offer(f"discord-{number}", AS_ADA)

    await asyncio.gather(
        *(
            desk.confirm(f"discord-{number}", f"discord-1{number:02}", AS_ADA)
            for number in range(20)
        ),
        return_exceptions=True,
    )

    assert len(await desk.kept.speeches.under_way()) == 2
    # An offer that was refused for now is still there.
    left = [(await desk.kept.speeches.get(SpeechKey(f"discord-{n}"))).state for n in range(20)]
    assert left.count(SpeechState.OFFERED) == 18


async def test_one_person_may_ask_so_often_in_a_minute_and_is_told_when_again(desk: Desk) -> None:
    for number in range(RULES.per_minute):
        await desk.done(f"discord-{number}", AS_ADA)
        desk.clock.move(timedelta(seconds=2))

    with pytest.raises(errors.TooSoon) as refused:
        await desk.ask(KEY, AS_ADA)
    desk.clock.move(timedelta(seconds=refused.value.seconds - 1))
    with pytest.raises(errors.TooSoon) as still:
        await desk.ask(KEY, AS_ADA)
    desk.clock.move(SECOND)
    await desk.ask(KEY, AS_ADA)

    assert (refused.value.seconds, refused.value.limit) == (50, RULES.per_minute)
    assert still.value.seconds == 1


async def test_what_was_refused_or_only_offered_does_not_count_in_the_minute(desk: Desk) -> None:
    for number in range(10):
        await desk.offer(f"discord-{number}", AS_ADA)
        with pytest.raises(errors.NothingToSay):
            await desk.ask(f"discord-2{number}", AS_ADA, text="🦜")

    await desk.ask(KEY, AS_ADA)


async def test_with_a_limit_of_one_a_minute_the_second_waits_for_it(tmp_path: Path) -> None:
    async with open_desk(tmp_path, rules=replace(RULES, per_minute=1)) as desk:
        await keep_voice(desk.kept)
        await desk.done("discord-1", AS_ADA)

        with pytest.raises(errors.TooSoon) as refused:
            await desk.ask(KEY, AS_ADA)

        assert refused.value.seconds == 60


# --- kept, but never acknowledged


async def test_an_order_that_was_withdrawn_gives_its_money_back_and_never_starts(
    desk: Desk,
) -> None:
    await desk.ask(KEY, AS_ADA)

    await desk.speak.withdraw(KEY)

    assert await desk.leaves_nothing(KEY)
    with pytest.raises(errors.OfferGone):
        await desk.speak.start(KEY, ADDRESS)


async def test_an_order_that_was_withdrawn_does_not_count_in_the_minute(tmp_path: Path) -> None:
    async with open_desk(tmp_path, rules=replace(RULES, per_minute=1)) as desk:
        await keep_voice(desk.kept)
        await desk.ask("discord-1", AS_ADA)
        await desk.speak.withdraw(SpeechKey("discord-1"))

        await desk.ask(KEY, AS_ADA)


async def test_an_order_that_was_started_cannot_be_withdrawn_under_its_job(desk: Desk) -> None:
    await desk.ask(KEY, AS_ADA)
    await desk.speak.start(KEY, ADDRESS)

    await desk.speak.withdraw(KEY)

    assert (await desk.kept.speeches.get(KEY)).state is SpeechState.SPEAKING
    assert await holds_in(desk.database) == {KEY: price(12)}


async def test_after_a_kill_what_was_acknowledged_starts_where_it_was(desk: Desk) -> None:
    await desk.ask(KEY, AS_ADA)

    assert await desk.speak.resume(there) == 1

    assert desk.jobs.speeches == [KEY]
    speech = await desk.kept.speeches.get(KEY)
    assert (speech.state, speech.order.address) == (SpeechState.SPEAKING, THERE)


async def test_after_a_kill_what_was_never_acknowledged_costs_nothing(desk: Desk) -> None:
    await desk.ask(KEY, AS_ADA)

    assert await desk.speak.resume(nowhere) == 0

    assert await desk.leaves_nothing(KEY)


async def test_after_a_kill_a_speech_under_way_goes_on_and_nobody_is_asked(desk: Desk) -> None:
    await desk.ask(KEY, AS_ADA)
    await desk.speak.start(KEY, ADDRESS)
    desk.jobs.speeches.clear()

    assert await desk.speak.resume(nowhere) == 1

    assert desk.jobs.speeches == [KEY]


async def test_an_offer_is_no_order_and_starts_by_no_restart(desk: Desk) -> None:
    await desk.offer(KEY, AS_ADA)

    assert await desk.speak.resume(there) == 0

    assert desk.jobs.speeches == []


async def test_an_order_that_nobody_can_tell_of_now_is_kept_for_the_next_time(desk: Desk) -> None:
    await desk.ask(KEY, AS_ADA)

    async def find(_key: str, _address: Address) -> Address | None:
        raise errors.FaceDown(reason="away")

    assert await desk.speak.resume(find) == 0
    assert await holds_in(desk.database) == {KEY: price(12)}
    assert await desk.speak.resume(there) == 1


async def test_an_order_that_is_just_being_acknowledged_is_left_alone(desk: Desk) -> None:
    await desk.ask(KEY, AS_ADA)

    assert await desk.speak.resume(nowhere, ordered_before=desk.clock.now) == 0

    assert (await desk.kept.speeches.get(KEY)).state is SpeechState.ASKED


async def test_an_order_that_its_face_starts_meanwhile_is_started_once(desk: Desk) -> None:
    await desk.ask(KEY, AS_ADA)

    async def find(_key: str, address: Address) -> Address | None:
        await desk.speak.start(KEY, address)
        return THERE

    assert await desk.speak.resume(find) == 0
    assert desk.jobs.speeches == [KEY]


async def test_the_place_in_the_line_is_the_word_of_the_jobs(desk: Desk) -> None:
    desk.jobs.waiting = 3

    assert desk.speak.place_in_line(KEY) == 3


async def test_a_clone_fee_is_held_with_every_speech_that_may_be_the_first(tmp_path: Path) -> None:
    roomy = replace(RULES, quote_above=Microdollars(10_000_000))
    async with open_desk(tmp_path, rules=roomy) as desk:
        await keep_voice(desk.kept, is_used=False)

        await desk.ask("discord-70", AS_ADA)
        await desk.ask("discord-71", AS_ADA)

        assert await desk.held() == 2 * price(12, fee=True)
