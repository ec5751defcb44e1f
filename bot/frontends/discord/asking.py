"""Who presses, where, and as what: taken from what Discord vouches for with the interaction."""

import discord

from bot.domain.people import Asker, role_on, server_on
from bot.frontends.discord.addresses import FACE, person
from bot.frontends.discord.face import Press


def asker_of(interaction: Press) -> Asker:
    """Return the asker of an interaction.

    Whoever may manage messages everywhere on the server counts as a moderator. In one channel is
    not enough: a moderator sees what everybody spent, and what was said elsewhere.
    """
    user, guild = interaction.user, interaction.guild_id
    if guild is None:
        return Asker(person(user))
    roles = user.roles if isinstance(user, discord.Member) else []
    return Asker(
        person=person(user),
        server=server_on(FACE, guild),
        roles=frozenset(role_on(FACE, role.id) for role in roles),
        moderates=isinstance(user, discord.Member) and user.guild_permissions.manage_messages,
    )


def native_id(name: str) -> int:
    """Return Discord's own id in `discord:1234`, or in a scope that ends so."""
    return int(name.rpartition(":")[2])


def mention(name: str) -> str:
    """Return Discord's markup that shows a person by their name."""
    return f"<@{native_id(name)}>"
