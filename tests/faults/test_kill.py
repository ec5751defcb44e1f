"""Kill -9 at random moments, with twenty clones in flight, while the world goes on."""

import asyncio
import os
import secrets
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import median

from bot.sandbox.discord import DiscordStandIn
from bot.sandbox.minimax import MiniMaxStandIn, ToneVoice
from bot.sandbox.minimax.vocabulary import EndpointName
from bot.sandbox.product import Product
from tests.faults.crowd import Crowd, results

KILLS = 25
KILLS_WHILE_STARTING = 5
IN_FLIGHT = 20
LATENCY_SECONDS: dict[EndpointName, float] = {
    "files/upload": 0.15,
    "voice_clone": 0.3,
    "files/delete": 0.1,
}
"""Of the provider, so that a kill finds orders in every step."""
FILLING_SECONDS = 6.0
"""How long a start may take until everybody has ordered; on a busy machine, fewer will have."""
LIVING_SECONDS = 3.0
DRAINING_SECONDS = 60.0


@dataclass
class Killer:
    """Starts the bot and kills it, again and again."""

    myna: Product
    crowd: Crowd
    chance: Random
    found_in_flight: list[int] = field(default_factory=list)
    starting_seconds: float = 1.0

    async def live_and_die(self) -> None:
        """Start the bot, let everybody order, and kill it at some moment after that."""
        clock = asyncio.get_running_loop().time
        started = clock()
        await self.myna.launch()
        while not self._is_full() and clock() < started + FILLING_SECONDS:
            await self._go_on(0.02)
        self.starting_seconds = clock() - started
        await self._go_on(self.chance.uniform(0.0, LIVING_SECONDS))
        # Some order at the very last moment.
        await self.crowd.press(self.chance.randrange(5))
        await asyncio.sleep(self.chance.uniform(0.0, 0.1))
        await self._kill()

    async def die_while_starting(self) -> None:
        """Start the bot and kill it before it has taken up all it left."""
        await self.myna.launch()
        await self._go_on(self.chance.uniform(0.0, self.starting_seconds))
        await self._kill()

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
        return self.crowd.discord.gateway.is_connected and len(self.crowd.in_flight) >= IN_FLIGHT


async def test_killed_at_any_moment_it_loses_nothing_clones_once_and_posts_once(
    tmp_path: Path,
) -> None:
    seed = int(os.environ.get("KILL_SEED") or secrets.randbits(32))
    print(f"KILL_SEED={seed}")  # noqa: T201  shown when it fails, and with -s
    async with AsyncExitStack() as stack:
        # A slow answer is no loss: how fast the bot answers is measured elsewhere.
        discord = await stack.enter_async_context(DiscordStandIn(ack_deadline=60.0))
        minimax = await stack.enter_async_context(
            MiniMaxStandIn(voice=ToneVoice(), rpm={"voice_clone": 100_000})
        )
        for endpoint, seconds in LATENCY_SECONDS.items():
            minimax.faults.delay(endpoint, seconds)
        channel = discord.add_channel(discord.add_server("Aviary"), "voices")
        crowd = Crowd(discord, channel, IN_FLIGHT)
        settings = {"MINIMAX_CLONE_RPM": "6000", "MYNA_CLONES_AT_ONCE": str(IN_FLIGHT)}
        myna = Product(tmp_path, discord, minimax, settings=settings)
        stack.push_async_callback(myna.stop)
        killer = Killer(myna, crowd, Random(seed))  # noqa: S311  chance, no secret

        await killer.live_and_die()
        lives = [killer.live_and_die] * (KILLS - 1 - KILLS_WHILE_STARTING)
        lives += [killer.die_while_starting] * KILLS_WHILE_STARTING
        killer.chance.shuffle(lives)
        for life in lives:
            await life()
        await myna.start()
        await _drained(crowd, myna)
        exit_code = await myna.stop()

        found = results(crowd, minimax)
        strays = minimax.ledger.uploads - minimax.ledger.file_deletions
        print(  # noqa: T201  as above
            f"{len(found)} of {len(crowd.orders)} orders were accepted;"
            f" {sum(result.previews for result in found)} previews arrived;"
            f" {strays} of {minimax.ledger.uploads} uploads stayed at the provider"
        )
        complaints = map(str, discord.complaints)
        assert [each for each in complaints if "never answered" not in each] == []
        assert exit_code == 0
        assert "Traceback" not in myna.log
        assert len(killer.found_in_flight) == KILLS
        assert median(killer.found_in_flight) >= IN_FLIGHT * 0.75
        assert [result for result in found if not result.is_exact] == []
        assert _files_left(myna) == []
        # Discord shows no message that belongs to no order.
        assert len(discord.messages(channel)) == len(found) + sum(each.previews for each in found)


async def _drained(crowd: Crowd, myna: Product) -> None:
    """Wait until every accepted order has its card and its files are gone, as long as it may."""
    clock = asyncio.get_running_loop().time
    end = clock() + DRAINING_SECONDS
    while clock() < end:
        await asyncio.sleep(0.1)
        if all(order.card for order in crowd.accepted) and not _files_left(myna):
            return


def _files_left(myna: Product) -> list[str]:
    return [path.name for path in (myna.data / "work").rglob("*") if path.is_file()]
