"""What every `SpendingStore` promises."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, timezone
from functools import partial

import pytest

from bot.domain.errors import BudgetReached, HardCapReached, MynaError
from bot.domain.money import Budgets, Charge, ChargeKind, Hold, Microdollars, Period, Whose
from bot.domain.people import PersonId, ServerId
from bot.ports import SpendingStore
from tests.contract.conftest import Stores
from tests.fakes.orders import ADA, BOB, NOON, SERVER, a_charge, a_hold

UNLIMITED = Budgets()
DAY = timedelta(days=1)


def limited(whose: Whose, period: Period, limit: int) -> Budgets:
    return Budgets({(whose, period): Microdollars(limit)})


async def spent(
    spending: SpendingStore, *, at: datetime = NOON, server: ServerId = SERVER
) -> list[tuple[int, int]]:
    """Return what Ada, the server and all spent on the day and in the month."""
    return [
        (
            await spending.spent(whose, who, Period.DAY, at),
            await spending.spent(whose, who, Period.MONTH, at),
        )
        for whose, who in ((Whose.PERSON, ADA), (Whose.SERVER, server), (Whose.ALL, None))
    ]


async def all_charges(
    spending: SpendingStore, person: PersonId | None = None, server: ServerId | None = None
) -> list[Charge]:
    found = spending.charges(NOON - DAY, NOON + DAY, person=person, server=server)
    return [charge async for charge in found]


async def test_what_is_held_counts_as_spent_in_every_budget_it_touches(
    spending: SpendingStore,
) -> None:
    await spending.hold(a_hold("discord-1", 100), UNLIMITED)
    await spending.hold(a_hold("discord-2", 20, server=None), UNLIMITED)
    await spending.hold(a_hold("discord-3", 3, person=BOB), UNLIMITED)
    await spending.hold(a_hold("discord-4", 5_000_000_000, at=NOON + DAY), UNLIMITED)

    in_month = 5_000_000_000
    assert await spent(spending) == [
        (120, 120 + in_month),
        (103, 103 + in_month),
        (123, 123 + in_month),
    ]


async def test_nothing_is_spent_where_nothing_was_held(spending: SpendingStore) -> None:
    assert await spent(spending) == [(0, 0)] * 3


async def test_holding_for_one_job_twice_holds_once(spending: SpendingStore) -> None:
    await spending.hold(a_hold("discord-1", 100), UNLIMITED)

    await spending.hold(a_hold("discord-1", 70), limited(Whose.PERSON, Period.DAY, 100))

    assert await spent(spending) == [(100, 100)] * 3


async def test_periods_begin_at_midnight_utc_wherever_the_clock_stands(
    spending: SpendingStore,
) -> None:
    ahead = timezone(timedelta(hours=9))
    new_year_there = datetime(2027, 1, 1, 8, tzinfo=ahead)

    await spending.hold(a_hold("discord-1", 100, at=new_year_there), UNLIMITED)

    assert await spent(spending, at=datetime(2026, 12, 31, 1, tzinfo=UTC)) == [(100, 100)] * 3
    assert await spent(spending, at=datetime(2027, 1, 1, 1, tzinfo=UTC)) == [(0, 0)] * 3


@pytest.mark.parametrize("period", Period)
@pytest.mark.parametrize("whose", [Whose.PERSON, Whose.SERVER])
async def test_a_budget_is_reached_when_less_is_left_than_is_needed(
    spending: SpendingStore, whose: Whose, period: Period
) -> None:
    budgets = limited(whose, period, 150)
    await spending.hold(a_hold("discord-1", 100), budgets)

    with pytest.raises(BudgetReached) as caught:
        await spending.hold(a_hold("discord-2", 51), budgets)

    told = caught.value
    assert (told.whose, told.period) == (whose, period)
    assert (told.limit, told.left, told.needed) == (150, 50, 51)
    assert await spent(spending) == [(100, 100)] * 3
    await spending.hold(a_hold("discord-2", 50), budgets)
    assert await spent(spending) == [(150, 150)] * 3


@pytest.mark.parametrize("period", Period)
async def test_the_operators_budget_is_a_hard_cap(spending: SpendingStore, period: Period) -> None:
    budgets = limited(Whose.ALL, period, 150)
    await spending.hold(a_hold("discord-1", 100, person=BOB, server=None), budgets)

    with pytest.raises(HardCapReached) as caught:
        await spending.hold(a_hold("discord-2", 51), budgets)

    assert (caught.value.period, caught.value.limit) == (period, 150)
    assert await spent(spending) == [(0, 0), (0, 0), (100, 100)]


async def test_a_single_hold_above_the_limit_is_refused(spending: SpendingStore) -> None:
    with pytest.raises(BudgetReached) as caught:
        await spending.hold(a_hold("discord-1", 11), limited(Whose.PERSON, Period.DAY, 10))

    assert (caught.value.left, caught.value.needed) == (10, 11)


async def test_a_budget_that_was_lowered_has_nothing_left_not_less(
    spending: SpendingStore,
) -> None:
    await spending.hold(a_hold("discord-1", 100), UNLIMITED)

    with pytest.raises(BudgetReached) as caught:
        await spending.hold(a_hold("discord-2", 1), limited(Whose.PERSON, Period.DAY, 10))

    assert caught.value.left == 0


async def test_what_costs_nothing_is_held_whatever_is_left(spending: SpendingStore) -> None:
    await spending.hold(a_hold("discord-1", 100), UNLIMITED)

    await spending.hold(a_hold("discord-2", 0), limited(Whose.PERSON, Period.DAY, 10))
    await spending.charge(a_charge("discord-2", 7))
    held = await spent(spending)
    await spending.release("discord-2")

    assert held == [(100, 100)] * 3
    assert await spent(spending) == [(107, 107)] * 3


@pytest.mark.parametrize("charged", [40, 100, 130])
async def test_a_release_counts_the_charges_in_place_of_the_hold(
    spending: SpendingStore, charged: int
) -> None:
    await spending.hold(a_hold("discord-1", 100), limited(Whose.PERSON, Period.DAY, 100))
    await spending.charge(a_charge("discord-1", charged - 10))
    await spending.charge(a_charge("discord-1", 10))
    await spending.charge(a_charge("discord-1", 5000, counted=False))
    before = await spent(spending)

    released = [await spending.release("discord-1") for _ in range(2)]

    assert before == [(100, 100)] * 3
    assert released == [charged, charged]
    of_all = charged + 5000  # the operator's own limit counts what reached nobody, too
    assert await spent(spending) == [(charged, charged)] * 2 + [(of_all, of_all)]


async def test_a_release_after_midnight_corrects_the_day_of_the_hold(
    spending: SpendingStore,
) -> None:
    await spending.hold(a_hold("discord-1", 100), UNLIMITED)
    await spending.charge(a_charge("discord-1", 60, at=NOON + DAY))

    await spending.release("discord-1")

    assert await spent(spending) == [(60, 60)] * 3
    assert await spent(spending, at=NOON + DAY) == [(0, 60)] * 3


async def test_releasing_what_was_never_held_changes_nothing(spending: SpendingStore) -> None:
    assert await spending.release("discord-404") == 0
    assert await spent(spending) == [(0, 0)] * 3


async def test_charges_come_back_as_they_were_given_oldest_first(
    spending: SpendingStore,
) -> None:
    late = replace(a_charge("discord-1", 700, server=None), kind=ChargeKind.CLONE_FEE, voice=None)
    early = a_charge("discord-2", 5, at=NOON - timedelta(hours=1), person=BOB, counted=False)
    for charge in (late, early):
        await spending.charge(charge)

    assert await all_charges(spending) == [early, late]
    assert await all_charges(spending, person=BOB) == [early]
    assert await all_charges(spending, server=SERVER) == [early]
    assert await all_charges(spending, person=ADA, server=SERVER) == []


async def test_charges_are_those_from_the_first_moment_to_just_before_the_last(
    spending: SpendingStore,
) -> None:
    moments = [NOON + hours * timedelta(hours=1) for hours in range(-1, 3)]
    for at in moments:
        await spending.charge(a_charge(at=at))

    found = spending.charges(NOON, NOON + timedelta(hours=2))

    assert [charge.at async for charge in found] == moments[1:3]


async def test_thousands_of_charges_come_once_each_and_let_others_write_meanwhile(
    stores: Stores,
) -> None:
    spending = stores.spending

    async def charge_thousands() -> None:
        for number in range(2001):
            await spending.charge(a_charge(f"discord-{number}"))

    await stores.atomic(charge_thousands)

    jobs: list[str] = []
    async for charge in spending.charges(NOON, NOON + DAY):
        if not jobs:
            await spending.hold(a_hold(), UNLIMITED)
        jobs.append(charge.job)

    assert jobs == [f"discord-{number}" for number in range(2001)]


async def test_of_many_holds_at_once_exactly_as_many_succeed_as_the_budget_has_room_for(
    spending: SpendingStore,
) -> None:
    budgets = limited(Whose.SERVER, Period.DAY, 1000)
    people = [PersonId(f"discord:{number}") for number in range(7)]

    outcomes = await asyncio.gather(
        *(
            spending.hold(a_hold(f"discord-{number}", 100, person=people[number % 7]), budgets)
            for number in range(50)
        ),
        return_exceptions=True,
    )

    assert sum(outcome is None for outcome in outcomes) == 10
    assert sum(isinstance(outcome, BudgetReached) for outcome in outcomes) == 40
    assert await spending.spent(Whose.SERVER, SERVER, Period.DAY, NOON) == 1000
    assert await spending.spent(Whose.ALL, None, Period.MONTH, NOON) == 1000


async def test_one_job_that_is_held_many_times_at_once_is_held_once(
    spending: SpendingStore,
) -> None:
    await asyncio.gather(*(spending.hold(a_hold("discord-1", 100), UNLIMITED) for _ in range(8)))

    assert await spent(spending) == [(100, 100)] * 3


@dataclass
class Ledger:
    """What the counters must say by what happened: holds that stand, charges of ended jobs."""

    held: dict[str, Hold] = field(default_factory=dict)
    ended: dict[str, Hold] = field(default_factory=dict)
    charges: list[Charge] = field(default_factory=list)

    def counted(self, job: str, *, everything: bool = False) -> int:
        of_job = (each for each in self.charges if each.job == job)
        return sum(each.amount for each in of_job if each.counted or everything)

    def expected(self, whose: Whose, who: str | None, period: Period, at: datetime) -> int:
        def is_in(hold: Hold) -> bool:
            owner = {Whose.PERSON: hold.person, Whose.SERVER: hold.server, Whose.ALL: None}
            return owner[whose] == who and period.name_at(hold.at) == period.name_at(at)

        return sum(hold.amount for hold in filter(is_in, self.held.values())) + sum(
            self.counted(hold.job, everything=whose is Whose.ALL)
            for hold in filter(is_in, self.ended.values())
        )

    async def check(self, spending: SpendingStore, moments: Sequence[datetime]) -> None:
        whose: list[tuple[Whose, PersonId | ServerId | None]] = [
            *((Whose.PERSON, person) for person in (ADA, BOB)),
            (Whose.SERVER, SERVER),
            (Whose.ALL, None),
        ]
        for at in moments:
            for each, who in whose:
                for period in Period:
                    counted = await spending.spent(each, who, period, at)
                    assert counted == self.expected(each, who, period, at)
                    assert counted >= 0


@pytest.mark.parametrize("seed", range(3))
async def test_the_counters_always_say_what_is_held_and_what_ended_jobs_were_charged(
    stores: Stores, seed: int
) -> None:
    spending = stores.spending
    chance = random.Random(seed)  # noqa: S311  no secret
    moments = [NOON, NOON + 8 * DAY]
    budgets = Budgets({(whose, period): Microdollars(600) for whose in Whose for period in Period})
    ledger = Ledger()
    for number in range(50):
        job = chance.choice([f"discord-{number}", *ledger.held, *ledger.ended])
        match chance.choice(["hold", "hold", "charge", "release"]):
            case "hold" if job not in ledger.ended:
                hold = a_hold(
                    job,
                    chance.choice([0, 30, 100, 250]),
                    person=chance.choice([ADA, BOB]),
                    server=chance.choice([SERVER, None]),
                    at=chance.choice(moments),
                )
                try:
                    await spending.hold(hold, budgets)
                except MynaError:
                    assert job not in ledger.held
                else:
                    ledger.held.setdefault(job, hold)
            case "charge" if job in ledger.held:
                charge = a_charge(
                    job, chance.choice([0, 10, 90, 300]), counted=chance.random() < 0.8
                )
                await spending.charge(charge)
                ledger.charges.append(charge)
            case "release" if job in {*ledger.held, *ledger.ended}:
                assert await spending.release(job) == ledger.counted(job)
                if job in ledger.held:
                    ledger.ended[job] = ledger.held.pop(job)
        await stores.atomic(partial(ledger.check, spending, moments))
    assert ledger.held
    assert ledger.ended

    for job, hold in ledger.held.items():
        await spending.release(job)
        ledger.ended[job] = hold
    ledger.held.clear()

    await ledger.check(spending, moments)
    charged = sum(charge.amount for charge in ledger.charges)
    months = [
        await spending.spent(Whose.ALL, None, Period.MONTH, at) for at in (NOON, NOON + 8 * DAY)
    ]
    assert sum(months) == charged
