"""Several notes become one sample; what is too long is only cut on request; prompts never are."""

from io import BytesIO
from wave import Wave_read

import pytest

from bot.audio.operations import Answer, run
from bot.audio.pcm import Pcm
from bot.audio.protocol import Operation
from bot.domain.samples import SAMPLE_MAX_BYTES, Concern, NoteReport, Problem
from tests import audio_files as make


def report_of(answer: Answer) -> NoteReport:
    return NoteReport.from_json(answer.values["report"])


def sample_of(answer: Answer) -> Pcm:
    with Wave_read(BytesIO(b"".join(answer.payload))) as file:
        return Pcm(bytearray(file.readframes(file.getnframes())), file.getframerate())


def test_three_short_notes_make_one_sample() -> None:
    note = make.opus(make.speech(4))

    answer = run(Operation.PREPARE, [note, note, note])

    assert report_of(answer).problem is None
    assert sample_of(answer).seconds == pytest.approx(3 * 4 + 2 * 0.3, abs=0.05)


def test_notes_that_are_too_short_together_say_how_much_there_is() -> None:
    note = make.opus(make.speech(4))

    report = report_of(run(Operation.PREPARE, [note, note]))

    assert report.problem is Problem.TOO_SHORT
    assert report.seconds == pytest.approx(8.3, abs=0.05)
    assert report.note == 0


def test_a_bad_note_among_good_ones_is_named() -> None:
    good = make.opus(make.speech(6))

    report = report_of(run(Operation.PREPARE, [good, good, make.wav(make.silence(6))]))

    assert (report.problem, report.note) == (Problem.SILENT, 3)


def test_joined_notes_are_brought_to_one_loudness() -> None:
    loud = make.speech(8)
    quiet = make.pcm_of(loud.samples() / 32768 * 0.4, loud.rate)

    joined = sample_of(run(Operation.PREPARE, [make.wav(quiet), make.wav(loud)]))

    parts = [
        NoteReport.from_json(
            run(Operation.INSPECT, [make.wav(Pcm(part, joined.rate))]).values["report"]
        ).loudness_lufs
        for part in (joined.data[: 8 * 96_000], joined.data[-8 * 96_000 :])
    ]
    assert parts[0] == pytest.approx(parts[1], abs=0.5)


def test_notes_of_different_rates_are_joined_at_the_highest() -> None:
    notes = [make.wav(make.speech(6, rate)) for rate in (16_000, 44_100)]

    joined = sample_of(run(Operation.PREPARE, notes))

    assert joined.rate == 44_100
    assert joined.seconds == pytest.approx(12.3, abs=0.05)


def test_joined_notes_stay_below_the_services_size() -> None:
    note = make.flac(make.speech(120))

    answer = run(Operation.PREPARE, [note, note])

    assert sample_of(answer).rate == 32_000
    assert answer.payload_bytes < SAMPLE_MAX_BYTES


def test_what_is_too_long_is_never_cut_unasked() -> None:
    answer = run(Operation.PREPARE, [make.flac(make.speech(301))])

    assert report_of(answer).problem is Problem.TOO_LONG
    assert answer.payload_bytes == 0


def test_the_best_part_is_what_was_offered() -> None:
    note = make.flac(make.speech(310))
    offered = report_of(run(Operation.INSPECT, [note]))

    answer = run(Operation.PREPARE, [note], best=True)

    assert offered.best_start is not None
    assert offered.best_end is not None
    assert report_of(answer).accepted
    assert sample_of(answer).seconds == pytest.approx(
        offered.best_end - offered.best_start, abs=0.01
    )
    assert answer.payload_bytes < SAMPLE_MAX_BYTES


@pytest.mark.parametrize(
    ("seconds", "problem"),
    [
        (4.9, Problem.PROMPT_TOO_SHORT),
        (5.0, None),
        (7.9, None),
        (8.0, Problem.PROMPT_TOO_LONG),
        (60.0, Problem.PROMPT_TOO_LONG),
    ],
)
def test_a_prompt_clip_lasts_five_to_eight_seconds(seconds: float, problem: Problem | None) -> None:
    answer = run(Operation.PROMPT, [make.wav(make.speech(seconds))])

    assert report_of(answer).problem is problem
    assert (answer.payload_bytes > 0) == (problem is None)


def test_a_prompt_clip_is_not_warned_about_for_being_short() -> None:
    report = report_of(run(Operation.PROMPT, [make.wav(make.speech(6))]))

    assert Concern.LITTLE_SPEECH not in report.concerns


def test_a_prompt_clip_without_a_voice_is_refused() -> None:
    report = report_of(run(Operation.PROMPT, [make.wav(make.tone(6))]))

    assert report.problem is Problem.NOT_SPEECH
