"""The pitch of speech over time: normalised autocorrelation, and the best path along it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.floating]

FRAME_SECONDS = 0.0125
"""Distance of two frames; the frame rate of the speech model, so tracks line up with its output."""

_WINDOW_SECONDS = 0.045  # three periods of the lowest pitch
_LOWEST_HZ = 60.0
_HIGHEST_HZ = 420.0
_TRACKING_RATE_HZ = 8000
_CANDIDATES = 4
_BLOCK_FRAMES = 400  # five seconds at a time keep the working set in the processor's cache
_FLATTENING = 1.2  # exponent of the spectrum; 2 would let a strong formant pass for the pitch
_OCTAVE_BIAS = 0.04  # prefers the shorter of two equally good periods
_JUMP_COST = 0.9  # of a jump by an octave between two clearly voiced frames
_VOICED_PERIODICITY = 0.4
_VOICED_LEVEL = 0.08  # of the level of the loud frames: 22 dB below them


@dataclass(frozen=True)
class PitchTrack:
    """Pitch and level of one recording, a value per frame of `FRAME_SECONDS`."""

    hertz: FloatArray  # 0 where the frame is not voiced
    level: FloatArray  # root mean square, full scale = 1

    @property
    def voiced(self) -> FloatArray:
        """The pitches of the voiced frames alone, in hertz."""
        return self.hertz[self.hertz > 0]


def track_pitch(samples: FloatArray, rate: int) -> PitchTrack:
    """Follow the pitch (60 to 420 Hz) of mono `samples` at `rate` hertz."""
    samples, tracking_rate = _decimate(samples, rate)
    window = int(_WINDOW_SECONDS * tracking_rate)
    hop = FRAME_SECONDS * tracking_rate
    frame_count = int((len(samples) - window) / hop)
    if frame_count <= 0:
        nothing = np.zeros(0, np.float32)
        return PitchTrack(hertz=nothing, level=nothing)
    starts = (np.arange(frame_count) * hop).astype(int)
    windows = np.lib.stride_tricks.sliding_window_view(samples, window)[starts]
    finder = _PeriodFinder(window, tracking_rate)
    level = np.sqrt((windows.astype(np.float64) ** 2).mean(axis=1))
    blocks = [
        finder.candidates(windows[first : first + _BLOCK_FRAMES])
        for first in range(0, frame_count, _BLOCK_FRAMES)
    ]
    hertz, score, periodicity = (np.concatenate(parts) for parts in zip(*blocks, strict=True))
    path = _best_path(np.log2(hertz), score, periodicity)
    frame = np.arange(frame_count)
    loud = level > max(float(np.percentile(level, 95)) * _VOICED_LEVEL, 1e-4)
    voiced = (periodicity[frame, path] > _VOICED_PERIODICITY) & (score[frame, path] > 0) & loud
    return PitchTrack(hertz=np.where(voiced, hertz[frame, path], 0.0), level=level)


def _decimate(samples: FloatArray, rate: int) -> tuple[FloatArray, float]:
    """Averages neighbours down to about 8 kHz: ample for pitch, and several times cheaper."""
    factor = max(1, rate // _TRACKING_RATE_HZ)
    usable = len(samples) // factor * factor
    averaged = np.asarray(samples[:usable], np.float32).reshape(-1, factor).mean(axis=1)
    return averaged, rate / factor


class _PeriodFinder:
    """Finds the few likeliest periods of each frame."""

    def __init__(self, window: int, rate: float) -> None:
        self._rate = rate
        self._taper = np.hanning(window).astype(np.float32)
        self._size = 1 << int(np.ceil(np.log2(1.5 * window)))
        self._longest = min(int(rate / _LOWEST_HZ) + 1, int(window * 0.62), self._size // 2 - 2)
        self._shortest = max(2, int(rate / _HIGHEST_HZ))
        taper = self._autocorrelation(self._taper[None])[0]
        self._untaper = taper[0] / np.maximum(taper, taper[0] * 0.05)
        lag = np.arange(self._shortest, self._longest)
        octaves = np.log2(lag / self._shortest) / np.log2(self._longest / self._shortest)
        self._bias = (_OCTAVE_BIAS * octaves).astype(np.float32)

    def _autocorrelation(self, frames: FloatArray) -> FloatArray:
        flattened = np.abs(np.fft.rfft(frames, self._size, axis=-1)) ** _FLATTENING
        correlation = np.fft.irfft(flattened, axis=-1)[..., : self._longest + 2]
        return correlation.astype(np.float32)

    def candidates(self, frames: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Pitch in hertz, score and periodicity (0 to 1): arrays [frame, candidate]."""
        centred = frames - frames.mean(axis=1, keepdims=True)
        correlation = self._autocorrelation(centred * self._taper)
        correlation = correlation / (correlation[:, :1] + 1e-9) * self._untaper
        here = correlation[:, self._shortest : self._longest]
        before = correlation[:, self._shortest - 1 : self._longest - 1]
        after = correlation[:, self._shortest + 1 : self._longest + 1]
        score = np.where((here >= before) & (here > after), here - self._bias, -1.0)
        chosen = np.argpartition(-score, _CANDIDATES, axis=1)[:, :_CANDIDATES]
        row = np.arange(len(chosen))[:, None]
        curvature = before - 2 * here + after
        nudge = (before - after)[row, chosen] / (2 * curvature[row, chosen] - 1e-12)
        lag = chosen + self._shortest + np.clip(nudge, -0.5, 0.5)
        return self._rate / lag, score[row, chosen], here[row, chosen]


def _best_path(
    octave: FloatArray, score: FloatArray, periodicity: FloatArray
) -> npt.NDArray[np.intp]:
    """Choose a candidate for each frame so that the path scores best and jumps least.

    A jump costs less where the frames are hardly voiced.
    """
    frame_count, candidate_count = octave.shape
    clarity = np.maximum(periodicity.max(axis=1), 0.0)
    came_from = np.zeros((frame_count, candidate_count), np.intp)
    total = score[0].copy()
    column = np.arange(candidate_count)
    for frame in range(1, frame_count):
        jump = np.minimum(np.abs(octave[frame][:, None] - octave[frame - 1][None, :]), 1.0)
        cost = _JUMP_COST * min(float(clarity[frame]), float(clarity[frame - 1]))
        reach = total[None, :] - cost * jump
        came_from[frame] = reach.argmax(axis=1)
        total = score[frame] + reach[column, came_from[frame]]
    path = np.empty(frame_count, np.intp)
    path[-1] = int(total.argmax())
    for frame in range(frame_count - 1, 0, -1):
        path[frame - 1] = came_from[frame, path[frame]]
    return path
