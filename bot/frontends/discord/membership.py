"""Who is on which server, as Discord says when asked about one person."""

from collections.abc import Collection
from typing import Final

import discord

from bot.domain.people import PersonId, RoleId, ServerId, role_on, server_on
from bot.frontends.discord.addresses import FACE
from bot.frontends.discord.asking import native_id
from bot.frontends.discord.errors import translated

_NOT_THERE: Final = frozenset({10007, 10013})
"""Unknown member; unknown user, whose account is gone (Discord, JSON error codes)."""


class DiscordMembership:
    """Fills the `Membership` port; needs no privileged intent."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client

    async def is_member(self, server: ServerId, person: PersonId) -> bool | None:
        """Say whether somebody is on a server; None where Myna cannot look.

        Raises:
            FaceDown: Discord did not answer.
        """
        guild = self._client.get_guild(native_id(server))
        if guild is None or guild.unavailable:
            return None
        with translated():
            try:
                await guild.fetch_member(native_id(person))
            except discord.NotFound as error:
                return False if error.code in _NOT_THERE else None
            except discord.Forbidden:
                return None
        return True


def server_of(guild: discord.Guild) -> ServerId:
    """Return what the core calls a server of Discord."""
    return server_on(FACE, guild.id)


def roles_of(guild: discord.Guild) -> Collection[RoleId]:
    """Return what the core calls the roles of a server."""
    return [role_on(FACE, role.id) for role in guild.roles]
