"""The servers, channels and people of the stand-in, as data."""

from dataclasses import dataclass, field
from typing import Literal

from bot.sandbox.discord.ids import Snowflakes, WallClock, iso_time
from bot.sandbox.discord.roles import Role
from bot.sandbox.discord.wire import (
    ALL_PERMISSIONS,
    MEMBER_PERMISSIONS,
    NO_PERMISSIONS,
    DiscordError,
    JsonObject,
    Permission,
)

TEXT_CHANNEL: Literal[0] = 0
DM_CHANNEL: Literal[1] = 1
_SMALL_MEMBER_COUNT = 250


@dataclass(eq=False)
class Person:
    """Somebody with an account: a member of every server that was not left, or the bot itself."""

    id: str
    name: str
    locale: str
    permissions: Permission = MEMBER_PERMISSIONS
    is_bot: bool = False
    accepts_direct_messages: bool = True
    """False: a message of the bot to this person is refused with 50007."""

    def user(self) -> JsonObject:
        """Return Discord's user object."""
        return {
            "id": self.id,
            "username": self.name,
            "global_name": None if self.is_bot else self.name.title(),
            "discriminator": "0",
            "avatar": None,
            "bot": self.is_bot,
            "public_flags": 0,
        }


@dataclass(eq=False)
class Channel:
    """A text channel of a server, or (``server`` None) the DM of the bot with ``recipient``."""

    id: str
    name: str
    server: "Server | None"
    bot_permissions: Permission
    recipient: Person | None = None
    last_message_id: str | None = None
    is_deleted: bool = False

    def json(self, bot_id: str) -> JsonObject:
        """Return Discord's channel object, the bot's permissions as an overwrite in it."""
        if self.recipient is not None:
            return {
                "id": self.id,
                "type": DM_CHANNEL,
                "recipients": [self.recipient.user()],
                "last_message_id": self.last_message_id,
                "flags": 0,
            }
        denied = MEMBER_PERMISSIONS & ~self.bot_permissions
        overwrite = {
            "id": bot_id,
            "type": 1,
            "allow": str(int(self.bot_permissions)),
            "deny": str(int(denied)),
        }
        return {
            "id": self.id,
            "type": TEXT_CHANNEL,
            "guild_id": self.server.id if self.server else None,
            "name": self.name,
            "position": 0,
            "permission_overwrites": [overwrite],
            "nsfw": False,
            "topic": None,
            "last_message_id": self.last_message_id,
            "rate_limit_per_user": 0,
            "parent_id": None,
            "flags": 0,
        }


@dataclass(eq=False)
class Server:
    """A guild."""

    id: str
    name: str
    owner_id: str
    channels: list[Channel] = field(default_factory=list)
    locale: str = "en-US"
    roles: list[Role] = field(default_factory=list)
    """The roles that were added; @everyone and people's own are worked out by `World`."""
    has_bot: bool = True
    absent: set[str] = field(default_factory=set)
    """The ids of people who are no members."""
    rejoined: dict[str, str] = field(default_factory=dict)
    """When somebody who had left came back, in Discord's form of a time, by user id."""
    bans: dict[str, str | None] = field(default_factory=dict)
    """The reasons (None: none was given) by user id."""

    def is_member(self, person: Person) -> bool:
        """Tell whether somebody, or the bot, is here now."""
        return self.has_bot if person.is_bot else person.id not in self.absent


class World:
    """Everybody and every place, found by id."""

    def __init__(self, clock: WallClock, snowflakes: Snowflakes, bot_name: str) -> None:
        self._clock = clock
        self._snowflakes = snowflakes
        self._since = iso_time(clock())
        self.servers: dict[str, Server] = {}
        self.channels: dict[str, Channel] = {}
        self.people: dict[str, Person] = {}
        self.bot = self.add_person(bot_name, is_bot=True)
        self._operator = self.add_person("operator")
        self.application_owner = self._operator
        """Whose application the bot is; at first somebody who is a member of no server."""

    def add_person(
        self,
        name: str,
        locale: str = "en-US",
        permissions: Permission = MEMBER_PERMISSIONS,
        *,
        is_bot: bool = False,
    ) -> Person:
        """Add an account."""
        person = Person(self._snowflakes.next(), name, locale, permissions, is_bot)
        self.people[person.id] = person
        return person

    def add_server(self, name: str, owner: Person | None = None) -> Server:
        """Add a server that everybody is a member of; without ``owner`` a stranger owns it."""
        server_id = self._snowflakes.next()
        server = Server(server_id, name, owner.id if owner else self._snowflakes.next())
        server.absent = {self._operator.id} - {server.owner_id}
        self.servers[server.id] = server
        return server

    def add_channel(self, server: Server, name: str, bot_permissions: Permission) -> Channel:
        """Add a text channel."""
        channel = Channel(self._snowflakes.next(), name, server, bot_permissions)
        server.channels.append(channel)
        self.channels[channel.id] = channel
        return channel

    def add_role(
        self, server: Server, name: str, permissions: Permission, *, mentionable: bool
    ) -> Role:
        """Add a role that nobody holds yet."""
        role = Role(self._snowflakes.next(), name, server.id, permissions, mentionable)
        server.roles.append(role)
        return role

    def direct_channel(self, person: Person) -> Channel:
        """Return the DM of the bot with ``person``, opening it on first use."""
        for channel in self.channels.values():
            if channel.recipient is person:
                return channel
        channel = Channel(
            self._snowflakes.next(), person.name, None, MEMBER_PERMISSIONS, recipient=person
        )
        self.channels[channel.id] = channel
        return channel

    def channel(self, channel_id: str) -> Channel:
        """Return the channel.

        Raises:
            DiscordError: 10003, there is none.
        """
        try:
            return self.channels[channel_id]
        except KeyError:
            raise DiscordError(404, 10003, "Unknown Channel") from None

    def server(self, server_id: str) -> Server:
        """Return the server.

        Raises:
            DiscordError: 10004, there is none.
        """
        try:
            return self.servers[server_id]
        except KeyError:
            raise DiscordError(404, 10004, "Unknown Guild") from None

    def person(self, person_id: str) -> Person:
        """Return the account.

        Raises:
            DiscordError: 10013, there is none.
        """
        try:
            return self.people[person_id]
        except KeyError:
            raise DiscordError(404, 10013, "Unknown User") from None

    def servers_of_bot(self) -> list[Server]:
        """Return the servers that the bot is in."""
        return [server for server in self.servers.values() if server.has_bot]

    def meets_bot(self, person: Person) -> bool:
        """Tell whether ``person`` and the bot are in one server."""
        return any(server.is_member(person) for server in self.servers_of_bot())

    def members(self, server: Server) -> list[Person]:
        """Return everybody who is in ``server``, the bot too."""
        return [person for person in self.people.values() if server.is_member(person)]

    def permissions_of(self, person: Person, server: Server | None) -> Permission:
        """Return what ``person`` may do in ``server``, roles counted.

        Administrators and the owner may do everything, somebody who is no member nothing.
        """
        if server is not None and not server.is_member(person):
            return NO_PERMISSIONS
        if server is not None and person.id == server.owner_id:
            return ALL_PERMISSIONS
        granted = person.permissions
        for role in server.roles if server else ():
            if person.id in role.holders:
                granted |= role.permissions
        return ALL_PERMISSIONS if Permission.ADMINISTRATOR in granted else granted

    def member(self, person: Person, server: Server) -> JsonObject:
        """Return Discord's member object; extra permissions show as a role of the person's own."""
        held = [role.id for role in self.roles(server) if person.id in role.holders]
        return {
            "user": person.user(),
            "roles": held,
            "joined_at": server.rejoined.get(person.id, self._since),
            "deaf": False,
            "mute": False,
            "nick": None,
            "avatar": None,
            "flags": 0,
        }

    def member_in_interaction(self, person: Person, server: Server) -> JsonObject:
        """Return the member object of an interaction, which says what the person may do."""
        permissions = str(int(self.permissions_of(person, server)))
        return {**self.member(person, server), "permissions": permissions}

    def roles(self, server: Server) -> list[Role]:
        """Return @everyone, one role for everybody who may do more or less, and those added."""
        special = [p for p in self.people.values() if p.permissions != MEMBER_PERMISSIONS]
        return [
            Role(server.id, "@everyone", server.id, MEMBER_PERMISSIONS),
            *(Role(_role_id(p), p.name, server.id, p.permissions, holders={p.id}) for p in special),
            *server.roles,
        ]

    def roles_json(self, server: Server) -> list[JsonObject]:
        """Return Discord's role objects of a server."""
        return [role.json(position) for position, role in enumerate(self.roles(server))]

    def server_json(self, server: Server, *, with_members: bool = False) -> JsonObject:
        """Return Discord's guild object as GUILD_CREATE carries it."""
        everybody = self.members(server)
        members = [person for person in everybody if with_members or person is self.bot]
        return {
            "id": server.id,
            "name": server.name,
            "owner_id": server.owner_id,
            **dict.fromkeys(_EMPTY_FIELDS),
            **_PLAIN_FIELDS,
            **{name: [] for name in _LIST_FIELDS},
            "preferred_locale": server.locale,
            "joined_at": server.rejoined.get(self.bot.id, self._since),
            "large": len(everybody) > _SMALL_MEMBER_COUNT,
            "member_count": len(everybody),
            "roles": self.roles_json(server),
            "members": [self.member(person, server) for person in members],
            "channels": [channel.json(self.bot.id) for channel in server.channels],
        }

    def server_alone_json(self, server: Server) -> JsonObject:
        """Return Discord's guild object without what only GUILD_CREATE carries."""
        shown = self.server_json(server)
        return {key: value for key, value in shown.items() if key not in _CREATE_FIELDS}


_CREATE_FIELDS = ("members", "channels", "threads", "presences", "voice_states", "joined_at")
_EMPTY_FIELDS = (
    "icon",
    "splash",
    "discovery_splash",
    "afk_channel_id",
    "application_id",
    "system_channel_id",
    "rules_channel_id",
    "vanity_url_code",
    "description",
    "banner",
    "public_updates_channel_id",
)
_LIST_FIELDS = (
    "emojis",
    "stickers",
    "features",
    "voice_states",
    "threads",
    "presences",
    "stage_instances",
    "guild_scheduled_events",
    "soundboard_sounds",
)
_PLAIN_FIELDS: JsonObject = {
    "afk_timeout": 300,
    "verification_level": 0,
    "default_message_notifications": 0,
    "explicit_content_filter": 0,
    "mfa_level": 0,
    "system_channel_flags": 0,
    "premium_tier": 0,
    "nsfw_level": 0,
    "premium_progress_bar_enabled": False,
}


def _role_id(person: Person) -> str:
    return str(int(person.id) + (1 << 20))
