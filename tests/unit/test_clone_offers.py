"""A preview that is dear is offered first, and cloned once its price is confirmed."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain import errors
from bot.domain.money import OFFER_LASTS, Budgets, Microdollars, Period, Whose
from bot.domain.people import Asker
from bot.domain.voices import CloneOrder, VoiceKey, VoiceState
from bot.services.admission import CloneAdmission
from bot.services.cloning import CloneVoice
from bot.services.leave import Leave
from bot.settings import load
from bot.store import Database
from bot.wiring import Stores, retention
from tests.fakes.databases import sqlite_in
from tests.fakes.house import House
from tests.fakes.jobs import RecordingJobs
from tests.fakes.myna import PRICES, Kept
from tests.fakes.orders import ADA, ADDRESS, BOB, NOON, OPTIONS, an_order
from tests.fakes.speaking import Hands, held_in, holds_in
from tests.fakes.world import FakeSpeechCache

DEAR = an_order(options=replace(OPTIONS, text="x" * 1000))
TAKEN = VoiceKey("discord-2")
LATER = timedelta(seconds=1)
HERSELF = Asker(ADA)


@dataclass
class Desk:
    """The service over a real database."""

    database: Database
    kept: Kept
    jobs: RecordingJobs
    clock: Hands
    clone: CloneVoice

    async def is_offered(self, order: CloneOrder = DEAR) -> bool:
        """Say whether the offer is there to be taken up."""
        try:
            return (await self.kept.voices.get(order.key)).state is VoiceState.OFFERED
        except errors.VoiceGone:
            return False


@pytest.fixture
async def desk(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Desk]:
    """Return a desk with one budget: a person's day, of the parameter or none."""
    day: int | None = getattr(request, "param", None)
    limits = {} if day is None else {(Whose.PERSON, Period.DAY): Microdollars(day)}
    async with Database(sqlite_in(tmp_path)) as database:
        kept, jobs, clock = Kept.on(database, FakeSpeechCache()), RecordingJobs(), Hands()
        house = House.of(kept)
        clone = CloneVoice(
            voices=kept.voices,
            jobs=jobs,
            voice_ids=lambda key, attempt: f"Myna-{key}-{attempt}",
            now=clock,
            under_way_limit=2,
            spending=kept.spending,
            atomic=kept.atomic,
            leave=Leave(kept.consents, house.rules(clock)),
            screening=house.screening(clock),
            admission=CloneAdmission(
                spending=kept.spending,
                house=house.rules(clock),
                prices=PRICES,
                budgets=Budgets(limits),
                now=clock,
            ),
            quote_above=Microdollars(50_000),
        )
        yield Desk(database, kept, jobs, clock, clone)


async def test_a_dear_preview_is_offered_and_nothing_is_held(desk: Desk) -> None:
    quote = await desk.clone.offer(DEAR, HERSELF)

    assert quote is not None
    assert quote.total == 100_000
    assert await desk.is_offered()
    assert await desk.kept.voices.of(ADA) == []
    assert desk.jobs.clones == []
    assert (await held_in(desk.kept, NOON), await holds_in(desk.database)) == (0, {})


async def test_a_cheap_preview_is_not_offered(desk: Desk) -> None:
    assert await desk.clone.offer(an_order(), HERSELF) is None

    assert not await desk.is_offered(an_order())


@pytest.mark.parametrize("desk", [99_999], indirect=True)
async def test_what_no_budget_would_pay_for_is_not_offered(desk: Desk) -> None:
    with pytest.raises(errors.BudgetReached):
        await desk.clone.offer(DEAR, HERSELF)

    assert not await desk.is_offered()
    assert (await held_in(desk.kept, NOON), await holds_in(desk.database)) == (0, {})


async def test_an_offer_is_taken_up_once_and_by_whom_it_was_made_to(desk: Desk) -> None:
    await desk.clone.offer(DEAR, HERSELF)

    with pytest.raises(errors.NotYours):
        await desk.clone.confirm(DEAR.key, new_key=TAKEN, asker=Asker(BOB), address=ADDRESS)
    voice = await desk.clone.confirm(DEAR.key, new_key=TAKEN, asker=HERSELF, address=ADDRESS)
    with pytest.raises(errors.OfferGone):
        await desk.clone.confirm(
            DEAR.key, new_key=VoiceKey("discord-3"), asker=HERSELF, address=ADDRESS
        )

    assert (voice.key, voice.state) == (TAKEN, VoiceState.ASKED)
    assert (await desk.kept.voices.order(TAKEN)).notes == DEAR.notes
    assert not await desk.is_offered()
    assert await holds_in(desk.database) == {TAKEN: 100_000}


@pytest.mark.parametrize("desk", [150_000], indirect=True)
async def test_an_offer_that_cannot_be_paid_for_by_now_is_still_there(desk: Desk) -> None:
    await desk.clone.offer(DEAR, HERSELF)
    await desk.clone.take(replace(DEAR, key=TAKEN, label="Other"), HERSELF)

    with pytest.raises(errors.BudgetReached):
        await desk.clone.confirm(
            DEAR.key, new_key=VoiceKey("discord-3"), asker=HERSELF, address=ADDRESS
        )

    assert await desk.is_offered()


async def test_a_declined_offer_is_gone(desk: Desk) -> None:
    await desk.clone.offer(DEAR, HERSELF)

    with pytest.raises(errors.NotYours):
        await desk.clone.decline(DEAR.key, who=BOB)
    await desk.clone.decline(DEAR.key, who=ADA)

    with pytest.raises(errors.OfferGone):
        await desk.clone.confirm(DEAR.key, new_key=TAKEN, asker=HERSELF, address=ADDRESS)
    with pytest.raises(errors.OfferGone):
        await desk.clone.decline(DEAR.key, who=ADA)


async def test_an_old_offer_cannot_be_taken_up_and_is_tidied_away(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("DISCORD_TOKEN", "MINIMAX_API_KEY"):
        monkeypatch.setenv(name, "secret")
    settings = load()
    stores = Stores(desk.database, settings, desk.clock)
    tidy = retention(settings, stores, desk.clock)
    await desk.clone.offer(DEAR, HERSELF)

    desk.clock.move(OFFER_LASTS)
    await tidy.sweep()
    assert await desk.is_offered()

    desk.clock.move(LATER)
    with pytest.raises(errors.OfferGone):
        await desk.clone.confirm(DEAR.key, new_key=TAKEN, asker=HERSELF, address=ADDRESS)
    await tidy.sweep()
    assert not await desk.is_offered()
