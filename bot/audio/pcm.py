"""PCM as it is passed around inside the worker: 16 bit, mono, little endian."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

import av
import numpy as np
import numpy.typing as npt
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler

from bot.domain.samples import SAMPLE_MAX_BYTES, SAMPLE_MAX_SECONDS

BYTES_PER_SAMPLE = 2
WAV_HEADER_BYTES = 44
# Rates a sample may have. 24 and 16 kHz lose what lies between 8 and 12 kHz, so they are only
# used for notes that never had more.
RATES = (16_000, 22_050, 24_000, 32_000, 44_100, 48_000)
# 299.5 s at this rate are 19.2 MB: the highest rate at which every sample fits.
RATE_FOR_LONG_NOTES = 32_000

assert SAMPLE_MAX_SECONDS * RATE_FOR_LONG_NOTES * BYTES_PER_SAMPLE < SAMPLE_MAX_BYTES


@dataclass(slots=True)
class Pcm:
    """Sound in memory: `data` is 16 bit mono at `rate` samples per second."""

    data: bytearray
    rate: int

    @property
    def seconds(self) -> float:
        """Length in seconds."""
        return len(self.data) / (self.rate * BYTES_PER_SAMPLE)

    def samples(self) -> npt.NDArray[np.int16]:
        """Return a view, shape (samples,); `data` cannot change its size while it lives."""
        return np.frombuffer(self.data, np.dtype("<i2"))


def rate_for(source_rate: int) -> int:
    """Return the rate that keeps all of a recording made at `source_rate` hertz, never above it.

    Telephone rates are the exception: 8 kHz becomes 16 kHz.
    """
    return max([rate for rate in RATES if rate <= source_rate], default=RATES[0])


def fits(seconds: float, rate: int) -> bool:
    """Tell whether `seconds` at `rate` hertz stay below the service's size."""
    return seconds * rate * BYTES_PER_SAMPLE + WAV_HEADER_BYTES <= SAMPLE_MAX_BYTES - 300_000


def wav_header(pcm_bytes: int, rate: int) -> bytes:
    """Return the 44 bytes that turn mono PCM into a wav file without any metadata."""
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF",
        36 + pcm_bytes,
        b"WAVE",
        b"fmt ",
        16,
        1,
        1,
        rate,
        rate * BYTES_PER_SAMPLE,
        BYTES_PER_SAMPLE,
        8 * BYTES_PER_SAMPLE,
        b"data",
        pcm_bytes,
    )


def append(frames: list[AudioFrame], to: bytearray) -> None:
    """Append the samples of 16 bit mono `frames` without the padding behind them."""
    for frame in frames:
        to += memoryview(frame.planes[0])[: frame.samples * BYTES_PER_SAMPLE]


def frames_of(pcm: Pcm, seconds: float = 1.0) -> Iterator[AudioFrame]:
    """Yield `pcm` as frames of `seconds` each; the last one may be shorter."""
    step = round(pcm.rate * seconds)
    position = 0
    while position * BYTES_PER_SAMPLE < len(pcm.data):
        part = bytes(pcm.data[position * BYTES_PER_SAMPLE : (position + step) * BYTES_PER_SAMPLE])
        frame = av.AudioFrame("s16", "mono", len(part) // BYTES_PER_SAMPLE)
        frame.planes[0].update(part + bytes(frame.planes[0].buffer_size - len(part)))
        frame.sample_rate = pcm.rate
        frame.pts = position
        position += step
        yield frame


def resample(pcm: Pcm, rate: int) -> Pcm:
    """Return `pcm` at `rate` hertz."""
    if pcm.rate == rate:
        return pcm
    resampler = AudioResampler("s16", "mono", rate)
    out = bytearray()
    for frame in frames_of(pcm):
        frame.pts = None
        append(resampler.resample(frame), out)
    append(resampler.resample(None), out)
    return Pcm(out, rate)
