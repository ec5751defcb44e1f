"""What was spent, in words and as a table that every face can show in a monospaced font."""

import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Final

from bot.domain.money import ChargeKind, Microdollars, Period, Whose
from bot.domain.people import PersonId
from bot.domain.usage import BudgetState, Share, UsageReport
from bot.frontends.wording_money import counted, money

Names = Mapping[PersonId, str]
"""What a face calls people; whoever is not in it is a number."""

MEMBERS_SHOWN: Final = 10
"""Members named in the table and the picture: what is left of them is "others"."""

NOTHING = "Nothing was spent"
BY_MEMBER = "By member"

KINDS: Final[Mapping[ChargeKind, str]] = {
    ChargeKind.PREVIEW: "Previews",
    ChargeKind.SPEECH: "Speech",
    ChargeKind.CLONE_FEE: "Clone fees",
}

_WIDTH: Final = 32
"""Columns of the table: as many as a phone shows of Discord's code blocks without a break."""

_NAME_WIDTH: Final = 18
_NAME_CHARACTERS: Final = 32
"""More than its columns, for letters with accents put above; not as many as some put there."""

_WIDE: Final = ("W", "F")


def span(report: UsageReport) -> str:
    """Return the days of the report, such as `19 to 25 November 2026`."""
    first, last = report.days[0].day, report.days[-1].day
    if first == last:
        return _day(last)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {_day(last)}"
    if first.year == last.year:
        return f"{first.day} {first:%B} to {_day(last)}"
    return f"{_day(first)} to {_day(last)}"


def headline(report: UsageReport) -> str:
    """Return in a sentence what was spent, and when."""
    when = ("from " if len(report.days) > 1 else "on ") + span(report)
    if not report.total.amount:
        return f"{NOTHING} {when} (UTC)."
    who = "You" if report.server is None else "The members of this server"
    total = report.total
    return f"{who} spent {money(total.amount)} {when} (UTC), for {counted(total.characters)}."


def picture_title(report: UsageReport) -> str:
    """Return the heading of the picture."""
    whose = "You" if report.server is None else "This server"
    return f"{whose} spent {money(report.total.amount)}"


def picture_subtitle(report: UsageReport) -> str:
    """Return what stands below the heading of the picture."""
    return f"{span(report)} (UTC), {counted(report.total.characters)}"


def description(report: UsageReport) -> str:
    """Return what the picture shows, for those who do not see it."""
    kinds = [f"{KINDS[kind]}: {money(total.amount)}." for kind, total in report.by_kind.items()]
    return " ".join([headline(report), *kinds])


def budgets(report: UsageReport) -> list[str]:
    """Return a sentence for each budget that applies; none where nothing has a limit."""
    return [_budget(state) for state in report.budgets]


def table(report: UsageReport, names: Names) -> str:
    """Return the report as plain text in columns: total, kinds, days, members and budgets.

    Days without charges are left out. At most 1900 characters, without a backtick.
    """
    total = report.total
    days = [(short_day(day.day), money(day.total.amount)) for day in report.days if day.by_kind]
    kinds = [(KINDS[kind], money(found.amount)) for kind, found in report.by_kind.items()]
    blocks = [
        [("Total", money(total.amount)), ("Characters", f"{total.characters:,}")],
        kinds,
        days,
        [(_cut(name), money(amount)) for name, amount in members(report, names)],
        [("Left to spend", "")] * bool(report.budgets) + [_left(state) for state in report.budgets],
    ]
    return "\n\n".join("\n".join(_line(*row) for row in block) for block in blocks if block)


def members(report: UsageReport, names: Names) -> list[tuple[str, Microdollars]]:
    """Return who spent how much, biggest first: at most ten by name, and the rest together."""
    shown, rest = report.shares[:MEMBERS_SHOWN], report.shares[MEMBERS_SHOWN:]
    rows = [
        (plain_name(names.get(share.person, "")) or member(place), share.total.amount)
        for place, share in enumerate(shown, start=1)
    ]
    return rows + ([_others(rest)] if rest else [])


def member(place: int) -> str:
    """Return what somebody is called whose name cannot be shown."""
    return f"Member {place}"


def plain_name(name: str) -> str:
    """Return a name without what would turn, break or end the text around it."""
    visible = (" " if unicodedata.category(each)[0] in "CZ" else each for each in name)
    return " ".join("".join(visible).replace("`", "'").split())


def _others(rest: tuple[Share, ...]) -> tuple[str, Microdollars]:
    who = "1 other" if len(rest) == 1 else f"{len(rest)} others"
    return who, Microdollars(sum(share.total.amount for share in rest))


def _budget(state: BudgetState) -> str:
    whose = "your budget" if state.whose is Whose.PERSON else "this server's budget"
    when = "today" if state.period is Period.DAY else "this month"
    return f"{money(state.left)} is left of {whose} of {money(state.limit)} for {when}."


def _left(state: BudgetState) -> tuple[str, str]:
    whose = "Your" if state.whose is Whose.PERSON else "Server"
    return f"{whose} {state.period}", f"{money(state.left)} of {money(state.limit)}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def short_day(day: date) -> str:
    """Return a day such as `25 Nov`."""
    return f"{day.day} {day:%b}"


def _line(left: str, right: str) -> str:
    return (left + " " * max(1, _WIDTH - _columns(left) - _columns(right)) + right).rstrip()


def _columns(text: str) -> int:
    """Return how wide a text is: East Asian letters take two columns, accents put above none."""
    return sum(
        0
        if unicodedata.combining(each)
        else 2
        if unicodedata.east_asian_width(each) in _WIDE
        else 1
        for each in text
    )


def _cut(name: str) -> str:
    if _columns(name) <= _NAME_WIDTH and len(name) <= _NAME_CHARACTERS:
        return name
    name = name[:_NAME_CHARACTERS]
    while _columns(name) >= _NAME_WIDTH:
        name = name[:-1]
    return name.rstrip() + "…"
