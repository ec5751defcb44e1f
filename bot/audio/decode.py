"""Decodes one hostile file to PCM, counting what really comes out."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import NoReturn

import av
from av.audio.codeccontext import AudioCodecContext
from av.audio.fifo import AudioFifo
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer

from bot.audio.pcm import RATE_FOR_LONG_NOTES, Pcm, append, fits, rate_for, resample
from bot.audio.probe import CODECS, OPTIONS, Container, sniff
from bot.domain.samples import Problem

# Outside of these nobody records voices; inside, memory per decoded second is bounded.
SOURCE_RATES = range(7_000, 192_001)
CHANNELS_MAX = 8
# Every damaged packet costs time and gives no sound; real damage is a few of them.
DAMAGED_PACKETS_MAX = 100
# The decoders give 20 ms frames; resampling a second at once took a fifth off the CPU time.
BATCH_SECONDS = 1
# What is handed on at once of a long recording: 1 MB at 48 kHz.
PIECE_SECONDS = 10
# av 18 raises on Latin-1 tags unless told otherwise; av 19 no longer has the argument.
_TAGS = {"metadata_errors": "replace"} if int(av.__version__.split(".")[0]) < 19 else {}  # noqa: PLR2004


class Undecodable(Exception):
    """Nothing can be made of the file; `problem` says why."""

    def __init__(self, problem: Problem, container: str = "", codec: str = "") -> None:
        super().__init__(problem.value)
        self.problem = problem
        self.container = container
        self.codec = codec


@dataclass(slots=True)
class Recording:
    """A decoded note.

    Attributes:
        pcm: The sound.
        container: What the file is.
        codec: How it was coded.
        sample_rate: Hz, as recorded.
        channels: Channels, as recorded.
        damaged_packets: How many packets could not be decoded.
        cut: Whether decoding stopped at the limit, with more to come.
    """

    pcm: Pcm
    container: str
    codec: str
    sample_rate: int
    channels: int
    damaged_packets: int = 0
    cut: bool = False


def decode(data: bytes, *, max_seconds: float, rate: int | None = None) -> Recording:
    """Decode the first sound track of `data` to 16 bit mono PCM.

    The rate is `rate`, or the note's own as far as a sample of it stays below the service's
    size. Decoding stops at `max_seconds`.

    Raises:
        Undecodable: It is empty, no audio, without sound, or too damaged.
    """
    with opened(data) as (source, container):
        return _decode(source, container, max_seconds, rate)


def pieces(data: bytes, *, max_seconds: float, rate: int) -> Iterator[Pcm]:
    """Yield the first sound track of `data` at `rate` hertz, some ten seconds at a time.

    Raises:
        Undecodable: As `decode`, and where there is more than `max_seconds`.
    """
    with opened(data) as (source, container):
        stream, context = _sound_of(source, container)
        context.thread_count = 1
        collector = _Collector(rate, 0.0, max_seconds)
        for _ in _run(source, stream, collector):
            if collector.seconds >= PIECE_SECONDS:
                yield collector.take()
        _check(collector, container, context)
        if collector.full:
            raise Undecodable(Problem.MUCH_TOO_LONG)
        collector.finish()
        yield collector.take()


@contextmanager
def opened(data: bytes) -> Iterator[tuple[InputContainer, Container]]:
    """Open `data` with the one demuxer its first bytes name; what fails inside is `Undecodable`."""
    if not data:
        raise Undecodable(Problem.EMPTY)
    container = sniff(data)
    if container is None:
        raise Undecodable(Problem.NOT_AUDIO)
    try:
        with closing(_open(data, container)) as source:
            yield source, container
    except Undecodable as error:
        error.container = container.name
        raise
    except (av.error.FFmpegError, UnicodeDecodeError, ValueError) as error:
        # PyAV gives ENOMEM its own class, which is a MemoryError and no damage.
        if isinstance(error, MemoryError):
            raise
        raise Undecodable(Problem.DAMAGED, container.name) from error


def _open(data: bytes, container: Container) -> InputContainer:
    return av.open(  # type: ignore[no-any-return,call-overload,unused-ignore]  # _TAGS differs by av
        BytesIO(data),
        "r",
        format=container.demuxer,
        options=dict(OPTIONS),
        io_open=_refuse_to_open,
        **_TAGS,
    )


def _refuse_to_open(*_: object) -> NoReturn:
    raise PermissionError("a file may not open another one")


def _decode(
    source: InputContainer,
    container: Container,
    max_seconds: float,
    rate: int | None,
) -> Recording:
    stream, context = _sound_of(source, container)
    context.thread_count = 1
    declared = float(source.duration or 0) / av.time_base
    collector = _Collector(rate, declared, max_seconds)
    for _ in _run(source, stream, collector):
        pass
    _check(collector, container, context)
    collector.finish()
    return Recording(
        pcm=collector.take(),
        container=container.name,
        codec=context.codec.canonical_name,
        sample_rate=collector.source_rate,
        channels=collector.channels,
        damaged_packets=collector.damaged,
        cut=collector.full,
    )


def _check(collector: "_Collector", container: Container, context: AudioCodecContext) -> None:
    if collector.source_rate == 0:
        problem = Problem.DAMAGED if collector.damaged else Problem.NO_SOUND
        raise Undecodable(problem, container.name, context.codec.name)


def _sound_of(
    source: InputContainer, container: Container
) -> tuple[AudioStream, AudioCodecContext]:
    if not source.streams.audio:
        raise Undecodable(Problem.NO_SOUND, container.name)
    for stream in source.streams.audio:
        context = stream.codec_context
        if context is not None and context.name in CODECS:
            return stream, context
    raise Undecodable(Problem.NOT_AUDIO, container.name)


def _run(source: InputContainer, stream: AudioStream, collector: "_Collector") -> Iterator[None]:
    """Decode into the collector, one packet at each step."""
    packets = source.demux(stream)
    while not collector.full:
        try:
            packet = next(packets, None)
            if packet is None:
                break
            frames = packet.decode()
        except av.error.InvalidDataError as error:
            collector.damaged += 1
            if collector.damaged > DAMAGED_PACKETS_MAX:
                raise Undecodable(Problem.DAMAGED) from error
            continue
        for frame in frames:
            if isinstance(frame, AudioFrame):
                collector.add(frame)
        yield


class _Collector:
    """Gathers decoded frames, whose format may change in mid-stream, at one rate."""

    def __init__(self, rate: int | None, declared_seconds: float, max_seconds: float) -> None:
        self.source_rate = 0
        self.channels = 0
        self.damaged = 0
        self.full = False
        self._wanted_rate = rate
        self._declared_seconds = declared_seconds
        self._seconds_left = max_seconds
        self._format: tuple[str, str, int] | None = None
        self._fifo = AudioFifo()
        self._resampler: AudioResampler | None = None
        self._pcm = Pcm(bytearray(), rate or RATE_FOR_LONG_NOTES)

    def add(self, frame: AudioFrame) -> None:
        kind = (frame.format.name, frame.layout.name, frame.sample_rate)
        if kind != self._format:
            self._change_format(frame)
            self._format = kind
        self._seconds_left -= frame.samples / frame.sample_rate
        frame.pts = None
        self._fifo.write(frame)
        self.full = self._seconds_left < 0
        if self._fifo.samples >= frame.sample_rate * BATCH_SECONDS:
            self._drain()
            self._keep_below_the_size()

    @property
    def seconds(self) -> float:
        return self._pcm.seconds

    def take(self) -> Pcm:
        """Hand over what has been gathered since the last time."""
        taken, self._pcm = self._pcm, Pcm(bytearray(), self._pcm.rate)
        return taken

    def finish(self) -> None:
        self._flush()
        self._keep_below_the_size()

    def _change_format(self, frame: AudioFrame) -> None:
        channels = frame.layout.nb_channels
        if frame.sample_rate not in SOURCE_RATES or channels > CHANNELS_MAX:
            raise Undecodable(Problem.DAMAGED)
        if self._format is None:
            self.source_rate, self.channels = frame.sample_rate, channels
            self._pcm.rate = self._wanted_rate or self._first_rate()
        else:
            self._flush()
        self._fifo = AudioFifo()
        self._resampler = AudioResampler("s16", "mono", self._pcm.rate)

    def _first_rate(self) -> int:
        rate = rate_for(self.source_rate)
        # The declared length is only a hint: believing it saves a second resampling.
        return rate if fits(self._declared_seconds, rate) else RATE_FOR_LONG_NOTES

    def _keep_below_the_size(self) -> None:
        if (
            self._wanted_rate is None
            and self._pcm.rate > RATE_FOR_LONG_NOTES
            and not fits(self._pcm.seconds, self._pcm.rate)
        ):
            self._flush()
            self._pcm = resample(self._pcm, RATE_FOR_LONG_NOTES)
            self._resampler = AudioResampler("s16", "mono", self._pcm.rate)

    def _drain(self) -> None:
        batch = self._fifo.read(0, partial=True)
        if batch is not None and self._resampler is not None:
            batch.pts = None
            append(self._resampler.resample(batch), self._pcm.data)

    def _flush(self) -> None:
        self._drain()
        if self._resampler is not None:
            append(self._resampler.resample(None), self._pcm.data)
            self._resampler = None
