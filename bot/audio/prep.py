"""Fills the audio port: looks at notes and makes samples and bubbles in sandboxed workers."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.audio.pool import Limits, WorkerDied, WorkerOvertime, WorkerPool
from bot.audio.process import Request
from bot.audio.protocol import PART_SECONDS, Operation
from bot.domain.errors import NoteRefused, PreviewLost, PromptRefused, RecordingFailed
from bot.domain.samples import (
    NOTE_MAX_BYTES,
    NOTES_MAX,
    Bubble,
    NoteReport,
    Problem,
    PromptSample,
    Sample,
)

SAMPLE_FILENAME = "sample.wav"
"""The provider goes by the extension; the name says nothing about anybody."""

PROMPT_FILENAME = "prompt.wav"

RECORDING_MAX_BYTES = 256 * 2**20
"""Four hours of mp3 at 128 kbit/s are 230 MB; the worker has them in memory."""


class WorkerAudioPrep:
    """Looks at notes, and makes samples and bubbles of them, in the workers of a pool.

    The parts of long recordings last `part_seconds` at most.
    """

    def __init__(self, pool: WorkerPool, *, part_seconds: float = PART_SECONDS) -> None:
        self._pool = pool
        self._part_seconds = part_seconds

    async def inspect(self, note: Path) -> NoteReport:
        """Measure `note` and say whether a sample can be made of it.

        Raises:
            OSError: The file cannot be read.
            WorkerUnavailable: The sandbox does not start.
        """
        return await self.inspect_together([note])

    async def inspect_together(self, notes: Sequence[Path]) -> NoteReport:
        """Measure `notes` as the one sample they would be joined to.

        Raises:
            OSError: A file cannot be read.
            WorkerUnavailable: The sandbox does not start.
        """
        refused = await asyncio.to_thread(_refused_unread, notes)
        if refused is not None:
            return refused
        return _report(await self._run(Request(Operation.INSPECT, notes)), notes)

    async def prepare(self, notes: Sequence[Path], to: Path, *, best_part: bool) -> Sample:
        """Make the sample of `notes`, joined, at `to`: mono wav without metadata.

        `best_part` allows cutting what is longer than five minutes to the part with most speech.

        Raises:
            NoteRefused: The sound is not worth money; the report says why.
            OSError: A file cannot be read or written.
            WorkerUnavailable: The sandbox does not start.
        """
        refused = await asyncio.to_thread(_refused_unread, notes)
        if refused is not None:
            raise NoteRefused(refused)
        answer = await self._run(Request(Operation.PREPARE, notes, best=best_part), to)
        report = _report(answer, notes)
        if not report.accepted:
            raise NoteRefused(report)
        return Sample(
            path=to,
            filename=SAMPLE_FILENAME,
            size=await asyncio.to_thread(_size, to),
            seconds=answer["seconds"],
            rate=answer["rate"],
            report=report,
        )

    async def prepare_prompt(self, note: Path, to: Path) -> PromptSample:
        """Make the prompt clip of `note` at `to`; it is never cut, its transcript must match.

        Raises:
            PromptRefused: It is not 5 to 8 s of speech.
            OSError: A file cannot be read or written.
            WorkerUnavailable: The sandbox does not start.
        """
        refused = await asyncio.to_thread(_refused_unread, [note])
        if refused is not None:
            raise PromptRefused(refused)
        answer = await self._run(Request(Operation.PROMPT, [note]), to)
        report = _report(answer, [note])
        if not report.accepted:
            raise PromptRefused(report)
        return PromptSample(
            path=to,
            filename=PROMPT_FILENAME,
            size=await asyncio.to_thread(_size, to),
            seconds=answer["seconds"],
            rate=answer["rate"],
            report=report,
        )

    async def bubble(self, audio: Path, to: Path) -> Bubble:
        """Make a native voice message of `audio` at `to`.

        Mono Ogg/Opus is not coded again: its packets go into a fresh file without tags.

        Raises:
            PreviewLost: `audio` cannot be decoded.
            OSError: A file cannot be read or written.
            WorkerUnavailable: The sandbox does not start.
        """
        answer = await self._run(Request(Operation.BUBBLE, [audio]), to)
        if "problem" in answer:
            raise PreviewLost(reason=str(answer["problem"]))
        return Bubble(path=to, seconds=answer["seconds"], waveform=bytes(answer["waveform"]))

    async def recordings(self, audio: Path, folder: Path) -> list[Bubble]:
        """Cut long `audio` at pauses into the Ogg/Opus files part1.ogg, part2.ogg … in `folder`.

        Where it fails some of the files may be there.

        Raises:
            RecordingFailed: `audio` cannot be decoded, or is longer than four hours.
            OSError: A file cannot be read or written.
            WorkerUnavailable: The sandbox does not start.
        """
        if await asyncio.to_thread(_size, audio) > RECORDING_MAX_BYTES:
            raise RecordingFailed(reason=Problem.TOO_BIG.value)
        request = Request(Operation.RECORDINGS, [audio], part_seconds=self._part_seconds)
        answer = await self._run(request, folder)
        if "problem" in answer:
            raise RecordingFailed(reason=str(answer["problem"]))
        return [
            Bubble(
                path=folder / f"part{number}.ogg",
                seconds=part["seconds"],
                waveform=bytes(part["waveform"]),
            )
            for number, part in enumerate(answer["parts"], start=1)
        ]

    async def _run(self, request: Request, to: Path | None = None) -> dict[str, Any]:
        try:
            return await self._pool.run(request, to)
        except WorkerOvertime:
            return {"problem": Problem.TOO_COSTLY.value}
        except WorkerDied:
            return {"problem": Problem.DAMAGED.value}


def _report(answer: dict[str, Any], notes: Sequence[Path]) -> NoteReport:
    if "problem" in answer:
        return NoteReport(problem=Problem(answer["problem"]))
    return _of_all(NoteReport.from_json(answer["report"]), notes)


def _of_all(report: NoteReport, notes: Sequence[Path]) -> NoteReport:
    """Name no note where there is only one."""
    return replace(report, note=0) if len(notes) == 1 else report


def _refused_unread(notes: Sequence[Path]) -> NoteReport | None:
    """Refuse what needs no decoding."""
    if len(notes) > NOTES_MAX:
        return NoteReport(problem=Problem.TOO_MANY_NOTES)
    for number, note in enumerate(notes, start=1):
        size = _size(note)
        if size == 0:
            return _of_all(NoteReport(problem=Problem.EMPTY, note=number), notes)
        if size > NOTE_MAX_BYTES:
            return _of_all(NoteReport(problem=Problem.TOO_BIG, note=number), notes)
    return None


def _size(path: Path) -> int:
    return path.stat().st_size


@asynccontextmanager
async def audio_prep(
    workers: int = 2, limits: Limits | None = None
) -> AsyncIterator[WorkerAudioPrep]:
    """Open a pool of `workers` and the port on top of it; leaving ends the workers.

    Raises:
        WorkerUnavailable: The sandbox does not start.
    """
    async with WorkerPool(workers, limits) as pool:
        yield WorkerAudioPrep(pool)


def inspect_note(note: Path) -> NoteReport:
    """Say what Myna thinks of `note`, for callers without an event loop.

    Raises:
        OSError: The file cannot be read.
        WorkerUnavailable: The sandbox does not start.
    """

    async def look() -> NoteReport:
        async with audio_prep(workers=1) as prep:
            return await prep.inspect(note)

    return asyncio.run(look())


def prepare_notes(notes: Sequence[Path], to: Path, *, best_part: bool = False) -> Sample:
    """Make the sample that would be uploaded, for callers without an event loop.

    Raises:
        NoteRefused: The sound is not worth money; the report says why.
        OSError: A file cannot be read or written.
        WorkerUnavailable: The sandbox does not start.
    """

    async def make() -> Sample:
        async with audio_prep(workers=1) as prep:
            return await prep.prepare(notes, to, best_part=best_part)

    return asyncio.run(make())
