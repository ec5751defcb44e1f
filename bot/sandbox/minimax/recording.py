"""Every request leaves a record and gets a trace id, whatever comes of it."""

import json

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler, Middleware

from bot.sandbox.minimax.control import CONTROL_PREFIX
from bot.sandbox.minimax.desk import Desk
from bot.sandbox.minimax.ledger import RecordedRequest
from bot.sandbox.minimax.trace import TRACE_ID


def recorder(desk: Desk) -> Middleware:
    """Make the outermost layer; the control side is not recorded."""

    @web.middleware
    async def record(request: web.Request, handler: Handler) -> web.StreamResponse:
        request[TRACE_ID] = f"{desk.chance.getrandbits(128):032x}"
        if not request.path.startswith(CONTROL_PREFIX):
            arrived = RecordedRequest(
                method=request.method,
                path=request.path,
                json=await _json_or_none(request),
                time=desk.clock.now(),
                authorized=hdrs.AUTHORIZATION in request.headers,
                trace_id=request[TRACE_ID],
            )
            desk.ledger.record(arrived)
        return await handler(request)

    return record


async def show_trace(request: web.Request, response: web.StreamResponse) -> None:
    """Put the trace id into the header of an answer."""
    response.headers["Trace-Id"] = request[TRACE_ID]


async def _json_or_none(request: web.Request) -> object:
    if request.content_type != "application/json":
        return None
    try:
        decoded: object = json.loads(await request.read())
    except ValueError:
        return None
    return decoded
