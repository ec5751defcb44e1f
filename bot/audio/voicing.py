"""Judges whether what sounds is a voice: pitch, its movement, and the rhythm of syllables."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.audio.activity import FRAME_SECONDS, Activity, FloatArray
from bot.audio.pcm import Pcm, resample

# Enough for voices up to 420 Hz, and eight times cheaper than the note's own rate.
TRACKING_RATE = 4_000
WINDOW = 200  # samples: 50 ms, three periods of the lowest voice
FFT_SIZE = 512
LAGS = (9, 67)  # samples: 444 to 60 Hz
VOICED_ABOVE = 0.5  # normalised autocorrelation
OCTAVE_COST = 0.02  # of the normalised autocorrelation, for each doubling of the lag
# Frames looked at, spread evenly over the speech: a minute of them says what five would.
FRAMES_MAX = 3000
FINE_FRAME_SECONDS = 0.01
SYLLABLES_HZ = (1.5, 9.0)
MODULATION_HZ = (0.1, 30.0)

# Speech lay inside these, and noise, tones, chords, clicks and hum outside of one of them.
VOICED_SHARE = (0.15, 0.97)
PITCH_MOVEMENT_MIN = 0.5  # semitones between the quartiles
SYLLABLE_SHARE_MIN = 0.15

# Two clusters of pitch further apart than this, each with a share of the time: two people.
TWO_VOICES_SEMITONES = 5.0
TWO_VOICES_SHARE = 0.15
TWO_VOICES_SCORE = 4.0
BLOCK_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Voicing:
    """How voice-like the sound is.

    Attributes:
        voiced_share: Share of the speech frames that have a pitch.
        pitch_hz: Median pitch; 0 where there is none.
        pitch_movement: Semitones between the quartiles of the pitch.
        syllable_share: Share of the envelope's movement that is as fast as syllables.
        two_voices: Whether the pitch falls into two clearly different groups.
    """

    voiced_share: float
    pitch_hz: float
    pitch_movement: float
    syllable_share: float
    two_voices: bool

    @property
    def is_voice(self) -> bool:
        """Whether this can be somebody speaking."""
        return (
            VOICED_SHARE[0] < self.voiced_share <= VOICED_SHARE[1]
            and self.pitch_movement > PITCH_MOVEMENT_MIN
            and self.syllable_share > SYLLABLE_SHARE_MIN
        )


def measure_voicing(pcm: Pcm, activity: Activity, fine_power: FloatArray) -> Voicing:
    """Measure how voice-like the speech found in `pcm` is."""
    seconds, pitch = _track_pitch(pcm, activity)
    voiced = pitch > 0
    if not voiced.any():
        return Voicing(0.0, 0.0, 0.0, _syllable_share(fine_power), two_voices=False)
    median = float(np.median(pitch[voiced]))
    semitones = 12 * np.log2(pitch[voiced] / median)
    # Quartiles, since the tracker's octave errors would look like a lively voice.
    lower, upper = np.percentile(semitones, (25, 75))
    return Voicing(
        voiced_share=float(voiced.mean()),
        pitch_hz=median,
        pitch_movement=float(upper - lower),
        syllable_share=_syllable_share(fine_power),
        two_voices=_two_voices(seconds[voiced], semitones),
    )


def _track_pitch(pcm: Pcm, activity: Activity) -> tuple[FloatArray, FloatArray]:
    """Return times in seconds and pitch in hertz (0 unvoiced) of evenly spread speech frames."""
    low = resample(pcm, TRACKING_RATE).samples()
    spoken = np.flatnonzero(activity.speech)
    starts = (spoken * FRAME_SECONDS * TRACKING_RATE).astype(np.int64)
    starts = starts[starts + WINDOW <= len(low)]
    starts = starts[:: max(1, -(-len(starts) // FRAMES_MAX))]
    if len(starts) == 0:
        return np.zeros(0, np.float32), np.zeros(0, np.float32)
    taper = np.hanning(WINDOW).astype(np.float32)
    windows = np.lib.stride_tricks.sliding_window_view(low, WINDOW)[starts].astype(np.float32)
    windows -= windows.mean(axis=1, keepdims=True)
    correlation = _autocorrelation(windows * taper) / _autocorrelation(taper[None])
    energy = correlation[:, 0]
    first, last = LAGS
    span = correlation[:, first:last]
    # Two periods match as well as one: the shorter lag is preferred.
    octave_cost = OCTAVE_COST * np.log2(np.arange(first, last)).astype(np.float32)
    peak = (span - energy[:, None] * octave_cost).argmax(axis=1)
    rows = np.arange(len(span))
    lag = _interpolated(correlation, rows, peak + first)
    inside = (peak > 0) & (peak < span.shape[1] - 1) & (energy > 1)
    voiced = inside & (span[rows, peak] > VOICED_ABOVE * energy)
    times = (starts / TRACKING_RATE).astype(np.float32)
    return times, np.where(voiced, TRACKING_RATE / lag, 0).astype(np.float32)


def _autocorrelation(windows: FloatArray) -> FloatArray:
    spectrum = np.fft.rfft(windows, FFT_SIZE, axis=1)
    power = spectrum.real**2 + spectrum.imag**2
    correlation: FloatArray = np.fft.irfft(power, FFT_SIZE, axis=1).astype(np.float32)
    return correlation[:, : LAGS[1] + 1]


def _interpolated(
    correlation: FloatArray, rows: npt.NDArray[np.int64], peak: npt.NDArray[np.int64]
) -> FloatArray:
    """Return the lags of the parabolas' tops: whole samples are too coarse for high voices."""
    before, top, after = (correlation[rows, peak + step] for step in (-1, 0, 1))
    bend = before - 2 * top + after
    shift = np.where(bend < 0, 0.5 * (before - after) / np.minimum(bend, -1e-9), 0)
    lag: FloatArray = (peak + np.clip(shift, -0.5, 0.5)).astype(np.float32)
    return lag


def _syllable_share(fine_power: FloatArray) -> float:
    envelope = np.sqrt(fine_power)
    if len(envelope) == 0:
        return 0.0
    envelope = (envelope - envelope.mean()) * np.hanning(len(envelope))
    movement = np.abs(np.fft.rfft(envelope)) ** 2
    hertz = np.fft.rfftfreq(len(envelope), FINE_FRAME_SECONDS)
    syllables, everything = (
        float(movement[(hertz > low) & (hertz < high)].sum())
        for low, high in (SYLLABLES_HZ, MODULATION_HZ)
    )
    return syllables / everything if everything > 0 else 0.0


def _two_voices(seconds: FloatArray, semitones: FloatArray) -> bool:
    """Tell two people of clearly different pitch from one; equal pitches cannot be told."""
    blocks = (seconds / BLOCK_SECONDS).astype(np.int64)
    medians = np.array(
        [
            np.median(semitones[blocks == block])
            for block in np.unique(blocks)
            if np.count_nonzero(blocks == block) >= 4  # noqa: PLR2004  fewer have no stable median
        ]
    )
    if len(medians) < 6:  # noqa: PLR2004  six seconds with a pitch: fewer say nothing
        return False
    centres = np.array([medians.min(), medians.max()])
    for _ in range(10):
        nearest = np.abs(medians[:, None] - centres).argmin(axis=1)
        centres = np.array(
            [
                medians[nearest == index].mean() if (nearest == index).any() else centres[index]
                for index in (0, 1)
            ]
        )
    apart = float(centres[1] - centres[0])
    within = float(np.sqrt(np.mean((medians - centres[nearest]) ** 2)))
    share = min(float((nearest == 0).mean()), float((nearest == 1).mean()))
    return (
        share > TWO_VOICES_SHARE
        and apart > TWO_VOICES_SEMITONES
        and apart / (within + 0.5) > TWO_VOICES_SCORE
    )
