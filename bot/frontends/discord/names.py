"""Make what was written in Discord speakable: mentions by name, markup gone."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Final

import discord

from bot.domain.errors import SpeechTooLong
from bot.domain.speeches import LONG_TEXT_LIMIT
from bot.frontends.discord.face import Press
from bot.frontends.discord.spoken import Names, ids_in, spoken

PEOPLE_MAX: Final = 5
"""People that are looked up for one text: each is a request to Discord."""

_MARKUP_MAX: Final = 2 * LONG_TEXT_LIMIT
"""Characters with their markup; more could not leave a text that is short enough to be spoken."""

NAMES_SECONDS: Final = 1.0
"""Of the three that Discord gives for an answer."""

log = logging.getLogger(__name__)


async def spoken_text(interaction: Press, text: str) -> str:
    """Return what is to be spoken of a text that somebody typed into a command, form or file.

    Raises:
        SpeechTooLong: it is far too long, whatever its markup comes to.
    """
    if len(text) > _MARKUP_MAX:
        raise SpeechTooLong(length=len(text), limit=LONG_TEXT_LIMIT)
    ids = ids_in(text)
    guild = interaction.guild
    users: dict[int, str] = {}
    if guild and ids.users:
        users = await member_names(guild, ids.users[:PEOPLE_MAX], seconds=NAMES_SECONDS)
    return spoken(text, _names_in(guild, users, ids.roles, ids.channels))


def spoken_message(message: discord.Message) -> str:
    """Return what is to be spoken of a message, which brings the people it mentions."""
    ids = ids_in(message.content)
    users = {user.id: user.display_name for user in message.mentions}
    return spoken(message.content, _names_in(message.guild, users, ids.roles, ids.channels))


def _names_in(
    guild: discord.Guild | None,
    users: dict[int, str],
    roles: tuple[int, ...],
    channels: tuple[int, ...],
) -> Names:
    if guild is None:
        return Names(users=users)
    found_roles = {each: role.name for each in roles if (role := guild.get_role(each))}
    found_channels = {
        each: channel.name for each in channels if (channel := guild.get_channel(each))
    }
    return Names(users=users, roles=found_roles, channels=found_channels)


async def member_names(
    guild: discord.Guild, ids: Sequence[int], *, seconds: float = 10.0
) -> dict[int, str]:
    """Return the names of members; who cannot be found in time is left out."""
    names: dict[int, str] = {}
    try:
        async with asyncio.timeout(seconds):
            for each in ids:
                try:
                    names[each] = (await guild.fetch_member(each)).display_name
                except discord.HTTPException as error:
                    log.debug("member %s has no name here: %s", each, error.code)
    except TimeoutError:
        log.info("names took too long to look up")
    return names
