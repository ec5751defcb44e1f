"""The control side, `/_stand-in/…`: the ledger to read, faults, clock and switches to set."""

import json
from datetime import timedelta
from typing import Annotated, Literal

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from bot.sandbox.minimax.desk import Desk
from bot.sandbox.minimax.faults import FaultKind
from bot.sandbox.minimax.switches import Switches
from bot.sandbox.minimax.vocabulary import EndpointName

CONTROL_PREFIX = "/_stand-in"


class PlanFault(BaseModel):
    """`POST /_stand-in/faults`: the next `times` calls of `endpoint` fail this way."""

    model_config = ConfigDict(extra="forbid")

    kind: FaultKind
    endpoint: EndpointName
    times: Annotated[int, Field(ge=1)] = 1
    code: Annotated[int, Field(ge=0)] = 0


class PlanDelay(BaseModel):
    """`POST /_stand-in/faults`: every call of `endpoint` waits; 0 ends it."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["delay"]
    endpoint: EndpointName
    seconds: Annotated[float, Field(ge=0)]


class ClockJump(BaseModel):
    """`POST /_stand-in/clock`."""

    model_config = ConfigDict(extra="forbid")

    advance_seconds: float


_PLAN: TypeAdapter[PlanDelay | PlanFault] = TypeAdapter(PlanDelay | PlanFault)


class Control:
    """Works on the same objects that tests in this process hold; needs no key."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[web.RouteDef]:
        """List the control side's routes."""
        return [
            web.get(f"{CONTROL_PREFIX}/ledger", self._read_ledger),
            web.get(f"{CONTROL_PREFIX}/faults", self._read_faults),
            web.post(f"{CONTROL_PREFIX}/faults", self._plan_fault),
            web.delete(f"{CONTROL_PREFIX}/faults", self._clear_faults),
            web.get(f"{CONTROL_PREFIX}/clock", self._read_clock),
            web.post(f"{CONTROL_PREFIX}/clock", self._advance_clock),
            web.get(f"{CONTROL_PREFIX}/switches", self._read_switches),
            web.post(f"{CONTROL_PREFIX}/switches", self._set_switches),
        ]

    async def _read_ledger(self, _request: web.Request) -> web.Response:
        return web.json_response(self._desk.ledger.as_json())

    async def _read_faults(self, _request: web.Request) -> web.Response:
        pending = [fault.model_dump(mode="json") for fault in self._desk.faults.pending]
        return web.json_response({"pending": pending})

    async def _plan_fault(self, request: web.Request) -> web.Response:
        try:
            plan = _PLAN.validate_json(await request.read())
        except ValidationError as error:
            return _bad_request(error)
        if isinstance(plan, PlanDelay):
            self._desk.faults.delay(plan.endpoint, plan.seconds)
        else:
            self._desk.faults.plan(plan.kind, plan.endpoint, times=plan.times, code=plan.code)
        return await self._read_faults(request)

    async def _clear_faults(self, request: web.Request) -> web.Response:
        self._desk.faults.clear()
        return await self._read_faults(request)

    async def _read_clock(self, _request: web.Request) -> web.Response:
        return web.json_response({"now": self._desk.clock.now().isoformat()})

    async def _advance_clock(self, request: web.Request) -> web.Response:
        try:
            jump = ClockJump.model_validate_json(await request.read())
        except ValidationError as error:
            return _bad_request(error)
        self._desk.clock.advance(timedelta(seconds=jump.advance_seconds))
        return await self._read_clock(request)

    async def _read_switches(self, _request: web.Request) -> web.Response:
        return web.json_response(self._desk.switches.model_dump())

    async def _set_switches(self, request: web.Request) -> web.Response:
        try:
            changes = Switches.model_validate_json(await request.read())
        except ValidationError as error:
            return _bad_request(error)
        for name in changes.model_fields_set:
            setattr(self._desk.switches, name, getattr(changes, name))
        return await self._read_switches(request)


def _bad_request(error: ValidationError) -> web.Response:
    problems = json.loads(error.json(include_url=False, include_context=False))
    return web.json_response({"error": problems}, status=400)
