"""Discord's ways to look after one's voices: the list, sharing, the default voice."""

from datetime import timedelta

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.errors import GrantInvalid
from bot.domain.people import role_on, server_on
from bot.domain.sharing import Scope, of_person, of_role, of_server
from bot.frontends import wording_library as words
from bot.frontends.discord.addresses import FACE, person
from bot.frontends.discord.answers import answering
from bot.frontends.discord.asking import asker_of
from bot.frontends.discord.client import MynaBot
from bot.frontends.discord.face import Press, face_of
from bot.frontends.discord.library_views import show_list
from bot.frontends.discord.markup import NOBODY, quote
from bot.frontends.discord.scopes import scope_names
from bot.frontends.discord.voice_choices import own_voice_choices, voice_choices

_DAYS_MOST = 3650


@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
class Voices(commands.GroupCog, name="voices", description=words.COMMAND_GROUP):
    """Everything about voices that exist."""

    @app_commands.command(name="list", description=words.COMMAND_LIST)
    async def list_voices(self, interaction: Press) -> None:
        """Show one's voices, with all that can be done with them."""
        async with answering(interaction):
            await show_list(interaction)

    @app_commands.command(description=words.COMMAND_DEFAULT)
    @app_commands.describe(voice=words.OPTION_ANY_VOICE)
    async def default(self, interaction: Press, voice: str) -> None:
        """Choose the voice that speaks where none is named."""
        async with answering(interaction):
            chosen = await face_of(interaction).services.library.set_default(
                asker_of(interaction), voice
            )
            await _say(interaction, words.default_text(chosen.label, quote=quote))

    @app_commands.command(description=words.COMMAND_SHARE)
    @app_commands.describe(
        voice=words.OPTION_OWN_VOICE,
        member=words.OPTION_MEMBER,
        role=words.OPTION_ROLE,
        server=words.OPTION_SERVER,
        days=words.OPTION_DAYS,
    )
    async def share(  # noqa: PLR0917  Discord passes options by name
        self,
        interaction: Press,
        voice: str,
        member: discord.User | None = None,
        role: discord.Role | None = None,
        server: bool = False,  # noqa: FBT001, FBT002  as above
        days: app_commands.Range[int, 1, _DAYS_MOST] | None = None,
    ) -> None:
        """Let a person, a role or this server speak with a voice."""
        async with answering(interaction):
            library, asker = face_of(interaction).services.library, asker_of(interaction)
            scope = _scope(interaction, member, role, server=server)
            shared = await library.own_labelled(asker, voice)
            lasting = None if days is None else timedelta(days=days)
            grant = await library.share(asker, shared.key, scope, lasting=lasting)
            name = scope_names(interaction.guild)
            await _say(interaction, words.shared_text(shared, grant, quote=quote, scope=name))

    @app_commands.command(description=words.COMMAND_UNSHARE)
    @app_commands.describe(
        voice=words.OPTION_OWN_VOICE,
        member=words.OPTION_MEMBER,
        role=words.OPTION_ROLE,
        server=words.OPTION_SERVER,
    )
    async def unshare(
        self,
        interaction: Press,
        voice: str,
        member: discord.User | None = None,
        role: discord.Role | None = None,
        server: bool = False,  # noqa: FBT001, FBT002  Discord passes options by name
    ) -> None:
        """Take a grant back."""
        async with answering(interaction):
            library, asker = face_of(interaction).services.library, asker_of(interaction)
            scope = _scope(interaction, member, role, server=server)
            shared = await library.own_labelled(asker, voice)
            await library.revoke(asker, shared.key, scope)
            name = scope_names(interaction.guild)
            await _say(interaction, words.unshared_text(shared, scope, quote=quote, scope=name))

    @share.autocomplete("voice")
    @unshare.autocomplete("voice")
    async def suggest_own(self, interaction: Press, typed: str) -> list[app_commands.Choice[str]]:
        """Offer one's own voices."""
        return await own_voice_choices(interaction, typed)

    @default.autocomplete("voice")
    async def suggest_any(self, interaction: Press, typed: str) -> list[app_commands.Choice[str]]:
        """Offer every voice that one may speak with."""
        return await voice_choices(interaction, typed)


def _scope(
    interaction: Press, member: discord.User | None, role: discord.Role | None, *, server: bool
) -> Scope:
    """Return with whom to share.

    Raises:
        GrantInvalid: not exactly one was named, or the server outside of any.
    """
    scopes = []
    if member is not None:
        scopes.append(of_person(person(member)))
    if role is not None:
        scopes.append(of_role(role_on(FACE, role.id)))
    if server and interaction.guild_id is not None:
        scopes.append(of_server(server_on(FACE, interaction.guild_id)))
    if len(scopes) != 1:
        raise GrantInvalid
    return scopes[0]


async def _say(interaction: Press, text: str) -> None:
    await interaction.response.send_message(text, ephemeral=True, allowed_mentions=NOBODY)


async def setup(bot: MynaBot) -> None:
    """Load the cog, as discord.py asks extensions to."""
    await bot.add_cog(Voices(bot))
