"""A strict Discord on loopback, for the sandbox and the tests."""

from bot.sandbox.discord.alone import serve
from bot.sandbox.discord.events import Event
from bot.sandbox.discord.faults import Fault
from bot.sandbox.discord.interactions import Interaction
from bot.sandbox.discord.roles import Role
from bot.sandbox.discord.stand_in import SANDBOX_TOKEN, DiscordStandIn
from bot.sandbox.discord.wire import (
    MEMBER_PERMISSIONS,
    BotRequest,
    MessageFlag,
    Permission,
    UploadedFile,
)
from bot.sandbox.discord.world import Channel, Person, Server

__all__ = [
    "MEMBER_PERMISSIONS",
    "SANDBOX_TOKEN",
    "BotRequest",
    "Channel",
    "DiscordStandIn",
    "Event",
    "Fault",
    "Interaction",
    "MessageFlag",
    "Permission",
    "Person",
    "Role",
    "Server",
    "UploadedFile",
    "serve",
]
