"""Kills the bot at random moments, while people keep ordering."""

import asyncio
import os
import secrets
from dataclasses import dataclass, field
from random import Random

from bot.sandbox.product import Product
from tests.faults.crowd import Crowd

_FILLING_SECONDS = 6.0
"""How long a start may take until everybody has ordered; on a busy machine, fewer will have."""

_DRAINING_SECONDS = 60.0
"""How long a start without a kill may take for what is left to do."""


def chance_of_the_run() -> Random:
    """Return what decides about every kill: the same again with the same KILL_SEED."""
    seed = int(os.environ.get("KILL_SEED") or secrets.randbits(32))
    print(f"KILL_SEED={seed}")  # noqa: T201  shown when it fails, and with -s
    return Random(seed)  # noqa: S311  chance, no secret


@dataclass
class Killer:
    """Starts the bot and kills it, again and again; a life ends within `living_seconds`."""

    myna: Product
    crowd: Crowd
    chance: Random
    living_seconds: float = 3.0
    found_in_flight: list[int] = field(default_factory=list)
    starting_seconds: float = 1.0

    async def live_and_die(self) -> None:
        """Start the bot, let everybody order, and kill it at some moment after that."""
        clock = asyncio.get_running_loop().time
        started = clock()
        await self.myna.launch()
        while not self._is_full() and clock() < started + _FILLING_SECONDS:
            await self._go_on(0.02)
        self.starting_seconds = clock() - started
        await self._go_on(self.chance.uniform(0.0, self.living_seconds))
        last_moment = self.chance.randrange(5)
        # On a busy machine the first start may take longer than this: no command is there yet.
        if self.crowd.discord.gateway.is_connected:
            await self.crowd.press(last_moment)
        await asyncio.sleep(self.chance.uniform(0.0, 0.1))
        await self._kill()

    async def die_while_starting(self) -> None:
        """Start the bot and kill it before it has taken up all it left."""
        await self.myna.launch()
        await self._go_on(self.chance.uniform(0.0, self.starting_seconds))
        await self._kill()

    async def live_on(self) -> list[str]:
        """Start the bot, let it finish all that it accepted, and stop it.

        Returns:
            What was wrong with that: a complaint of Discord's, the exit code, a traceback.
        """
        await self.myna.start()
        await self._drained()
        exit_code = await self.myna.stop()
        complaints = map(str, self.crowd.discord.complaints)
        wrong = [each for each in complaints if "never answered" not in each]
        if exit_code != 0:
            wrong.append(f"exit code {exit_code}")
        if "Traceback" in self.myna.log:
            wrong.append(self.myna.log)
        return wrong

    def files_left(self) -> list[str]:
        """Return the names of the files that jobs have not removed."""
        return [path.name for path in (self.myna.data / "work").rglob("*") if path.is_file()]

    async def _drained(self) -> None:
        """Wait until every accepted order has its card and its files are gone, while it may."""
        clock = asyncio.get_running_loop().time
        end = clock() + _DRAINING_SECONDS
        while clock() < end:
            await asyncio.sleep(0.1)
            if all(order.card for order in self.crowd.accepted) and not self.files_left():
                return

    async def _kill(self) -> None:
        await self.myna.kill()
        while self.crowd.discord.gateway.is_connected:  # noqa: ASYNC110  the socket's end is no event
            await asyncio.sleep(0.01)
        self.found_in_flight.append(len(self.crowd.in_flight))
        self.crowd.bot_died()

    async def _go_on(self, seconds: float) -> None:
        clock = asyncio.get_running_loop().time
        end = clock() + seconds
        while (left := end - clock()) > 0:
            await self.crowd.top_up()
            await asyncio.sleep(min(0.02, left))

    def _is_full(self) -> bool:
        return (
            self.crowd.discord.gateway.is_connected and len(self.crowd.in_flight) >= self.crowd.size
        )
