"""The gateway, spoken to frame by frame."""

import json
import zlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import aiohttp
import pytest

from tests.integration.discord_probe import Town, a_town

ALL_MESSAGES = 1 | 1 << 9 | 1 << 15


class Wire:
    """One websocket to the gateway."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, *, is_packed: bool) -> None:
        self._socket = socket
        self._unpack = zlib.decompressobj() if is_packed else None

    async def send(self, operation: int, data: Any) -> None:
        await self._socket.send_str(json.dumps({"op": operation, "d": data}))

    async def next(self) -> dict[str, Any]:
        message = await self._socket.receive(5)
        if message.type is aiohttp.WSMsgType.CLOSE:
            return {"closed": message.data}
        text = self._unpack.decompress(message.data) if self._unpack else message.data
        frame: dict[str, Any] = json.loads(text)
        return frame

    async def until(self, name: str) -> dict[str, Any]:
        """Return the next event called ``name``."""
        while (frame := await self.next()).get("t") != name:
            assert "closed" not in frame, frame
        return frame

    async def identify(self, town: Town, **changes: Any) -> None:
        """Read HELLO and log in."""
        assert (await self.next())["op"] == 10
        token = town.stand_in.environment()["DISCORD_TOKEN"]
        wanted = {"token": token, "intents": ALL_MESSAGES, "properties": {}, **changes}
        await self.send(2, wanted)


class Lines:
    """Opens websockets to a town's gateway, and closes them at the end."""

    def __init__(self, town: Town, session: aiohttp.ClientSession, stack: AsyncExitStack) -> None:
        self._url = town.stand_in.url
        self._session = session
        self._stack = stack

    async def connect(self, compress: str = "") -> Wire:
        query = f"v=10&encoding=json{f'&compress={compress}' if compress else ''}"
        opening = self._session.ws_connect(f"{self._url}/?{query}")
        socket = await self._stack.enter_async_context(opening)
        return Wire(socket, is_packed=bool(compress))


@asynccontextmanager
async def a_line(*, expect_complaints: bool = False) -> AsyncIterator[tuple[Town, Lines]]:
    """Run a town with nobody connected."""
    async with (
        a_town(expect_complaints=expect_complaints) as town,
        aiohttp.ClientSession() as session,
        AsyncExitStack() as stack,
    ):
        yield town, Lines(town, session, stack)


@pytest.mark.parametrize("compress", ["", "zlib-stream"])
async def test_events_come_as_plain_text_or_as_one_zlib_stream(compress: str) -> None:
    async with a_line() as (town, lines):
        wire = await lines.connect(compress)
        await wire.identify(town)
        await wire.until("GUILD_CREATE")

        await town.stand_in.say(town.alice, town.channel, "hello")

        assert (await wire.until("MESSAGE_CREATE"))["d"]["content"] == "hello"


async def test_without_its_intent_the_content_of_others_is_hidden() -> None:
    async with a_line() as (town, lines):
        wire = await lines.connect()
        await wire.identify(town, intents=1 | 1 << 9)
        await wire.until("GUILD_CREATE")

        await town.stand_in.say(town.alice, town.channel, "private")
        await town.stand_in.say(town.alice, town.channel, f"<@{town.stand_in.world.bot.id}> hi")

        assert (await wire.until("MESSAGE_CREATE"))["d"]["content"] == ""
        assert (await wire.until("MESSAGE_CREATE"))["d"]["content"].endswith("hi")


async def test_a_resume_brings_what_was_missed_and_only_that() -> None:
    async with a_line() as (town, lines):
        first = await lines.connect()
        await first.identify(town)
        session_id = (await first.until("READY"))["d"]["session_id"]
        seen = (await first.until("GUILD_CREATE"))["s"]
        await town.stand_in.gateway.drop()
        await town.stand_in.say(town.alice, town.channel, "missed")

        second = await lines.connect()
        await second.next()
        token = town.stand_in.environment()["DISCORD_TOKEN"]
        await second.send(6, {"token": token, "session_id": session_id, "seq": seen})

        replayed = [await second.next(), await second.next()]
        assert [frame["t"] for frame in replayed] == ["MESSAGE_CREATE", "RESUMED"]


async def test_a_resume_can_be_refused() -> None:
    async with a_line() as (town, lines):
        first = await lines.connect()
        await first.identify(town)
        session_id = (await first.until("READY"))["d"]["session_id"]
        await town.stand_in.gateway.drop(resumable=False)

        second = await lines.connect()
        await second.next()
        token = town.stand_in.environment()["DISCORD_TOKEN"]
        await second.send(6, {"token": token, "session_id": session_id, "seq": 1})
        answer = await second.next()

        assert (answer["op"], answer["d"]) == (9, False)


@pytest.mark.parametrize(("changes", "code"), [({"token": "x"}, 4004), ({"shard": [2, 2]}, 4010)])
async def test_a_bad_login_is_closed_with_its_code(changes: dict[str, Any], code: int) -> None:
    async with a_line(expect_complaints=True) as (town, lines):
        wire = await lines.connect()
        await wire.identify(town, **changes)

        assert await wire.next() == {"closed": code}


async def test_a_server_is_told_to_its_own_shard_only() -> None:
    async with a_line() as (town, lines):
        own = (int(town.server.id) >> 22) % 2
        other = await lines.connect()
        await other.identify(town, shard=[1 - own, 2])
        mine = await lines.connect()
        await mine.identify(town, shard=[own, 2])

        assert (await other.until("READY"))["d"]["guilds"] == []
        assert (await mine.until("GUILD_CREATE"))["d"]["id"] == town.server.id


async def test_a_heartbeat_is_acknowledged_and_reconnect_can_be_asked_for() -> None:
    async with a_line() as (town, lines):
        wire = await lines.connect()
        await wire.identify(town)
        await wire.until("GUILD_CREATE")

        await wire.send(1, 2)
        acknowledged = await wire.next()
        town.stand_in.gateway.ask_to_reconnect()

        assert acknowledged["op"] == 11
        assert (await wire.next())["op"] == 7
