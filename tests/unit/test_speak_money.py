"""Money where something goes wrong: nothing is spent past a limit, nothing lost from sight."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.errors import (
    CannotPost,
    NoLongerKept,
    OfferGone,
    SpeechUnsaved,
    TooMuchLost,
    Unexpected,
)
from bot.domain.money import Budgets, Microdollars, Period, Whose
from bot.domain.outcomes import SpeechDone, SpeechFailed
from bot.domain.people import Address, ServerId
from bot.domain.sharing import of_person
from bot.domain.speeches import SpeechKey, SpeechState
from bot.domain.voices import VoiceKey
from bot.services.speaking import Offered, call_for, preview_call, preview_settings
from tests.fakes.myna import PRICES, running
from tests.fakes.orders import ADA, ADDRESS, BOB, NOON
from tests.fakes.speaking import (
    AS_ADA,
    AS_BOB,
    GENEROUS,
    MINE,
    an_ask,
    charges_in,
    holds_in,
    keep_voice,
    open_desk,
    running_speaker,
    share,
    speaker,
)
from tests.fakes.world import World

KEY = SpeechKey("discord-70")
TWO_DOLLARS = Microdollars(2_000_000)


async def test_what_could_not_be_posted_counts_against_the_operators_limit(
    tmp_path: Path, world: World
) -> None:
    world.fail("post_bubble", CannotPost(missing=[]))
    async with running_speaker(tmp_path, world, is_used=False) as me:
        await me.hear(KEY)

        spending = me.myna.kept.spending
        charged = sum(charge.amount for charge in await charges_in(me.myna.kept))
        assert charged > PRICES.clone_fee
        assert await spending.spent(Whose.ALL, None, Period.DAY, NOON) == charged
        assert await spending.spent(Whose.PERSON, ADA, Period.DAY, NOON) == 0


async def test_nobody_has_more_than_a_days_budget_spoken_to_no_one(
    tmp_path: Path, world: World
) -> None:
    budgets = Budgets({(Whose.PERSON, Period.DAY): TWO_DOLLARS})
    async with running(tmp_path, world) as myna:
        await keep_voice(myna.kept, is_used=False)
        await keep_voice(myna.kept, "discord-2", label="Other", is_used=False)
        me = speaker(myna, rules=replace(GENEROUS, budgets=budgets))
        world.fail("post_bubble", CannotPost(missing=[]))
        await me.hear("discord-70", voice=MINE)

        with pytest.raises(TooMuchLost):
            await me.hear("discord-71", voice=VoiceKey("discord-2"))

    assert len(world.spoken) == 1


async def test_a_full_disk_loses_neither_the_charge_nor_the_first_use(
    tmp_path: Path, world: World
) -> None:
    world.fail("bubble", OSError(28, "No space left on device"))
    async with running_speaker(tmp_path, world, is_used=False) as me:
        outcome = await me.hear(KEY)

        assert isinstance(outcome, SpeechFailed)
        assert isinstance(outcome.error, Unexpected)
        assert await me.bill(KEY) == [
            ("speech", 12, "trace-1", False),
            ("clone_fee", 0, "trace-1", False),
        ]
        assert (await me.myna.kept.voices.get(MINE)).used_at is not None
    assert len(world.spoken) == 1


async def test_an_answer_that_could_not_be_written_is_on_the_bill(
    tmp_path: Path, world: World
) -> None:
    world.fail("speak", SpeechUnsaved(reason="disk full", characters=12, reference="trace-9"))
    async with running_speaker(tmp_path, world) as me:
        outcome = await me.hear(KEY)

        assert isinstance(outcome, SpeechFailed)
        assert isinstance(outcome.error, SpeechUnsaved)
        assert await me.bill(KEY) == [("speech", 12, "trace-9", False)]


async def test_what_was_to_cost_nothing_is_not_spoken_for_money_that_nobody_held(
    tmp_path: Path, world: World
) -> None:
    async with running_speaker(tmp_path, world) as me:
        assert isinstance(await me.hear("discord-60"), SpeechDone)
        kept = me.myna.kept
        await me.speak.ask(an_ask(KEY, AS_ADA), AS_ADA)
        voice = await kept.voices.get(MINE)
        await kept.cache.forget_voice(voice.voice_id)
        await me.speak.start(KEY, Address("discord", KEY))
        outcome = await me.outcome(KEY)

        assert isinstance(outcome, SpeechFailed)
        assert isinstance(outcome.error, NoLongerKept)
        assert await me.bill(KEY) == []
    assert len(world.spoken) == 1


async def test_an_offer_that_has_become_dearer_is_offered_anew(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await keep_voice(desk.kept)
        await share(desk.kept, of_person(BOB))
        told = await desk.offer("discord-60", AS_BOB)
        await keep_voice(desk.kept, "discord-2", is_used=False, replaces=MINE)
        await desk.library.put_in_place(AS_ADA, VoiceKey("discord-2"))

        dearer = await desk.press("discord-60", "discord-61", AS_BOB)

        assert isinstance(dearer, Offered)
        assert dearer.quote.total == told.quote.total + PRICES.clone_fee
        assert (await desk.kept.speeches.get(SpeechKey("discord-61"))).state is SpeechState.OFFERED
        assert desk.jobs.speeches == []
        taken = await desk.confirm("discord-61", "discord-62", AS_BOB)
        assert taken.held == dearer.quote.total


async def test_an_offer_of_what_was_kept_is_offered_anew_once_that_ran_out(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        voice = await keep_voice(desk.kept)
        order = an_ask("discord-60", AS_ADA, text="x" * 1000)
        call = call_for(voice.voice_id, order.text, order.settings)
        desk.cache.kept[call] = None  # type: ignore[assignment]  # nobody looks at the bubble
        told = await desk.speak.ask(order, AS_ADA, offer=True)
        desk.cache.kept.clear()

        dearer = await desk.press("discord-60", "discord-61", AS_ADA)

        assert isinstance(told, Offered)
        assert told.quote.total == 0
        assert isinstance(dearer, Offered)
        assert dearer.quote.total == 100_000


async def test_keeping_a_voice_pressed_twice_is_one_speech(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await keep_voice(desk.kept, is_used=False)

        await desk.speak.keep_voice(MINE, an_ask("discord-60", AS_ADA), AS_ADA)
        with pytest.raises(OfferGone):
            await desk.speak.keep_voice(MINE, an_ask("discord-61", AS_ADA), AS_ADA)

        assert len(await holds_in(desk.database)) == 1


async def test_regenerating_is_paid_by_the_server_it_is_pressed_in(tmp_path: Path) -> None:
    elsewhere = replace(AS_ADA, server=ServerId("discord:99"))
    async with open_desk(tmp_path) as desk:
        await keep_voice(desk.kept)
        await desk.ask("discord-60", AS_ADA)
        await desk.kept.speeches.settle(SpeechKey("discord-60"), SpeechState.DONE, posted=1)

        again = await desk.speak.again(
            SpeechKey("discord-60"),
            new_key=SpeechKey("discord-61"),
            asker=elsewhere,
            address=ADDRESS,
        )

        assert not isinstance(again, Offered)
        assert again.order.server == elsewhere.server


async def test_a_row_of_dots_is_no_call_of_its_own(tmp_path: Path, world: World) -> None:
    async with running_speaker(tmp_path, world) as me:
        outcome = await me.hear(KEY, f"Hi. {'!' * 2400} Bye.")

    assert isinstance(outcome, SpeechDone)
    assert all(any(letter.isalpha() for letter in call.text) for call in world.spoken)


async def test_what_is_under_way_may_be_lost_too(tmp_path: Path, world: World) -> None:
    budgets = Budgets({(Whose.PERSON, Period.DAY): Microdollars(3_000)})
    world.fail("post_bubble", CannotPost(missing=[]))
    async with running(tmp_path, world) as myna:
        await keep_voice(myna.kept)
        me = speaker(myna, rules=replace(GENEROUS, budgets=budgets))
        await me.hear("discord-70")  # 1200 micro-dollars for nobody
        await me.speak.ask(an_ask("discord-71", AS_ADA, text="Other words."), AS_ADA)

        with pytest.raises(TooMuchLost):
            await me.speak.ask(an_ask("discord-72", AS_ADA, text="Third words."), AS_ADA)


async def test_a_preview_with_emoji_in_its_text_is_heard_again_for_nothing(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        voice = await keep_voice(desk.kept, is_used=False)
        voice = replace(voice, options=replace(voice.options, text="Hello  😀 there."))
        desk.cache.kept[preview_call(voice)] = None  # type: ignore[assignment]  # nobody looks
        order = an_ask("discord-60", AS_ADA, text=voice.options.text)
        order = replace(order, settings=preview_settings(voice.options))

        speech = await desk.speak.ask(order, AS_ADA)

        assert not isinstance(speech, Offered)
        assert speech.held == 0
