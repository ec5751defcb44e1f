"""The whole stand-in: wires the parts and is the handle that tests and the sandbox hold."""

import secrets
import time
from collections.abc import Callable
from typing import Self

from bot.sandbox.discord.cdn import FileStore
from bot.sandbox.discord.commands import CommandBook
from bot.sandbox.discord.complaints import Complaints
from bot.sandbox.discord.events import Event, EventLog
from bot.sandbox.discord.faults import Faults
from bot.sandbox.discord.front import API_BASE, Front
from bot.sandbox.discord.gateway import Gateway, Session
from bot.sandbox.discord.ids import Monotonic, Snowflakes, WallClock
from bot.sandbox.discord.interactions import PATIENCE_SECONDS, InteractionBook
from bot.sandbox.discord.messages import MessageBook, path_of
from bot.sandbox.discord.people import People, Place
from bot.sandbox.discord.proxy import ConnectProxy
from bot.sandbox.discord.requests import Hook, Recorder
from bot.sandbox.discord.rest_commands import CommandRoutes
from bot.sandbox.discord.rest_identity import IdentityRoutes, own_user
from bot.sandbox.discord.rest_interactions import InteractionRoutes
from bot.sandbox.discord.rest_messages import MessageRoutes
from bot.sandbox.discord.wire import (
    MEMBER_PERMISSIONS,
    BotRequest,
    Intent,
    JsonObject,
    Permission,
)
from bot.sandbox.discord.world import Channel, Person, Server, World

SANDBOX_TOKEN = "MTAwMDAwMDAwMDAwMDAwMDAw.sandbox.not-a-secret"  # noqa: S105  opens nothing but this stand-in
"""The token of the sandbox's bot; documented in docs/stand-in-discord.md."""


class DiscordStandIn(People):
    """A strict Discord on loopback.

    ``clock`` (seconds since 1970) dates messages and lets signed links expire, ``monotonic``
    (seconds) measures the deadlines of interactions: ``ack_deadline`` for the first answer,
    ``token_life`` for follow-ups (Discord API, "Interaction Response": 3 s and 15 min).
    """

    def __init__(
        self,
        *,
        token: str = SANDBOX_TOKEN,
        clock: WallClock = time.time,
        monotonic: Monotonic = time.monotonic,
        ack_deadline: float = 3.0,
        token_life: float = 900.0,
        voice_in_channels: bool = True,
        voice_in_followups: bool = True,
        bot_name: str = "myna",
    ) -> None:
        self._token = token
        self.complaints = Complaints()
        self.faults = Faults(
            voice_in_channels=voice_in_channels, voice_in_followups=voice_in_followups
        )
        self._log = EventLog()
        snowflakes = Snowflakes(clock)
        self.world = World(clock, snowflakes, bot_name)
        owner = self.world.add_person("operator")
        self._files = FileStore(clock, snowflakes, secrets.token_bytes(32))
        self.gateway = Gateway(token, self.complaints, self._greet, snowflakes.next)
        self.commands = CommandBook(self.world.bot.id, snowflakes)
        self._messages = MessageBook(
            world=self.world,
            files=self._files,
            gateway=self.gateway,
            events=self._log,
            snowflakes=snowflakes,
            clock=clock,
        )
        self._interactions = InteractionBook(
            monotonic, self._log, self.complaints, ack_deadline, token_life
        )
        self._recorder = Recorder(token)
        self._front = Front(self.complaints, self.faults, self._recorder)
        self._proxy: ConnectProxy | None = None
        self._snowflakes, self._monotonic = snowflakes, monotonic
        self._add_routes(owner)

    def _add_routes(self, owner: Person) -> None:
        router = self._front.app.router
        recorder, world = self._recorder, self.world
        router.add_get("/", self.gateway.serve)
        for folder in ("attachments", "ephemeral-attachments"):
            router.add_get(f"/{folder}/{{channel}}/{{attachment}}/{{name}}", self._files.serve)
        IdentityRoutes(recorder, world, owner).add_to(router, API_BASE)
        CommandRoutes(recorder, world, self.commands).add_to(router, API_BASE)
        MessageRoutes(recorder, world, self._messages, self.faults).add_to(router, API_BASE)
        InteractionRoutes(recorder, world, self._messages, self._interactions, self.faults).add_to(
            router, API_BASE
        )

    async def start(self, port: int = 0) -> Self:
        """Listen on 127.0.0.1; ``port`` is that of ``url``, 0 for any."""
        await self._front.start(port)
        self._proxy = await ConnectProxy(self._front.tls_port, self.complaints).start()
        place = Place(
            self.world,
            self._files,
            self._messages,
            self.commands,
            self._interactions,
            self.gateway,
            self._log,
            self._snowflakes,
            self._monotonic,
            self.url,
        )
        super().__init__(place)
        return self

    async def stop(self) -> None:
        """Close everything; complains of interactions that were never answered."""
        self._interactions.complain_of_silence()
        await self.gateway.drop(code=1001)
        if self._proxy is not None:
            await self._proxy.stop()
        await self._front.stop()

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def url(self) -> str:
        """The plain-http side: the API below /api/v10, the control side below /_stand-in."""
        return f"http://127.0.0.1:{self._front.port}"

    @property
    def proxy_url(self) -> str:
        """The CONNECT proxy that leads Discord's names here."""
        if self._proxy is None:
            raise RuntimeError("the stand-in has not been started")
        return f"http://127.0.0.1:{self._proxy.port}"

    @property
    def certificate_file(self) -> str:
        """The PEM file of the authority that signed the stand-in's certificates."""
        return str(self._front.certificate_file)

    @property
    def names_asked(self) -> frozenset[str]:
        """The hosts a client has reached through the proxy."""
        return frozenset(self._proxy.names_asked if self._proxy else ())

    def environment(self) -> dict[str, str]:
        """Return the variables that lead a bot process here."""
        return {
            "DISCORD_TOKEN": self._token,
            "DISCORD_PROXY": self.proxy_url,
            "SSL_CERT_FILE": self.certificate_file,
        }

    # The world.

    def add_server(self, name: str) -> Server:
        """Add a server; everybody is a member."""
        server = self.world.add_server(name)
        shown = self.world.server_json(server)
        self.gateway.dispatch("GUILD_CREATE", shown, server_id=server.id)
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
            for role in self.world.roles(server)[1:]:
                data = {"guild_id": server.id, "role": role}
                self.gateway.dispatch(
                    "GUILD_ROLE_CREATE", data, server_id=server.id, intent=Intent.GUILDS
                )
        return person

    def direct_channel(self, person: Person) -> Channel:
        """Return the DM of the bot with ``person``."""
        return self.world.direct_channel(person)

    # What there is to see.

    @property
    def requests(self) -> list[BotRequest]:
        """Everything the bot has asked for."""
        return self._recorder.requests

    @property
    def hooks(self) -> list[Hook]:
        """Called with every request of the bot."""
        return self._recorder.hooks

    @property
    def events(self) -> tuple[Event, ...]:
        """Everything that happened."""
        return self._log.events

    def messages(self, channel: Channel, viewer: Person | None = None) -> list[JsonObject]:
        """Return a channel's messages by age: everybody's, and those only ``viewer`` sees."""
        found = self._messages.in_channel(channel, viewer)
        return [self._messages.show(message, self.url) for message in found]

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
        return await self._log.wait_for(predicate, timeout, since)

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
        return await self._log.until(
            lambda: next(filter(predicate, self.messages(channel, viewer)), None), timeout
        )

    async def ready(self, timeout: float = 15.0) -> None:  # noqa: ASYNC109  as above
        """Wait until a bot has identified and registered its commands.

        Raises:
            TimeoutError: that took longer than ``timeout`` seconds.
        """
        await self._log.until(lambda: bool(self.gateway.sessions) or None, timeout)

    # Files.

    def read_file(self, attachment: JsonObject) -> bytes:
        """Return the bytes of an attachment."""
        return self._files.read(path_of(attachment))

    def delete_file(self, attachment: JsonObject) -> None:
        """Take an attachment off the CDN: its link answers 404."""
        self._files.delete(path_of(attachment))

    def delete_message(self, message: JsonObject) -> None:
        """Let a moderator delete a message."""
        self._messages.delete(self._messages.find(message["id"]))

    # The gateway's greeting.

    def _greet(self, session: Session, origin: str) -> None:
        is_public = origin.startswith("https:")
        resume = "wss://gateway.discord.gg" if is_public else origin.replace("http:", "ws:", 1)
        servers = [item for item in self.world.servers.values() if session.sees_server(item.id)]
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
        with_members = bool(session.intents & Intent.GUILD_MEMBERS)
        for server in servers:
            session.send("GUILD_CREATE", self.world.server_json(server, with_members=with_members))
        self._log.append("ready", {"session": session.id})
