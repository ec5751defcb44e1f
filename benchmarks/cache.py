"""What serving a speech from the cache costs, beside making its bubble anew.

Run it with ``python -m benchmarks.cache``. A hit finds the entry, checks it and copies it out. Its
peers are what the worker would do with the provider's answer: copy mono Opus packet by packet, or
decode an mp3 and code it as Opus; the provider's own seconds and money come on top of both. The
ways take turns, so that a busy machine disturbs all of them alike; medians of wall time are shown.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from benchmarks import table
from bot.audio.pool import WorkerPool
from bot.audio.prep import WorkerAudioPrep
from bot.domain.speeches import SpeechSettings
from bot.ports import SpeechCall
from bot.store.speech_cache import FileSpeechCache
from tests import audio_files as make

SPEECH_SECONDS = (10, 80)
ENTRIES = 500
LOOKED_FOR = 40
HIT, HAS = "a hit: find, check and copy", f"would {LOOKED_FOR} calls be hits?"
COPIED, CODED = "the worker: Opus, not coded again", "the worker: mp3, decoded and coded"

CALL = SpeechCall("voice", "text", SpeechSettings(model="speech-2.8-turbo"))
TARGETS = ((HIT, 0.1, CODED), (HIT, 0.5, COPIED), (HAS, 0.1, CODED))


def _call(number: int) -> SpeechCall:
    return SpeechCall(f"voice {number % 20}", f"text {number}", CALL.settings)


async def _measure(folder: Path, seconds: int, repeats: int) -> dict[str, list[float]]:
    opus, mp3, out = folder / "speech.ogg", folder / "speech.mp3", folder / "out.ogg"
    opus.write_bytes(make.opus(make.speech(seconds)))
    mp3.write_bytes(make.encoded(make.speech(seconds, 32_000), "libmp3lame", "mp3"))
    cache = FileSpeechCache(
        folder / "cache",
        keep_for=timedelta(days=30),
        at_most_bytes=10**9,
        now=lambda: datetime.now(UTC),
    )
    async with WorkerPool(1) as pool:
        prep = WorkerAudioPrep(pool)
        bubble = await prep.bubble(mp3, out)
        for call in (CALL, *map(_call, range(ENTRIES))):
            await cache.keep(call, bubble)
        ways: dict[str, Callable[[], Awaitable[object]]] = {
            HAS: lambda: cache.has([_call(number) for number in range(LOOKED_FOR)]),
            HIT: lambda: cache.find(CALL, out),
            COPIED: lambda: prep.bubble(opus, out),
            CODED: lambda: prep.bubble(mp3, out),
        }
        return await _take_turns(ways, repeats)


async def _take_turns(
    ways: dict[str, Callable[[], Awaitable[object]]], repeats: int
) -> dict[str, list[float]]:
    costs: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(repeats + 1):
        for name, run in ways.items():
            start = time.perf_counter()
            await run()
            if turn > 0:  # the first turn fills the caches
                costs[name].append(time.perf_counter() - start)
    return costs


def _show(seconds: int, costs: dict[str, list[float]]) -> bool:
    print(f"{seconds} s of speech, {ENTRIES + 1} entries, median of {len(costs[HIT])}")
    coded = median(costs[CODED])
    rows = [
        (name, (f"{median(cost) * 1e3:.2f}", f"{median(cost) / coded:.4f}"))
        for name, cost in costs.items()
    ]
    table.table(("wall ms", "of coding"), rows)
    reached = [
        table.verdict(f"{way}, of {peer}", median(costs[way]) / median(costs[peer]), most, "times")
        for way, most, peer in TARGETS
    ]
    print()
    return all(reached)


async def _run(repeats: int) -> bool:
    table.heading("A speech from the cache, and its bubble made anew")
    reached = True
    for seconds in SPEECH_SECONDS:
        with tempfile.TemporaryDirectory() as folder:
            reached &= _show(seconds, await _measure(Path(folder), seconds, repeats))
    return reached


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables; return 0 when every target is reached, else 1."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--repeats", type=int, default=21)
    return 0 if asyncio.run(_run(parser.parse_args(arguments).repeats)) else 1


if __name__ == "__main__":
    sys.exit(main())
