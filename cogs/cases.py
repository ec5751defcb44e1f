"""Discord's way to look through cases and the audit log."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.errors import MynaError
from bot.domain.moderation import PENDING, CaseKey, CaseState, Origin
from bot.frontends import wording_cases as words
from bot.frontends.discord.addresses import person
from bot.frontends.discord.answers import answering
from bot.frontends.discord.asking import asker_of
from bot.frontends.discord.case_views import MARKUP, show_case
from bot.frontends.discord.client import MynaBot
from bot.frontends.discord.face import Press, face_of
from bot.frontends.discord.markup import NOBODY

_SHOWN = 10
_LOG_SHOWN = 15
_CHOICES_MAX = 25
"""Choices of an option (Discord, application commands)."""


@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
class Cases(commands.GroupCog, name="cases", description=words.COMMAND_GROUP):
    """Everything for who decides cases; the services ask who that is."""

    @app_commands.command(name="list", description=words.COMMAND_LIST)
    @app_commands.describe(
        state=words.OPTION_STATE, origin=words.OPTION_ORIGIN, member=words.OPTION_MEMBER
    )
    @app_commands.choices(
        state=[
            app_commands.Choice(name=name, value=state.value)
            for state, name in words.STATES.items()
        ],
        origin=[
            app_commands.Choice(name=name, value=origin.value)
            for origin, name in words.ORIGINS.items()
        ],
    )
    async def list_cases(
        self,
        interaction: Press,
        state: app_commands.Choice[str] | None = None,
        origin: app_commands.Choice[str] | None = None,
        member: discord.User | None = None,
    ) -> None:
        """List the newest cases; without a state those that wait."""
        async with answering(interaction):
            states = PENDING if state is None else {CaseState(state.value)}
            found = await face_of(interaction).services.moderate.find(
                asker_of(interaction),
                states=() if state is None and member is not None else states,
                origin=None if origin is None else Origin(origin.value),
                person=None if member is None else person(member),
                limit=_SHOWN,
            )
            await interaction.response.send_message(
                words.list_text(found, MARKUP), ephemeral=True, allowed_mentions=NOBODY
            )

    @app_commands.command(description=words.COMMAND_SHOW)
    @app_commands.describe(case=words.OPTION_CASE)
    async def show(self, interaction: Press, case: str) -> None:
        """Show one case with its buttons."""
        async with answering(interaction):
            moderate = face_of(interaction).services.moderate
            key = CaseKey(case.strip().strip("`"))
            await show_case(interaction, await moderate.look(asker_of(interaction), key))

    @show.autocomplete("case")
    async def suggest_case(self, interaction: Press, typed: str) -> list[app_commands.Choice[str]]:
        """Offer the newest cases; nothing to who may not see them."""
        moderate = face_of(interaction).services.moderate
        try:
            found = await moderate.find(asker_of(interaction), limit=100)
        except MynaError:
            return []
        return [
            app_commands.Choice(name=words.choice_text(case)[:100], value=case.key)
            for case in found
            if typed.strip().casefold() in words.choice_text(case).casefold()
        ][:_CHOICES_MAX]

    @app_commands.command(description=words.COMMAND_LOG)
    @app_commands.describe(case=words.OPTION_CASE)
    async def log(self, interaction: Press, case: str | None = None) -> None:
        """Show who did what, newest first."""
        async with answering(interaction):
            entries = await face_of(interaction).services.moderate.log(
                asker_of(interaction), limit=_LOG_SHOWN, subject=case
            )
            shown = words.log_text(entries, MARKUP)
            embed = discord.Embed(title=words.LOG_TITLE, description=shown)
            await interaction.response.send_message(
                embed=embed, ephemeral=True, allowed_mentions=NOBODY
            )


async def setup(bot: MynaBot) -> None:
    """Load the cog, as discord.py asks extensions to."""
    await bot.add_cog(Cases())
