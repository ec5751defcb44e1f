"""Everything of the stand-in but its sockets: the world, what people do and see, the greeting."""

import secrets
from collections.abc import Callable

from bot.sandbox.discord.cdn import FileStore
from bot.sandbox.discord.commands import CommandBook
from bot.sandbox.discord.complaints import Complaints
from bot.sandbox.discord.events import Event, EventLog
from bot.sandbox.discord.faults import Faults
from bot.sandbox.discord.gateway import Gateway, Session
from bot.sandbox.discord.ids import Monotonic, Snowflakes, WallClock
from bot.sandbox.discord.interactions import PATIENCE_SECONDS, InteractionBook
from bot.sandbox.discord.membership import Membership
from bot.sandbox.discord.messages import MessageBook, path_of
from bot.sandbox.discord.place import Place
from bot.sandbox.discord.requests import Hook, Recorder
from bot.sandbox.discord.rest_identity import own_user
from bot.sandbox.discord.roles import Role
from bot.sandbox.discord.wire import (
    MEMBER_PERMISSIONS,
    NO_PERMISSIONS,
    BotRequest,
    Intent,
    JsonObject,
    Permission,
)
from bot.sandbox.discord.world import Channel, Person, Server, World


class DiscordCore(Membership):
    """Discord without the network around it."""

    def __init__(
        self,
        *,
        token: str,
        clock: WallClock,
        monotonic: Monotonic,
        ack_deadline: float,
        token_life: float,
        bot_name: str,
        upload_limit: int,
        faults: Faults,
    ) -> None:
        self.complaints = Complaints()
        self.faults = faults
        snowflakes = Snowflakes(clock)
        self.world = World(clock, snowflakes, bot_name)
        events = EventLog()
        files = FileStore(clock, snowflakes, secrets.token_bytes(32), upload_limit)
        self.gateway = Gateway(
            token,
            self.complaints,
            self._greet,
            snowflakes.next,
            lambda server_id: self.world.servers[server_id].has_bot,
        )
        self.commands = CommandBook(self.world.bot.id, snowflakes)
        messages = MessageBook(
            world=self.world,
            files=files,
            gateway=self.gateway,
            events=events,
            snowflakes=snowflakes,
            clock=clock,
        )
        interactions = InteractionBook(monotonic, events, self.complaints, ack_deadline, token_life)
        self.recorder = Recorder(token)
        place = Place(
            world=self.world,
            files=files,
            messages=messages,
            commands=self.commands,
            interactions=interactions,
            gateway=self.gateway,
            events=events,
            snowflakes=snowflakes,
            monotonic=monotonic,
            clock=clock,
        )
        super().__init__(place)

    # The world.

    def add_server(self, name: str, owner: Person | None = None) -> Server:
        """Add a server; everybody is a member, ``owner`` (None: a stranger) may do everything."""
        server = self.world.add_server(name, owner)
        self._announce_server(server)
        return server

    def add_channel(
        self, server: Server, name: str, *, bot_permissions: Permission = MEMBER_PERMISSIONS
    ) -> Channel:
        """Add a text channel in which the bot has ``bot_permissions``."""
        channel = self.world.add_channel(server, name, bot_permissions)
        self._announce("CHANNEL_CREATE", channel)
        return channel

    def set_bot_permissions(self, channel: Channel, permissions: Permission) -> None:
        """Change what the bot may do in a channel from now on."""
        channel.bot_permissions = permissions
        self._announce("CHANNEL_UPDATE", channel)

    def delete_channel(self, channel: Channel) -> None:
        """Delete a channel of a server with everything in it.

        Raises:
            ValueError: it is deleted already, or a direct channel, which stays for ever.
        """
        if channel.server is None or channel.is_deleted:
            raise ValueError(f"{channel.name} cannot be deleted")
        channel.is_deleted = True
        channel.server.channels.remove(channel)
        del self.world.channels[channel.id]
        self.place.messages.forget(channel)
        self._announce("CHANNEL_DELETE", channel)

    def _announce(self, name: str, channel: Channel) -> None:
        if channel.server is not None:
            shown = channel.json(self.world.bot.id)
            server_id = channel.server.id
            self.gateway.dispatch(name, shown, server_id=server_id, intent=Intent.GUILDS)

    def add_person(
        self, name: str, locale: str = "en-US", permissions: Permission = MEMBER_PERMISSIONS
    ) -> Person:
        """Add somebody; ``permissions`` hold in every server, as a role."""
        person = self.world.add_person(name, locale, permissions)
        for server in self.world.servers.values():
            for role in self.world.roles_json(server)[1:]:
                data = {"guild_id": server.id, "role": role}
                self.gateway.dispatch(
                    "GUILD_ROLE_CREATE", data, server_id=server.id, intent=Intent.GUILDS
                )
        return person

    def add_role(
        self,
        server: Server,
        name: str,
        *members: Person,
        permissions: Permission = NO_PERMISSIONS,
        mentionable: bool = False,
    ) -> Role:
        """Add a role that ``members`` hold; ``permissions`` come on top of what they may do."""
        role = self.world.add_role(server, name, permissions, mentionable=mentionable)
        shown = next(item for item in self.world.roles_json(server) if item["id"] == role.id)
        data = {"guild_id": server.id, "role": shown}
        self.gateway.dispatch("GUILD_ROLE_CREATE", data, server_id=server.id, intent=Intent.GUILDS)
        for person in members:
            self.give_role(person, role)
        return role

    def give_role(self, person: Person, role: Role) -> None:
        """Let somebody hold a role.

        Raises:
            ValueError: somebody who is no member holds none.
        """
        if not self.world.server(role.server_id).is_member(person):
            raise ValueError(f"{person.name} is no member of the server of {role.name}")
        role.holders.add(person.id)
        self._announce_member(person, role)

    def take_role(self, person: Person, role: Role) -> None:
        """Take a role from somebody."""
        role.holders.discard(person.id)
        self._announce_member(person, role)

    def _announce_member(self, person: Person, role: Role) -> None:
        member = self.world.member(person, self.world.server(role.server_id))
        self.gateway.dispatch(
            "GUILD_MEMBER_UPDATE",
            {"guild_id": role.server_id, **member},
            server_id=role.server_id,
            # Bots always hear of themselves (Discord API, "List of Intents").
            intent=None if person is self.world.bot else Intent.GUILD_MEMBERS,
        )

    def direct_channel(self, person: Person) -> Channel:
        """Return the DM of the bot with ``person``."""
        return self.world.direct_channel(person)

    # What there is to see.

    @property
    def requests(self) -> list[BotRequest]:
        """Everything the bot has asked for."""
        return self.recorder.requests

    @property
    def hooks(self) -> list[Hook]:
        """Called with every request of the bot."""
        return self.recorder.hooks

    @property
    def events(self) -> tuple[Event, ...]:
        """Everything that happened."""
        return self.place.events.events

    def messages(self, channel: Channel, viewer: Person | None = None) -> list[JsonObject]:
        """Return a channel's messages by age: everybody's, and those only ``viewer`` sees."""
        found = self.place.messages.in_channel(channel, viewer)
        return [self.place.messages.show(message, self.place.own_origin) for message in found]

    def direct_messages(self, person: Person) -> list[JsonObject]:
        """Return what ``person`` has in the DM with the bot, by age."""
        return self.messages(self.direct_channel(person), person)

    async def wait_for(
        self,
        predicate: Callable[[Event], bool],
        timeout: float = PATIENCE_SECONDS,  # noqa: ASYNC109  the caller's patience, a plain argument reads best
        since: int = 0,
    ) -> Event:
        """Return the first event from index ``since`` on that ``predicate`` holds for.

        Raises:
            TimeoutError: there is none within ``timeout`` seconds.
        """
        return await self.place.events.wait_for(predicate, timeout, since)

    async def wait_for_message(
        self,
        channel: Channel,
        predicate: Callable[[JsonObject], bool] = lambda _: True,
        *,
        viewer: Person | None = None,
        timeout: float = PATIENCE_SECONDS,  # noqa: ASYNC109  as above
    ) -> JsonObject:
        """Return the first message in ``channel`` that ``predicate`` holds for, as it is now.

        Raises:
            TimeoutError: there is none within ``timeout`` seconds.
        """
        return await self.place.events.until(
            lambda: next(filter(predicate, self.messages(channel, viewer)), None), timeout
        )

    async def ready(self, timeout: float = 15.0) -> None:  # noqa: ASYNC109  as above
        """Wait until a bot is connected.

        Raises:
            TimeoutError: that took longer than ``timeout`` seconds.
        """
        await self.place.events.until(lambda: self.gateway.is_connected or None, timeout)

    # Files.

    def read_file(self, attachment: JsonObject) -> bytes:
        """Return the bytes of an attachment."""
        return self.place.files.read(path_of(attachment))

    def delete_file(self, attachment: JsonObject) -> None:
        """Take an attachment off the CDN: its link answers 404."""
        self.place.files.delete(path_of(attachment))

    def delete_message(self, message: JsonObject) -> None:
        """Let a moderator delete a message."""
        self.place.messages.delete(self.place.messages.find(message["id"]))

    # The gateway's greeting.

    def _greet(self, session: Session, origin: str) -> None:
        is_public = origin.startswith("https:")
        resume = "wss://gateway.discord.gg" if is_public else origin.replace("http:", "ws:", 1)
        servers = [item for item in self.world.servers_of_bot() if session.sees_server(item.id)]
        session.send(
            "READY",
            {
                "v": 10,
                "user": own_user(self.world),
                "guilds": [{"id": server.id, "unavailable": True} for server in servers],
                "session_id": session.id,
                "resume_gateway_url": resume,
                "shard": list(session.shard),
                "application": {"id": self.world.bot.id, "flags": 0},
            },
        )
        for server in servers:
            session.send("GUILD_CREATE", self._show_server(server, session))
        self.place.events.append("ready", {"session": session.id})
