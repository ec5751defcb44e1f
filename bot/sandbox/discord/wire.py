"""Names for the numbers of Discord's wire protocol, and the JSON types everything here shares."""

import json
from dataclasses import dataclass, field
from enum import IntEnum, IntFlag
from functools import reduce
from operator import or_
from typing import Any

from aiohttp import web

JsonObject = dict[str, Any]


class MessageFlag(IntFlag):
    """Message flags (Discord API, "Message Flags")."""

    SUPPRESS_EMBEDS = 1 << 2
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    SUPPRESS_NOTIFICATIONS = 1 << 12
    VOICE = 1 << 13
    COMPONENTS_V2 = 1 << 15


class Permission(IntFlag):
    """The permissions modelled here (Discord API, "Permissions")."""

    KICK_MEMBERS = 1 << 1
    BAN_MEMBERS = 1 << 2
    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    VIEW_AUDIT_LOG = 1 << 7
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    MANAGE_ROLES = 1 << 28
    USE_APPLICATION_COMMANDS = 1 << 31
    MODERATE_MEMBERS = 1 << 40
    SEND_VOICE_MESSAGES = 1 << 46


NO_PERMISSIONS = Permission(0)
ALL_PERMISSIONS = reduce(or_, Permission)
"""What an administrator may do."""
MEMBER_PERMISSIONS = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.USE_APPLICATION_COMMANDS
    | Permission.SEND_VOICE_MESSAGES
)
"""What an ordinary member may do, and what the bot may do where nothing else is said."""


DIRECT_APP_PERMISSIONS = (
    Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.MENTION_EVERYONE
    | Permission.USE_EXTERNAL_EMOJIS
)
"""``app_permissions`` in the bot's own direct channels (Discord API, "Interaction Object")."""


class Intent(IntFlag):
    """Gateway intents that change what is sent (Discord API, "Gateway Intents")."""

    GUILDS = 1 << 0
    GUILD_MEMBERS = 1 << 1
    GUILD_MODERATION = 1 << 2
    GUILD_MESSAGES = 1 << 9
    DIRECT_MESSAGES = 1 << 12
    MESSAGE_CONTENT = 1 << 15


class ComponentType(IntEnum):
    """Component types (Discord API, "Component Types")."""

    ACTION_ROW = 1
    BUTTON = 2
    STRING_SELECT = 3
    TEXT_INPUT = 4
    USER_SELECT = 5
    ROLE_SELECT = 6
    MENTIONABLE_SELECT = 7
    CHANNEL_SELECT = 8
    SECTION = 9
    TEXT_DISPLAY = 10
    THUMBNAIL = 11
    MEDIA_GALLERY = 12
    FILE = 13
    SEPARATOR = 14
    CONTAINER = 17
    LABEL = 18
    FILE_UPLOAD = 19
    RADIO_GROUP = 21
    CHECKBOX_GROUP = 22
    CHECKBOX = 23


class InteractionType(IntEnum):
    """Interaction types (Discord API, "Interaction Type")."""

    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL_SUBMIT = 5


class CallbackType(IntEnum):
    """Interaction callback types (Discord API, "Interaction Callback Type")."""

    MESSAGE = 4
    DEFERRED_MESSAGE = 5
    DEFERRED_UPDATE = 6
    UPDATE = 7
    AUTOCOMPLETE = 8
    MODAL = 9


@dataclass(frozen=True)
class UploadedFile:
    """One file as a person or a bot uploads it."""

    name: str
    data: bytes = field(repr=False)
    content_type: str = ""


@dataclass(frozen=True)
class BotRequest:
    """One request of the bot as it arrived: what tests look at and hooks are called with."""

    method: str
    path: str
    query: dict[str, str]
    json: Any = None
    parts: dict[str, UploadedFile] = field(default_factory=dict)


class DiscordError(Exception):
    """An error answer in Discord's own form.

    ``complaint`` tells whether a correct bot could have met it: a missing permission is the
    world's state, a body over the limit is the bot's fault.
    """

    def __init__(
        self,
        status: int,
        code: int,
        message: str,
        *,
        errors: JsonObject | None = None,
        complaint: bool = False,
    ) -> None:
        super().__init__(f"{status} {code} {message} {errors or ''}".strip())
        self.status = status
        self.complaint = complaint
        self.body: JsonObject = {"message": message, "code": code}
        if errors:
            self.body["errors"] = errors


def invalid_form(where: str, problem: str, code: str = "BASE_TYPE_BAD") -> DiscordError:
    """Return Discord's 50035 for one field; ``where`` is a dotted path into the body."""
    errors: JsonObject = {"_errors": [{"code": code, "message": problem}]}
    for step in reversed(where.split(".")):
        errors = {step: errors}
    return DiscordError(400, 50035, "Invalid Form Body", errors=errors, complaint=True)


def json_response(
    body: object, status: int = 200, headers: dict[str, str] | None = None
) -> web.Response:
    """Answer JSON with no charset: discord.py parses only exactly ``application/json``."""
    return web.Response(
        body=json.dumps(body).encode(),
        status=status,
        headers={"Content-Type": "application/json", **(headers or {})},
    )
