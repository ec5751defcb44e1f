"""What was spent, in words: exact, short enough for a message, and safe with any name."""

import unicodedata
from collections.abc import Collection
from datetime import date, timedelta

import pytest

from bot.domain.money import ChargeKind, Microdollars, Period, Whose
from bot.domain.people import PersonId, ServerId
from bot.domain.usage import BudgetState, DayUsage, Share, Total, UsageReport
from bot.frontends import wording_usage

TODAY = date(2026, 11, 25)
HERE = ServerId("discord:55")


def report(
    *amounts: int,
    shares: tuple[int, ...] = (),
    budgets: tuple[BudgetState, ...] = (),
    today: date = TODAY,
    kinds: Collection[ChargeKind] = (ChargeKind.SPEECH,),
) -> UsageReport:
    """Return a report of so many days; `shares` make it one of a server."""
    days = tuple(
        DayUsage(
            today - timedelta(days=back),
            {kind: Total(Microdollars(amount), amount // 100) for kind in kinds if amount},
        )
        for back, amount in zip(reversed(range(len(amounts))), amounts, strict=True)
    )
    members = tuple(
        Share(PersonId(f"discord:{number}"), Total(Microdollars(amount)))
        for number, amount in enumerate(shares, start=1)
    )
    return UsageReport(HERE if shares else None, days, members, budgets)


def budget(whose: Whose, period: Period, limit: int, spent: int) -> BudgetState:
    return BudgetState(whose, period, Microdollars(limit), Microdollars(spent))


@pytest.mark.parametrize(
    ("days", "today", "said"),
    [
        (1, TODAY, "25 November 2026"),
        (7, TODAY, "19 to 25 November 2026"),
        (31, TODAY, "26 October to 25 November 2026"),
        (31, date(2027, 1, 5), "6 December 2026 to 5 January 2027"),
    ],
)
def test_the_days_are_told_as_short_as_they_are_clear(days: int, today: date, said: str) -> None:
    assert wording_usage.span(report(*[0] * days, today=today)) == said


def test_the_headline_says_who_spent_how_much_and_when() -> None:
    own = wording_usage.headline(report(0, 1_500_000))
    everybodys = wording_usage.headline(report(100, shares=(100,)))

    assert own == "You spent $1.50 from 24 to 25 November 2026 (UTC), for 15000 characters."
    assert everybodys == (
        "The members of this server spent $0.00010 on 25 November 2026 (UTC), for 1 character."
    )


def test_where_nothing_was_spent_it_is_said() -> None:
    assert wording_usage.headline(report(0)) == "Nothing was spent on 25 November 2026 (UTC)."


def test_the_description_of_the_picture_names_the_kinds() -> None:
    assert wording_usage.description(report(1_500_000)).endswith(" characters. Speech: $1.50.")


def test_each_budget_is_a_sentence_with_what_is_left() -> None:
    said = wording_usage.budgets(
        report(
            0,
            budgets=(
                budget(Whose.PERSON, Period.DAY, 3_000_000, 1_000_000),
                budget(Whose.SERVER, Period.MONTH, 60_000_000, 70_000_000),
            ),
        )
    )

    assert said == [
        "$2.00 is left of your budget of $3.00 for today.",
        "$0 is left of this server's budget of $60.00 for this month.",
    ]


def test_the_table_shows_totals_kinds_days_members_and_budgets_in_columns() -> None:
    shown = wording_usage.table(
        report(
            1_000_000,
            0,
            500_000,
            shares=(1_400_000, 100_000),
            budgets=(budget(Whose.SERVER, Period.DAY, 10_000_000, 500_000),),
        ),
        {PersonId("discord:1"): "Anna"},
    )

    assert shown.splitlines() == [
        "Total                      $1.50",
        "Characters                15,000",
        "",
        "Speech                     $1.50",
        "",
        "23 Nov                     $1.00",
        "25 Nov                     $0.50",
        "",
        "Anna                       $1.40",
        "Member 2                   $0.10",
        "",
        "Left to spend",
        "Server day       $9.50 of $10.00",
    ]


def test_at_most_ten_members_are_named_and_the_rest_are_others() -> None:
    eleven = wording_usage.members(report(100, shares=(9,) * 11), {})
    many = wording_usage.members(report(100, shares=(9,) * 25), {})

    assert eleven[-2:] == [("Member 10", 9), ("1 other", 9)]
    assert many[-1] == ("15 others", 15 * 9)
    assert len(many) == 11


NAMES = [
    "W" * 32,
    "山" * 32,
    "back`tick```",
    "two\nlines\t\r",
    "\u202eturned",
    "e\u0301" * 16,
    "e" + "\u0301" * 400,
    "🎤" * 32,
    "\u200b",
]


@pytest.mark.parametrize("name", NAMES)
def test_no_name_breaks_the_table(name: str) -> None:
    shown = wording_usage.table(report(100, shares=(100,)), {PersonId("discord:1"): name})

    assert "`" not in shown
    assert not any(unicodedata.category(each) in {"Cc", "Cf"} for each in shown.replace("\n", ""))
    line = shown.splitlines()[-1]
    assert line.endswith(" $0.00010")
    assert not line.startswith(" ")
    wide = sum(unicodedata.east_asian_width(each) in "WF" for each in line)
    accents = sum(unicodedata.combining(each) > 0 for each in line)
    assert len(line) + wide - accents == 32


def test_the_longest_table_fits_into_a_message_of_discord() -> None:
    budgets = tuple(
        budget(whose, period, 999_999_000_000, 0)
        for whose in (Whose.PERSON, Whose.SERVER)
        for period in Period
    )
    names = {PersonId(f"discord:{number}"): "e\u0301" * 16 for number in range(1, 26)}

    shown = wording_usage.table(
        report(
            *[999_999_000_000] * 31,
            shares=(999_999_000_000,) * 25,
            budgets=budgets,
            kinds=tuple(ChargeKind),
        ),
        names,
    )

    assert len(shown) <= 1900
