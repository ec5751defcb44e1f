"""What a sentence has to know of people: their language, and what they are called."""

import asyncio

import discord

from bot.domain.people import PersonId
from bot.frontends.discord.addresses import person
from bot.frontends.discord.asking import native_id
from bot.frontends.discord.errors import translated
from bot.frontends.discord.face import Press
from bot.frontends.discord.names import NAMES_SECONDS
from bot.services.spoken_consent import Speaker


def speaker_of(interaction: Press) -> Speaker:
    """Return the presser as one who may have to speak a sentence."""

    async def name_of(whom: PersonId) -> str:
        if whom == person(interaction.user):
            return _called(interaction.user)
        with translated():
            try:
                async with asyncio.timeout(NAMES_SECONDS):
                    return _called(await interaction.client.fetch_user(native_id(whom)))
            except discord.NotFound:  # they left Discord
                return ""

    return Speaker(interaction.locale.value, name_of)


def _called(user: discord.abc.User) -> str:
    """Return a name of which something can be spoken, if they have one."""
    shown = user.display_name
    return shown if any(each.isalnum() for each in shown) else user.name
