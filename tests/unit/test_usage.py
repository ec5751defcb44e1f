"""What was spent: who may see it, how it is summed, and how the operator gets it."""

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from bot import usage
from bot.domain.errors import ModeratorsOnly, SettingInvalid
from bot.domain.money import Budgets, Charge, ChargeKind, Hold, Microdollars, Period, Whose
from bot.domain.people import Asker, PersonId, ServerId
from bot.domain.usage import Total
from bot.services.spending import Usage
from bot.usage import DatesInvalid
from tests.fakes.house import House
from tests.fakes.orders import a_charge
from tests.fakes.speaking_stores import FakeSpendingStore

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
ANNA, BEN = PersonId("discord:1"), PersonId("discord:2")
HERE, ELSEWHERE = ServerId("discord:55"), ServerId("discord:66")


def charge(
    amount: int,
    *,
    kind: ChargeKind = ChargeKind.SPEECH,
    person: PersonId = ANNA,
    server: ServerId | None = HERE,
    at: datetime = NOW,
) -> Charge:
    return a_charge("speech-1", amount, kind=kind, person=person, server=server, at=at)


async def spent(*charges: Charge) -> FakeSpendingStore:
    """Return a store with these charges, each of a job of its own, which has ended."""
    store = FakeSpendingStore()
    for number, each in enumerate(charges, start=1):
        job = f"speech-{number}"
        nothing = Hold(job, each.person, each.server, Microdollars(0), each.at)
        await store.hold(nothing, Budgets())
        await store.charge(replace(each, job=job))
        await store.release(job)
    return store


async def service(*charges: Charge, budgets: Budgets | None = None) -> Usage:
    return Usage(
        spending=await spent(*charges),
        house=House().rules(lambda: NOW),
        budgets=budgets or Budgets(),
        now=lambda: NOW,
    )


# --- one's own


async def test_ones_own_charges_are_summed_by_day_and_kind_wherever_they_were_made() -> None:
    report = await (
        await service(
            charge(1000, at=NOW - timedelta(days=1)),
            charge(2000, server=None),
            charge(4000, server=ELSEWHERE, kind=ChargeKind.PREVIEW),
            charge(8000, person=BEN),
        )
    ).report(Asker(ANNA, HERE), days=3, everyone=False)

    assert [(day.day, day.total.amount) for day in report.days] == [
        (date(2026, 11, 23), 0),
        (date(2026, 11, 24), 1000),
        (date(2026, 11, 25), 6000),
    ]
    assert report.by_kind == {
        ChargeKind.PREVIEW: Total(Microdollars(4000), 40),
        ChargeKind.SPEECH: Total(Microdollars(3000), 30),
    }
    assert report.total == Total(Microdollars(7000), 70)
    assert (report.server, report.shares) == (None, ())


async def test_a_day_is_one_of_utc_wherever_the_clocks_stand() -> None:
    tokyo = timezone(timedelta(hours=9))
    late = datetime(2026, 11, 25, 3, tzinfo=tokyo)  # 18:00 of the 24th in UTC

    report = await (await service(charge(1000, at=late))).report(
        Asker(ANNA), days=2, everyone=False
    )

    assert [day.total.amount for day in report.days] == [1000, 0]


async def test_a_report_begins_at_the_midnight_of_its_first_day() -> None:
    midnight = datetime(2026, 11, 24, tzinfo=UTC)
    before = midnight - timedelta(microseconds=1)

    report = await (await service(charge(1000, at=midnight), charge(2000, at=before))).report(
        Asker(ANNA), days=2, everyone=False
    )

    assert report.total.amount == 1000


async def test_what_was_charged_but_never_delivered_is_in_nobodys_report() -> None:
    lost = replace(charge(1000), counted=False)
    moderator = Asker(ANNA, HERE, moderates=True)

    own = await (await service(lost)).report(moderator, days=1, everyone=False)
    all_of_it = await (await service(lost)).report(moderator, days=1, everyone=True)

    assert (own.total.amount, all_of_it.total.amount, all_of_it.shares) == (0, 0, ())


@pytest.mark.parametrize("days", [-1, 0, 32])
async def test_a_report_covers_one_to_31_days(days: int) -> None:
    with pytest.raises(SettingInvalid):
        await (await service()).report(Asker(ANNA), days=days, everyone=False)


async def test_a_month_of_days_is_shown_without_charges_too() -> None:
    report = await (await service()).report(Asker(ANNA), days=31, everyone=False)

    assert len(report.days) == 31
    assert report.days[0].day == date(2026, 10, 26)


# --- everybody's


async def test_a_moderator_sees_what_each_member_spent_on_this_server_biggest_first() -> None:
    report = await (
        await service(
            charge(1000), charge(1500), charge(9000, person=BEN), charge(500, server=ELSEWHERE)
        )
    ).report(Asker(ANNA, HERE, moderates=True), days=7, everyone=True)

    assert report.server == HERE
    assert [(share.person, share.total.amount) for share in report.shares] == [
        (BEN, 9000),
        (ANNA, 2500),
    ]
    assert report.total.amount == 11_500


@pytest.mark.parametrize("asker", [Asker(ANNA, HERE), Asker(ANNA, None, moderates=True)])
async def test_nobody_else_sees_what_everyone_spent(asker: Asker) -> None:
    with pytest.raises(ModeratorsOnly):
        await (await service(charge(1000))).report(asker, days=7, everyone=True)


# --- budgets

BUDGETS = Budgets(
    {
        (Whose.PERSON, Period.DAY): Microdollars(3000),
        (Whose.PERSON, Period.MONTH): Microdollars(9000),
        (Whose.SERVER, Period.MONTH): Microdollars(5000),
        (Whose.ALL, Period.MONTH): Microdollars(1),
    }
)


async def test_what_is_left_of_each_budget_that_applies_is_told() -> None:
    earlier = NOW - timedelta(days=3)

    report = await (
        await service(
            charge(1000), charge(2500, at=earlier), charge(2000, person=BEN), budgets=BUDGETS
        )
    ).report(Asker(ANNA, HERE), days=1, everyone=False)

    assert [(each.whose, each.period, each.left) for each in report.budgets] == [
        (Whose.PERSON, Period.DAY, 2000),
        (Whose.PERSON, Period.MONTH, 5500),
        (Whose.SERVER, Period.MONTH, 0),
    ]


async def test_in_a_direct_message_no_servers_budget_applies() -> None:
    report = await (await service(budgets=BUDGETS)).report(Asker(ANNA), days=1, everyone=False)

    assert {each.whose for each in report.budgets} == {Whose.PERSON}


async def test_of_everyone_only_the_servers_budget_is_told() -> None:
    report = await (await service(budgets=BUDGETS)).report(
        Asker(ANNA, HERE, moderates=True), days=1, everyone=True
    )

    assert {each.whose for each in report.budgets} == {Whose.SERVER}


# --- the operator's


async def written(*charges: Charge) -> list[dict[str, str]]:
    to = io.StringIO()
    kept = await spent(*charges)
    await usage.write_csv(kept.charges(NOW, NOW + timedelta(days=1)), to)
    return list(csv.DictReader(io.StringIO(to.getvalue())))


async def test_the_csv_has_every_charge_to_the_microdollar() -> None:
    (row,) = await written(charge(123_400_001))

    assert row == {
        "at": "2026-11-25T12:00:00.000+00:00",
        "kind": "speech",
        "model": "speech-2.8-hd",
        "characters": "1234000",
        "usd": "123.400001",
        "person": "discord:1",
        "server": "discord:55",
        "voice": "discord-1",
        "job": "speech-1",
        "trace_id": "trace",
        "counted": "yes",
    }


async def test_the_csv_has_what_was_never_delivered_and_leaves_unknown_cells_empty() -> None:
    (row,) = await written(replace(charge(100, server=None), counted=False, trace_id=None))

    assert (row["counted"], row["server"], row["trace_id"]) == ("no", "", "")


async def test_without_charges_the_csv_is_its_header() -> None:
    to = io.StringIO()

    await usage.write_csv(FakeSpendingStore().charges(NOW, NOW), to)

    assert to.getvalue() == ",".join(usage.COLUMNS) + "\n"


async def test_the_table_sums_months_and_kinds_and_says_what_was_lost() -> None:
    october = NOW - timedelta(days=40)
    to = io.StringIO()

    kept = await spent(
        charge(1000, at=october),
        charge(2000),
        replace(charge(500), counted=False),
        charge(1_500_000, kind=ChargeKind.CLONE_FEE),
    )

    await usage.write_table(kept.charges(october, NOW + timedelta(days=1)), to)

    assert [line.split() for line in to.getvalue().splitlines()] == [
        ["month", "kind", "charges", "characters", "usd", "lost"],
        ["2026-10", "speech", "1", "10", "0.001000", "0.000000"],
        ["2026-11", "clone_fee", "1", "15000", "1.500000", "0.000000"],
        ["2026-11", "speech", "2", "25", "0.002500", "0.000500"],
        ["all", "4", "15035", "1.503500", "0.000500"],
    ]


def test_both_days_of_a_span_belong_to_it() -> None:
    found = usage.span("2026-11-01", "2026-11-01")

    assert found.since == datetime(2026, 11, 1, tzinfo=UTC)
    assert found.until == datetime(2026, 11, 2, tzinfo=UTC)


def test_without_days_a_span_is_everything() -> None:
    found = usage.span(None, None)

    assert found.since < datetime(2020, 1, 1, tzinfo=UTC)
    assert found.until > datetime(2100, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("since", "until"),
    [
        ("yesterday", None),
        (None, "2026-02-30"),
        ("2026-W48-3", None),
        ("", None),
        (None, "9999-12-31"),
        ("0001-01-01", None),
        ("2026-11-02", "2026-11-01"),
    ],
)
def test_days_that_are_none_are_refused_in_a_sentence(since: str | None, until: str | None) -> None:
    with pytest.raises(DatesInvalid, match=r"^[^\n]+\.$"):
        usage.span(since, until)
