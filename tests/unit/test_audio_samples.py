"""The facts about a note survive being stored."""

import json
from pathlib import Path

import pytest

from bot.domain.samples import Bubble, Concern, NoteReport, Problem, PromptSample, Sample

REPORT = NoteReport(
    container="ogg",
    codec="opus",
    seconds=12.5,
    speech_seconds=9.5,
    loudness_lufs=-21.0,
    snr_db=12.0,
    peak_db=-3.0,
    clipped=2,
    sample_rate=48000,
    channels=1,
    problem=Problem.TOO_LITTLE_SPEECH,
    concerns=(Concern.NOISY, Concern.CLIPPED),
)


def test_a_report_survives_being_stored_as_json() -> None:
    stored = json.loads(json.dumps(REPORT.to_json()))

    assert NoteReport.from_json(stored) == REPORT


@pytest.mark.parametrize("kind", [Sample, PromptSample])
def test_a_sample_survives_being_stored_as_json(kind: type[Sample]) -> None:
    sample = kind(
        path=Path("a/b.wav"), filename="b.wav", size=44, seconds=1.0, rate=16000, report=REPORT
    )

    restored = kind.from_json(json.loads(json.dumps(sample.to_json())))

    assert restored == sample
    assert type(restored) is kind


def test_a_bubble_survives_being_stored_as_json() -> None:
    bubble = Bubble(path=Path("b.ogg"), seconds=4.2, waveform=bytes(range(256)))

    assert Bubble.from_json(json.loads(json.dumps(bubble.to_json()))) == bubble


def test_only_a_note_that_is_too_short_or_says_too_little_is_helped_by_another() -> None:
    helped = {problem for problem in Problem if problem.another_note_helps}

    assert helped == {Problem.TOO_SHORT, Problem.TOO_LITTLE_SPEECH}
