"""Answers that come as server-sent events, whole or broken on purpose."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from aiohttp import hdrs, web

from bot.sandbox.minimax.answers import Json
from bot.sandbox.minimax.dropping import reset_connection
from bot.sandbox.minimax.faults import Fault, FaultKind

CONTENT_TYPE = "text/event-stream"


@dataclass(frozen=True)
class EventStream:
    """The events of one answer, in order; each becomes one `data:` line and an empty line."""

    events: tuple[Json, ...]

    def encoded(self) -> list[bytes]:
        """Write the events as they go over the wire."""
        return [b"data: " + json.dumps(event).encode() + b"\n\n" for event in self.events]


async def stream(
    request: web.Request, events: EventStream, fault: Fault | None
) -> web.StreamResponse:
    """Send the events, or break off after everything took effect."""
    kind = fault.kind if fault is not None else None
    if kind is FaultKind.RESET_AFTER:
        reset_connection(request)
        return web.Response()
    if kind is FaultKind.EMPTY_BASE_RESP:
        events = EventStream(tuple({**event, "base_resp": {}} for event in events.events))
    response = web.StreamResponse(headers={hdrs.CONTENT_TYPE: CONTENT_TYPE})
    await response.prepare(request)
    for piece in _pieces(events.encoded(), kind):
        await response.write(piece)
    if kind is FaultKind.TRUNCATE and request.transport is not None:
        request.transport.close()
    return response


def _pieces(encoded: list[bytes], kind: FaultKind | None) -> Iterator[bytes]:
    match kind:
        case FaultKind.TRUNCATE | FaultKind.CUT_STREAM:
            *before, last = encoded
            yield from before
            yield last[: len(last) // 2]
        case FaultKind.SPLIT_STREAM:
            for event in encoded:
                yield from (event[at : at + 1] for at in range(len(event)))
        case _:
            yield from encoded
