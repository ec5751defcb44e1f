"""Makes voice notes for the tests, in every format people send, at run time."""

from functools import cache
from io import BytesIO
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.video.stream import VideoStream

from bot.audio.decode import decode
from bot.audio.pcm import Pcm, frames_of, resample, wav_header

RATE = 48_000
NOTE = Path(__file__).parent.parent / "bot/audio/data/note.ogg"
RECORDINGS = Path(__file__).parent / "recordings"


@cache
def _spoken() -> bytes:
    return bytes(decode(NOTE.read_bytes(), max_seconds=60, rate=RATE).pcm.data)


def speech(seconds: float, rate: int = RATE) -> Pcm:
    """Return somebody speaking for exactly `seconds`, over and over the same."""
    wanted = round(seconds * RATE) * 2
    spoken = _spoken()
    repeated = (spoken * (wanted // len(spoken) + 1))[:wanted]
    return resample(Pcm(bytearray(repeated), RATE), rate)


def pcm_of(samples: npt.NDArray[np.floating], rate: int = RATE) -> Pcm:
    """Return `samples`, full scale is 1, as PCM."""
    clipped = np.clip(samples * 32767, -32768, 32767)
    return Pcm(bytearray(clipped.astype("<i2").tobytes()), rate)


def silence(seconds: float, rate: int = RATE) -> Pcm:
    """Return digital silence."""
    return Pcm(bytearray(round(seconds * rate) * 2), rate)


def tone(seconds: float, hertz: float = 440, rate: int = RATE) -> Pcm:
    """Return a sine."""
    return pcm_of(0.2 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate), rate)


def noise(seconds: float, level: float = 0.05, rate: int = RATE) -> Pcm:
    """Return white noise, the same every time."""
    chance = np.random.default_rng(1)
    return pcm_of(level * chance.standard_normal(round(seconds * rate)), rate)


def wav(pcm: Pcm) -> bytes:
    """Return `pcm` as a plain wav file."""
    return wav_header(len(pcm.data), pcm.rate) + bytes(pcm.data)


def encoded(
    pcm: Pcm,
    codec: str,
    container: str,
    *,
    layout: str = "mono",
    bit_rate: int | None = None,
    metadata: dict[str, str] | None = None,
    with_picture: bool = False,
) -> bytes:
    """Return `pcm` coded with FFmpeg's `codec` in its `container`, at the rate it has."""
    file = BytesIO()
    with av.open(file, "w", format=container) as output:
        output.metadata.update(metadata or {})
        picture = _add_picture(output) if with_picture else None
        # FFmpeg calls its own Vorbis encoder experimental.
        stream = output.add_stream(codec, rate=pcm.rate, options={"strict": "experimental"})
        assert isinstance(stream, AudioStream)
        stream.codec_context.layout = layout
        if bit_rate is not None:
            stream.codec_context.bit_rate = bit_rate
        stream.codec_context.open()
        if picture is not None:
            _write_picture(output, picture, pcm.seconds)
        resampler = AudioResampler(
            stream.codec_context.format, layout, pcm.rate, stream.codec_context.frame_size or 1024
        )
        for frame in (*frames_of(pcm), None):
            for part in resampler.resample(frame):
                output.mux(stream.encode(part))
        output.mux(stream.encode(None))
    return file.getvalue()


def opus(pcm: Pcm, bit_rate: int = 32_000) -> bytes:
    """Return `pcm`, at 48 kHz, as chat clients send it: Ogg/Opus."""
    return encoded(pcm, "libopus", "ogg", bit_rate=bit_rate)


def flac(pcm: Pcm) -> bytes:
    """Return `pcm` as flac: for long notes, since it is quickly made."""
    return encoded(pcm, "flac", "flac")


def silent_video(seconds: float = 2) -> bytes:
    """Return an mp4 without any sound track."""
    file = BytesIO()
    with av.open(file, "w", format="mp4") as output:
        _write_picture(output, _add_picture(output), seconds)
    return file.getvalue()


def _add_picture(output: av.container.OutputContainer) -> VideoStream:
    stream = output.add_stream("mpeg4", rate=10)
    assert isinstance(stream, VideoStream)
    stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
    return stream


def _write_picture(
    output: av.container.OutputContainer, stream: VideoStream, seconds: float
) -> None:
    for _ in range(round(seconds * 10)):
        frame = av.VideoFrame(64, 48, "rgb24")
        output.mux(stream.encode(frame))
    output.mux(stream.encode(None))
