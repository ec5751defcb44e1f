"""The gateway: sessions, compression, heartbeats, resuming with a replay of what was missed."""

import asyncio
import importlib
import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from bot.sandbox.discord.complaints import Complaints
from bot.sandbox.discord.wire import Intent, JsonObject

_HEARTBEAT_INTERVAL_MS = 41_250
_LARGEST_FRAME = 4096
"""Discord closes with 4002 what is longer (Discord API, "Sending Events")."""

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID_SESSION, HELLO, HEARTBEAT_ACK = (
    0, 1, 2, 6, 7, 9, 10, 11,
)  # fmt: skip
_PRESENCE_UPDATE, _VOICE_STATE_UPDATE, _REQUEST_MEMBERS = 3, 4, 8
_BAD_OPCODE, _BAD_DATA, _NOT_AUTHENTICATED, _BAD_TOKEN, _ALREADY_AUTHENTICATED = range(4001, 4006)
_BAD_SHARD = 4010
_SESSION_ENDS = (1000, 1001)
"""A client that closes with these has no wish to resume."""

Present = Callable[[JsonObject, "Session"], JsonObject | None]
"""Turns an event into what one session sees of it; None for nothing."""


class _PlainText:
    def encode(self, frame: str) -> str:
        return frame


class _ZlibStream:
    def __init__(self) -> None:
        self._stream = zlib.compressobj()

    def encode(self, frame: str) -> bytes:
        return self._stream.compress(frame.encode()) + self._stream.flush(zlib.Z_SYNC_FLUSH)


class _ZstdStream:
    def __init__(self) -> None:
        # Wanted only by clients that have the package themselves.
        zstandard = importlib.import_module("zstandard")
        self._flush_block = zstandard.COMPRESSOBJ_FLUSH_BLOCK
        self._stream = zstandard.ZstdCompressor().compressobj()

    def encode(self, frame: str) -> bytes:
        compressed: bytes = self._stream.compress(frame.encode())
        compressed += self._stream.flush(self._flush_block)
        return compressed


_ENCODERS: dict[str, type[_PlainText | _ZlibStream | _ZstdStream]] = {
    "": _PlainText,
    "zlib-stream": _ZlibStream,
    "zstd-stream": _ZstdStream,
}


@dataclass(eq=False)
class Connection:
    """One websocket; frames leave it in the order they were put in."""

    socket: web.WebSocketResponse
    encoder: _PlainText | _ZlibStream | _ZstdStream
    outbox: asyncio.Queue[JsonObject] = field(default_factory=asyncio.Queue)
    session: "Session | None" = None

    def push(self, operation: int, data: object) -> None:
        """Send a frame that is no event."""
        self.outbox.put_nowait({"op": operation, "d": data, "s": None, "t": None})

    async def write(self) -> None:
        """Send what is in the outbox, for ever."""
        while True:
            frame = self.encoder.encode(json.dumps(await self.outbox.get()))
            if isinstance(frame, str):
                await self.socket.send_str(frame)
            else:
                await self.socket.send_bytes(frame)


@dataclass(eq=False)
class Session:
    """What the gateway remembers of a client, over several connections."""

    id: str
    intents: int
    shard: tuple[int, int]
    cdn_origin: str
    log: list[JsonObject] = field(default_factory=list)
    connection: Connection | None = None

    def send(self, name: str, data: JsonObject) -> None:
        """Keep an event for a replay, and send it if somebody is connected."""
        frame = {"op": DISPATCH, "t": name, "s": len(self.log) + 1, "d": data}
        self.log.append(frame)
        if self.connection is not None:
            self.connection.outbox.put_nowait(frame)

    def sees_server(self, server_id: str | None) -> bool:
        """Tell whether this shard is the one for the server; direct messages go to shard 0."""
        number, count = self.shard
        return (int(server_id) >> 22) % count == number if server_id else number == 0


class Gateway:
    """Accepts websockets and hands out events."""

    def __init__(
        self,
        token: str,
        complaints: Complaints,
        on_ready: Callable[[Session, str], None],
        next_id: Callable[[], str],
        has_bot: Callable[[str], bool],
    ) -> None:
        self._token = token
        self._complaints = complaints
        self._on_ready = on_ready
        self._next_id = next_id
        self._has_bot = has_bot
        self._connections: set[Connection] = set()
        self.sessions: dict[str, Session] = {}
        self.resumes = 0
        self.compressions: list[str] = []

    @property
    def is_connected(self) -> bool:
        """Whether some bot has identified and is connected now."""
        return any(session.connection is not None for session in self.sessions.values())

    def dispatch(
        self,
        name: str,
        data: JsonObject,
        *,
        server_id: str | None,
        intent: Intent | None = None,
        present: Present | None = None,
    ) -> None:
        """Send an event to every session whose shard and intents want it.

        Nobody hears of a server that the bot is not in.
        """
        if server_id is not None and not self._has_bot(server_id):
            return
        for session in tuple(self.sessions.values()):
            if not session.sees_server(server_id):
                continue
            if intent is not None and not session.intents & intent:
                continue
            shown = data if present is None else present(data, session)
            if shown is not None:
                session.send(name, shown)

    async def drop(self, *, code: int = 4000, resumable: bool = True) -> None:
        """Close every connection; ``resumable`` False forgets the sessions as well."""
        if not resumable:
            self.sessions.clear()
        for connection in tuple(self._connections):
            if connection.session is not None:
                connection.session.connection = None
            await connection.socket.close(code=code)

    def ask_to_reconnect(self) -> None:
        """Send RECONNECT to everybody, as Discord does before it moves a session."""
        for connection in self._connections:
            connection.push(RECONNECT, None)

    def invalidate(self, *, resumable: bool) -> None:
        """Send INVALID_SESSION to everybody."""
        if not resumable:
            self.sessions.clear()
        for connection in self._connections:
            connection.push(INVALID_SESSION, resumable)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Speak with one client until it goes."""
        compression = request.query.get("compress", "")
        if request.query.get("v") != "10" or compression not in _ENCODERS:
            self._complaints.add(f"the gateway was asked for {request.query_string}")
            return web.Response(status=400)
        socket = web.WebSocketResponse(max_msg_size=_LARGEST_FRAME)
        await socket.prepare(request)
        connection = Connection(socket, _ENCODERS[compression]())
        self.compressions.append(compression or "text")
        self._connections.add(connection)
        connection.push(HELLO, {"heartbeat_interval": _HEARTBEAT_INTERVAL_MS})
        origin = "https://cdn.discordapp.com" if request.secure else f"http://{request.host}"
        try:
            async with asyncio.TaskGroup() as tasks:
                writer = tasks.create_task(connection.write())
                await self._read(connection, origin)
                writer.cancel()
        except* ConnectionError:
            pass  # the client went while something was on its way to it
        finally:
            self._connections.discard(connection)
            self._leave(connection)
        return socket

    def _leave(self, connection: Connection) -> None:
        session = connection.session
        if session is None or session.connection is not connection:
            return
        session.connection = None
        if connection.socket.close_code in _SESSION_ENDS:
            self.sessions.pop(session.id, None)

    async def _read(self, connection: Connection, origin: str) -> None:
        async for message in connection.socket:
            if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                return
            frame: JsonObject = json.loads(message.data)
            refusal = self._handle(connection, frame["op"], frame.get("d"), origin)
            if refusal is not None:
                self._complaints.add(f"the gateway closed with {refusal} after {frame['op']}")
                await connection.socket.close(code=refusal)
                return

    def _handle(self, connection: Connection, operation: int, data: Any, origin: str) -> int | None:  # noqa: ANN401  whatever JSON has arrived
        if operation == HEARTBEAT:
            connection.push(HEARTBEAT_ACK, None)
        elif operation == IDENTIFY:
            return self._identify(connection, data, origin)
        elif operation == RESUME:
            return self._resume(connection, data)
        elif connection.session is None:
            return _NOT_AUTHENTICATED
        elif operation not in (_PRESENCE_UPDATE, _VOICE_STATE_UPDATE, _REQUEST_MEMBERS):
            return _BAD_OPCODE
        return None

    def _identify(self, connection: Connection, data: JsonObject, origin: str) -> int | None:
        if connection.session is not None:
            return _ALREADY_AUTHENTICATED
        if str(data.get("token", "")).removeprefix("Bot ") != self._token:
            return _BAD_TOKEN
        if not isinstance(data.get("intents"), int) or not isinstance(data.get("properties"), dict):
            return _BAD_DATA
        number, count = data.get("shard") or (0, 1)
        if not 0 <= number < count:
            return _BAD_SHARD
        session = Session(f"session{self._next_id()}", data["intents"], (number, count), origin)
        self.sessions[session.id] = session
        session.connection, connection.session = connection, session
        self._on_ready(session, origin)
        return None

    def _resume(self, connection: Connection, data: JsonObject) -> int | None:
        if str(data.get("token", "")).removeprefix("Bot ") != self._token:
            return _BAD_TOKEN
        session = self.sessions.get(str(data.get("session_id")))
        if session is None:
            connection.push(INVALID_SESSION, data=False)
            return None
        session.connection, connection.session = connection, session
        for frame in session.log[int(data["seq"]) :]:
            connection.outbox.put_nowait(frame)
        self.resumes += 1
        session.send("RESUMED", {})
        return None
