"""What converting a note costs, beside pydub's README way and the bare ffmpeg command.

Run it with ``python -m benchmarks.conversion``. The ways take turns, so that a busy machine
disturbs all of them alike; medians are shown. Processor time is the bot's and the worker's
together, user and system.
"""

import argparse
import asyncio
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from statistics import median

import av
from pydub import AudioSegment

from bot.audio.pool import WorkerPool
from bot.audio.process import Request
from bot.audio.protocol import Operation
from tests import audio_files as make

NOTE_SECONDS = (30, 290)
MEMORY_NOTE_SECONDS = 299
DECODE, CONVERT, CHECKED = "decoding alone", "Myna: conversion alone", "Myna: with all checks"
FFMPEG, PYDUB = "ffmpeg -ac 1 -ar 32000 out.wav", "pydub's README way to mp3"


@dataclass(frozen=True)
class Target:
    """A claim: one way costs at most `most` of what another costs in processor time."""

    way: str
    most: float
    peer: str


TARGETS = (
    Target(CONVERT, 1.3, DECODE),
    Target(CONVERT, 0.7, FFMPEG),
    Target(CONVERT, 0.2, PYDUB),
    Target(CHECKED, 0.5, PYDUB),
)
MEMORY_TARGETS = ((Operation.CONVERT, CONVERT, 100), (Operation.PREPARE, CHECKED, 250))


@dataclass
class Costs:
    """What the runs of one way took, in seconds."""

    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)


def _own_cpu() -> float:
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def _worker_cpu(pool: WorkerPool) -> float:
    """Return the seconds of its live worker, to the nanosecond: ticks of 10 ms are too coarse."""
    (worker,) = pool._idle  # noqa: SLF001  the product has no use for its worker's cost
    return int(Path(f"/proc/{worker.pid}/schedstat").read_text().split()[0]) / 1e9


def _peak_memory(pool: WorkerPool) -> float:
    (worker,) = pool._idle  # noqa: SLF001
    status = Path(f"/proc/{worker.pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def _decode(note: Path) -> None:
    with av.open(BytesIO(note.read_bytes()), "r", format="ogg") as source:
        stream = source.streams.audio[0]
        stream.codec_context.thread_count = 1
        for _ in source.decode(stream):
            pass


def _ffmpeg(note: Path, folder: Path) -> None:
    out = str(folder / "ffmpeg.wav")
    command = ["ffmpeg", "-v", "error", "-y", "-i", str(note), "-ac", "1", "-ar", "32000", out]
    subprocess.run(command, check=True)


def _pydub(note: Path, folder: Path) -> None:
    AudioSegment.from_file(note).export(folder / "pydub.mp3", format="mp3")


async def _measure(note: Path, folder: Path, repeats: int) -> dict[str, Costs]:
    async with WorkerPool(1) as pool:

        async def myna(operation: Operation) -> None:
            await pool.run(Request(operation, [note]), folder / "myna.wav")

        async def peer(run: Callable[..., None], *arguments: Path) -> None:
            run(*arguments)

        ways: dict[str, Callable[[], Awaitable[None]]] = {
            DECODE: lambda: peer(_decode, note),
            CONVERT: lambda: myna(Operation.CONVERT),
            CHECKED: lambda: myna(Operation.PREPARE),
        }
        if shutil.which("ffmpeg"):
            ways[FFMPEG] = lambda: peer(_ffmpeg, note, folder)
            ways[PYDUB] = lambda: peer(_pydub, note, folder)
        costs = {name: Costs() for name in ways}
        for turn in range(repeats + 1):
            for name, run in ways.items():
                wall, cpu = time.perf_counter(), _own_cpu() + _worker_cpu(pool)
                await run()
                if turn > 0:  # the first turn fills the caches
                    costs[name].wall.append(time.perf_counter() - wall)
                    costs[name].cpu.append(_own_cpu() + _worker_cpu(pool) - cpu)
        return costs


def _note(folder: Path, seconds: float) -> Path:
    note = folder / "note.ogg"
    note.write_bytes(make.opus(make.speech(seconds)))
    return note


async def _memory(note: Path, folder: Path, operation: Operation) -> float:
    async with WorkerPool(1) as pool:
        await pool.run(Request(operation, [note]), folder / "myna.wav")
        return _peak_memory(pool)


def _show(seconds: int, costs: dict[str, Costs]) -> bool:
    print(f"\n{seconds} s note, median of {len(costs[DECODE].cpu)}")
    print(f"{'':34}{'CPU ms':>8}{'wall ms':>9}   of decoding")
    floor = median(costs[DECODE].cpu)
    for name, cost in costs.items():
        cpu, wall = median(cost.cpu), median(cost.wall)
        print(f"{name:34}{cpu * 1e3:8.1f}{wall * 1e3:9.1f}{cpu / floor:10.2f}")
    reached = True
    for target in TARGETS:
        if target.peer not in costs:
            continue
        ratio = median(costs[target.way].cpu) / median(costs[target.peer].cpu)
        reached &= ratio <= target.most
        mark = "reached" if ratio <= target.most else "NOT REACHED"
        print(f"  {target.way}: {ratio:.2f} of {target.peer}, target {target.most}: {mark}")
    return reached


async def _run(repeats: int) -> bool:
    reached = True
    if not shutil.which("ffmpeg"):
        print("There is no ffmpeg on this machine: its row and pydub's are left out.")
    with tempfile.TemporaryDirectory() as folder:
        for seconds in NOTE_SECONDS:
            note = _note(Path(folder), seconds)
            reached &= _show(seconds, await _measure(note, Path(folder), repeats))
        note = _note(Path(folder), MEMORY_NOTE_SECONDS)
        print(f"\nPeak memory of a fresh worker, {MEMORY_NOTE_SECONDS} s note")
        for operation, way, most in MEMORY_TARGETS:
            peak = await _memory(note, Path(folder), operation)
            reached &= peak < most
            mark = "reached" if peak < most else "NOT REACHED"
            print(f"  {way}: {peak:.0f} MiB, target below {most}: {mark}")
    return reached


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables; return 0 when every target is reached, else 1."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--repeats", type=int, default=9)
    return 0 if asyncio.run(_run(parser.parse_args(arguments).repeats)) else 1


if __name__ == "__main__":
    sys.exit(main())
