"""What `myna inspect` and `myna prepare` tell a person at a terminal."""

import json
import os
import subprocess
import sys
import wave
from pathlib import Path

from bot.notes import BUILT_IN_NOTE

PROMISED = {
    "accepted", "reason", "advice", "container", "codec", "seconds", "speech_seconds",
    "loudness_lufs", "snr_db", "clipped",
}  # fmt: skip


def myna(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
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
