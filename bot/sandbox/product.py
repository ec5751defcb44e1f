"""Myna as its own process, led to the stand-ins by settings that every operator has."""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol, Self

from bot.sandbox.discord import DiscordStandIn
from bot.sandbox.minimax import SANDBOX_API_KEY, MiniMaxStandIn

STOPPING_SECONDS = 15.0
STARTING_SECONDS = 30.0


class RunningProcess(Protocol):
    """What is needed of a process, as `asyncio.subprocess.Process` has it."""

    @property
    def returncode(self) -> int | None:
        """The exit code; None while it runs."""

    async def wait(self) -> int:
        """Return the exit code when it has ended."""
        ...

    def send_signal(self, number: int, /) -> None:
        """Send it a signal."""

    def kill(self) -> None:
        """End it at once."""


class ProductStopped(Exception):
    """Myna ended by itself; the message is the end of its log."""


class Product:
    """One Myna on one data folder; may be started, killed and started again."""

    def __init__(
        self,
        folder: Path,
        discord: DiscordStandIn,
        minimax: MiniMaxStandIn,
        *,
        settings: Mapping[str, str] | None = None,
        command: tuple[str, ...] = ("-m", "bot", "run"),
    ) -> None:
        self._folder = folder
        self._discord = discord
        self._command = command
        self._log = folder / "myna.log"
        self._process: RunningProcess | None = None
        self.data = folder / "data"
        self.environment = {
            # Nothing of this machine's own settings: what works here works by these alone.
            "PATH": os.environ.get("PATH", ""),
            **discord.environment(),
            "MINIMAX_BASE_URL": minimax.url,
            "MINIMAX_API_KEY": SANDBOX_API_KEY,
            "MINIMAX_DOWNLOAD_HOSTS": "127.0.0.1",
            "MYNA_DATA_DIR": str(self.data),
            **(settings or {}),
        }

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def log(self) -> str:
        """What it wrote to standard error, over all its starts."""
        return self._log.read_text(encoding="utf-8") if self._log.exists() else ""

    async def launch(self) -> RunningProcess:
        """Start the process without waiting for it to connect."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, *self._command),
                env=self.environment,
                cwd=self._folder,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        return self._process

    async def start(self) -> None:
        """Start it and wait until it is connected.

        Raises:
            ProductStopped: it ended instead.
            TimeoutError: it did neither.
        """
        seen = len(self._discord.events)
        process = await self.launch()
        async with asyncio.timeout(STARTING_SECONDS), asyncio.TaskGroup() as tasks:
            ended = tasks.create_task(process.wait())
            ready = tasks.create_task(
                self._discord.wait_for(lambda event: event.name == "ready", STARTING_SECONDS, seen)
            )
            await asyncio.wait({ended, ready}, return_when=asyncio.FIRST_COMPLETED)
            for task in (ended, ready):
                task.cancel()
        if process.returncode is not None:
            raise ProductStopped(self.log[-2000:])

    async def stop(self) -> int | None:
        """Ask it to stop, wait, and return its exit code; None where it does not run."""
        return await self._end(signal.SIGTERM)

    async def kill(self) -> None:
        """End it at once, as a power cut would."""
        await self._end(signal.SIGKILL)

    async def _end(self, how: signal.Signals) -> int | None:
        process, self._process = self._process, None
        if process is None:
            return None
        if process.returncode is None:
            process.send_signal(how)
            try:
                async with asyncio.timeout(STOPPING_SECONDS):
                    await process.wait()
            except TimeoutError:
                process.kill()
                await process.wait()
        return process.returncode
