"""What `myna audit` prints: the newest entries of the audit log, or all of them as CSV."""

import csv
import os
import sys
from collections.abc import AsyncIterator, Sequence
from datetime import UTC
from typing import Final, TextIO

from bot.domain.audit import AuditEntry
from bot.settings import Storage
from bot.store import Database, SqlAuditLog, StoreUnusable

COLUMNS: Final = ("at", "server", "actor", "act", "subject", "detail", "reason")
"""The header of the CSV."""

NEWEST: Final = 20
"""Entries in the table: as many as fit on a screen."""

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula (OWASP, "CSV Injection")."""

_WIDTHS: Final = (16, 24, 24, 19)


async def run(storage: Storage, *, as_csv: bool) -> int:
    """Print the audit log; return 0, or 73 where the database cannot be used.

    Needs nothing but the database, and works while the bot runs.
    """
    try:
        async with Database(storage.database_url) as database:
            log = SqlAuditLog(database)
            if as_csv:
                await write_csv(log.entries(), sys.stdout)
            else:
                write_table(await log.latest(limit=NEWEST), sys.stdout)
        sys.stdout.flush()
    except StoreUnusable as error:
        sys.stderr.write(f"{error}\n")
        return os.EX_CANTCREAT
    except BrokenPipeError:
        # The reader, such as `head`, has enough. Python would complain once more when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return os.EX_OK


async def write_csv(entries: AsyncIterator[AuditEntry], to: TextIO) -> None:
    """Write every entry as a line below `COLUMNS`, oldest first.

    Reasons are written by people, so whatever a spreadsheet would run gets a quote before it.
    """
    writer = csv.writer(to, lineterminator="\n")
    writer.writerow(COLUMNS)
    async for entry in entries:
        at = entry.at.astimezone(UTC).isoformat(timespec="milliseconds")
        writer.writerow((at, *(_harmless(cell) for cell in _cells(entry))))


def write_table(entries: Sequence[AuditEntry], to: TextIO) -> None:
    """Write a line for each entry, in the order given."""
    to.write(_line("at (UTC)", "server", "actor", "act", "subject, detail and reason"))
    for entry in entries:
        server, actor, act, *rest = _cells(entry)
        at = entry.at.astimezone(UTC).strftime("%Y-%m-%d %H:%M")
        what = " · ".join(filter(None, rest))
        to.write(_line(at, server, actor, act, what))


def _cells(entry: AuditEntry) -> tuple[str, ...]:
    return (
        entry.server or "",
        entry.actor,
        entry.act.value,
        entry.subject,
        entry.detail,
        entry.reason,
    )


def _line(*cells: str) -> str:
    *narrow, last = map(_printable, cells)
    columns = "".join(f"{cell:{width}}  " for cell, width in zip(narrow, _WIDTHS, strict=True))
    return f"{columns}{last}".rstrip() + "\n"


def _printable(text: str) -> str:
    """Return the text in one line, without what would steer a terminal."""
    return "".join(each if each.isprintable() else " " for each in text)


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
