"""What `myna audit` tells an operator at a terminal."""

import csv
import os
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.audit import COLUMNS, NEWEST
from bot.domain.audit import Act, AuditEntry
from bot.domain.people import MYNA, ServerId
from bot.store import Database, SqlAuditLog
from tests.fakes.orders import ADA
from tests.integration.test_command_line import myna

MORNING = datetime(2026, 11, 24, 8, tzinfo=UTC)
DECIDED = AuditEntry(
    *(MORNING, ServerId("discord:55"), ADA, Act.REJECTED, "flagged-discord-1"),
    detail="voice deleted",
    reason="it mocks somebody, who said no",
)


def audit(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Ask on a machine that has the database, and no account at Discord or MiniMax."""
    return myna(
        "audit",
        *arguments,
        DISCORD_TOKEN="",
        MINIMAX_API_KEY="",
        MYNA_DATA_DIR=str(data),
        MYNA_DATABASE_URL="",
    )


def database(data: Path) -> Database:
    return Database(f"sqlite+aiosqlite:///{data / 'myna.sqlite'}")


async def test_every_entry_is_printed_oldest_first_while_the_database_is_open(
    tmp_path: Path,
) -> None:
    erased = AuditEntry(MORNING + timedelta(days=1), None, MYNA, Act.ERASED, ADA)
    async with database(tmp_path) as open_elsewhere:
        log = SqlAuditLog(open_elsewhere)
        await log.write(DECIDED)
        await log.write(erased)

        answered = audit(tmp_path, "--csv")

    rows = list(csv.reader(answered.stdout.splitlines()))
    assert (answered.returncode, answered.stderr) == (0, "")
    assert rows == [
        list(COLUMNS),
        [
            *("2026-11-24T08:00:00.000+00:00", "discord:55", ADA, "case rejected"),
            *("flagged-discord-1", "voice deleted", "it mocks somebody, who said no"),
        ],
        ["2026-11-25T08:00:00.000+00:00", "", MYNA, "data erased", ADA, "", ""],
    ]


async def test_no_reason_is_run_by_a_spreadsheet_or_steers_the_terminal(tmp_path: Path) -> None:
    async with database(tmp_path) as opened:
        await SqlAuditLog(opened).write(replace(DECIDED, reason='=HYPERLINK("x")\x1b[2J\nnext'))

    as_csv, table = audit(tmp_path, "--csv"), audit(tmp_path)

    (row,) = csv.DictReader(as_csv.stdout.splitlines(keepends=True))
    assert row["reason"].startswith("'=HYPERLINK")
    assert "\x1b" not in table.stdout
    assert len(table.stdout.splitlines()) == 2


async def test_without_csv_the_newest_are_a_table_newest_first(tmp_path: Path) -> None:
    async with database(tmp_path) as opened:
        for number in range(NEWEST + 2):
            at = MORNING + timedelta(minutes=number)
            await SqlAuditLog(opened).write(replace(DECIDED, at=at, subject=f"case-{number}"))

    header, *lines = audit(tmp_path).stdout.splitlines()

    assert header.startswith("at (UTC)")
    assert len(lines) == NEWEST
    assert lines[0].split()[:3] == ["2026-11-24", "08:21", "discord:55"]
    assert lines[0].endswith("case-21 · voice deleted · it mocks somebody, who said no")
    assert "case-2 " in lines[-1]


def test_an_empty_log_is_a_header_alone(tmp_path: Path) -> None:
    answered = audit(tmp_path, "--csv")

    assert (answered.returncode, answered.stderr) == (0, "")
    assert answered.stdout == ",".join(COLUMNS) + "\n"


def test_a_database_that_is_none_is_a_sentence_and_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "myna.sqlite").write_text("no database" * 100, encoding="utf-8")

    answered = audit(tmp_path)

    assert answered.returncode == os.EX_CANTCREAT
    assert answered.stderr.count("\n") == 1
