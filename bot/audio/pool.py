"""Keeps warm audio workers, gives them one job at a time, and replaces those that fail."""

import asyncio
import fcntl
import logging
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import bot
from bot.audio.process import PIPE_BYTES, Request, Worker
from bot.audio.protocol import Operation

logger = logging.getLogger(__name__)

# Importing and warming up takes half a second; a machine under load, many times that.
START_SECONDS = 60.0
# A note may find its worker killed by somebody else once; twice, it is the note.
ATTEMPTS = 2

_PROGRAM = (
    "import sys; sys.path[:] = {path!r}; "
    "from bot.audio.worker import main; main({payloads}, {memory_bytes})"
)
# Nothing of the bot's environment. BLAS would start threads, each with memory of its own.
# pydub looks for an ffmpeg along PATH when it is imported; it is given none to find.
_ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PATH": "/nowhere"}


class WorkerError(Exception):
    """The worker gave no answer."""


class WorkerUnavailable(WorkerError):
    """No worker could be started."""


class WorkerDied(WorkerError):
    """The worker ended in the middle of the job, on a fresh worker once more."""


class WorkerOvertime(WorkerError):
    """The job took more processor time or wall time than any note needs."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one job may use.

    Attributes:
        wall_seconds: Then the worker is killed.
        cpu_seconds: Then the kernel kills it.
        memory_bytes: Above what the warm worker has.
        jobs_per_worker: Then a fresh one takes over, whatever the old one gathered.
        recordings_wall_seconds: Instead of `wall_seconds`, for a recording.
        recordings_cpu_seconds: Instead of `cpu_seconds`, for a recording (docs/audio.md).
    """

    wall_seconds: float = 60.0
    cpu_seconds: int = 30
    memory_bytes: int = 512 * 2**20
    jobs_per_worker: int = 200
    recordings_wall_seconds: float = 900.0
    recordings_cpu_seconds: int = 400

    def of(self, operation: Operation) -> tuple[float, int]:
        """Return the wall and the processor seconds that one job of `operation` may take."""
        if operation is Operation.RECORDINGS:
            return self.recordings_wall_seconds, self.recordings_cpu_seconds
        return self.wall_seconds, self.cpu_seconds


class WorkerPool:
    """At most `workers` processes, started when they are needed.

    Use it as a context: leaving it ends every worker.
    """

    def __init__(self, workers: int = 2, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._free = asyncio.Semaphore(workers)
        self._idle: list[Worker] = []
        self._all: set[Worker] = set()
        self._followers = asyncio.TaskGroup()
        self._warned = False

    async def __aenter__(self) -> Self:
        """Start the first worker.

        Raises:
            WorkerUnavailable: It does not start.
        """
        await self._followers.__aenter__()
        try:
            self._idle.append(await self._start())
        except BaseException as error:
            await self.__aexit__(type(error), error, error.__traceback__)
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for worker in self._all:
            worker.kill()
        self._idle.clear()
        await self._followers.__aexit__(None, None, None)

    async def run(self, request: Request, to: Path | None = None) -> dict[str, Any]:
        """Run one job; its payload, where there is one, becomes the file `to`.

        Recordings become several, and `to` is their folder.

        Cancelling it kills the worker that has the job.

        Raises:
            WorkerUnavailable: No worker starts.
            WorkerDied: The job killed two workers.
            WorkerOvertime: It took too long.
            OSError: A note cannot be read, or `to` cannot be written.
        """
        async with self._free:
            for _ in range(ATTEMPTS - 1):
                with suppress(WorkerDied):
                    return await self._attempt(request, to)
                logger.warning("An audio worker died on a job; trying once more")
            return await self._attempt(request, to)

    async def _attempt(self, request: Request, to: Path | None) -> dict[str, Any]:
        wall_seconds, cpu_seconds = self._limits.of(request.operation)
        async with self._borrowed() as worker:
            try:
                async with asyncio.timeout(wall_seconds):
                    return await worker.ask(request, to, cpu_seconds)
            except TimeoutError as error:
                raise WorkerOvertime("wall time") from error
            except ValueError as error:  # nothing that a worker says: `_borrowed` ends it
                raise WorkerDied from error
            except (asyncio.IncompleteReadError, ConnectionError) as error:
                if await worker.ended() == -signal.SIGXCPU:
                    raise WorkerOvertime("processor time") from error
                raise WorkerDied from error

    @asynccontextmanager
    async def _borrowed(self) -> AsyncIterator[Worker]:
        while self._idle and not self._idle[-1].alive:
            self._idle.pop()
        worker = self._idle.pop() if self._idle else await self._start()
        try:
            yield worker
        except BaseException:
            worker.kill()
            raise
        if worker.jobs >= self._limits.jobs_per_worker:
            worker.kill()
        else:
            self._idle.append(worker)

    async def _start(self) -> Worker:
        payloads_out, payloads_in = os.pipe()
        try:
            worker = Worker(await self._spawn(payloads_in), payloads_out)
        except BaseException:
            os.close(payloads_out)
            raise
        finally:
            os.close(payloads_in)
        self._all.add(worker)
        self._followers.create_task(self._follow(worker))
        try:
            async with asyncio.timeout(START_SECONDS):
                ready = await worker.header()
        except (asyncio.IncompleteReadError, TimeoutError, ValueError) as error:
            worker.kill()
            raise WorkerUnavailable("the audio worker does not start") from error
        except BaseException:
            worker.kill()
            raise
        self._warn_once(ready["ready"])
        return worker

    async def _spawn(self, payloads: int) -> Process:
        if sys.platform == "linux":
            with suppress(OSError):  # the machine's limit may be lower
                fcntl.fcntl(payloads, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
        program = _PROGRAM.format(
            path=_import_path(),
            payloads=payloads,
            memory_bytes=self._limits.memory_bytes,
        )
        return await asyncio.create_subprocess_exec(
            sys.executable,
            # Without warnings: pydub's, that there is no ffmpeg, is the point.
            *("-I", "-W", "ignore", "-c", program),
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            pass_fds=(payloads,),
            env=_ENVIRONMENT,
            # A Ctrl+C in the terminal is for the bot, which ends its workers itself.
            start_new_session=True,
        )

    def _warn_once(self, hardened: dict[str, int | bool]) -> None:
        missing = [name for name, value in hardened.items() if not value]
        if missing and not self._warned:
            logger.warning(
                "This kernel does not offer all of the audio sandbox (missing: %s); "
                "limits of memory and time still hold",
                ", ".join(missing),
            )
            self._warned = True

    async def _follow(self, worker: Worker) -> None:
        await worker.follow()
        self._all.discard(worker)


def _import_path() -> list[str]:
    """Return where the worker imports from: as we do, but never from the working folder."""
    own = str(Path(bot.__file__).resolve().parent.parent)
    return [own, *(entry for entry in sys.path if Path(entry).is_absolute() and entry != own)]
