"""Turns a preview into a native voice message: Ogg/Opus, its length, and its waveform."""

from io import BytesIO

import av
import numpy as np
from av.audio.stream import AudioStream

from bot.audio.pcm import Pcm, frames_of
from bot.domain.samples import WAVEFORM_MAX_POINTS

# What Discord's own clients record, and what Telegram asks of a voice message.
RATE = 48_000
# Opus is transparent for one voice at this rate (Opus recommended settings, speech full band).
BIT_RATE = 40_000
# A preview is at most 1000 characters, about two minutes.
SECONDS_MAX = 600.0
# One bar for each 100 ms, as Discord's clients draw them.
BAR_SECONDS = 0.1


def encode(pcm: Pcm) -> bytes:
    """Return `pcm`, which has `RATE`, as an Ogg/Opus file without metadata."""
    file = BytesIO()
    with av.open(file, "w", format="ogg", options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream("libopus", rate=RATE, options={"application": "voip"})
        assert isinstance(stream, AudioStream)
        stream.codec_context.layout = "mono"
        stream.codec_context.bit_rate = BIT_RATE
        for frame in frames_of(pcm):
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return file.getvalue()


def waveform(pcm: Pcm) -> bytes:
    """Return one byte per bar, at most 256: loudness on a square-root scale, loudest is 255."""
    samples = pcm.samples()
    wanted = round(pcm.seconds / BAR_SECONDS)
    bars = max(1, min(WAVEFORM_MAX_POINTS, wanted, len(samples)))
    if len(samples) == 0:
        return bytes(bars)
    edges = np.linspace(0, len(samples), bars + 1).astype(np.int64)
    energy = np.add.reduceat(samples.astype(np.float32) ** 2, edges[:-1]) / np.diff(edges)
    level = np.sqrt(energy)
    loudest = level.max()
    if loudest == 0:
        return bytes(bars)
    return bytes((np.sqrt(level / loudest) * 255).astype(np.uint8))
