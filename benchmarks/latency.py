"""From the press with its note to the bubble in the channel, MiniMax's own time subtracted.

The peer is `benchmarks/bare.py`: the same steps inline, with no check, queue, record or
acknowledgement. Both are warm processes, and take turns on the same stand-ins.
"""

import argparse
import asyncio
import json
import shutil
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median

from benchmarks import bare
from benchmarks.stage import NOTE, Stage, stage
from benchmarks.table import heading, percentile, table
from bot.sandbox.discord.events import Event
from bot.sandbox.discord.wire import UploadedFile

TURNS = 30
PATIENCE_SECONDS = 30.0
MYNA, PEER = "Myna", "bare script"


async def _seconds_to_bubble(scene: Stage, start: Callable[[], Awaitable[None]]) -> float:
    """Return the time until a message with audio appears, less that of the service."""
    seen = len(scene.discord.events)
    scene.service.take()
    started = time.perf_counter()
    await start()
    await scene.discord.wait_for(_is_bubble, PATIENCE_SECONDS, seen)
    return time.perf_counter() - started - scene.service.take()


def _is_bubble(event: Event) -> bool:
    return event.name == "MESSAGE_CREATE" and bool(event.data["attachments"])


@asynccontextmanager
async def _bare_script(scene: Stage) -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", str(Path(bare.__file__))),
        env=scene.myna.environment,
        stdin=PIPE,
        stdout=PIPE,
    )
    assert process.stdin is not None
    try:
        yield process
    finally:
        process.stdin.close()
        await process.wait()


async def _order_bare(scene: Stage, process: Process, number: int) -> None:
    files = scene.discord.place.files
    note = files.attach(scene.channel.id, UploadedFile(*NOTE), ephemeral=True)
    order = {
        "note": files.show(note, "https://cdn.discordapp.com")["url"],
        "channel": scene.channel.id,
        "text": "Hello there.",
        "voice_id": f"BareScript{number}",
    }
    assert process.stdin is not None
    process.stdin.write(json.dumps(order).encode() + b"\n")
    await process.stdin.drain()


async def _measure(scene: Stage, turns: int) -> dict[str, list[float]]:
    seconds: dict[str, list[float]] = {MYNA: [], PEER: []}

    async def press() -> None:
        await scene.press()

    async with _bare_script(scene) as process:
        for turn in range(turns + 1):
            myna = await _seconds_to_bubble(scene, press)
            await _until_deleted(scene, turn + 1)
            peer = await _seconds_to_bubble(scene, lambda: _order_bare(scene, process, turn))  # noqa: B023  awaited at once
            assert process.stdout is not None
            await process.stdout.readline()
            if turn > 0:  # the first turn fills the caches
                seconds[MYNA].append(myna)
                seconds[PEER].append(peer)
    return seconds


async def _until_deleted(scene: Stage, samples: int) -> None:
    """Wait until Myna has nothing left to do."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while scene.minimax.ledger.file_deletions < samples:  # noqa: ASYNC110  a count has no event
            await asyncio.sleep(0.05)


async def run(turns: int = TURNS) -> bool:
    """Measure and print; return True, since there is no target but the peer to look at."""
    heading(f"Press to bubble without the service's own time, idle bot, {turns} one after another")
    if not shutil.which("ffmpeg"):
        print("There is no ffmpeg on this machine, which the bare script needs: left out.")
        return True
    async with stage() as scene:
        seconds = await _measure(scene, turns)
    floor = median(seconds[PEER])
    table(
        ("p50 ms", "p90 ms", "max ms", "of the peer"),
        [(name, _figures(each, floor)) for name, each in seconds.items()],
    )
    return True


def _figures(seconds: Sequence[float], floor: float) -> list[str]:
    shown = (median(seconds), percentile(seconds, 90), max(seconds))
    return [*(f"{each * 1e3:.0f}" for each in shown), f"{median(seconds) / floor:.2f}"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Return 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=TURNS)
    return 0 if asyncio.run(run(parser.parse_args(arguments).turns)) else 1


if __name__ == "__main__":
    sys.exit(main())
