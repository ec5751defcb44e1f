"""Put what people typed into Discord's markup without letting it do anything there."""

from typing import Final

import discord

from bot.domain.people import is_erased
from bot.frontends.wording_erase import SOMEBODY

NOBODY: Final = discord.AllowedMentions.none()
"""Whatever people wrote, nobody is pinged by Myna."""

_SHOWN: Final = 100
"""Characters; anything longer is cut, so that a sentence stays inside a message's 2000."""


def quote(text: str) -> str:
    """Return `text` in bold, on one line, with markup and mentions made harmless."""
    line = " ".join(text.split())
    if len(line) > _SHOWN:
        line = f"{line[: _SHOWN - 1]}…"
    escaped = passage(line)
    return f"**{escaped}**" if escaped else '""'


def passage(text: str) -> str:
    """Return `text` on one line, with markup and mentions made harmless, and no other change."""
    line = " ".join(text.split())
    return discord.utils.escape_mentions(discord.utils.escape_markdown(line, ignore_links=False))


def mention_of(kind: str, name: str) -> str:
    """Return Discord's markup for a channel, a role or a person, by an id such as `discord:66`."""
    if is_erased(name):
        return SOMEBODY
    return f"<{_MARKS[kind]}{name.rpartition(':')[2]}>"


_MARKS: Final = {"channel": "#", "role": "@&", "person": "@"}
