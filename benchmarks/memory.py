"""A thousand clones, twenty at a time: what the main process and its audio workers occupy."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import linear_regression, median

import psutil

from benchmarks.stage import Stage, stage
from benchmarks.table import heading, table, verdict

CLONES = 1000
IN_FLIGHT = 20
WARM_UP = 0.2
"""The part of all clones after which caches and pools are as full as they get."""
GROWTH_MIB = 10.0
"""What a thousand clones may add to the main process once it is warm."""


@dataclass(frozen=True)
class Sample:
    """Resident memory in MiB when so many clones had ended."""

    ended: int
    main: float
    workers: float


async def _run_clones(scene: Stage, clones: int) -> list[Sample]:
    (bot,) = psutil.Process().children()
    samples = []
    while (ended := scene.concluded) < clones:
        for _ in range(min(IN_FLIGHT - (len(scene.pressed) - ended), clones - len(scene.pressed))):
            await scene.press()
        samples.append(_sample(bot, ended))
        await asyncio.sleep(0.25)
    await scene.until_idle()
    samples.append(_sample(bot, clones))
    return samples


def _sample(bot: psutil.Process, ended: int) -> Sample:
    workers = sum(worker.memory_info().rss for worker in bot.children(recursive=True))
    return Sample(ended, bot.memory_info().rss / 2**20, workers / 2**20)


async def run(clones: int = CLONES) -> bool:
    """Measure, print, and return whether every target is reached."""
    heading(f"Memory over {clones} clones, {IN_FLIGHT} at a time")
    async with stage() as scene:
        samples = await _run_clones(scene, clones)
    warm = [sample for sample in samples if sample.ended >= clones * WARM_UP]
    growth = _growth(warm, "main")
    columns = ("first", "when warm", "median", "last", "MiB per 1000 clones when warm")
    table(columns, [("main process, MiB", _figures(samples, warm, "main"))])
    table(columns, [("all audio workers, MiB", _figures(samples, warm, "workers"))])
    return verdict("growth of the main process", growth, GROWTH_MIB, "MiB per 1000 clones")


def _growth(samples: Sequence[Sample], part: str) -> float:
    occupied = [getattr(sample, part) for sample in samples]
    return linear_regression([sample.ended for sample in samples], occupied).slope * 1000


def _figures(samples: Sequence[Sample], warm: Sequence[Sample], part: str) -> list[str]:
    occupied = [getattr(sample, part) for sample in samples]
    shown = (occupied[0], getattr(warm[0], part), median(occupied), occupied[-1])
    return [*(f"{each:.1f}" for each in shown), f"{_growth(warm, part):+.1f}"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Return 0 when every target is reached, else 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clones", type=int, default=CLONES)
    return 0 if asyncio.run(run(parser.parse_args(arguments).clones)) else 1


if __name__ == "__main__":
    sys.exit(main())
