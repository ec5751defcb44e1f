"""Keeps calls of one endpoint below its rate limit."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final

WINDOW_SECONDS: Final = 60.0
"""The service counts the last 60 s (docs/minimax.md, "Rate limits")."""

_MARGIN_SECONDS: Final = 1.0
"""Calls arrive closer together than they start, when the later one found a quicker way."""


class Throttle:
    """Lets at most `per_window` calls start in any `window` seconds, as they came; None: all."""

    def __init__(
        self,
        per_window: int | None,
        *,
        window: float = WINDOW_SECONDS,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._per_window = per_window
        self._window = window + _MARGIN_SECONDS
        self._clock = clock
        self._sleep = sleep
        self._starts: deque[float] = deque()
        self._closed_until = float("-inf")
        self._turn = asyncio.Lock()
        self.waiting = 0
        """Calls that wait for their turn now."""

    async def turn(self) -> None:
        """Wait until a call may start, and count it."""
        self.waiting += 1
        try:
            async with self._turn:
                while (seconds := self._seconds_to_wait()) > 0:
                    await self._sleep(seconds)
                if self._per_window is not None:
                    self._starts.append(self._clock())
        finally:
            self.waiting -= 1

    def close(self, seconds: float | None = None) -> float:
        """Let nothing start for `seconds` (default: until the minute is over); return them."""
        seconds = WINDOW_SECONDS + _MARGIN_SECONDS if seconds is None else seconds
        self._closed_until = max(self._closed_until, self._clock() + seconds)
        return seconds

    def _seconds_to_wait(self) -> float:
        now = self._clock()
        while self._starts and self._starts[0] + self._window <= now:
            self._starts.popleft()
        is_full = self._per_window is not None and len(self._starts) >= self._per_window
        free_at = self._starts[0] + self._window if is_full else now
        return max(free_at, self._closed_until) - now
