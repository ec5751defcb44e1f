"""Discord's ways to see and decide who may have one's voice cloned."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.frontends import wording_consent as words
from bot.frontends.discord.addresses import person
from bot.frontends.discord.answers import answering
from bot.frontends.discord.asking import mention
from bot.frontends.discord.client import MynaBot
from bot.frontends.discord.face import Press, face_of
from bot.frontends.discord.markup import NOBODY, quote


@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
class Consent(commands.GroupCog, name="consent", description=words.COMMAND_GROUP):
    """Everything about one's yes and no."""

    @app_commands.command(name="list", description=words.COMMAND_LIST)
    async def list_consents(self, interaction: Press) -> None:
        """Show what waits for an answer, and what stands."""
        async with answering(interaction):
            face = face_of(interaction)
            overview = await face.services.ask_consent.overview(person(interaction.user))
            await _say(interaction, words.overview_text(overview, face.now(), quote, mention))

    @app_commands.command(description=words.COMMAND_NEVER)
    @app_commands.describe(never=words.OPTION_NEVER)
    async def never(self, interaction: Press, never: bool) -> None:  # noqa: FBT001  by name
        """Go into the registry of those whom nobody may clone, or out of it."""
        async with answering(interaction):
            asking = face_of(interaction).services.ask_consent
            await asking.set_never_cloned(person(interaction.user), never=never)
            await _say(interaction, words.NEVER_ON if never else words.NEVER_OFF)

    @app_commands.command(description=words.COMMAND_REVOKE)
    @app_commands.describe(member=words.OPTION_ASKER)
    async def revoke(self, interaction: Press, member: discord.User) -> None:
        """Take a standing yes back."""
        async with answering(interaction):
            asking = face_of(interaction).services.ask_consent
            revoked = await asking.revoke(person(interaction.user), person(member))
            await _say(interaction, words.revoked_text(revoked, person(member), mention))


async def _say(interaction: Press, text: str) -> None:
    await interaction.response.send_message(text, ephemeral=True, allowed_mentions=NOBODY)


async def setup(bot: MynaBot) -> None:
    """Load the cog, as discord.py asks extensions to."""
    await bot.add_cog(Consent())
