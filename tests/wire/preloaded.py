"""Myna as a process that is forked with its modules imported: most of a start is importing them.

`test_process`, `test_start` and the tests in `faults` start it by its command instead.
"""

import asyncio
import os
import signal
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from typing import Final

from bot.sandbox.product import Product
from tests.wire.forked import run

_FORKS: Final = get_context("forkserver")
# Nothing that imports aiohttp: that reads SSL_CERT_FILE when it is imported, and each Myna has its
# own.
_FORKS.set_forkserver_preload(["bot.audio.pool", "bot.jobs", "bot.services", "bot.store"])


class PreloadedProduct(Product):
    """A Myna that starts in half of the time."""

    async def launch(self) -> "ForkedProcess":
        """Start the process without waiting for it to connect."""
        self._folder.mkdir(parents=True, exist_ok=True)
        arguments = (self._command, self.environment, self._folder, self._log)
        process = _FORKS.Process(target=run, args=arguments)
        await asyncio.to_thread(process.start)  # the first one imports
        self._process = ForkedProcess(process)
        return self._process


class ForkedProcess:
    """What `Product` needs of a process."""

    def __init__(self, process: ForkServerProcess) -> None:
        self._process = process

    @property
    def returncode(self) -> int | None:
        """The exit code, or None while it runs."""
        return self._process.exitcode

    async def wait(self) -> int:
        """Return its exit code when it has ended."""
        loop, ended = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(self._process.sentinel, ended.set)
        try:
            await ended.wait()
        finally:
            loop.remove_reader(self._process.sentinel)
        self._process.join()
        assert self._process.exitcode is not None
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        """Send it a signal."""
        assert self._process.pid is not None
        os.kill(self._process.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)
