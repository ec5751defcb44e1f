"""Turns speech into a native voice message: Ogg/Opus, its length, and its waveform."""

import numpy as np

from bot.audio.activity import FloatArray, power_of
from bot.audio.pcm import Pcm
from bot.domain.samples import WAVEFORM_MAX_POINTS

# A preview is at most 1000 characters, about two minutes; a bubble, little more.
SECONDS_MAX = 600.0
# One bar for each 100 ms, as Discord's clients draw them.
BAR_SECONDS = 0.1
# Loudness is measured in steps of a tenth of the shortest bar.
STEP_SECONDS = 0.01


def waveform(pcm: Pcm) -> bytes:
    """Return one byte per bar, at most 256: loudness on a square-root scale, loudest is 255."""
    return bars_of(power_of(pcm, STEP_SECONDS))


def bars_of(power: FloatArray) -> bytes:
    """Return the waveform of sound whose mean square in steps of 10 ms is `power`."""
    wanted = round(len(power) * STEP_SECONDS / BAR_SECONDS)
    bars = max(1, min(WAVEFORM_MAX_POINTS, wanted))
    if len(power) == 0:
        return bytes(bars)
    edges = np.linspace(0, len(power), bars + 1).astype(np.int64)
    level = np.sqrt(np.add.reduceat(power, edges[:-1]) / np.diff(edges))
    loudest = level.max()
    if loudest == 0:
        return bytes(bars)
    return bytes((np.sqrt(level / loudest) * 255).astype(np.uint8))
