"""The way in: every call is recorded, may fail on purpose, and must show its key."""

import json
from collections.abc import Awaitable, Callable

from aiohttp import hdrs, web

from bot.sandbox.minimax.answers import Json, Refusal, invalid, refusal_body
from bot.sandbox.minimax.desk import Desk
from bot.sandbox.minimax.dropping import reset_connection
from bot.sandbox.minimax.event_stream import EventStream, stream
from bot.sandbox.minimax.faults import Fault, FaultKind

API_PREFIX = "/v1/"

Endpoint = Callable[[web.Request], Awaitable[Json | EventStream]]
"""What one endpoint does once the gate let a call in: answers its body or raises `Refusal`."""

_BAD_GATEWAY_PAGE = (
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
    "<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n"
)


class Gate:
    """Lets calls through to endpoints in the order: fault, key, group, rate, endpoint."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def guard(self, endpoint: Endpoint) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """Wrap an endpoint into an aiohttp handler."""

        async def handler(request: web.Request) -> web.StreamResponse:
            name = request.path.removeprefix(API_PREFIX)
            await self._desk.faults.wait(name)
            fault = self._desk.faults.take_for_call(name)
            if fault is not None and (failure := _failure_at_once(request, fault)) is not None:
                return failure
            body = await self._body(name, endpoint, request, fault)
            if isinstance(body, EventStream):
                return await stream(request, body, fault)
            return await _deliver(request, body, fault)

        return handler

    async def _body(
        self, name: str, endpoint: Endpoint, request: web.Request, fault: Fault | None
    ) -> Json | EventStream:
        try:
            self._check_key(request)
            self._check_group(request)
            self._desk.rates.admit(name, self._desk.clock.now())
            _refuse_as_planned(fault)
            return await endpoint(request)
        except Refusal as refusal:
            return refusal_body(name, refusal)

    def _check_key(self, request: web.Request) -> None:
        scheme, _, key = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
        if scheme.lower() != "bearer" or not key:
            raise Refusal(1004)
        if key not in self._desk.api_keys:
            raise Refusal(2049)

    def _check_group(self, request: web.Request) -> None:
        group = request.query.get("GroupId")
        if group is None:
            return
        if not group:
            raise Refusal(1008)  # an empty GroupId is sent to an old billing path
        if group != self._desk.switches.group_id:
            raise Refusal(1004, "token not match group")


async def read_json(request: web.Request) -> object:
    """Decode the body of a JSON endpoint.

    Raises:
        Refusal: 2013, another content type or no JSON.
    """
    if request.content_type != "application/json":
        raise invalid("Content-Type must be application/json")
    try:
        decoded: object = json.loads(await request.read())
    except ValueError as error:
        raise invalid("the body is no JSON") from error
    return decoded


def _refuse_as_planned(fault: Fault | None) -> None:
    if fault is not None and fault.kind is FaultKind.ANSWER:
        raise Refusal(fault.code)


def _failure_at_once(request: web.Request, fault: Fault) -> web.Response | None:
    """Fail before anything takes effect, where the fault is of that kind."""
    match fault.kind:
        case FaultKind.RESET_BEFORE:
            reset_connection(request)
            return web.Response()
        case FaultKind.BAD_GATEWAY:
            return web.Response(status=502, text=_BAD_GATEWAY_PAGE, content_type="text/html")
        case FaultKind.TOO_MANY_REQUESTS:
            return web.Response(status=429, text="Too Many Requests")
        case _:
            return None


async def _deliver(request: web.Request, body: Json, fault: Fault | None) -> web.StreamResponse:
    """Answer, or fail after everything took effect."""
    match fault:
        case Fault(kind=FaultKind.EMPTY_BASE_RESP):
            return web.json_response({**body, "base_resp": {}})
        case Fault(kind=FaultKind.RESET_AFTER):
            reset_connection(request)
            return web.Response()
        case Fault(kind=FaultKind.TRUNCATE):
            return await _send_half(request, json.dumps(body).encode())
        case _:
            return web.json_response(body)


async def _send_half(request: web.Request, body: bytes) -> web.StreamResponse:
    response = web.StreamResponse(headers={hdrs.CONTENT_TYPE: "application/json"})
    response.content_length = len(body)
    await response.prepare(request)
    await response.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.close()
    return response
