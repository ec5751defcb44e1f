"""What `myna usage` prints: every charge as CSV, or a table by month and kind."""

import csv
import os
import sys
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final, TextIO

from bot.domain.money import MICRO, Charge, Microdollars, Period
from bot.settings import Storage
from bot.store import Database, SqlSpendingStore, StoreUnusable

COLUMNS: Final = (
    "at", "kind", "model", "characters", "usd", "person", "server", "voice", "job", "trace_id",
    "counted",
)  # fmt: skip
"""The header of the CSV: `usd` to the micro-dollar, `trace_id` as the provider's bill has it.

No cell holds text from people, only ids, numbers and names of Myna's and the provider's own; so
none can be a formula that a spreadsheet would run.
"""

_FIRST: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LAST: Final = datetime(9999, 12, 31, tzinfo=UTC)


class DatesInvalid(Exception):
    """The days asked for are none; the message is one sentence for the operator."""


@dataclass(frozen=True, slots=True)
class Span:
    """The moments in [since, until)."""

    since: datetime
    until: datetime


def span(since: str | None, until: str | None) -> Span:
    """Return the span from day to day, YYYY-MM-DD in UTC, both included; None leaves it open.

    Raises:
        DatesInvalid: one is no date, or the first is after the last.
    """
    first = _FIRST if since is None else _midnight(since)
    last = _LAST if until is None else _midnight(until) + timedelta(days=1)
    if first >= last:
        raise DatesInvalid(f"--since {since} is after --until {until}.")
    return Span(first, last)


async def run(storage: Storage, days: Span, *, as_csv: bool) -> int:
    """Print what was charged; return 0, or 73 where the database cannot be used.

    Needs nothing but the database, and works while the bot runs.
    """
    write = write_csv if as_csv else write_table
    try:
        async with Database(storage.database_url) as database:
            await write(SqlSpendingStore(database).charges(days.since, days.until), sys.stdout)
        sys.stdout.flush()
    except StoreUnusable as error:
        sys.stderr.write(f"{error}\n")
        return os.EX_CANTCREAT
    except BrokenPipeError:
        # The reader, such as `head`, has enough. Python would complain once more when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return os.EX_OK


async def write_csv(charges: AsyncIterator[Charge], to: TextIO) -> None:
    """Write every charge as a line below `COLUMNS`, those that count against no budget too."""
    writer = csv.writer(to, lineterminator="\n")
    writer.writerow(COLUMNS)
    async for charge in charges:
        writer.writerow(
            (
                charge.at.astimezone(UTC).isoformat(timespec="milliseconds"),
                charge.kind,
                charge.model,
                charge.characters,
                _usd(charge.amount),
                charge.person,
                charge.server or "",
                charge.voice or "",
                charge.job,
                charge.trace_id or "",
                "yes" if charge.counted else "no",
            )
        )


@dataclass(slots=True)
class _Sum:
    charges: int = 0
    characters: int = 0
    amount: int = 0
    lost: int = 0

    def add(self, charge: Charge) -> None:
        self.charges += 1
        self.characters += charge.characters
        self.amount += charge.amount
        self.lost += 0 if charge.counted else charge.amount


async def write_table(charges: AsyncIterator[Charge], to: TextIO) -> None:
    """Write a line for each month (UTC) and kind, and one for all.

    `lost` is the part that was charged but never delivered, and counts against no budget.
    """
    sums: defaultdict[tuple[str, str], _Sum] = defaultdict(_Sum)
    total = _Sum()
    async for charge in charges:
        sums[Period.MONTH.name_at(charge.at.astimezone(UTC)), charge.kind].add(charge)
        total.add(charge)
    to.write(_line("month", "kind", "charges", "characters", "usd", "lost"))
    for (month, kind), found in [*sorted(sums.items()), (("all", ""), total)]:
        usd, lost = _usd(Microdollars(found.amount)), _usd(Microdollars(found.lost))
        to.write(_line(month, kind, str(found.charges), str(found.characters), usd, lost))


def _line(month: str, kind: str, *numbers: str) -> str:
    return f"{month:7}  {kind:9}" + "".join(f"  {number:>12}" for number in numbers) + "\n"


def _usd(amount: Microdollars) -> str:
    return f"{Decimal(amount) / MICRO:.6f}"


def _midnight(day: str) -> datetime:
    try:
        found = datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        found = None
    if found is None or not _FIRST <= found < _LAST:
        raise DatesInvalid(f"{day!r} is no day: write it as YYYY-MM-DD, such as 2026-11-25.")
    return found
