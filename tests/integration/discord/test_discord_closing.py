"""What is being done about Discord's news ends before what it works with is closed."""

import asyncio
from dataclasses import replace
from typing import cast

import discord

from bot.services.presence import Presence
from tests.fakes.discord_scene import scene


class SlowPresence:
    """Takes in news at length; the last of it is done even where it is cut short."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.ended = False

    async def joined(self, _: str) -> None:
        self.begun.set()
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0)  # as a transaction that is finished first
            self.ended = True


async def test_closing_waits_for_what_is_being_done_and_nothing_begins_after() -> None:
    slow = SlowPresence()
    async with scene() as stage, stage.myna() as running:
        bot = running.bot
        services = replace(bot.face.services, presence=cast("Presence", slow))
        bot.face = replace(bot.face, services=services)
        guild = cast("discord.Guild", discord.Object(5))
        bot.dispatch("guild_join", guild)
        await slow.begun.wait()

        await bot.close()
        assert slow.ended

    slow.begun.clear()
    await bot.on_guild_join(guild)
    assert not slow.begun.is_set()
