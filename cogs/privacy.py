"""Discord's way to what is kept about oneself."""

import asyncio
import io

import discord
from discord import app_commands
from discord.ext import commands

from bot.frontends import wording_data as words
from bot.frontends.data_archive import Archive, pack
from bot.frontends.discord.addresses import person
from bot.frontends.discord.answers import answering
from bot.frontends.discord.client import MynaBot
from bot.frontends.discord.erase_views import ask_or_tell
from bot.frontends.discord.face import Press, face_of
from bot.frontends.discord.markup import NOBODY
from bot.frontends.wording_erase import COMMAND_ERASE

_FILE = "mydata.zip"


@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
class MyData(commands.GroupCog, name="mydata", description=words.COMMAND_GROUP):
    """What is kept about whoever asks."""

    @app_commands.command(description=words.COMMAND_EXPORT)
    async def export(self, interaction: Press) -> None:
        """Send all of it privately; nothing of it touches a disk or a log."""
        async with answering(interaction):
            await interaction.response.defer(ephemeral=True, thinking=True)
            privacy = face_of(interaction).services.privacy
            async with privacy.export(person(interaction.user)) as data:
                archive = await asyncio.to_thread(pack, data)
                await _hand_over(interaction, archive)

    @app_commands.command(description=COMMAND_ERASE)
    async def erase(self, interaction: Press) -> None:
        """Ask whether all of it is to be deleted, or tell how far that is."""
        async with answering(interaction):
            await ask_or_tell(interaction)


async def _hand_over(interaction: Press, archive: Archive) -> None:
    try:
        await interaction.user.send(
            _said(words.SENT_FOR, archive), file=_file(archive), allowed_mentions=NOBODY
        )
    except discord.Forbidden:
        await interaction.followup.send(
            _said(words.SENT_HERE, archive),
            file=_file(archive),
            ephemeral=True,
            allowed_mentions=NOBODY,
        )
    else:
        await interaction.followup.send(words.SENT, ephemeral=True)


def _said(text: str, archive: Archive) -> str:
    return f"{text} {words.CUT}" if archive.is_cut else text


def _file(archive: Archive) -> discord.File:
    return discord.File(io.BytesIO(archive.content), _FILE)


async def setup(bot: MynaBot) -> None:
    """Load the cog, as discord.py asks extensions to."""
    await bot.add_cog(MyData())
