"""What the command line does with recordings: look at one, or make the sample of some."""

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from bot.audio.prep import audio_prep
from bot.domain.errors import NoteRefused
from bot.domain.samples import NoteReport, Problem
from bot.frontends.wording_notes import advice, concern

REFUSED = 1

BUILT_IN_NOTE = Path(__file__).parent / "audio" / "data" / "note.ogg"
"""A voice note that the sandbox voice spoke; for the self-test and the sandbox."""


async def inspect(note: Path, *, as_json: bool) -> int:
    """Print what Myna thinks of `note`; return 0 for accepted, 1 for refused, 66 for no file."""
    if not _readable(note):
        return os.EX_NOINPUT
    async with audio_prep(workers=1) as audio:
        report = await audio.inspect(note)
    if as_json:
        print(json.dumps(as_object(report), ensure_ascii=False))
    else:
        print(as_text(report))
    return os.EX_OK if report.accepted else REFUSED


async def prepare(notes: Sequence[Path], output: Path, *, best_part: bool) -> int:
    """Write the sample of `notes` to `output`; return as `inspect` does, 73 if it cannot."""
    if not all(_readable(note) for note in notes):
        return os.EX_NOINPUT
    async with audio_prep(workers=1) as audio:
        try:
            sample = await audio.prepare(notes, output, best_part=best_part)
        except NoteRefused as error:
            print(advice(error.report), file=sys.stderr)
            if error.report.problem is Problem.TOO_LONG:
                print("For the best 5 minutes add --best-part.", file=sys.stderr)
            return REFUSED
        except OSError as error:
            print(f"{output} cannot be written: {error.strerror}.", file=sys.stderr)
            return os.EX_CANTCREAT
    for kind in sample.report.concerns:
        print(concern(kind), file=sys.stderr)
    print(
        f"{sample.path}: WAV, 16 bit, mono, {sample.rate} Hz, "
        f"{sample.seconds:.1f} s, {sample.size} bytes"
    )
    return os.EX_OK


def as_object(report: NoteReport) -> dict[str, object]:
    """Return the report as the JSON object that `myna inspect --json` promises."""
    measured = report.to_json()
    problem = measured.pop("problem")
    return {
        "accepted": report.accepted,
        "reason": problem,
        "advice": advice(report),
        **measured,
    }


def as_text(report: NoteReport) -> str:
    """Return the report for a terminal: the verdict, then what was measured."""
    verdict = "accepted" if report.accepted else f"refused ({report.problem})"
    lines = [f"{verdict}: {advice(report)}"]
    if report.codec:
        lines.append(f"  {report.container}/{report.codec}, {report.sample_rate} Hz")
        lines.append(f"  {report.seconds:.1f} s, of these {report.speech_seconds:.1f} s speech")
    if report.loudness_lufs is not None:
        lines.append(f"  loudness {report.loudness_lufs:.1f} LUFS")
    if report.snr_db is not None:
        lines.append(f"  speech {report.snr_db:.0f} dB above the noise")
    return "\n".join(lines)


def _readable(note: Path) -> bool:
    if note.is_file():
        return True
    print(f"There is no file {note}.", file=sys.stderr)
    return False
