"""Two hundred people press `/clone` at once: how soon each is answered, how late the loop is."""

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence

from benchmarks.stage import stage
from benchmarks.table import heading, percentile, table, verdict

PRESSES = 200
ACKNOWLEDGED_SECONDS = 1.0
LAG_SECONDS = 0.05
"""Both at the 99th percentile. Discord itself gives three seconds (Discord, interactions)."""


async def run() -> bool:
    """Measure, print, and return whether every target is reached."""
    heading(f"{PRESSES} clones pressed at once")
    async with stage(with_lag=True) as scene:
        started = time.time()
        for _ in range(PRESSES):
            await scene.press()
            await asyncio.sleep(0)
        pressing = time.time() - started
        for each in scene.pressed:
            await each.answered(30.0)
        acknowledged = time.time()
        await scene.until_idle()
        ended = time.time()
        await asyncio.sleep(0.5)  # the sampler's last line
        waits = [each.answered_at - each.born for each in scene.pressed if each.answered_at]
        rush, whole = scene.lags(started, acknowledged), scene.lags(started, ended)
    print(f"Pressed within {pressing:.2f} s; the last card came after {ended - started:.1f} s.")
    table(
        ("p50 ms", "p90 ms", "p99 ms", "max ms", "n"),
        [
            ("press to acknowledgement", _figures(waits)),
            ("loop lag until all are acknowledged", _figures(rush)),
            ("loop lag until all have their card", _figures(whole)),
        ],
    )
    lag = percentile(whole, 99)
    answered = verdict("acknowledgement p99", percentile(waits, 99), ACKNOWLEDGED_SECONDS, "s")
    return verdict("loop lag p99", lag * 1e3, LAG_SECONDS * 1e3, "ms") and answered


def _figures(seconds: list[float]) -> list[str]:
    shown = [*(percentile(seconds, each) for each in (50, 90, 99)), max(seconds)]
    return [*(f"{each * 1e3:.1f}" for each in shown), str(len(seconds))]


def main(arguments: Sequence[str] | None = None) -> int:
    """Return 0 when every target is reached, else 1."""
    argparse.ArgumentParser(description=__doc__).parse_args(arguments)
    return 0 if asyncio.run(run()) else 1


if __name__ == "__main__":
    sys.exit(main())
