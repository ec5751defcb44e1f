"""HTTP to MiniMax: one call with the key, below the rate limits."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
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
from bot.minimax.throttle import Throttle

logger = logging.getLogger(__name__)

ANSWER_MAX_BYTES: Final = 4_000_000
"""More than any documented answer; the longest, a list of voices, has some 100 kB."""

Clock = Callable[[], float]
Sleep = Callable[[float], Awaitable[None]]


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
        seconds = self._clock() - started
        logger.debug(
            "%s: HTTP %d after %.2f s, trace %s", endpoint, raw.http_status, seconds, raw.trace_id
        )
        try:
            return checked(endpoint, raw)
        except MiniMaxError as error:
            if is_rate_limit(error):
                asked_for = retry_after_of(response.headers)
                error.retry_after = self._throttles[endpoint].close(asked_for)
            raise

    def _sent(
        self,
        endpoint: Endpoint,
        *,
        within: float,
        body: Mapping[str, object] | None,
        form: aiohttp.FormData | None,
    ) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
        return self._session.post(
            f"{self._base_url}/v1/{endpoint}",
            params=self._query,
            json=body,
            data=form,
            headers={"Authorization": f"Bearer {self._api_key}"},
            # A redirect would carry key and sample elsewhere; no endpoint documents one.
            allow_redirects=False,
            raise_for_status=False,
            timeout=aiohttp.ClientTimeout(total=within),
        )

    async def _read(self, endpoint: Endpoint, response: aiohttp.ClientResponse) -> RawAnswer:
        raw = RawAnswer(response.status, response.content_type, b"", trace_of(response.headers))
        body = bytearray()
        async for chunk in response.content.iter_any():
            body += chunk
            if len(body) > ANSWER_MAX_BYTES:
                raise bad_answer("answer is too long", endpoint, raw)
        # A service that quotes the key in its message must not bring it into a log.
        return replace(raw, body=bytes(body).replace(self._api_key.encode(), b"[key]"))
