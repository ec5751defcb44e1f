"""A loopback server that answers one path as the test says, and keeps what it was asked."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.minimax.client import MiniMaxClient
from bot.minimax.models import CloneRequest

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

MakeClient = Callable[..., MiniMaxClient]

KEY = "sk-api-not-a-real-key-0123456789"
SUCCESS: Mapping[str, Any] = {"base_resp": {"status_code": 0, "status_msg": "success"}}
TRACE = "04b2e15f0bbb1816fd465d56a12cef58"
SMALL_REQUEST = CloneRequest(file_id=311103389282466, voice_id="Guild42-alice-9f3c1a")


class ManualTime:
    """A clock that only moves when somebody sleeps on it."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def clock(self) -> float:
        """Return the time in seconds."""
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Move the time on."""
        self.slept.append(seconds)
        self.now += seconds


def sample_in(folder: Path, size: int = 1000) -> Path:
    """Write something of `size` bytes that is named like a sample."""
    path = folder / "sample.wav"
    path.write_bytes(b"RIFF" + b"Z" * (size - 4))
    return path


def refusal(code: int, message: str = "no", **payload: object) -> dict[str, object]:
    """Return an answer that says no, in the envelope of the service."""
    return {**payload, "base_resp": {"status_code": code, "status_msg": message}}


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, decoded."""
        return json.loads(self.body)


@dataclass
class Loopback:
    """Answers every path with `answers[path]`: a payload, a handler, or a list to take from."""

    server: TestServer
    answers: dict[str, Any] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where the server listens."""
        return str(self.server.make_url("")).rstrip("/")

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer as the test said, and keep the request."""
        answer = self.answers[request.path]
        if isinstance(answer, list):
            answer = answer.pop(0)
        if callable(answer):
            answer = await answer(request)
        body = await request.read()
        self.asked.append(Asked(request.path, dict(request.query), request.headers, body))
        if isinstance(answer, web.StreamResponse):
            return answer
        return web.json_response(answer, headers={"Trace-Id": TRACE})


@asynccontextmanager
async def loopback() -> AsyncIterator[Loopback]:
    """Start the server, and stop it."""
    app = web.Application(client_max_size=64 * 1024 * 1024)
    server = TestServer(app)
    running = Loopback(server)
    app.router.add_route("*", "/{path:.*}", running.answer)
    async with server:
        yield running


async def hang_up(request: web.Request) -> web.StreamResponse:
    """Close the connection instead of answering."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()
