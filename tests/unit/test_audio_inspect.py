"""What is measured before money is spent, and which sound is refused or warned about."""

from pathlib import Path

import numpy as np
import pytest

from bot.audio.activity import best_part
from bot.audio.operations import run
from bot.audio.pcm import Pcm, resample
from bot.audio.protocol import Operation
from bot.domain.samples import Concern, NoteReport, Problem
from tests import audio_files as make


def inspect(*notes: Pcm) -> NoteReport:
    answer = run(Operation.INSPECT, [make.wav(note) for note in notes])
    return NoteReport.from_json(answer.values["report"])


def louder(pcm: Pcm, factor: float) -> Pcm:
    return make.pcm_of(pcm.samples() / 32768 * factor, pcm.rate)


def mixed(first: Pcm, second: Pcm) -> Pcm:
    return make.pcm_of((first.samples() + second.samples().astype(float)) / 32768, first.rate)


def after(first: Pcm, second: Pcm) -> Pcm:
    return Pcm(first.data + second.data, first.rate)


def test_speech_is_accepted_and_measured() -> None:
    report = inspect(make.speech(15))

    assert report.problem is None
    assert report.seconds == 15.0
    assert 8 < report.speech_seconds < 15
    assert report.loudness_lufs == pytest.approx(-19.6, abs=0.5)
    assert report.snr_db is not None
    assert report.snr_db > 30


@pytest.mark.parametrize(
    ("seconds", "problem"),
    [
        (9.9, Problem.TOO_SHORT),
        (10.1, Problem.TOO_SHORT),
        (10.2, None),
        (299.5, None),
        (299.6, Problem.TOO_LONG),
        (301, Problem.TOO_LONG),
    ],
)
def test_decoded_length_decides_with_the_services_margin(
    seconds: float, problem: Problem | None
) -> None:
    assert inspect(make.speech(seconds, 16_000)).problem is problem


SOUNDS_BUT_NO_VOICE = {
    "a tone": make.tone(12),
    "noise": make.noise(12),
    "hum": make.tone(12, 50),
    "beeps": make.pcm_of(
        make.tone(12, 300).samples() / 32768 * (np.arange(12 * 48_000) % 12_000 < 5_000)
    ),
    "clicks": make.pcm_of((np.arange(12 * 48_000) % 7_919 == 0) * 0.5),
    "chords": make.pcm_of(
        np.sum([make.tone(12, hertz).samples() / 131072 for hertz in (262, 330, 392)], axis=0)
        * (np.arange(12 * 48_000) % 24_000 < 16_000)
    ),
}


@pytest.mark.parametrize("sound", SOUNDS_BUT_NO_VOICE.values(), ids=SOUNDS_BUT_NO_VOICE.keys())
def test_a_sound_that_is_no_voice_is_refused(sound: Pcm) -> None:
    assert inspect(sound).problem is Problem.NOT_SPEECH


def test_silence_is_refused_as_silence() -> None:
    assert inspect(make.silence(12)).problem is Problem.SILENT
    assert inspect(make.noise(12, level=1e-4)).problem is Problem.SILENT


def test_a_long_note_with_little_speech_is_refused_as_that() -> None:
    report = inspect(after(make.speech(5), make.silence(8)))

    assert report.problem is Problem.TOO_LITTLE_SPEECH
    assert report.speech_seconds < 5


def test_speech_in_noise_is_accepted_with_a_warning() -> None:
    report = inspect(mixed(make.speech(15), make.noise(15, level=0.04)))

    assert report.problem is None
    assert Concern.NOISY in report.concerns


def test_speech_that_is_cut_off_at_full_scale_is_warned_about() -> None:
    report = inspect(louder(make.speech(15), 6))

    assert report.problem is None
    assert report.clipped > 20
    assert Concern.CLIPPED in report.concerns


def test_the_few_flat_tops_that_a_codec_makes_are_not_warned_about() -> None:
    recording = Path(__file__).parents[1] / "recordings" / "speech.spx"

    answer = run(Operation.INSPECT, [recording.read_bytes()])

    report = NoteReport.from_json(answer.values["report"])
    assert report.clipped > 0
    assert Concern.CLIPPED not in report.concerns


def test_quiet_speech_is_warned_about() -> None:
    report = inspect(louder(make.speech(15), 0.1))

    assert report.problem is None
    assert Concern.QUIET in report.concerns


def test_clear_speech_is_not_warned_about() -> None:
    assert inspect(louder(make.speech(15), 0.7)).concerns == ()


def test_two_voices_of_different_pitch_are_noticed() -> None:
    low = make.speech(14)
    high = Pcm(bytearray(make.speech(14).data), 88_000)  # played back faster: a higher voice
    note = after(low, Pcm(resample(high, 48_000).data, 48_000))

    assert Concern.TWO_VOICES in inspect(note).concerns
    assert Concern.TWO_VOICES not in inspect(low).concerns


def test_the_best_part_has_most_speech_and_is_cut_in_pauses() -> None:
    speech = np.zeros(400 * 50, np.bool_)
    speech[100 * 50 : 200 * 50] = True
    speech[210 * 50 : 390 * 50] = True

    start, end = best_part(speech, 400.0)

    spoken = speech[round(start * 50) : round(end * 50)].sum() / 50
    assert end - start <= 299.5
    assert spoken == pytest.approx(280, abs=0.1)
    assert not speech[round(start * 50)]


def test_speech_without_any_pause_still_has_a_best_part() -> None:
    start, end = best_part(np.ones(400 * 50, np.bool_), 400.0)

    assert (start, end) == (0.0, 299.5)


def test_a_note_that_is_too_long_is_offered_its_best_part() -> None:
    report = inspect(after(make.silence(20, 16_000), make.speech(300, 16_000)))

    assert report.problem is Problem.TOO_LONG
    assert report.best_start is not None
    assert report.best_end is not None
    assert report.best_start > 19
    assert 285 < report.best_end - report.best_start <= 299.5


def test_beyond_half_an_hour_nothing_is_offered() -> None:
    report = inspect(make.speech(1810, 8_000))

    assert report.problem is Problem.MUCH_TOO_LONG
    assert report.best_start is None
