"""Runs the stand-in alone, for any bot: ``myna stand-in discord --port N``."""

import asyncio
import sys

from bot.sandbox.discord.front import CONTROL_BASE
from bot.sandbox.discord.stand_in import DiscordStandIn
from bot.sandbox.discord.wire import MEMBER_PERMISSIONS, Permission

_MODERATOR = MEMBER_PERMISSIONS | Permission.MANAGE_GUILD | Permission.MANAGE_MESSAGES

_HELP = """\
A stand-in for Discord: the server "Nest" with the channel "general",
the members alice and bob and the moderator mia.

  For a bot that takes a proxy (discord.py: Client(proxy=…)):
{environment}

  For a client that takes addresses:
    API       {url}/api         (discord.js: rest: {{ api: "{url}/api" }})
    token     {token}

  Run a command as alice:
    curl -s {url}{control}/slash \\
      -H 'Content-Type: application/json' \\
      -d '{{"person": "alice", "channel": "general", "name": "COMMAND", "options": {{}}}}'

  Watch the channel as alice:
    curl -sN '{url}{control}/channels/general/events?person=alice'

  What the bot did wrong: curl -s {url}{control}/complaints
  Everything else: docs/stand-in-discord.md. Stop with Ctrl-C.
"""


async def serve(port: int) -> None:
    """Run a small Discord on 127.0.0.1:``port`` (0 for any) until cancelled."""
    stand_in = DiscordStandIn()
    server = stand_in.add_server("Nest")
    stand_in.add_channel(server, "general")
    stand_in.add_person("alice")
    stand_in.add_person("bob")
    stand_in.add_person("mia", permissions=_MODERATOR)
    await stand_in.start(port)
    try:
        environment = stand_in.environment()
        shown = "\n".join(f"    export {name}={value}" for name, value in environment.items())
        sys.stdout.write(
            _HELP.format(
                environment=shown,
                url=stand_in.url,
                token=environment["DISCORD_TOKEN"],
                control=CONTROL_BASE,
            )
        )
        sys.stdout.flush()
        await asyncio.get_running_loop().create_future()
    finally:
        await stand_in.stop()
