"""What the newcomer's visit does with a recording that will not do."""

import subprocess
import sys
from pathlib import Path


def visited(folder: Path, note: Path | None = None) -> subprocess.CompletedProcess[str]:
    given = () if note is None else ("--note", note)
    return subprocess.run(
        [sys.executable, "-m", "bot", "sandbox", *given, "--output", folder / "out"],
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_visit_leaves_a_preview_and_a_speech_to_listen_to(tmp_path: Path) -> None:
    visit = visited(tmp_path)

    assert visit.returncode == 0, visit.stderr
    assert "AI voice Robin of @robin, asked for by" in visit.stdout
    for name in ("preview.ogg", "speech.ogg"):
        assert (tmp_path / "out" / name).read_bytes().startswith(b"OggS")


def test_a_refusal_without_buttons_ends_the_visit_and_shows_no_markup(tmp_path: Path) -> None:
    note = tmp_path / "note.ogg"
    note.touch()

    visit = visited(tmp_path, note)

    assert visit.returncode == 1
    assert "The file is empty" in visit.stdout
    assert "**" not in visit.stdout
    assert visit.stderr.startswith("\nThe visit ended without a preview")


def test_a_refusal_that_only_the_member_sees_ends_the_visit(tmp_path: Path) -> None:
    note = tmp_path / "note.wav"
    with note.open("wb") as file:
        file.truncate(21_000_000)

    visit = visited(tmp_path, note)

    assert visit.returncode == 1
    assert "20 MB is the most" in visit.stdout
    assert visit.stderr.startswith("\nThe visit ended without a preview")
