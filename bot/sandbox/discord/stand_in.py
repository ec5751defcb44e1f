"""The whole stand-in on its ports: the handle that tests and the sandbox hold."""

import time
from typing import Self

from bot.sandbox.discord.cdn import UPLOAD_LIMIT_BYTES
from bot.sandbox.discord.control import ControlRoutes
from bot.sandbox.discord.core import DiscordCore
from bot.sandbox.discord.faults import Faults
from bot.sandbox.discord.front import API_BASE, CONTROL_BASE, Front
from bot.sandbox.discord.ids import Monotonic, WallClock
from bot.sandbox.discord.proxy import ConnectProxy
from bot.sandbox.discord.rest_commands import CommandRoutes
from bot.sandbox.discord.rest_identity import IdentityRoutes
from bot.sandbox.discord.rest_interactions import InteractionRoutes
from bot.sandbox.discord.rest_messages import MessageRoutes
from bot.sandbox.discord.rest_servers import ServerRoutes

SANDBOX_TOKEN = "MTAwMDAwMDAwMDAwMDAwMDAw.sandbox.not-a-secret"  # noqa: S105  opens nothing but this stand-in
"""The token of the sandbox's bot; documented in docs/stand-in-discord.md."""


class DiscordStandIn(DiscordCore):
    """A strict Discord on loopback.

    ``clock`` (seconds since 1970) dates messages and lets signed links expire, ``monotonic``
    (seconds) measures the deadlines of interactions: ``ack_deadline`` for the first answer,
    ``token_life`` for follow-ups (Discord API, "Interaction Response": 3 s and 15 min).
    ``upload_limit`` is the bot's largest file in bytes; people may pay for more.
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
        upload_limit: int = UPLOAD_LIMIT_BYTES,
    ) -> None:
        super().__init__(
            token=token,
            clock=clock,
            monotonic=monotonic,
            ack_deadline=ack_deadline,
            token_life=token_life,
            bot_name=bot_name,
            upload_limit=upload_limit,
            faults=Faults(
                voice_in_channels=voice_in_channels, voice_in_followups=voice_in_followups
            ),
        )
        self._token = token
        self._front = Front(self.complaints, self.faults, self.recorder)
        self._proxy: ConnectProxy | None = None
        self._add_routes()

    def _add_routes(self) -> None:
        router, recorder, world = self._front.app.router, self.recorder, self.world
        router.add_get("/", self.gateway.serve)
        for folder in ("attachments", "ephemeral-attachments"):
            router.add_get(f"/{folder}/{{channel}}/{{attachment}}/{{name}}", self.place.files.serve)
        messages, interactions = self.place.messages, self.place.interactions
        IdentityRoutes(recorder, world).add_to(router, API_BASE)
        ServerRoutes(recorder, world, self.gateway).add_to(router, API_BASE)
        CommandRoutes(recorder, world, self.commands).add_to(router, API_BASE)
        MessageRoutes(recorder, world, messages, self.faults).add_to(router, API_BASE)
        InteractionRoutes(recorder, world, messages, interactions, self.faults).add_to(
            router, API_BASE
        )
        ControlRoutes(self).add_to(router, CONTROL_BASE)

    async def start(self, port: int = 0) -> Self:
        """Listen on 127.0.0.1; ``port`` is that of ``url``, 0 for any."""
        await self._front.start(port)
        self._proxy = await ConnectProxy(self._front.tls_port, self.complaints).start()
        self.place.own_origin = self.url
        return self

    async def stop(self) -> None:
        """Close everything; complains of interactions that were never answered."""
        self.place.interactions.complain_of_silence()
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
