"""What `myna inspect`, `prepare`, `health` and `usage` tell a person at a terminal."""

import csv
import json
import os
import subprocess
import sys
import wave
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import health
from bot.notes import BUILT_IN_NOTE
from bot.store import Database, SqlSpendingStore
from tests.fakes.orders import a_charge

PROMISED = {
    "accepted", "reason", "advice", "container", "codec", "seconds", "speech_seconds",
    "loudness_lufs", "snr_db", "clipped",
}  # fmt: skip


def myna(
    *arguments: str | Path,
    stdout: int = subprocess.PIPE,
    cwd: Path | None = None,
    **environment: str,
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *map(str, arguments)],
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        cwd=cwd,
        env={**os.environ, **environment},
    )


def test_inspect_accepts_the_built_in_note_in_a_sentence_and_as_json() -> None:
    spoken = myna("inspect", BUILT_IN_NOTE)
    answered = myna("inspect", BUILT_IN_NOTE, "--json")

    report = json.loads(answered.stdout)
    assert (spoken.returncode, answered.returncode) == (0, 0)
    assert spoken.stdout.startswith("accepted")
    assert report.keys() >= PROMISED
    assert report["accepted"] is True
    assert report["reason"] is None
    assert (report["container"], report["codec"]) == ("ogg", "opus")
    assert 15 < report["seconds"] < 17


def test_inspect_refuses_text_with_a_reason_and_advice(tmp_path: Path) -> None:
    note = tmp_path / "note.ogg"
    note.write_text("not a recording", encoding="utf-8")

    answered = myna("inspect", note, "--json")

    report = json.loads(answered.stdout)
    assert answered.returncode == 1
    assert report.keys() >= PROMISED
    assert report["accepted"] is False
    assert report["reason"] == "not_audio"
    assert report["advice"].endswith(".")


def test_a_file_that_is_not_there_is_a_sentence_and_no_traceback(tmp_path: Path) -> None:
    answered = myna("inspect", tmp_path / "nothing.ogg")

    assert answered.returncode == os.EX_NOINPUT
    assert answered.stderr.startswith("There is no file")
    assert answered.stderr.count("\n") == 1


def test_prepare_writes_the_sample_that_would_be_uploaded(tmp_path: Path) -> None:
    sample = tmp_path / "sample.wav"

    answered = myna("prepare", BUILT_IN_NOTE, "-o", sample)

    with wave.open(str(sample)) as opened:
        seconds = opened.getnframes() / opened.getframerate()
        shape = (opened.getnchannels(), opened.getsampwidth())
    assert answered.returncode == 0
    assert shape == (1, 2)
    assert 15 < seconds < 17


def test_prepare_says_why_it_will_not(tmp_path: Path) -> None:
    note = tmp_path / "note.ogg"
    note.touch()

    answered = myna("prepare", note, "-o", tmp_path / "sample.wav")

    assert answered.returncode == 1
    assert "empty" in answered.stderr
    assert not (tmp_path / "sample.wav").exists()


def test_a_sample_that_cannot_be_written_is_a_sentence_and_no_traceback(tmp_path: Path) -> None:
    answered = myna("prepare", BUILT_IN_NOTE, "-o", tmp_path / "nowhere" / "sample.wav")

    assert answered.returncode == os.EX_CANTCREAT
    assert answered.stderr.count("\n") == 1


def test_health_looks_where_the_env_file_says_that_things_are_kept(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    (tmp_path / ".env").write_text("MYNA_DATA_DIR=kept", encoding="utf-8")

    before = myna("health", cwd=tmp_path, MYNA_DATA_DIR="")
    health.beat(kept)
    connected = myna("health", cwd=tmp_path, MYNA_DATA_DIR="")

    assert (before.returncode, connected.returncode) == (1, 0)


MORNING = datetime(2026, 11, 24, 8, tzinfo=UTC)


def usage(
    data: Path, *arguments: str, stdout: int = subprocess.PIPE
) -> subprocess.CompletedProcess[str]:
    """Ask on a machine that has the database, and no account at Discord or MiniMax."""
    return myna(
        "usage",
        *arguments,
        stdout=stdout,
        DISCORD_TOKEN="",
        MINIMAX_API_KEY="",
        MYNA_DATA_DIR=str(data),
        MYNA_DATABASE_URL="",
    )


def database(data: Path) -> Database:
    return Database(f"sqlite+aiosqlite:///{data / 'myna.sqlite'}")


async def charge(
    store: SqlSpendingStore, number: int, *, at: datetime, counted: bool = True
) -> None:
    made = a_charge(f"speech-{number}", number * 100, at=at, counted=counted)
    await store.charge(replace(made, trace_id=f"trace-{number}"))


async def test_usage_prints_every_charge_for_the_bill_while_the_database_is_open(
    tmp_path: Path,
) -> None:
    async with database(tmp_path) as open_elsewhere:
        store = SqlSpendingStore(open_elsewhere)
        await charge(store, 7, at=MORNING)
        await charge(store, 8, at=MORNING + timedelta(days=1), counted=False)

        answered = usage(tmp_path, "--csv")

    rows = list(csv.DictReader(answered.stdout.splitlines()))
    assert (answered.returncode, answered.stderr) == (0, "")
    assert [(row["trace_id"], row["usd"], row["counted"]) for row in rows] == [
        ("trace-7", "0.000700", "yes"),
        ("trace-8", "0.000800", "no"),
    ]


async def test_usage_keeps_to_the_days_asked_for_both_included(tmp_path: Path) -> None:
    async with database(tmp_path) as opened:
        for number in range(4):
            await charge(SqlSpendingStore(opened), number, at=MORNING + timedelta(days=number))

    answered = usage(tmp_path, "--csv", "--since", "2026-11-25", "--until", "2026-11-26")

    rows = list(csv.DictReader(answered.stdout.splitlines()))
    assert [row["at"][:10] for row in rows] == ["2026-11-25", "2026-11-26"]


async def test_usage_without_csv_is_a_table_by_month_and_kind(tmp_path: Path) -> None:
    async with database(tmp_path) as opened:
        await charge(SqlSpendingStore(opened), 7, at=MORNING)

    lines = [line.split() for line in usage(tmp_path).stdout.splitlines()]

    assert lines[1] == ["2026-11", "speech", "1", "7", "0.000700", "0.000000"]


@pytest.mark.parametrize(
    "arguments", [("--since", "yesterday"), ("--since", "2026-11-02", "--until", "2026-11-01")]
)
def test_days_that_are_none_are_a_sentence_and_no_traceback(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    answered = usage(tmp_path, "--csv", *arguments)

    assert (answered.returncode, answered.stdout) == (os.EX_USAGE, "")
    assert answered.stderr.count("\n") == 1


def test_usage_needs_no_token_and_no_key(tmp_path: Path) -> None:
    answered = usage(tmp_path)

    assert (answered.returncode, answered.stderr) == (0, "")
    assert answered.stdout.splitlines()[-1].split() == ["all", "0", "0", "0.000000", "0.000000"]


def test_usage_of_a_database_that_is_none_is_a_sentence_and_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "myna.sqlite").write_text("no database" * 100, encoding="utf-8")

    answered = usage(tmp_path)

    assert answered.returncode == os.EX_CANTCREAT
    assert answered.stderr.count("\n") == 1


async def test_a_reader_that_has_enough_is_no_trouble(tmp_path: Path) -> None:
    async with database(tmp_path) as opened:
        await charge(SqlSpendingStore(opened), 7, at=MORNING)
    reader, writer = os.pipe()
    os.close(reader)

    answered = usage(tmp_path, "--csv", stdout=writer)
    os.close(writer)

    assert (answered.returncode, answered.stderr) == (0, "")
