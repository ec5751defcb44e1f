"""What may be made to go wrong, how often, and where."""

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from bot.sandbox.minimax.vocabulary import EndpointName


class FaultKind(StrEnum):
    """One way to fail; each fault happens once and is then used up."""

    ANSWER = "answer"
    """Refuse with `code` in the endpoint's usual shape; nothing takes effect."""
    RESET_BEFORE = "reset_before"
    """Reset the connection before anything takes effect."""
    RESET_AFTER = "reset_after"
    """Do everything, charge included, then reset the connection instead of answering."""
    TRUNCATE = "truncate"
    """Do everything, send half of the body (of a stream: of an event), then drop the connection."""
    CUT_STREAM = "cut_stream"
    """End a stream in the middle of an event, as though that were its end."""
    SPLIT_STREAM = "split_stream"
    """Send every byte of a stream by itself."""
    BAD_GATEWAY = "bad_gateway"
    """HTTP 502 with an HTML body; nothing takes effect."""
    TOO_MANY_REQUESTS = "too_many_requests"
    """HTTP 429; nothing takes effect."""
    EMPTY_BASE_RESP = "empty_base_resp"
    """Do everything, but answer `"base_resp": {}`."""
    FLAG = "flag"
    """The content check fires with type `code` (1 to 7)."""
    SHORT_AUDIO = "short_audio"
    """The audio lasts a fifth of a second, whatever the text."""
    EXPIRED_LINK = "expired_link"
    """The link to the audio has expired when it is handed out."""
    NULL_DATA = "null_data"
    """The speech is charged, and comes as `"data": null`."""
    ZERO_AUDIO_SIZE = "zero_audio_size"
    """`audio_size` is 0 beside good audio."""
    REFUSED_OPUS = "refused_opus"
    """A call that asks for Opus is refused with a 2013 that names the format."""
    REPEATED_AGGREGATE = "repeated_aggregate"
    """The last event of a stream repeats the whole audio though it was asked not to."""
    FAILED_TASK = "failed_task"
    """A long text is taken and charged, and comes to nothing; planned for `t2a_async_v2`."""


CONTENT_FAULTS = frozenset(
    {
        FaultKind.FLAG,
        FaultKind.SHORT_AUDIO,
        FaultKind.EXPIRED_LINK,
        FaultKind.NULL_DATA,
        FaultKind.ZERO_AUDIO_SIZE,
        FaultKind.REFUSED_OPUS,
        FaultKind.REPEATED_AGGREGATE,
        FaultKind.FAILED_TASK,
    }
)
"""Faults of what is made; all others are faults of how a call is answered."""


class Fault(BaseModel):
    """One planned failure."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: FaultKind
    endpoint: EndpointName
    code: Annotated[int, Field(ge=0)] = 0


class Faults:
    """The failures that are still to happen, in order."""

    def __init__(self) -> None:
        self._planned: deque[Fault] = deque()
        self._latency_seconds: dict[str, float] = {}
        self._released: dict[str, asyncio.Event] = {}

    def plan(
        self, kind: FaultKind, endpoint: EndpointName, *, times: int = 1, code: int = 0
    ) -> None:
        """Make the next `times` calls of `endpoint` fail this way.

        Raises:
            ValidationError: there is no such endpoint; it would never fail.
        """
        fault = Fault(kind=kind, endpoint=endpoint, code=code)
        self._planned.extend([fault] * times)

    def delay(self, endpoint: EndpointName, seconds: float) -> None:
        """Let every call of `endpoint` wait before anything happens; 0 ends it."""
        self._latency_seconds[endpoint] = seconds

    def latency_seconds(self, endpoint: str) -> float:
        """Answer how long a call of `endpoint` waits."""
        return self._latency_seconds.get(endpoint, 0.0)

    @contextmanager
    def hold(self, endpoint: EndpointName) -> Iterator[None]:
        """Keep every call of `endpoint` from happening until this ends, however long it takes."""
        released = self._released[endpoint] = asyncio.Event()
        try:
            yield
        finally:
            self._released.pop(endpoint, None)
            released.set()

    async def wait(self, endpoint: str) -> None:
        """Return when a call of `endpoint` that has come in may happen."""
        await asyncio.sleep(self.latency_seconds(endpoint))
        if (released := self._released.get(endpoint)) is not None:
            await released.wait()

    def take_for_call(self, endpoint: str) -> Fault | None:
        """Use up the next fault of how a call of `endpoint` is answered."""
        return self._take(endpoint, frozenset(FaultKind) - CONTENT_FAULTS)

    def take_content(self, endpoint: str, kind: FaultKind) -> Fault | None:
        """Use up the next fault of this kind in what `endpoint` makes."""
        return self._take(endpoint, frozenset({kind}))

    def clear(self) -> None:
        """Forget everything planned, delays included."""
        self._planned.clear()
        self._latency_seconds.clear()

    @property
    def pending(self) -> list[Fault]:
        """What is still to happen."""
        return list(self._planned)

    def _take(self, endpoint: str, kinds: frozenset[FaultKind]) -> Fault | None:
        for fault in self._planned:
            if fault.endpoint == endpoint and fault.kind in kinds:
                self._planned.remove(fault)
                return fault
        return None
