"""Myna as its own process before the two stand-ins, and people who press its command."""

import asyncio
import json
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from benchmarks import observed
from bot.notes import BUILT_IN_NOTE
from bot.sandbox.discord import Channel, DiscordStandIn, Interaction
from bot.sandbox.discord.events import Event
from bot.sandbox.minimax import MiniMaxStandIn, ToneVoice
from bot.sandbox.product import Product

NOTE = ("voice-message.ogg", BUILT_IN_NOTE.read_bytes(), "audio/ogg")
UNLIMITED_RPM = 6000
"""Calls a minute, at the bot and at the stand-in: the service's limit is not what is measured."""

PATIENCE_SECONDS = 600.0
BUBBLE_SECONDS = 30.0
"""How long one bubble may take."""
_AFTER_THE_BUBBLE = "files/delete"


class ServiceTime:
    """Adds up how long MiniMax worked on what a bubble waits for, in seconds."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def watch(self, minimax: MiniMaxStandIn) -> None:
        """Measure every request from now on; the stand-in must not be started yet."""

        @web.middleware
        async def timed(request: web.Request, handler: Handler) -> web.StreamResponse:
            started = time.perf_counter()
            try:
                return await handler(request)
            finally:
                if not request.path.endswith(_AFTER_THE_BUBBLE):
                    self.seconds += time.perf_counter() - started

        minimax._runner.app.middlewares.insert(0, timed)  # noqa: SLF001  the stand-in has no use for it

    def take(self) -> float:
        """Return the sum, and begin a new one."""
        seconds, self.seconds = self.seconds, 0.0
        return seconds


class Script:
    """A peer: a warm process that takes one order a line, and answers each with a line."""

    def __init__(self, process: Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._orders, self._answers = process.stdin, process.stdout

    async def order(self, order: Mapping[str, Any]) -> None:
        """Send one order."""
        self._orders.write(json.dumps(order).encode() + b"\n")
        await self._orders.drain()

    async def done(self) -> None:
        """Wait until the order is carried out."""
        await self._answers.readline()

    def close(self) -> None:
        """Let it end."""
        self._orders.close()


@dataclass
class Stage:
    """One server with one channel, which everybody orders in."""

    discord: DiscordStandIn
    minimax: MiniMaxStandIn
    myna: Product
    channel: Channel
    lag_file: Path
    service: ServiceTime
    pressed: list[Interaction] = field(default_factory=list)

    async def press(self) -> Interaction:
        """Let somebody new order a clone."""
        number = len(self.pressed)
        person = self.discord.add_person(f"person-{number}")
        interaction = await self.discord.slash(
            *(person, self.channel, "clone"),
            note=NOTE,
            name=f"Voice {number}",
            consent=True,
            text="Hello there.",
        )
        self.pressed.append(interaction)
        return interaction

    async def seconds_to_bubble(self, start: Callable[[], Awaitable[object]]) -> float:
        """Return the time until a message with audio appears, less that of the service.

        Raises:
            TimeoutError: that took longer than `BUBBLE_SECONDS`.
        """
        seen = len(self.discord.events)
        self.service.take()
        started = time.perf_counter()
        await start()
        await self.discord.wait_for(_is_bubble, BUBBLE_SECONDS, seen)
        return time.perf_counter() - started - self.service.take()

    @asynccontextmanager
    async def script(self, file: Path) -> AsyncIterator[Script]:
        """Run a peer on the same stand-ins, told of them as Myna is."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", str(file)),
            env=self.myna.environment,
            stdin=PIPE,
            stdout=PIPE,
        )
        script = Script(process)
        try:
            yield script
        finally:
            script.close()
            await process.wait()

    @property
    def concluded(self) -> int:
        """How many orders have their card."""
        shown = (each.original for each in self.pressed)
        return sum(
            message is not None and not message.json["content"].startswith("Cloning ")
            for message in shown
        )

    async def until_idle(self) -> None:
        """Wait until every order has its card and its sample is deleted at the provider.

        Raises:
            TimeoutError: that took longer than `PATIENCE_SECONDS`.
        """
        ledger = self.minimax.ledger
        async with asyncio.timeout(PATIENCE_SECONDS):
            while ledger.file_deletions < len(self.pressed) or self.concluded < len(self.pressed):  # noqa: ASYNC110  two logs
                await asyncio.sleep(0.1)

    def lags(self, since: float, until: float) -> list[float]:
        """Return how late the bot's loop was between two times, in seconds; times since 1970."""
        lines = map(json.loads, self.lag_file.read_text(encoding="ascii").splitlines())
        return [lag for line in lines if since <= line["at"] <= until for lag in line["lags"]]


def _is_bubble(event: Event) -> bool:
    return event.name == "MESSAGE_CREATE" and bool(event.data["attachments"])


@asynccontextmanager
async def stage(
    *, with_lag: bool = False, settings: Mapping[str, str] | None = None
) -> AsyncIterator[Stage]:
    """Open it, with Myna connected; `settings` beside those that lift the limit of clones.

    Raises:
        RuntimeError: on leaving, where the strict Discord found something wrong with the bot.
    """
    with TemporaryDirectory(prefix="myna-benchmark-") as name:
        folder = Path(name)
        lag_file = folder / "lags"
        command = ("-m", "bot", "run")
        if with_lag:
            command = ("-P", str(Path(observed.__file__)), str(lag_file))
        rpm = {"voice_clone": UNLIMITED_RPM, "t2a_v2": UNLIMITED_RPM}
        minimax = MiniMaxStandIn(voice=ToneVoice(), rpm=rpm)
        service = ServiceTime()
        service.watch(minimax)
        async with DiscordStandIn() as discord, minimax:
            channel = discord.add_channel(discord.add_server("Aviary"), "voices")
            usual = {"MINIMAX_CLONE_RPM": str(UNLIMITED_RPM), "MYNA_LOG_LEVEL": "WARNING"}
            given = {**usual, **(settings or {})}
            myna = Product(folder, discord, minimax, settings=given, command=command)
            async with myna:
                yield Stage(discord, minimax, myna, channel, lag_file, service)
            if discord.complaints:
                raise RuntimeError(f"Discord complains: {discord.complaints[:3]}")
