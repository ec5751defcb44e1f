"""Runs the unmodified bot beside a task that writes how late the event loop is.

Started as a process of its own: ``python observed.py FILE``. Each line of the file is a JSON
object: `at` (seconds since 1970) and `lags` (seconds that each sleep of `EVERY_SECONDS` since the
line before took too long).
"""

import asyncio
import json
import sys
import time
from pathlib import Path

from bot import app, logs, settings

EVERY_SECONDS = 0.005
LINE_SECONDS = 0.25


async def sample(file: Path) -> None:
    """Write lags, for ever."""
    clock = time.perf_counter
    with file.open("a", encoding="ascii", buffering=1) as lines:
        while True:
            lags: list[float] = []
            until = clock() + LINE_SECONDS
            while (started := clock()) < until:
                await asyncio.sleep(EVERY_SECONDS)
                lags.append(max(0.0, clock() - started - EVERY_SECONDS))
            lines.write(json.dumps({"at": time.time(), "lags": lags}) + "\n")


async def main(file: Path) -> None:
    """Run the bot as `myna run` does."""
    loaded = settings.load()
    logs.configure(loaded.myna_log_level, loaded.secrets())
    async with asyncio.TaskGroup() as tasks:
        sampling = tasks.create_task(sample(file))
        await app.run(loaded)
        sampling.cancel()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
