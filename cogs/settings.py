"""Discord's way to set the rules of a server."""

from discord import app_commands
from discord.ext import commands

from bot.frontends import wording_settings as words
from bot.frontends.discord.answers import answering
from bot.frontends.discord.client import MynaBot
from bot.frontends.discord.face import Press
from bot.frontends.discord.settings_views import show_settings


class Settings(commands.Cog):
    """The panel of a server's rules."""

    @app_commands.command(description=words.COMMAND)
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
    @app_commands.default_permissions(manage_guild=True)
    async def settings(self, interaction: Press) -> None:
        """Show the rules of this server, to be changed."""
        async with answering(interaction):
            await show_settings(interaction)


async def setup(bot: MynaBot) -> None:
    """Load the cog, as discord.py asks extensions to."""
    await bot.add_cog(Settings())
