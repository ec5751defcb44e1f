"""What the tests of the Discord stand-in share: a small world and a real bot in it."""

import asyncio
import json
import os
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import aiohttp
import discord

from bot.sandbox.discord import Channel, DiscordStandIn, Interaction, Person, Server
from bot.sandbox.discord.openapi_check import OpenApiCheck
from tests.fakes.discord_probe_bot import ProbeBot

OGG = b"OggS" + bytes(range(256)) * 40
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (640).to_bytes(4, "big") + (480).to_bytes(4, "big")


async def content_of(interaction: Interaction) -> str:
    """Return what an interaction was answered with, once it is no longer deferred."""
    await interaction.completed()
    assert interaction.message is not None
    return str(interaction.message["content"])


@dataclass
class Clock:
    """A clock that goes only when told."""

    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Town:
    """A stand-in with one server, one channel and two people."""

    stand_in: DiscordStandIn
    server: Server
    channel: Channel
    alice: Person
    bob: Person


@cache
def _openapi() -> OpenApiCheck | None:
    path = os.environ.get("DISCORD_OPENAPI")
    return OpenApiCheck(path) if path else None


@asynccontextmanager
async def a_town(*, expect_complaints: bool = False, **options: Any) -> AsyncIterator[Town]:
    """Run a stand-in; at its end nothing may be complained of, unless that is expected."""
    stand_in = DiscordStandIn(**options)
    check = _openapi()
    if check is not None:
        check.problems.clear()
        stand_in.hooks.append(check)
    server = stand_in.add_server("Nest")
    channel = stand_in.add_channel(server, "general")
    town = Town(stand_in, server, channel, stand_in.add_person("alice"), stand_in.add_person("bob"))
    async with stand_in:
        yield town
    if not expect_complaints:
        assert stand_in.complaints == [], stand_in.complaints
        problems = [] if check is None else check.problems
        assert problems == [], problems


@asynccontextmanager
async def a_bot(
    town: Town,
    add_commands: Callable[[discord.app_commands.CommandTree[Any]], None] | None = None,
    intents: discord.Intents | None = None,
) -> AsyncIterator[ProbeBot]:
    """Run the probe bot in this process: real names and TLS, through the proxy."""
    trusted = ssl.create_default_context(cafile=town.stand_in.certificate_file)
    bot = ProbeBot(
        intents=intents,
        proxy=town.stand_in.proxy_url,
        connector=aiohttp.TCPConnector(ssl=trusted, limit=0),
    )
    if add_commands is not None:
        add_commands(bot.tree)
    is_ready = asyncio.Event()
    bot.add_listener(_setting(is_ready), "on_ready")
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(bot.start(town.stand_in.environment()["DISCORD_TOKEN"]))
        async with asyncio.timeout(10):
            await is_ready.wait()
        try:
            yield bot
        finally:
            await bot.close()


class Heard:
    """The names of what the gateway sends to a bot from now on."""

    def __init__(self, bot: ProbeBot) -> None:
        self.names: list[str] = []
        self._changed = asyncio.Condition()
        self._waited_for = 0
        bot.add_listener(self._add, "on_socket_event_type")

    async def _add(self, name: str) -> None:
        async with self._changed:
            self.names.append(name)
            self._changed.notify_all()

    async def until(self, name: str) -> None:
        """Wait for an event that comes after the last one waited for; the bot has seen it then."""
        async with asyncio.timeout(10), self._changed:
            await self._changed.wait_for(lambda: name in self.names[self._waited_for :])
            self._waited_for = self.names.index(name, self._waited_for) + 1


def _setting(event: asyncio.Event) -> Any:
    async def on_ready() -> None:
        event.set()

    return on_ready


class PlainClient:
    """A bot's side with no library at all."""

    def __init__(self, town: Town, session: aiohttp.ClientSession) -> None:
        self._base = f"{town.stand_in.url}/api/v10"
        self._town = town
        self._session = session

    async def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        files: tuple[bytes, ...] = (),
        file_type: str = "audio/ogg",
    ) -> tuple[int, Any]:
        """Return the status and the parsed answer."""
        token = self._town.stand_in.environment()["DISCORD_TOKEN"]
        form = aiohttp.FormData(quote_fields=False)
        form.add_field("payload_json", json.dumps(body))
        for index, data in enumerate(files):
            form.add_field(f"files[{index}]", data, filename="note.ogg", content_type=file_type)
        content: dict[str, Any] = {"data": form} if files else {"json": body}
        async with self._session.request(
            method, self._base + path, headers={"Authorization": f"Bot {token}"}, **content
        ) as response:
            text = await response.text()
            return response.status, json.loads(text) if text else None

    async def post(
        self, body: Any, files: tuple[bytes, ...] = (), file_type: str = "audio/ogg"
    ) -> int:
        """Post to the channel and return Discord's error code, 0 for none."""
        path = f"/channels/{self._town.channel.id}/messages"
        status, answer = await self.call("POST", path, body, files, file_type)
        return 0 if status == 200 else int(answer["code"])

    async def answer(self, interaction: Interaction, body: Any) -> int:
        """Answer an interaction and return Discord's error code, 0 for none."""
        path = f"/interactions/{interaction.id}/{interaction.token}/callback"
        status, answer = await self.call("POST", path, body)
        return 0 if status == 204 else int(answer["code"])


@asynccontextmanager
async def a_plain_client(
    *, expect_complaints: bool = True, **options: Any
) -> AsyncIterator[tuple[Town, PlainClient]]:
    """Run a town whose bot registered /hi and a client for it; OpenAPI has no say here."""
    async with (
        a_town(expect_complaints=expect_complaints, **options) as town,
        aiohttp.ClientSession() as session,
    ):
        hi = {"name": "hi", "description": "Say hello", "options": [], "type": 1}
        town.stand_in.commands.replace_all(None, [hi])
        yield town, PlainClient(town, session)
