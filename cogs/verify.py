"""Discord's way to ask whether Myna made an audio file."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.people import NoteRef
from bot.frontends import wording_verify as words
from bot.frontends.discord.addresses import audio_in, note
from bot.frontends.discord.answers import answering
from bot.frontends.discord.asking import mention
from bot.frontends.discord.client import MynaBot
from bot.frontends.discord.face import Press, face_of
from bot.frontends.discord.markup import NOBODY, quote


class Verify(commands.Cog):
    """Everything about where audio comes from."""

    def __init__(self, bot: MynaBot) -> None:
        self._bot = bot
        self._menu = app_commands.ContextMenu(name=words.COMMAND_VERIFY, callback=verify_message)

    async def cog_load(self) -> None:
        """Add the message menu, which a cog does not add by itself."""
        self._bot.tree.add_command(self._menu)

    async def cog_unload(self) -> None:
        """Take the message menu away with the cog."""
        self._bot.tree.remove_command(self._menu.name, type=self._menu.type)

    @app_commands.command(description=words.COMMAND_VERIFY_FILE)
    @app_commands.describe(file=words.OPTION_FILE)
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def verify(self, interaction: Press, file: discord.Attachment) -> None:
        """Say whether Myna made the audio in a file that somebody has."""
        async with answering(interaction):
            await _verify(interaction, (note(file),))


@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
async def verify_message(interaction: Press, message: discord.Message) -> None:
    """Say whether Myna made the audio of a message, whoever posted it."""
    async with answering(interaction):
        await _verify(interaction, audio_in(message))


async def _verify(interaction: Press, files: tuple[NoteRef, ...]) -> None:
    await interaction.response.defer(ephemeral=True, thinking=True)
    found = await face_of(interaction).services.verify_audio.verify(files)
    await interaction.followup.send(
        words.verified_text(found, quote=quote, name=mention),
        ephemeral=True,
        allowed_mentions=NOBODY,
    )


async def setup(bot: MynaBot) -> None:
    """Load the cog, as discord.py asks extensions to."""
    await bot.add_cog(Verify(bot))
