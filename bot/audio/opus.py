"""Ogg/Opus files: coding sound into one, and taking what is coded already into a fresh one."""

import struct
from io import BytesIO

import av
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer

from bot.audio.decode import Recording, opened
from bot.audio.pcm import Pcm, frames_of

# What Discord's own clients record, what Telegram asks of a voice message, and what Opus always
# decodes to.
RATE = 48_000
# Opus is transparent for one voice at this rate (Opus recommended settings, speech full band).
BIT_RATE = 40_000
# Discord takes attachments of 10 MiB (Discord, file attachments); the coder may exceed its rate.
FILE_MAX_BYTES = 8_000_000
# RFC 7845, section 5.1: magic, version, channels, pre-skip, input rate, gain, mapping family 0.
HEAD = struct.Struct("<8sBBHIhB")
# Serial numbers and the name of the writer are the same each time.
_FRESH = {"fflags": "+bitexact"}


class Encoder:
    """Codes sound at `RATE` into an Ogg/Opus file without metadata, as the sound comes in."""

    def __init__(self) -> None:
        self.samples = 0
        self._file = BytesIO()
        self._container: OutputContainer = av.open(self._file, "w", format="ogg", options=_FRESH)
        stream = self._container.add_stream("libopus", rate=RATE, options={"application": "voip"})
        assert isinstance(stream, AudioStream)
        stream.codec_context.layout = "mono"
        stream.codec_context.bit_rate = BIT_RATE
        self._stream = stream

    @property
    def seconds(self) -> float:
        """Length of what was added."""
        return self.samples / RATE

    def add(self, pcm: Pcm) -> None:
        """Append `pcm`, which has `RATE`."""
        for frame in frames_of(pcm):
            frame.pts = self.samples
            self.samples += frame.samples
            self._container.mux(self._stream.encode(frame))

    def finish(self) -> bytes:
        """Return the file."""
        self._container.mux(self._stream.encode(None))
        self._container.close()
        return self._file.getvalue()


def encode(pcm: Pcm) -> bytes:
    """Return `pcm`, which has `RATE`, as an Ogg/Opus file without metadata."""
    encoder = Encoder()
    encoder.add(pcm)
    return encoder.finish()


def remux(data: bytes, decoded: Recording, at_most: int = FILE_MAX_BYTES) -> bytes | None:
    """Return the packets of `data` in a fresh Ogg that lasts exactly as long as `decoded`.

    None where `data` is not a single undamaged track of mono Opus whose packets account for every
    decoded sample (chained files do not), or where it has more than `at_most` bytes: then it has to
    be coded anew.
    """
    kind = (decoded.container, decoded.codec, decoded.channels)
    if kind != ("ogg", "opus", 1) or decoded.damaged_packets or decoded.cut:
        return None
    with opened(data) as (source, _):
        file = _copied(source, len(decoded.pcm.samples()))
    return file if file is not None and len(file) <= at_most else None


def _copied(source: InputContainer, samples: int) -> bytes | None:
    if len(source.streams.audio) != 1:
        return None
    (stream,) = source.streams.audio
    pre_skip = _pre_skip(stream.codec_context.extradata)
    if pre_skip is None:
        return None
    file = BytesIO()
    with av.open(file, "w", format="ogg", options=_FRESH) as out:
        copy = out.add_stream_from_template(stream)
        # Counted from the packets: the file's own positions may start anywhere, and have gaps.
        position = -pre_skip
        for packet in source.demux(stream):
            if packet.size and packet.duration:
                packet.stream = copy
                packet.pts = packet.dts = position
                position += packet.duration
                out.mux(packet)
    return file.getvalue() if position == samples else None


def _pre_skip(header: bytes | None) -> int | None:
    """Return how many samples a decoder drops first, or None for a header that is not plain."""
    if header is None or len(header) != HEAD.size:
        return None
    magic, version, channels, pre_skip, _, _, family = HEAD.unpack(header)
    plain = (magic, version, channels, family) == (b"OpusHead", 1, 1, 0)
    return int(pre_skip) if plain else None
