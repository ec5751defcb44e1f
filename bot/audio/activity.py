"""Finds where somebody speaks: energy over time, speech runs, and the best part of a long note."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.audio.pcm import Pcm
from bot.domain.samples import SAMPLE_MAX_SECONDS

FULL_SCALE = np.float32(32768)
FRAME_SECONDS = 0.02
# Speech lies this far above the floor, and above this share of the way to the loudest.
ABOVE_FLOOR_DB = 6.0
ABOVE_FLOOR_SHARE = 0.35
# Nothing below this is speech, however quiet the rest.
SPEECH_LEAST_DBFS = -60.0
SILENCE_DBFS = -100.0
# A gap below 0.4 s is part of speaking, a longer one a pause; clicks last less than an eighth.
GAP_FRAMES = 20
BURST_FRAMES = 6
# A cut leaves 0.2 s of the pause on the side of the speech that is kept.
CUT_FRAMES = 10

BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Activity:
    """Energy and speech in frames of 20 ms.

    Attributes:
        power: Mean square of each frame, full scale is 1; shape (frames,).
        speech: Whether somebody speaks in it; shape (frames,).
        floor_db: Level of the quietest frames in dBFS.
    """

    power: FloatArray
    speech: BoolArray
    floor_db: float

    @property
    def speech_seconds(self) -> float:
        """Seconds in which somebody speaks."""
        return float(np.count_nonzero(self.speech) * FRAME_SECONDS)


def power_of(pcm: Pcm, frame_seconds: float) -> FloatArray:
    """Return the mean square of each whole frame, full scale is 1; shape (frames,)."""
    size = round(pcm.rate * frame_seconds)
    samples = pcm.samples()
    frames = samples[: len(samples) // size * size].reshape(-1, size)
    power = np.empty(len(frames), np.float32)
    # In blocks, so that a note of half an hour is never in memory as floating point.
    for start in range(0, len(frames), 500):
        block = frames[start : start + 500].astype(np.float32) / FULL_SCALE
        power[start : start + 500] = np.einsum("ij,ij->i", block, block) / size
    return power


def find_speech(fine_power: FloatArray) -> Activity:
    """Find speech by its energy in `fine_power`, the mean square of frames of 10 ms."""
    power = fine_power[: len(fine_power) // 2 * 2].reshape(-1, 2).mean(axis=1)
    if len(power) == 0:
        return Activity(power, np.zeros(0, np.bool_), SILENCE_DBFS)
    level = 10 * np.log10(power + np.float32(1e-10))
    floor, loudest = (float(value) for value in np.percentile(level, (8, 95)))
    threshold = max(
        floor + ABOVE_FLOOR_DB,
        floor + ABOVE_FLOOR_SHARE * (loudest - floor),
        SPEECH_LEAST_DBFS,
    )
    speech = level > threshold
    for start, end in runs_of(~speech):
        if end - start < GAP_FRAMES:
            speech[start:end] = True
    for start, end in runs_of(speech):
        if end - start < BURST_FRAMES:
            speech[start:end] = False
    return Activity(power, speech, floor)


def runs_of(mask: BoolArray) -> IntArray:
    """Return start and end of every run of true values; shape (runs, 2)."""
    edges = np.diff(np.concatenate(([0], mask.astype(np.int8), [0])))
    return np.flatnonzero(edges).reshape(-1, 2)


def best_part(speech: BoolArray, seconds: float) -> tuple[float, float]:
    """Return start and end in seconds of the part with most speech that makes a sample.

    It starts and ends inside pauses where there are any; of equal ones the first is taken.
    """
    most = int(SAMPLE_MAX_SECONDS / FRAME_SECONDS)
    pauses = runs_of(~speech)
    edges = (pauses[:, 0] + CUT_FRAMES, pauses[:, 1] - CUT_FRAMES)
    cuts = np.unique(np.concatenate(([0], *edges, [len(speech)])))
    cuts = cuts[(cuts >= 0) & (cuts <= len(speech))]
    spoken = np.concatenate(([0], np.cumsum(speech)))
    last = np.searchsorted(cuts, cuts + most, side="right") - 1
    # Without a pause in reach of the limit the cut is made at the limit, inside speech.
    ends = np.where(cuts[last] > cuts + most // 2, cuts[last], np.minimum(cuts + most, len(speech)))
    best = int(np.argmax(spoken[ends] - spoken[cuts]))
    start = float(cuts[best] * FRAME_SECONDS)
    end = min(float(ends[best] * FRAME_SECONDS), seconds, start + SAMPLE_MAX_SECONDS)
    return round(start, 2), round(end, 2)
