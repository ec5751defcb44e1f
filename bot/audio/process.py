"""One worker process as the bot sees it: files go in through its pipe, files come out."""

import asyncio
import logging
import os
import sys
from asyncio.subprocess import Process
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from bot.audio.protocol import (
    HEADER,
    PART_SECONDS,
    PARTS_MAX,
    Operation,
    pack,
    unpack,
    unpack_length,
)
from bot.domain.samples import SAMPLE_MAX_BYTES, WAVEFORM_MAX_POINTS, NoteReport, Problem

logger = logging.getLogger(__name__)

CHUNK_BYTES = 262_144
# What a pipe may hold where the kernel allows it: fewer turns between worker and bot.
PIPE_BYTES = 1_048_576
STOP_SECONDS = 5.0
# What one worker may say on standard error before the rest is dropped.
SPOKEN_MAX_BYTES = 8_192


@dataclass(frozen=True, slots=True)
class Request:
    """One job: an operation on the files in `notes`; recordings have parts of `part_seconds`."""

    operation: Operation
    notes: Sequence[Path]
    best: bool = False
    part_seconds: float = PART_SECONDS


_Seconds = Annotated[float, Field(ge=0)]
_Waveform = Annotated[
    list[Annotated[int, Field(ge=0, le=255)]], Field(max_length=WAVEFORM_MAX_POINTS)
]


class _Part(BaseModel):
    """What may be said of one of several files."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, hide_input_in_errors=True)

    seconds: _Seconds
    waveform: _Waveform


class _Answer(BaseModel):
    """All that a worker may answer: what decodes hostile files may have been taken over."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, hide_input_in_errors=True)

    payloads: Annotated[
        list[Annotated[int, Field(gt=0, le=SAMPLE_MAX_BYTES)]], Field(max_length=PARTS_MAX)
    ]
    parts: Annotated[list[_Part], Field(max_length=PARTS_MAX)] = []
    report: NoteReport | None = None
    problem: Problem | None = None
    seconds: _Seconds = 0.0
    rate: Annotated[int, Field(gt=0)] = 1
    waveform: _Waveform = []


class Worker:
    """One process and its pipes."""

    def __init__(self, process: Process, payloads: int) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        self.jobs = 0
        self._process = process
        self._payloads = payloads
        self._copying: asyncio.Future[None] | None = None
        self._to, self._from, self._spoken = process.stdin, process.stdout, process.stderr

    @property
    def alive(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.returncode is None

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    async def ask(self, request: Request, to: Path | None, cpu_seconds: int) -> dict[str, Any]:
        """Send a job, write its payload to `to`, return the rest of the answer.

        `to` is a folder for recordings, else a file; the job may take `cpu_seconds`.

        Raises:
            asyncio.IncompleteReadError: It ended.
            ConnectionError: It ended.
            OSError: A note cannot be read, or `to` cannot be written.
            ValueError: It answered what no worker answers.
        """
        self.jobs += 1
        sizes = [await asyncio.to_thread(_size, note) for note in request.notes]
        header = {
            "operation": str(request.operation),
            "sizes": sizes,
            "best": request.best,
            "part_seconds": request.part_seconds,
            "cpu_seconds": cpu_seconds,
        }
        self._to.write(pack(header))
        for note, size in zip(request.notes, sizes, strict=True):
            await self._send(note, size)
        answer = await self.header()
        checked = _Answer.model_validate(answer)
        targets = _targets(request.operation, checked, to)
        for size, target in zip(checked.payloads, targets, strict=True):
            await self._receive(size, target)
        del answer["payloads"]
        return answer

    async def header(self) -> dict[str, Any]:
        """Read one header.

        Raises:
            asyncio.IncompleteReadError: It ended.
            ValueError: It answered what no worker answers.
        """
        length = unpack_length(await self._from.readexactly(HEADER.size))
        return unpack(await self._from.readexactly(length))

    async def follow(self) -> None:
        """Log what the worker says, within bounds, and wait for its end."""
        left = SPOKEN_MAX_BYTES
        while text := await self._spoken.read(SPOKEN_MAX_BYTES):
            if left > 0:
                logger.warning("Audio worker: %s", text[:left].decode(errors="replace").strip())
            left -= len(text)
        await self._process.wait()
        if self._copying is not None:
            await asyncio.wait([self._copying])
        os.close(self._payloads)

    async def ended(self) -> int | None:
        """Return how it ended; one whose pipe broke is given a moment to do so."""
        with suppress(TimeoutError):
            async with asyncio.timeout(STOP_SECONDS):
                await self._process.wait()
        return self._process.returncode

    def kill(self) -> None:
        """End it at once, whatever it is doing; one that was taken over would not listen."""
        with suppress(ProcessLookupError):
            self._process.kill()

    async def _send(self, note: Path, size: int) -> None:
        file = await asyncio.to_thread(note.open, "rb")
        try:
            while size > 0:
                chunk = await asyncio.to_thread(file.read, min(CHUNK_BYTES, size))
                if not chunk:
                    raise OSError(f"{note.name} became shorter while it was read")
                size -= len(chunk)
                self._to.write(chunk)
                await self._to.drain()
        finally:
            await asyncio.to_thread(file.close)

    async def _receive(self, size: int, to: Path) -> None:
        loop = asyncio.get_running_loop()
        self._copying = loop.run_in_executor(None, _copy, self._payloads, size, to)
        try:
            await asyncio.shield(self._copying)
        except asyncio.CancelledError:
            # The thread cannot be cancelled, but without a worker its pipe ends.
            self.kill()
            await asyncio.wait([self._copying])
            raise


def _targets(operation: Operation, answer: _Answer, to: Path | None) -> list[Path]:
    """Return where each payload goes.

    Raises:
        ValueError: There are more or fewer than the operation has.
    """
    count = len(answer.payloads)
    several = operation is Operation.RECORDINGS
    if len(answer.parts) != (count if several else 0) or (count > 1 and not several):
        raise ValueError("payloads that nothing is said of")
    if count and to is None:
        raise ValueError("a payload nobody asked for")
    if to is None or not several:
        return [to] * count if to is not None else []
    return [to / f"part{number}.ogg" for number in range(1, count + 1)]


def _copy(payloads: int, size: int, to: Path) -> None:
    """Copy from the pipe to `to`, which appears whole or not at all.

    In a thread with a pipe of its own: 19 MB through the event loop would cost it 50 ms.
    """
    part = to.with_name(f"{to.name}.part")
    try:
        with part.open("wb", buffering=0) as file:
            while size > 0:
                moved = _move(payloads, file, min(PIPE_BYTES, size))
                if moved == 0:
                    raise BrokenPipeError("the worker ended inside its answer")
                size -= moved
        part.replace(to)
    finally:
        part.unlink(missing_ok=True)


def _move(source: int, to: FileIO, size: int) -> int:
    if sys.platform == "linux":
        return os.splice(source, to.fileno(), size)
    return to.write(os.read(source, size))


def _size(note: Path) -> int:
    return note.stat().st_size
