"""HTTP to MiniMax: one call with the key, below the rate limits."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from http import HTTPStatus
from types import MappingProxyType
from typing import Final

import aiohttp

from bot.minimax.answers import (
    Answer,
    RawAnswer,
    bad_answer,
    checked,
    is_rate_limit,
    retry_after_of,
    trace_of,
)
from bot.minimax.errors import Endpoint, MiniMaxError, MiniMaxUnreachable
from bot.minimax.events import EVENT_STREAM
from bot.minimax.throttle import WINDOW_SECONDS, Throttle

logger = logging.getLogger(__name__)

ANSWER_MAX_BYTES: Final = 4_000_000
"""More than any documented answer without speech; a list of voices has some 100 kB."""

_PER_SECOND: Final[Mapping[str, int]] = {Endpoint.LONG_SPEECH_STATUS: 10}
"""Calls in a second (docs/minimax.md, "Rate limits")."""

_LONG_ANSWER_BYTES: Final = 1_000_000  # takes a few milliseconds to read, so not on the loop
_PAUSE_SECONDS: Final = 0.5

Clock = Callable[[], float]
Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream of events: what its headers say, and its bytes as they come."""

    raw: RawAnswer
    chunks: AsyncIterator[bytes]


class Transport:
    """Sends calls and checks the answers; the session is the caller's to open and close.

    Raises:
        ValueError: the key is empty.
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
        if not self._api_key:
            raise ValueError("the API key is empty")
        # An empty GroupId is answered with 1008, insufficient balance.
        self._query = {"GroupId": group_id.strip()} if group_id and group_id.strip() else {}
        self._throttles = {
            endpoint: Throttle(
                _PER_SECOND.get(endpoint, requests_per_minute.get(endpoint)),
                window=1.0 if endpoint in _PER_SECOND else WINDOW_SECONDS,
                clock=clock,
                sleep=sleep,
            )
            for endpoint in Endpoint
        }
        self._clock = clock
        self._sleep = sleep

    def __repr__(self) -> str:
        return f"Transport({self._base_url})"

    def waiting(self, endpoint: Endpoint) -> int:
        """Return how many calls of `endpoint` wait for their turn below its rate limit."""
        return self._throttles[endpoint].waiting

    async def post(
        self,
        endpoint: Endpoint,
        *,
        within: float,
        body: Mapping[str, object] | None = None,
        form: aiohttp.FormData | None = None,
        max_bytes: int = ANSWER_MAX_BYTES,
    ) -> Answer:
        """Post a JSON body or a form, wait at most `within` seconds, and check the answer.

        Raises:
            MiniMaxUnreachable: no complete answer came.
            MiniMaxBadAnswer: the answer is not of the documented shape, or over `max_bytes`.
            MiniMaxRefusal: the answer has a code other than 0.
        """
        timeout = aiohttp.ClientTimeout(total=within)
        send = partial(self._sent, "POST", endpoint, timeout, body=body, form=form)
        return await self._answer(endpoint, send, max_bytes)

    async def get(self, endpoint: Endpoint, *, within: float, query: Mapping[str, str]) -> Answer:
        """Get what `query` asks for; raises what `post` raises."""
        timeout = aiohttp.ClientTimeout(total=within)
        send = partial(self._sent, "GET", endpoint, timeout, query=query)
        return await self._answer(endpoint, send, ANSWER_MAX_BYTES)

    @asynccontextmanager
    async def streaming(
        self,
        endpoint: Endpoint,
        *,
        within: float,
        silence: float,
        body: Mapping[str, object],
        max_bytes: int,
    ) -> AsyncIterator[Stream]:
        """Post a JSON body and hand out the stream it is answered with.

        `within` is for the whole stream and `silence` for the wait between two pieces, in seconds.
        Raises what `post` raises, also while the stream is read. A refusal comes as JSON, and is
        raised at once.
        """
        await self._throttles[endpoint].turn()
        timeout = aiohttp.ClientTimeout(total=within, sock_read=silence)
        with _unreachable(endpoint):
            async with self._sent("POST", endpoint, timeout, body=body) as response:
                raw = _without_body(response)
                with self._closing_on_limit(endpoint, response):
                    if response.content_type != EVENT_STREAM or response.status != HTTPStatus.OK:
                        checked(endpoint, await self._read(endpoint, response, ANSWER_MAX_BYTES))
                        raise bad_answer("no stream", endpoint, raw)
                    yield Stream(raw, self._bounded(endpoint, response, max_bytes))

    async def once_more_if_cut_off(self, send: Callable[[], Awaitable[Answer]]) -> Answer:
        """Return what `send` brings; send again if no answer came, unless it took all its time."""
        try:
            return await send()
        except MiniMaxUnreachable as error:
            # What took its whole time once would make the caller wait twice as long.
            if isinstance(error.__cause__, TimeoutError):
                raise
        await self._sleep(_PAUSE_SECONDS)
        return await send()

    async def _answer(
        self,
        endpoint: Endpoint,
        send: Callable[[], AbstractAsyncContextManager[aiohttp.ClientResponse]],
        max_bytes: int,
    ) -> Answer:
        await self._throttles[endpoint].turn()
        started = self._clock()
        with _unreachable(endpoint):
            async with send() as response:
                raw = await self._read(endpoint, response, max_bytes)
        seconds = self._clock() - started
        logger.debug(
            "%s: HTTP %d after %.2f s, trace %s", endpoint, raw.http_status, seconds, raw.trace_id
        )
        with self._closing_on_limit(endpoint, response):
            if len(raw.body) > _LONG_ANSWER_BYTES:
                return await asyncio.to_thread(checked, endpoint, raw)
            return checked(endpoint, raw)

    @contextmanager
    def _closing_on_limit(
        self, endpoint: Endpoint, response: aiohttp.ClientResponse
    ) -> Iterator[None]:
        try:
            yield
        except MiniMaxError as error:
            if is_rate_limit(error):
                asked_for = retry_after_of(response.headers)
                error.retry_after = self._throttles[endpoint].close(asked_for)
            raise

    def _sent(
        self,
        method: str,
        endpoint: Endpoint,
        timeout: aiohttp.ClientTimeout,
        *,
        query: Mapping[str, str] = MappingProxyType({}),
        body: Mapping[str, object] | None = None,
        form: aiohttp.FormData | None = None,
    ) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
        return self._session.request(
            method,
            f"{self._base_url}/v1/{endpoint}",
            params={**self._query, **query},
            json=body,
            data=form,
            headers={"Authorization": f"Bearer {self._api_key}"},
            # A redirect would carry key and sample elsewhere; no endpoint documents one.
            allow_redirects=False,
            raise_for_status=False,
            timeout=timeout,
        )

    async def _read(
        self, endpoint: Endpoint, response: aiohttp.ClientResponse, max_bytes: int
    ) -> RawAnswer:
        body = bytearray()
        async for chunk in self._bounded(endpoint, response, max_bytes):
            body += chunk
        return replace(_without_body(response), body=self.without_key(bytes(body)))

    async def _bounded(
        self, endpoint: Endpoint, response: aiohttp.ClientResponse, max_bytes: int
    ) -> AsyncIterator[bytes]:
        size = 0
        async for chunk in response.content.iter_any():
            size += len(chunk)
            if size > max_bytes:
                raise bad_answer("answer is too long", endpoint, _without_body(response))
            yield chunk

    def without_key(self, body: bytes) -> bytes:
        """Blank the key: a service that quotes it in a message must not bring it into a log."""
        return body.replace(self._api_key.encode(), b"[key]")


@contextmanager
def _unreachable(endpoint: Endpoint) -> Iterator[None]:
    try:
        yield
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        reason = f"no answer ({type(error).__name__})"
        # aiohttp's response errors show the request's headers, the key among them.
        cause = None if isinstance(error, aiohttp.ClientResponseError) else error
        raise MiniMaxUnreachable(reason, endpoint=endpoint) from cause


def _without_body(response: aiohttp.ClientResponse) -> RawAnswer:
    return RawAnswer(response.status, response.content_type, b"", trace_of(response.headers))
