"""Discord's way to see what was spent: a picture and a table, for oneself or for the server."""

import io

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.people import PersonId, is_erased
from bot.domain.usage import DAYS_MOST, UsageReport
from bot.frontends import wording_money
from bot.frontends import wording_usage as words
from bot.frontends.chart import ChartFailed, draw
from bot.frontends.discord.answers import answering
from bot.frontends.discord.asking import asker_of, native_id
from bot.frontends.discord.client import MynaBot
from bot.frontends.discord.face import Press, face_of
from bot.frontends.discord.markup import NOBODY
from bot.frontends.discord.names import member_names

_PICTURE = "usage.png"


class Usage(commands.Cog):
    """What was spent, and what is left."""

    @app_commands.command(description=wording_money.COMMAND_USAGE)
    @app_commands.describe(
        days=wording_money.OPTION_USAGE_DAYS, everyone=wording_money.OPTION_EVERYONE
    )
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def usage(
        self,
        interaction: Press,
        days: app_commands.Range[int, 1, DAYS_MOST] = 7,
        everyone: bool = False,  # noqa: FBT001, FBT002  Discord passes options by name
    ) -> None:
        """Show what was spent; to the asker alone, since it tells what they do."""
        async with answering(interaction):
            await interaction.response.defer(ephemeral=True, thinking=True)
            report = await face_of(interaction).services.usage.report(
                asker_of(interaction), days=days, everyone=everyone
            )
            names = await _names_in(interaction, report)
            text = f"{words.headline(report)}\n```\n{words.table(report, names)}\n```"
            try:
                picture = await draw(report, names)
            except ChartFailed:
                await interaction.followup.send(text, ephemeral=True, allowed_mentions=NOBODY)
                return
            file = discord.File(
                io.BytesIO(picture), _PICTURE, description=words.description(report)
            )
            await interaction.followup.send(
                text, file=file, ephemeral=True, allowed_mentions=NOBODY
            )


async def _names_in(interaction: Press, report: UsageReport) -> dict[PersonId, str]:
    shares = report.shares[: words.MEMBERS_SHOWN]
    people = [share.person for share in shares if not is_erased(share.person)]
    if interaction.guild is None or not people:
        return {}
    names = await member_names(interaction.guild, [native_id(each) for each in people])
    return {each: names[native_id(each)] for each in people if native_id(each) in names}


async def setup(bot: MynaBot) -> None:
    """Load the cog, as discord.py asks extensions to."""
    await bot.add_cog(Usage())
