"""HTTP to MiniMax: one call, and the checks every answer goes through."""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

import aiohttp
from pydantic import ValidationError

from bot.minimax.errors import (
    Endpoint,
    MiniMaxBadAnswer,
    MiniMaxError,
    MiniMaxRefusal,
    MiniMaxUnreachable,
    Retry,
    verdict_for,
)
from bot.minimax.models import BaseResp
from bot.minimax.throttle import Throttle

logger = logging.getLogger(__name__)

ANSWER_MAX_BYTES: Final = 4_000_000
"""More than any documented answer; the longest, a list of voices, has some 100 kB."""

TRACE_HEADERS: Final = ("Trace-Id", "minimax-request-id", "x-mm-request-id", "alb_request_id")
"""Headers that find a call in MiniMax's logs, the best first (docs/minimax.md, "Answers")."""

_TRACE_MAX: Final = 128

Clock = Callable[[], float]
Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Answer:
    """A checked answer whose `status_code` is 0."""

    payload: dict[str, Any]
    http_status: int
    trace_id: str | None


@dataclass(frozen=True, slots=True)
class _Raw:
    """An answer as it came."""

    status: int
    content_type: str
    body: bytes
    trace_id: str | None
    retry_after: float | None


class Transport:
    """Sends calls with the key, below the rate limits, and checks the answers.

    The session is the caller's to open and close; it must carry no default headers for others.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        *,
        base_url: str,
        api_key: str,
        group_id: str | None = None,
        requests_per_minute: Mapping[str, int],
        clock: Clock = time.monotonic,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._session = session
        self._base_url = base_url.rstrip("/")
        self._api_key = api_key.strip()
        # An empty GroupId is answered with 1008, insufficient balance.
        self._query = {"GroupId": group_id.strip()} if group_id and group_id.strip() else {}
        self._throttles = {
            endpoint: Throttle(requests_per_minute.get(endpoint), clock=clock, sleep=sleep)
            for endpoint in Endpoint
        }
        self._clock = clock

    def __repr__(self) -> str:
        return f"Transport({self._base_url})"

    async def post(
        self,
        endpoint: Endpoint,
        *,
        within: float,
        body: Mapping[str, object] | None = None,
        form: aiohttp.FormData | None = None,
    ) -> Answer:
        """Post a JSON body or a form, wait at most `within` seconds, and check the answer.

        Raises:
            MiniMaxUnreachable: no complete answer came.
            MiniMaxBadAnswer: the answer is not of the documented shape.
            MiniMaxRefusal: the answer has a code other than 0.
        """
        await self._throttles[endpoint].turn()
        started = self._clock()
        try:
            async with self._sent(endpoint, within=within, body=body, form=form) as response:
                raw = await self._read(endpoint, response)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            reason = f"no answer ({type(error).__name__})"
            # aiohttp's response errors show the request's headers, the key among them.
            cause = None if isinstance(error, aiohttp.ClientResponseError) else error
            raise MiniMaxUnreachable(reason, endpoint=endpoint) from cause
        logger.debug(
            "%s: HTTP %d after %.2f s, trace %s",
            endpoint,
            raw.status,
            self._clock() - started,
            raw.trace_id,
        )
        return self._checked(endpoint, raw)

    @asynccontextmanager
    async def _sent(
        self,
        endpoint: Endpoint,
        *,
        within: float,
        body: Mapping[str, object] | None,
        form: aiohttp.FormData | None,
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        async with self._session.post(
            f"{self._base_url}/v1/{endpoint}",
            params=self._query,
            json=body,
            data=form,
            headers={"Authorization": f"Bearer {self._api_key}"},
            # A redirect would carry key and sample elsewhere; no endpoint documents one.
            allow_redirects=False,
            raise_for_status=False,
            timeout=aiohttp.ClientTimeout(total=within),
        ) as response:
            yield response

    async def _read(self, endpoint: Endpoint, response: aiohttp.ClientResponse) -> _Raw:
        trace_id = trace_of(response.headers)
        body = bytearray()
        async for chunk in response.content.iter_any():
            body += chunk
            if len(body) > ANSWER_MAX_BYTES:
                raise MiniMaxBadAnswer(
                    "answer is too long",
                    endpoint=endpoint,
                    http_status=response.status,
                    trace_id=trace_id,
                )
        return _Raw(
            response.status,
            response.content_type,
            bytes(body),
            trace_id,
            _seconds(response.headers.get("Retry-After")),
        )

    def _checked(self, endpoint: Endpoint, raw: _Raw) -> Answer:
        payload = _object_in(raw)
        base_resp = _base_resp_of(payload)
        if base_resp is not None and base_resp.status_code != 0:
            raise self._refusal(endpoint, base_resp, raw)
        if raw.status != HTTPStatus.OK:
            raise self._bad_status(endpoint, raw)
        if payload is None:
            raise _bad(endpoint, raw, f"{raw.content_type} instead of a JSON object")
        if base_resp is None:
            raise _bad(endpoint, raw, "no base_resp")
        return Answer(payload, raw.status, raw.trace_id or _clean_trace(payload.get("trace_id")))

    def _refusal(self, endpoint: Endpoint, base_resp: BaseResp, raw: _Raw) -> MiniMaxError:
        code = base_resp.status_code
        is_limit = verdict_for(code, endpoint).retry is Retry.AFTER_MINUTE
        return MiniMaxRefusal(
            base_resp.status_msg.replace(self._api_key, "[key]")[:300],
            endpoint=endpoint,
            http_status=raw.status,
            code=code,
            trace_id=raw.trace_id,
            retry_after=self._throttles[endpoint].close() if is_limit else None,
        )

    def _bad_status(self, endpoint: Endpoint, raw: _Raw) -> MiniMaxError:
        is_limit = raw.status == HTTPStatus.TOO_MANY_REQUESTS
        return MiniMaxBadAnswer(
            f"HTTP {raw.status}",
            endpoint=endpoint,
            http_status=raw.status,
            trace_id=raw.trace_id,
            retry_after=self._throttles[endpoint].close(raw.retry_after) if is_limit else None,
        )


def trace_of(headers: Mapping[str, str]) -> str | None:
    """Return the first trace id among `headers`."""
    return next(
        (found for name in TRACE_HEADERS if (found := _clean_trace(headers.get(name)))), None
    )


def _clean_trace(value: object) -> str | None:
    """Make a trace id safe to show: it ends up in messages and logs."""
    if not isinstance(value, str):
        return None
    return "".join(c for c in value if c.isalnum() or c in "-_.")[:_TRACE_MAX] or None


def _bad(endpoint: Endpoint, raw: _Raw, message: str) -> MiniMaxBadAnswer:
    return MiniMaxBadAnswer(
        message, endpoint=endpoint, http_status=raw.status, trace_id=raw.trace_id
    )


def _object_in(raw: _Raw) -> dict[str, Any] | None:
    if "json" not in raw.content_type:
        return None
    try:
        payload = json.loads(raw.body)
    except ValueError:
        return None
    return payload if isinstance(payload, dict) else None


def _base_resp_of(payload: dict[str, Any] | None) -> BaseResp | None:
    try:
        return BaseResp.model_validate((payload or {}).get("base_resp"))
    except ValidationError:
        return None


def _seconds(value: str | None) -> float | None:
    try:
        return max(0.0, min(float(value), 3600.0)) if value else None
    except ValueError:
        return None
