"""A bot as its own process, led to the stand-in by nothing but its environment."""

import asyncio
import os
import sys

from tests.integration.discord_probe import OGG, a_town


async def test_an_unmodified_bot_process_is_led_here_by_its_environment() -> None:
    async with a_town() as town:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-W",
            "ignore",
            "-m",
            "tests.fakes.discord_probe_bot",
            env={**os.environ, **town.stand_in.environment()},
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            await town.stand_in.ready(30)
            interaction = await town.stand_in.slash(
                town.alice, town.channel, "reverse", clip=("in.ogg", OGG)
            )
            await interaction.completed()
        finally:
            process.terminate()
            await process.wait()

        assert interaction.message is not None
        assert town.stand_in.names_asked == {
            "discord.com",
            "gateway.discord.gg",
            "cdn.discordapp.com",
        }
