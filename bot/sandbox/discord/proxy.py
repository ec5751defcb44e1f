"""An HTTP CONNECT proxy on loopback that leads Discord's names, and no others, to one port."""

import asyncio
from typing import Self

from bot.sandbox.discord.complaints import Complaints

NAMES = ("discord.com", "gateway.discord.gg", "cdn.discordapp.com", "media.discordapp.net")
_LARGEST_READ = 65_536


class ConnectProxy:
    """Lets a client keep Discord's real addresses and real TLS while nothing leaves the machine."""

    def __init__(self, target_port: int, complaints: Complaints) -> None:
        self._target_port = target_port
        self._complaints = complaints
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._idle = asyncio.Event()
        self._idle.set()
        self.names_asked: set[str] = set()

    async def start(self, port: int = 0) -> Self:
        """Listen on 127.0.0.1."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port)
        return self

    @property
    def port(self) -> int:
        """The port listened on."""
        if self._server is None:
            raise RuntimeError("the proxy has not been started")
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Close every tunnel and stop listening."""
        if self._server is None:
            return
        self._server.close()
        for writer in tuple(self._open):
            writer.transport.abort()
        await self._idle.wait()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        self._idle.clear()
        try:
            await self._tunnel(reader, writer)
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError):
            pass  # a client that goes away mid-way is nobody's fault
        finally:
            writer.close()
            self._open.discard(writer)
            if not self._open:
                self._idle.set()

    async def _tunnel(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        method, target, _ = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ", 2)
        name = target.rpartition(":")[0]
        if method != "CONNECT" or name not in NAMES:
            self._complaints.add(f"the proxy was asked for {method} {target}")
            writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
            await writer.drain()
            return
        self.names_asked.add(name)
        onward_reader, onward_writer = await asyncio.open_connection("127.0.0.1", self._target_port)
        self._open.add(onward_writer)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        try:
            async with asyncio.TaskGroup() as directions:
                directions.create_task(_pump(reader, onward_writer))
                directions.create_task(_pump(onward_reader, writer))
        finally:
            onward_writer.close()
            self._open.discard(onward_writer)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while chunk := await reader.read(_LARGEST_READ):
            writer.write(chunk)
            await writer.drain()
    except OSError:
        pass  # either end may hang up; closing the other end below tells it
    finally:
        writer.close()
