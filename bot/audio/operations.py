"""What the worker does with the notes of one request, from bytes to bytes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.audio import bubble, opus
from bot.audio.activity import best_part
from bot.audio.decode import Recording, Undecodable, decode
from bot.audio.inspect import Measurements, accept_as_prompt, measure, report
from bot.audio.join import cut, join, to_common_rate
from bot.audio.parts import Part, cut_up
from bot.audio.pcm import Pcm, wav_header
from bot.audio.protocol import PART_SECONDS, PARTS_MAX, Operation
from bot.domain.samples import (
    NOTE_MAX_SECONDS,
    PROMPT_MAX_SECONDS,
    PROMPT_MIN_SECONDS,
    NoteReport,
    Problem,
)

# What joining mends: neither says anything against the sound itself.
_MENDED_BY_JOINING = frozenset({Problem.TOO_SHORT, Problem.TOO_LITTLE_SPEECH, Problem.TOO_LONG})


@dataclass(slots=True)
class Answer:
    """What comes back: plain values, and bytes for one file or for several.

    Attributes:
        values: What the header says.
        payload: Bytes in their order.
        several: Whether each item of the payload is a file of its own.
    """

    values: dict[str, Any]
    payload: Sequence[bytes | bytearray] = field(default=())
    several: bool = False

    @property
    def payload_bytes(self) -> int:
        """Length of the payload."""
        return sum(len(part) for part in self.payload)

    @property
    def sizes(self) -> list[int]:
        """Length of each file."""
        if self.several:
            return [len(part) for part in self.payload]
        return [self.payload_bytes] if self.payload else []


def run(
    operation: Operation,
    notes: Iterable[bytes],
    *,
    best: bool = False,
    part_seconds: float = PART_SECONDS,
) -> Answer:
    """Run one operation on `notes`, each of which is read only when the last one was decoded.

    The answer's values have either `report` (a `NoteReport`) or, where a bubble or recordings
    could not be made, `problem`; whatever else comes with the payload stands beside it.
    """
    if operation is Operation.RECORDINGS:
        return _recordings(next(iter(notes)), part_seconds)
    if operation is Operation.BUBBLE:
        return _bubble(next(iter(notes)))
    if operation is Operation.CONVERT:
        return _convert(next(iter(notes)))
    if operation is Operation.PROMPT:
        return _prompt(next(iter(notes)))
    whole = _Whole.of(notes)
    if operation is Operation.INSPECT or whole.pcm is None:
        return Answer({"report": whole.report.to_json()})
    return _sample(whole, best=best)


@dataclass(frozen=True, slots=True)
class _Whole:
    """All notes as one: the report, and the sound unless a note was refused."""

    report: NoteReport
    pcm: Pcm | None

    @classmethod
    def of(cls, notes: Iterable[bytes]) -> "_Whole":
        recordings: list[Recording] = []
        measured: list[Measurements] = []
        left = NOTE_MAX_SECONDS
        for data in notes:
            try:
                recording = decode(data, max_seconds=left)
            except Undecodable as error:
                return cls(_undecodable(error, len(recordings) + 1), None)
            recordings.append(recording)
            measured.append(measure(recording.pcm))
            left -= recording.pcm.seconds
            if recording.cut or left <= 0:
                break
        if len(recordings) == 1:
            judged = report(recordings[0], measured[0])
            return cls(_with_best_part(judged, measured[0]), recordings[0].pcm)
        return cls._joined(recordings, measured)

    @classmethod
    def _joined(cls, recordings: list[Recording], measured: list[Measurements]) -> "_Whole":
        reports = [report(*pair) for pair in zip(recordings, measured, strict=True)]
        for number, judged in enumerate(reports, start=1):
            if judged.problem is not None and judged.problem not in _MENDED_BY_JOINING:
                return cls(replace(judged, note=number), None)
        parts = to_common_rate([recording.pcm for recording in recordings])
        pcm = join(parts, [one.loudness_lufs for one in measured])
        together = measure(pcm)
        judged = report(
            replace(
                recordings[0],
                pcm=pcm,
                sample_rate=min(recording.sample_rate for recording in recordings),
                damaged_packets=sum(recording.damaged_packets for recording in recordings),
            ),
            together,
        )
        return cls(_with_best_part(judged, together), pcm)


def _with_best_part(judged: NoteReport, measured: Measurements) -> NoteReport:
    if judged.problem is not Problem.TOO_LONG:
        return judged
    start, end = best_part(measured.activity.speech, measured.seconds)
    return replace(judged, best_start=start, best_end=end)


def _undecodable(error: Undecodable, number: int = 0) -> NoteReport:
    return NoteReport(
        container=error.container, codec=error.codec, problem=error.problem, note=number
    )


def _sample(whole: _Whole, *, best: bool) -> Answer:
    judged, pcm = whole.report, whole.pcm
    assert pcm is not None
    if judged.problem is Problem.TOO_LONG and best:
        assert judged.best_start is not None
        assert judged.best_end is not None
        pcm = cut(pcm, judged.best_start, judged.best_end)
        judged = replace(judged, problem=None)
    return _wav(judged, pcm)


def _prompt(note: bytes) -> Answer:
    try:
        recording = decode(note, max_seconds=NOTE_MAX_SECONDS)
    except Undecodable as error:
        return Answer({"report": _undecodable(error).to_json()})
    judged = report(recording, measure(recording.pcm))
    judged = accept_as_prompt(judged, PROMPT_MIN_SECONDS, PROMPT_MAX_SECONDS)
    return _wav(judged, recording.pcm)


def _convert(note: bytes) -> Answer:
    """Convert without looking at the sound: what the checks cost is measured against this."""
    try:
        recording = decode(note, max_seconds=NOTE_MAX_SECONDS)
    except Undecodable as error:
        return Answer({"report": _undecodable(error).to_json()})
    judged = NoteReport(
        container=recording.container,
        codec=recording.codec,
        seconds=round(recording.pcm.seconds, 3),
        sample_rate=recording.sample_rate,
        channels=recording.channels,
    )
    return _wav(judged, recording.pcm)


def _wav(judged: NoteReport, pcm: Pcm) -> Answer:
    values = {"report": judged.to_json(), "seconds": round(pcm.seconds, 3), "rate": pcm.rate}
    if not judged.accepted:
        return Answer(values)
    return Answer(values, (wav_header(len(pcm.data), pcm.rate), pcm.data))


def _bubble(audio: bytes) -> Answer:
    try:
        recording = decode(audio, max_seconds=bubble.SECONDS_MAX, rate=opus.RATE)
    except Undecodable as error:
        return Answer({"problem": error.problem.value})
    if not recording.pcm.data:
        return Answer({"problem": Problem.NO_SOUND.value})
    values = {
        "seconds": round(recording.pcm.seconds, 3),
        "waveform": list(bubble.waveform(recording.pcm)),
    }
    return Answer(values, (opus.remux(audio, recording) or opus.encode(recording.pcm),))


def _recordings(audio: bytes, part_seconds: float) -> Answer:
    parts: list[Part] = []
    try:
        for part in cut_up(audio, part_seconds):
            parts.append(part)
            if len(parts) > PARTS_MAX:
                return Answer({"problem": Problem.MUCH_TOO_LONG.value})
    except Undecodable as error:
        return Answer({"problem": error.problem.value})
    if not parts:
        return Answer({"problem": Problem.NO_SOUND.value})
    described = [{"seconds": part.seconds, "waveform": list(part.waveform)} for part in parts]
    return Answer({"parts": described}, [part.file for part in parts], several=True)
