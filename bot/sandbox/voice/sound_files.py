"""Sound files in and out of memory: any sample to mono, mono to what the service can answer."""

from io import BytesIO
from pathlib import Path
from typing import Literal, NamedTuple

import av
import numpy as np
import numpy.typing as npt
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer

Float32Array = npt.NDArray[np.float32]
SoundFormat = Literal["mp3", "pcm", "flac", "wav", "pcmu_raw", "pcmu_wav", "opus"]

_SAME_BYTES_EVERY_TIME = {"fflags": "+bitexact"}
_AV_FORGIVES_TAGS_SINCE = 19  # before, tags that are not UTF-8 raise unless asked not to


class _Encoding(NamedTuple):
    container: str
    codec: str
    only_rate: int | None = None  # hertz, where the format has but one


_ENCODINGS: dict[SoundFormat, _Encoding] = {
    "mp3": _Encoding("mp3", "libmp3lame"),
    "pcm": _Encoding("s16le", "pcm_s16le"),
    "flac": _Encoding("flac", "flac"),
    "wav": _Encoding("wav", "pcm_s16le"),
    "pcmu_raw": _Encoding("mulaw", "pcm_mulaw", 8000),
    "pcmu_wav": _Encoding("wav", "pcm_mulaw", 8000),
    "opus": _Encoding("ogg", "libopus", 48_000),
}


class UndecodableSound(ValueError):
    """The bytes hold no sound that can be decoded."""


def open_sound(source: Path | BytesIO, demuxer: str | None = None) -> InputContainer:
    """Open a sound file for reading, with one demuxer or whichever fits."""
    place = str(source) if isinstance(source, Path) else source
    if int(av.__version__.partition(".")[0]) < _AV_FORGIVES_TAGS_SINCE:
        return av.open(place, "r", format=demuxer, metadata_errors="replace")
    return av.open(place, "r", format=demuxer)


def read_mono(sound: Path | bytes, rate: int) -> tuple[Float32Array, int]:
    """Decode to mono at `rate` hertz, full scale = 1; also answers the file's own rate in hertz.

    Raises:
        UndecodableSound: no audio stream, or damaged beyond decoding.
    """
    source = BytesIO(sound) if isinstance(sound, bytes) else sound
    resampler = AudioResampler(format="flt", layout="mono", rate=rate)
    parts: list[Float32Array] = []
    try:
        with open_sound(source) as container:
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


def write_sound(
    sound: Float32Array,
    rate: int,
    sound_format: SoundFormat,
    *,
    out_rate: int = 32_000,
    bit_rate: int = 128_000,
    channels: int = 1,
) -> bytes:
    """Encode mono `sound` (full scale = 1, at `rate` hertz), alike on 1 or 2 `channels`.

    32 kHz and 128 kbit/s are the service's own defaults. Opus is always 48 kHz and u-law 8 kHz;
    only mp3 and Opus heed `bit_rate`.
    """
    encoding = _ENCODINGS[sound_format]
    buffer = BytesIO()
    with av.open(
        buffer, "w", format=encoding.container, options=_SAME_BYTES_EVERY_TIME
    ) as container:
        stream = container.add_stream(encoding.codec, rate=encoding.only_rate or out_rate)
        assert isinstance(stream, AudioStream)
        stream.layout = "mono" if channels == 1 else "stereo"
        if sound_format in {"mp3", "opus"}:
            stream.bit_rate = bit_rate
        stream.codec_context.open()  # only an open encoder knows its frame size
        for piece in _resampled(sound, rate, stream):
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    return buffer.getvalue()


def _resampled(sound: Float32Array, rate: int, stream: AudioStream) -> list[AudioFrame]:
    resampler = AudioResampler(
        format=stream.codec_context.format,
        layout=stream.codec_context.layout,
        rate=stream.rate,
        frame_size=stream.codec_context.frame_size or None,
    )
    pcm = (np.clip(sound, -1.0, 1.0) * 32767).astype(np.int16)
    frame = AudioFrame.from_ndarray(pcm[None], format="s16", layout="mono")
    frame.sample_rate = rate
    return [*resampler.resample(frame), *resampler.resample(None)]


def _first_channel(frame: AudioFrame) -> Float32Array:
    return np.asarray(frame.to_ndarray()[0], np.float32)
