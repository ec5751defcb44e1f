"""Kill -9 at random moments, with twenty clones in flight, while the world goes on."""

from contextlib import AsyncExitStack
from pathlib import Path
from statistics import median

from bot.sandbox.discord import DiscordStandIn
from bot.sandbox.minimax import MiniMaxStandIn, ToneVoice
from bot.sandbox.minimax.vocabulary import EndpointName
from bot.sandbox.product import Product
from tests.faults.crowd import Crowd, results
from tests.faults.killer import Killer, chance_of_the_run

KILLS = 25
KILLS_WHILE_STARTING = 5
IN_FLIGHT = 20
LATENCY_SECONDS: dict[EndpointName, float] = {
    "files/upload": 0.15,
    "voice_clone": 0.3,
    "files/delete": 0.1,
}
"""Of the provider, so that a kill finds orders in every step."""


async def test_killed_at_any_moment_it_loses_nothing_clones_once_and_posts_once(
    tmp_path: Path,
) -> None:
    chance = chance_of_the_run()
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
        killer = Killer(myna, crowd, chance)

        await killer.live_and_die()
        lives = [killer.live_and_die] * (KILLS - 1 - KILLS_WHILE_STARTING)
        lives += [killer.die_while_starting] * KILLS_WHILE_STARTING
        killer.chance.shuffle(lives)
        for life in lives:
            await life()
        wrong = await killer.live_on()

        found = results(crowd, minimax)
        strays = minimax.ledger.uploads - minimax.ledger.file_deletions
        print(  # noqa: T201  shown when it fails, and with -s
            f"{len(found)} of {len(crowd.orders)} orders were accepted;"
            f" {sum(result.previews for result in found)} previews arrived;"
            f" {strays} of {minimax.ledger.uploads} uploads stayed at the provider"
        )
        assert wrong == []
        assert len(killer.found_in_flight) == KILLS
        assert median(killer.found_in_flight) >= IN_FLIGHT * 0.75
        assert [result for result in found if not result.is_exact] == []
        assert killer.files_left() == []
        # Discord shows no message that belongs to no order.
        assert len(discord.messages(channel)) == len(found) + sum(each.previews for each in found)
