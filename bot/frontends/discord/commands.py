"""Tell Discord which commands there are, only when that changed."""

import json
import logging
from hashlib import sha256
from typing import Final

import discord
from discord import app_commands

from bot.ports import KeyValueStore

_log = logging.getLogger(__name__)

FACT: Final = "discord_commands"
"""Under this name it is kept what Discord was told last."""


async def sync_if_changed(
    tree: app_commands.CommandTree[discord.Client], application: int, facts: KeyValueStore
) -> bool:
    """Sync the commands unless Discord has these for this application; return whether it did.

    Discord allows few syncs a day (200 creations), so a restart alone must not cost one.
    """
    told = fingerprint(tree, application)
    if await facts.read(FACT) == told:
        return False
    commands = await tree.sync()
    await facts.write(FACT, told)
    _log.info("told Discord about %s commands", len(commands))
    return True


def fingerprint(tree: app_commands.CommandTree[discord.Client], application: int) -> str:
    """Return what stands for the commands as Discord would be told them."""
    payload = [command.to_dict(tree) for command in tree.get_commands()]
    ordered = sorted(json.dumps(each, sort_keys=True) for each in payload)
    return sha256("\n".join([str(application), *ordered]).encode()).hexdigest()
