"""Cuts connections on purpose."""

import socket
import struct

from aiohttp import web


def reset_connection(request: web.Request) -> None:
    """Cut the connection the hard way: the client sees a reset, not an orderly end."""
    transport = request.transport
    if transport is not None:
        linger_for_nothing = struct.pack("ii", 1, 0)
        connection = transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_for_nothing)
        transport.abort()
