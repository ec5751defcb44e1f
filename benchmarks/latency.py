"""From the press with its note to the bubble in the channel, MiniMax's own time subtracted.

The peer is `benchmarks/bare.py`: the same steps inline, with no check, queue, record or
acknowledgement. Both are warm processes, and take turns on the same stand-ins.
"""

import argparse
import asyncio
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from benchmarks import bare
from benchmarks.stage import NOTE, Script, Stage, stage
from benchmarks.table import heading, percentile, table
from bot.sandbox.discord.wire import UploadedFile

TURNS = 30
MYNA, PEER = "Myna", "bare script"


async def _order_bare(scene: Stage, script: Script, number: int) -> None:
    files = scene.discord.place.files
    note = files.attach(scene.channel.id, UploadedFile(*NOTE), ephemeral=True)
    order = {
        "note": files.show(note, "https://cdn.discordapp.com")["url"],
        "channel": scene.channel.id,
        "text": "Hello there.",
        "voice_id": f"BareScript{number}",
    }
    await script.order(order)


async def _measure(scene: Stage, turns: int) -> dict[str, list[float]]:
    seconds: dict[str, list[float]] = {MYNA: [], PEER: []}
    async with scene.script(Path(bare.__file__)) as script:
        for turn in range(turns + 1):
            myna = await scene.seconds_to_bubble(scene.press)
            await scene.until_idle()
            peer = await scene.seconds_to_bubble(lambda: _order_bare(scene, script, turn))  # noqa: B023  awaited at once
            await script.done()
            if turn > 0:  # the first turn fills the caches
                seconds[MYNA].append(myna)
                seconds[PEER].append(peer)
    return seconds


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
