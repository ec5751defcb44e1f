"""Who presses, where, and as what: taken from what Discord vouches for with the interaction."""

import discord

from bot.domain.people import Asker, ChannelId, channel_on, is_erased, role_on, server_on
from bot.frontends.discord.addresses import FACE, person
from bot.frontends.discord.face import Face, Press, face_of
from bot.frontends.wording_erase import SOMEBODY


def asker_of(interaction: Press) -> Asker:
    """Return the asker of an interaction.

    Whoever may manage messages everywhere on the server counts as a moderator. In one channel is
    not enough: a moderator sees what everybody spent, and what was said elsewhere.
    """
    user, guild = interaction.user, interaction.guild_id
    operates = person(user) in face_of(interaction).operators
    if guild is None:
        return Asker(person(user), operates=operates)
    member = user if isinstance(user, discord.Member) else None
    return Asker(
        person=person(user),
        server=server_on(FACE, guild),
        roles=frozenset(role_on(FACE, role.id) for role in (member.roles if member else ())),
        moderates=member is not None and member.guild_permissions.manage_messages,
        channels=_channels(interaction),
        administers=member is not None and member.guild_permissions.manage_guild,
        operates=operates,
    )


def _channels(interaction: Press) -> frozenset[ChannelId]:
    """Return the channel; of a thread also the one that it hangs below."""
    place = interaction.channel
    ids = {interaction.channel_id, place.parent_id if isinstance(place, discord.Thread) else None}
    return frozenset(channel_on(FACE, one) for one in ids if one is not None)


async def default_model(face: Face, asker: Asker) -> str:
    """Return the model of who names none, where the asker is."""
    return await face.services.house_rules.model(asker.server, face.default_model)


def native_id(name: str) -> int:
    """Return Discord's own id in `discord:1234`, or in a scope that ends so."""
    return int(name.rpartition(":")[2])


def mention(name: str) -> str:
    """Return Discord's markup that shows a person by their name; of one erased nothing is known."""
    return SOMEBODY if is_erased(name) else f"<@{native_id(name)}>"
