"""Kill -9 at random moments, with twenty clones in flight, while the world goes on."""

import asyncio
import os
import secrets
from contextlib import AsyncExitStack
from pathlib import Path
from random import Random
from statistics import median

from bot.sandbox.discord import DiscordStandIn
from bot.sandbox.minimax import MiniMaxStandIn, ToneVoice
from bot.sandbox.minimax.vocabulary import EndpointName
from bot.sandbox.product import Product
from tests.faults.crowd import Crowd, results
from tests.faults.killer import Killer

KILLS = 25
KILLS_WHILE_STARTING = 5
IN_FLIGHT = 20
LATENCY_SECONDS: dict[EndpointName, float] = {
    "files/upload": 0.15,
    "voice_clone": 0.3,
    "files/delete": 0.1,
}
"""Of the provider, so that a kill finds orders in every step."""
DRAINING_SECONDS = 60.0


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
