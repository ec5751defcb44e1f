"""Troubles that can be ordered: error answers, slowness, flags that Discord drops."""

import asyncio
import re
from dataclasses import dataclass, field

from aiohttp import web

from bot.sandbox.discord.wire import JsonObject, json_response


@dataclass
class Fault:
    """One trouble for requests whose "METHOD /path" matches ``route`` (a regular expression)."""

    route: str
    times: int = 1
    """How many requests it hits before it is over."""
    status: int | None = None
    """The answer's status; None lets the request through (after ``delay``)."""
    retry_after: float | None = None
    """Seconds to wait, for 429; written into body and header."""
    delay: float = 0.0
    """Seconds to wait before anything else."""
    body: JsonObject | None = None

    def response(self) -> web.Response | None:
        """Return the answer Discord's front would give, or None to go on."""
        if self.status is None:
            return None
        # discord.py takes a 429 without Via for a ban by Cloudflare and gives up.
        headers = {"Via": "1.1 google"}
        body: JsonObject = self.body or {"message": f"{self.status}: fault", "code": 0}
        if self.retry_after is not None:
            headers |= {"Retry-After": str(self.retry_after), "X-RateLimit-Scope": "user"}
            body = {
                "message": "You are being rate limited.",
                "retry_after": self.retry_after,
                "global": False,
            }
        return json_response(body, self.status, headers)


@dataclass
class Faults:
    """Everything that is set to go wrong."""

    routes: list[Fault] = field(default_factory=list)
    voice_in_channels: bool = True
    """False: every voice message is refused with 50173, as in a channel that forbids them."""
    voice_in_followups: bool = True
    """False: the voice flag is dropped from follow-ups without a word, as seen on Discord."""

    def add(self, fault: Fault) -> None:
        """Order one trouble; several for a route come one after the other."""
        self.routes.append(fault)

    def rate_limit(self, route: str, *, times: int = 1, retry_after: float = 0.05) -> None:
        """Answer 429 to the next ``times`` requests for ``route``; ``retry_after`` in seconds."""
        self.add(Fault(route, times, 429, retry_after))

    def fail(self, route: str, *, times: int = 1, status: int = 502) -> None:
        """Answer ``status`` to the next ``times`` requests for ``route``."""
        self.add(Fault(route, times, status))

    async def meet(self, method: str, path: str) -> web.Response | None:
        """Return the answer to give instead of the real one, or None; sleeps out a delay."""
        for fault in self.routes:
            if fault.times > 0 and re.search(fault.route, f"{method} {path}"):
                fault.times -= 1
                await asyncio.sleep(fault.delay)
                return fault.response()
        return None
