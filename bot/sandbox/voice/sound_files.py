"""Sound files in and out of memory: any sample to mono, mono to mp3, wav or Ogg/Opus."""

from io import BytesIO
from pathlib import Path
from typing import Literal

import av
import av.audio.frame
import av.audio.resampler
import av.audio.stream
import numpy as np
import numpy.typing as npt

Float32Array = npt.NDArray[np.float32]
SoundFormat = Literal["mp3", "wav", "opus"]

_OPUS_RATE = 48_000  # an Ogg/Opus stream always counts in 48 kHz
_SAME_BYTES_EVERY_TIME = {"fflags": "+bitexact"}


class UndecodableSound(ValueError):
    """The bytes hold no sound that can be decoded."""


def read_mono(sound: Path | bytes, rate: int) -> tuple[Float32Array, int]:
    """Decode to mono at `rate` hertz, full scale = 1; also answers the file's own rate in hertz.

    Raises:
        UndecodableSound: no audio stream, or damaged beyond decoding.
    """
    source = BytesIO(sound) if isinstance(sound, bytes) else str(sound)
    resampler = av.AudioResampler(format="flt", layout="mono", rate=rate)
    parts: list[Float32Array] = []
    try:
        with av.open(source, "r", metadata_errors="replace") as container:
            stream = container.streams.audio[0]
            for frame in container.decode(stream):
                frame.pts = None
                parts += [_first_channel(piece) for piece in resampler.resample(frame)]
            parts += [_first_channel(piece) for piece in resampler.resample(None)]
            own_rate = stream.rate
    except (av.FFmpegError, IndexError, ValueError) as error:
        raise UndecodableSound("the sound cannot be decoded") from error
    if not parts:
        raise UndecodableSound("the sound is empty")
    return np.concatenate(parts), own_rate


def write_mono(
    sound: Float32Array,
    rate: int,
    sound_format: SoundFormat,
    *,
    out_rate: int = 32_000,
    bit_rate: int = 128_000,
) -> bytes:
    """Encode mono `sound` (full scale = 1, at `rate` hertz); wav ignores `bit_rate`.

    32 kHz at 128 kbit/s is the service's own default; Opus is always 48 kHz.
    """
    buffer = BytesIO()
    container_name = "ogg" if sound_format == "opus" else sound_format
    with av.open(buffer, "w", format=container_name, options=_SAME_BYTES_EVERY_TIME) as container:
        stream: av.audio.stream.AudioStream
        if sound_format == "opus":
            stream = container.add_stream("libopus", rate=_OPUS_RATE)
        elif sound_format == "mp3":
            stream = container.add_stream("libmp3lame", rate=out_rate)
        else:
            stream = container.add_stream("pcm_s16le", rate=out_rate)
        stream.layout = "mono"
        if sound_format != "wav":
            stream.bit_rate = bit_rate
        stream.codec_context.open()  # only an open encoder knows its frame size
        for piece in _resampled(sound, rate, stream):
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    return buffer.getvalue()


def _resampled(
    sound: Float32Array, rate: int, stream: av.audio.stream.AudioStream
) -> list[av.audio.frame.AudioFrame]:
    resampler = av.AudioResampler(
        format=stream.codec_context.format,
        layout="mono",
        rate=stream.rate,
        frame_size=stream.codec_context.frame_size or None,
    )
    pcm = (np.clip(sound, -1.0, 1.0) * 32767).astype(np.int16)
    frame = av.AudioFrame.from_ndarray(pcm[None], format="s16", layout="mono")
    frame.sample_rate = rate
    return [*resampler.resample(frame), *resampler.resample(None)]


def _first_channel(frame: av.audio.frame.AudioFrame) -> Float32Array:
    return np.asarray(frame.to_ndarray()[0], np.float32)
