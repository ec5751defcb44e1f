"""Cuts a long recording at its pauses into Ogg/Opus files, while it is decoded."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from bot.audio.activity import FRAME_SECONDS, FloatArray, power_of, runs_of
from bot.audio.bubble import STEP_SECONDS, bars_of
from bot.audio.decode import pieces
from bot.audio.opus import RATE, Encoder
from bot.audio.pcm import BYTES_PER_SAMPLE, Pcm
from bot.audio.protocol import PART_SECONDS

# 50 000 characters are 56 minutes at 15 a second, twice that at half speed, and 3.5 hours of
# Chinese at 4 a second.
SECONDS_MAX = 4 * 3600.0
# A part ends in its last tenth, so that four hours are 14 parts at most.
SEARCH_SHARE = 0.1
# A pause is judged over this many frames of 20 ms: 0.3 s, longer than any stop inside a word.
PAUSE_FRAMES = 15
# As quiet as the quietest is what has at most four times its power (6 dB), or -90 dBFS.
AS_QUIET = 4.0
QUIET_POWER = 1e-9
_STEP = round(RATE * STEP_SECONDS)


@dataclass(frozen=True, slots=True)
class Part:
    """One of the files: Ogg/Opus, its length, and its waveform."""

    file: bytes
    seconds: float
    waveform: bytes


def cut_up(data: bytes, part_seconds: float = PART_SECONDS) -> Iterator[Part]:
    """Yield the sound of `data` in parts of at most `part_seconds`, each cut in a pause.

    Only the part's last tenth is held as PCM.

    Raises:
        Undecodable: Nothing can be made of it, or it is longer than `SECONDS_MAX`.
    """
    most = round(part_seconds / STEP_SECONDS) * _STEP
    search = round(part_seconds * SEARCH_SHARE / STEP_SECONDS) * _STEP
    waiting, part = bytearray(), _Growing()
    for piece in pieces(data, max_seconds=SECONDS_MAX, rate=RATE):
        waiting += piece.data
        while True:
            part.add(_taken(waiting, min(most - search - part.samples, _whole_steps(waiting))))
            if len(waiting) <= search * BYTES_PER_SAMPLE:
                break
            window = Pcm(waiting[: search * BYTES_PER_SAMPLE], RATE)
            part.add(_taken(waiting, quietest(window)))
            yield part.finish()
            part = _Growing()
    part.add(_taken(waiting, len(waiting) // BYTES_PER_SAMPLE))
    if part.samples:
        yield part.finish()


def quietest(pcm: Pcm) -> int:
    """Return how many samples lie before the middle of the longest of the quietest stretches.

    Of equally long ones the last is taken.
    """
    power = power_of(pcm, FRAME_SECONDS)
    width = max(1, min(PAUSE_FRAMES, len(power)))
    around = np.convolve(power, np.full(width, 1 / width, np.float32), "valid")
    quiet = runs_of(around <= AS_QUIET * around.min() + QUIET_POWER)
    start, end = max(quiet.tolist(), key=lambda run: (run[1] - run[0], run[0]))
    return int((start + end - 1 + width) // 2) * round(RATE * FRAME_SECONDS)


def _whole_steps(waiting: bytearray) -> int:
    """Return how many samples can be added to a part that goes on: loudness has no half steps."""
    return len(waiting) // (_STEP * BYTES_PER_SAMPLE) * _STEP


def _taken(waiting: bytearray, samples: int) -> Pcm:
    size = samples * BYTES_PER_SAMPLE
    taken = Pcm(waiting[:size], RATE)
    del waiting[:size]
    return taken


class _Growing:
    """A part that is being coded."""

    def __init__(self) -> None:
        self._encoder = Encoder()
        self._power: list[FloatArray] = []

    @property
    def samples(self) -> int:
        return self._encoder.samples

    def add(self, pcm: Pcm) -> None:
        self._encoder.add(pcm)
        self._power.append(power_of(pcm, STEP_SECONDS))

    def finish(self) -> Part:
        waveform = bars_of(np.concatenate(self._power))
        return Part(self._encoder.finish(), round(self._encoder.seconds, 3), waveform)
