"""The sandbox voice follows a sample measurably, is loud enough, and says what it could not do."""

import sys
from pathlib import Path

import numpy as np
import pytest

from bot.sandbox.voice import SandboxExtraMissing, SandboxVoice, UndecodableSound, engine
from bot.sandbox.voice.make_note import NOTE_PITCH_HZ, main
from bot.sandbox.voice.pitch import track_pitch
from bot.sandbox.voice.profile import LONGEST_MEASURED_SECONDS, PROFILE_RATE, most_spoken_part
from bot.sandbox.voice.script import is_readable, without_markup
from bot.sandbox.voice.sound_files import Float32Array, SoundFormat, read_mono, write_sound

SAMPLE_TEXT = (
    "I walked to the harbour this morning, and the boats were still asleep. "
    "Then the wind came up, and everybody hurried home."
)
PREVIEW_TEXT = "Hello there, this is how I sound when somebody else decides what I say."
SHIPPED_NOTE = Path(__file__).parents[2] / "bot" / "audio" / "data" / "note.ogg"


def median_pitch(sound: Float32Array) -> float:
    return float(np.median(track_pitch(sound, PROFILE_RATE).voiced))


def level_db(sound: Float32Array) -> float:
    return float(20 * np.log10(np.sqrt(np.mean(sound.astype(np.float64) ** 2))))


def sine(hertz: float, seconds: float, rate: int = PROFILE_RATE) -> Float32Array:
    moment = np.arange(int(seconds * rate)) / rate
    return np.asarray(0.3 * np.sin(2 * np.pi * hertz * moment), np.float32)


@pytest.mark.parametrize("hertz", [80.0, 130.0, 220.0, 350.0])
def test_a_steady_note_is_tracked_within_half_a_percent(hertz: float) -> None:
    rich = np.sum([sine(hertz * harmonic, 1.0) / harmonic for harmonic in range(1, 6)], axis=0)

    assert median_pitch(rich) == pytest.approx(hertz, rel=0.005)


def test_silence_has_no_pitch() -> None:
    track = track_pitch(np.zeros(PROFILE_RATE, np.float32), PROFILE_RATE)

    assert len(track.voiced) == 0


@pytest.mark.parametrize("hertz", [100.0, 150.0, 220.0, 280.0])
def test_the_preview_follows_the_pitch_of_the_sample(hertz: float) -> None:
    voice = SandboxVoice()
    sample = voice.invent(hertz).speak(SAMPLE_TEXT)

    preview = voice.speak(PREVIEW_TEXT, write_sound(sample.pcm, sample.rate, "wav"))

    assert median_pitch(preview.pcm) == pytest.approx(median_pitch(sample.pcm), rel=0.034)


def test_a_preview_is_as_loud_as_speech_usually_is_and_never_clips() -> None:
    preview = SandboxVoice().speak(PREVIEW_TEXT, SHIPPED_NOTE)

    assert -22 < level_db(preview.pcm) < -18
    assert float(np.abs(preview.pcm).max()) < 0.96


def test_a_preview_lasts_as_long_as_its_text_takes_to_say() -> None:
    preview = SandboxVoice().speak(PREVIEW_TEXT, SHIPPED_NOTE)

    assert 10 < len(PREVIEW_TEXT) / (len(preview.pcm) / preview.rate) < 22


def test_a_bright_sample_makes_a_brighter_preview_than_a_dull_one() -> None:
    voice = SandboxVoice()
    sample = voice.invent(180).speak(SAMPLE_TEXT).pcm
    spectrum = np.fft.rfft(sample)
    hertz = np.fft.rfftfreq(len(sample), 1 / PROFILE_RATE)
    tilt = np.where(hertz > 1500, 0.25, 1.0)
    dull = np.asarray(np.fft.irfft(spectrum * tilt, len(sample)), np.float32)

    of_bright = voice.speak(PREVIEW_TEXT, write_sound(sample, PROFILE_RATE, "wav")).pcm
    of_dull = voice.speak(PREVIEW_TEXT, write_sound(dull, PROFILE_RATE, "wav")).pcm

    assert share_above(of_bright, 1500) > 2 * share_above(of_dull, 1500)


def share_above(sound: Float32Array, hertz: float) -> float:
    power = np.abs(np.fft.rfft(sound)) ** 2
    return float(power[np.fft.rfftfreq(len(sound), 1 / PROFILE_RATE) > hertz].sum() / power.sum())


def test_a_faster_sample_makes_a_faster_preview() -> None:
    voice = SandboxVoice()
    sample = voice.invent(180).speak(SAMPLE_TEXT).pcm

    slow = voice.speak(PREVIEW_TEXT, write_sound(sample, PROFILE_RATE * 3 // 4, "wav"))
    fast = voice.speak(PREVIEW_TEXT, write_sound(sample, PROFILE_RATE * 5 // 4, "wav"))

    assert len(fast.pcm) < 0.97 * len(slow.pcm)


@pytest.mark.parametrize("text", ["你好世界", "Привет, мир", "こんにちは", "?!", "😀"])
def test_a_text_it_cannot_read_is_replaced_and_said_to_be(text: str) -> None:
    spoken = SandboxVoice().invent(150).speak(text)

    assert spoken.stock_sentence
    assert len(spoken.pcm) > spoken.rate


def test_an_english_text_is_spoken_as_it_is() -> None:
    assert not SandboxVoice().invent(150).speak("Hi there (laughs)").stock_sentence


def test_markup_is_not_read_aloud() -> None:
    assert without_markup("Well(breath) then<#0.5#>go.") == "Well then,go."


def test_a_mostly_foreign_text_is_not_readable() -> None:
    assert is_readable("Grüße from 世界")
    assert not is_readable("世界你好 hi")


def test_a_sample_without_voice_leaves_the_model_its_own_pitch() -> None:
    own = engine.speech_engine().own_profile.pitch_hz
    silence = write_sound(np.zeros(11 * PROFILE_RATE, np.float32), PROFILE_RATE, "wav")

    preview = SandboxVoice().speak(PREVIEW_TEXT, silence)

    assert median_pitch(preview.pcm) == pytest.approx(own, rel=0.034)


def test_bytes_that_are_no_sound_are_refused() -> None:
    with pytest.raises(UndecodableSound):
        SandboxVoice().learn(b"not a sound at all" * 100)


def test_only_the_half_minute_with_most_speech_is_measured() -> None:
    silence = np.zeros(40 * PROFILE_RATE, np.float32)
    speech = sine(150, LONGEST_MEASURED_SECONDS)

    part = most_spoken_part(np.concatenate([silence, speech, silence]))

    assert len(part) == LONGEST_MEASURED_SECONDS * PROFILE_RATE
    assert level_db(part) == pytest.approx(level_db(speech), abs=0.2)


def test_a_missing_extra_is_told_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "hibari", None)

    with pytest.raises(SandboxExtraMissing, match=r"pip install \"myna\[sandbox\]\""):
        SandboxVoice()


@pytest.mark.parametrize("sound_format", ["mp3", "wav", "pcmu_wav", "flac", "opus"])
def test_every_format_keeps_the_length_of_the_sound(sound_format: SoundFormat) -> None:
    sound = sine(200, 2.0)

    encoded = write_sound(sound, PROFILE_RATE, sound_format)
    decoded, _own_rate = read_mono(encoded, PROFILE_RATE)

    assert len(decoded) / PROFILE_RATE == pytest.approx(2.0, abs=0.1)


def test_the_shipped_note_is_long_enough_low_and_made_by_the_script(tmp_path: Path) -> None:
    made = tmp_path / "note.ogg"

    status = main([str(made)])
    sound, rate = read_mono(made, PROFILE_RATE)
    shipped, shipped_rate = read_mono(SHIPPED_NOTE, PROFILE_RATE)

    assert status == 0
    assert rate == shipped_rate == 48_000
    assert 14 <= len(shipped) / PROFILE_RATE <= 16
    assert len(sound) == len(shipped)
    assert median_pitch(shipped) == pytest.approx(NOTE_PITCH_HZ, rel=0.034)


def test_making_a_note_without_a_path_says_how(capsys: pytest.CaptureFixture[str]) -> None:
    status = main([])

    assert status == 2
    assert "usage" in capsys.readouterr().err
