"""What is measured of a sample so that the sandbox voice can follow it."""

from dataclasses import dataclass

import numpy as np

from bot.sandbox.voice.pitch import FRAME_SECONDS, FloatArray, PitchTrack, track_pitch

PROFILE_RATE = 24_000
"""Hertz; samples are measured at the speech model's own rate."""

SPECTRUM_SIZE = 1200
"""Samples in one spectrum; the speech model's own transform, 20 Hz a bin at 24 kHz."""

LONGEST_MEASURED_SECONDS = 30
"""Half a minute of speech fixes pitch, brightness and tempo; more only costs time."""

_HOP = int(FRAME_SECONDS * PROFILE_RATE)
_FEWEST_VOICED_FRAMES = 30


class TooLittleVoice(ValueError):
    """The sample holds less than half a second of voiced sound: there is nothing to follow."""


@dataclass(frozen=True)
class VoiceProfile:
    """Pitch, liveliness, brightness and tempo of one speaker."""

    pitch_hz: float  # median over voiced frames
    spread_semitones: float  # half the distance between the 16th and the 84th percentile
    spectrum_db: FloatArray  # long-term spectrum of voiced frames, SPECTRUM_SIZE // 2 + 1 bins
    syllables_per_second: float
    bandwidth_hz: float  # above it the sample holds nothing to measure


def measure(samples: FloatArray, bandwidth_hz: float = PROFILE_RATE / 2) -> VoiceProfile:
    """Measure mono `samples` at `PROFILE_RATE`; `bandwidth_hz` is half the original rate.

    Raises:
        TooLittleVoice: fewer than 30 voiced frames.
    """
    samples = most_spoken_part(samples)
    track = track_pitch(samples, PROFILE_RATE)
    voiced = track.voiced
    if len(voiced) < _FEWEST_VOICED_FRAMES:
        raise TooLittleVoice("the sample holds too little voice to follow")
    median = float(np.median(voiced))
    low, high = np.percentile(12 * np.log2(voiced / median), [16, 84])
    return VoiceProfile(
        pitch_hz=median,
        spread_semitones=float(high - low) / 2,
        spectrum_db=_long_term_spectrum(samples, track),
        syllables_per_second=_syllable_rate(track),
        bandwidth_hz=min(bandwidth_hz, PROFILE_RATE / 2),
    )


def most_spoken_part(samples: FloatArray) -> FloatArray:
    """Find the half minute of mono `samples` at `PROFILE_RATE` that holds the most loud tenths."""
    block = PROFILE_RATE // 10
    wanted = LONGEST_MEASURED_SECONDS * 10
    blocks = len(samples) // block
    if blocks <= wanted:
        return samples
    level = np.sqrt((samples[: blocks * block].reshape(blocks, block) ** 2).mean(axis=1))
    loud = (level > np.percentile(level, 95) * 0.1).astype(int)
    first = int(np.convolve(loud, np.ones(wanted, int), "valid").argmax())
    return samples[first * block : (first + wanted) * block]


def smooth_spectrum(spectrum_db: FloatArray, width_hz: float) -> FloatArray:
    """Average neighbouring bins under a bell of about `width_hz` to either side."""
    bins = max(1, int(width_hz * SPECTRUM_SIZE / PROFILE_RATE))
    bell = np.hanning(2 * bins + 3)[1:-1]
    padded = np.pad(spectrum_db, len(bell) // 2, "edge")
    return np.convolve(padded, bell / bell.sum(), "valid")


def _long_term_spectrum(samples: FloatArray, track: PitchTrack) -> FloatArray:
    padded = np.pad(samples, SPECTRUM_SIZE)
    frames = np.lib.stride_tricks.sliding_window_view(padded, SPECTRUM_SIZE)[::_HOP]
    count = min(len(frames), len(track.hertz))
    voiced = frames[:count][track.hertz[:count] > 0]
    power = np.abs(np.fft.rfft(voiced * np.hanning(SPECTRUM_SIZE), axis=1)) ** 2
    power = power / (power.mean(axis=1, keepdims=True) + 1e-12)  # loud frames weigh no more
    return smooth_spectrum(10 * np.log10(power.mean(axis=0) + 1e-12), 200.0)


def _syllable_rate(track: PitchTrack) -> float:
    """Peaks of the smoothed level in each second of speech: about one a syllable."""
    bell = np.hanning(9)
    decibels = np.convolve(20 * np.log10(track.level + 1e-5), bell / bell.sum(), "same")
    speaking = decibels > np.percentile(decibels, 95) - 25
    peaks = (decibels[1:-1] > decibels[:-2]) & (decibels[1:-1] >= decibels[2:]) & speaking[1:-1]
    return float(peaks.sum() / max(float(speaking.sum()) * FRAME_SECONDS, 1e-3))
