"""The servers, channels and people of the stand-in, as data."""

from dataclasses import dataclass, field
from typing import Literal

from bot.sandbox.discord.ids import Snowflakes, WallClock, iso_time
from bot.sandbox.discord.wire import MEMBER_PERMISSIONS, DiscordError, JsonObject, Permission

TEXT_CHANNEL: Literal[0] = 0
DM_CHANNEL: Literal[1] = 1
_SMALL_MEMBER_COUNT = 250


@dataclass(eq=False)
class Person:
    """Somebody with an account: a member of every server, or the bot itself."""

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

    def add_server(self, name: str) -> Server:
        """Add a server that everybody is a member of."""
        server = Server(self._snowflakes.next(), name, self._snowflakes.next())
        self.servers[server.id] = server
        return server

    def add_channel(self, server: Server, name: str, bot_permissions: Permission) -> Channel:
        """Add a text channel."""
        channel = Channel(self._snowflakes.next(), name, server, bot_permissions)
        server.channels.append(channel)
        self.channels[channel.id] = channel
        return channel

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

    def member(self, person: Person) -> JsonObject:
        """Return Discord's member object; extra permissions show as a role of the person's own."""
        return {
            "user": person.user(),
            "roles": [] if person.permissions == MEMBER_PERMISSIONS else [_role_id(person)],
            "joined_at": self._since,
            "deaf": False,
            "mute": False,
            "nick": None,
            "avatar": None,
            "flags": 0,
            "permissions": str(int(person.permissions)),
        }

    def roles(self, server: Server) -> list[JsonObject]:
        """Return @everyone and one role for every person who may do more or less."""
        special = [p for p in self.people.values() if p.permissions != MEMBER_PERMISSIONS]
        return [
            _role(server.id, "@everyone", MEMBER_PERMISSIONS, 0),
            *(
                _role(_role_id(person), person.name, person.permissions, position)
                for position, person in enumerate(special, start=1)
            ),
        ]

    def server_json(self, server: Server, *, with_members: bool = False) -> JsonObject:
        """Return Discord's guild object as GUILD_CREATE carries it."""
        members = [person for person in self.people.values() if with_members or person is self.bot]
        return {
            "id": server.id,
            "name": server.name,
            "owner_id": server.owner_id,
            **dict.fromkeys(_EMPTY_FIELDS),
            **_PLAIN_FIELDS,
            **{name: [] for name in _LIST_FIELDS},
            "preferred_locale": server.locale,
            "joined_at": self._since,
            "large": len(self.people) > _SMALL_MEMBER_COUNT,
            "member_count": len(self.people),
            "roles": self.roles(server),
            "members": [self.member(person) for person in members],
            "channels": [channel.json(self.bot.id) for channel in server.channels],
        }


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


def _role(role_id: str, name: str, permissions: Permission, position: int) -> JsonObject:
    return {
        "id": role_id,
        "name": name,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "position": position,
        "permissions": str(int(permissions)),
        "managed": False,
        "mentionable": False,
        "flags": 0,
        "icon": None,
        "unicode_emoji": None,
    }
