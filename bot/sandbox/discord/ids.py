"""Snowflakes and timestamps, both made from the clock that was handed in."""

from collections.abc import Callable
from datetime import UTC, datetime

DISCORD_EPOCH_MS = 1_420_070_400_000
"""First millisecond of 2015 (Discord API, "Snowflakes")."""
_INCREMENT_BITS = 22

WallClock = Callable[[], float]
"""Seconds since 1970."""
Monotonic = Callable[[], float]
"""Seconds since anything, never going back."""


class Snowflakes:
    """Makes ids that grow, unique also where the clock stands still."""

    def __init__(self, clock: WallClock) -> None:
        self._clock = clock
        self._last = 0

    def next(self) -> str:
        """Return an id greater than every id before it."""
        milliseconds = int(self._clock() * 1000) - DISCORD_EPOCH_MS
        self._last = max(self._last + 1, milliseconds << _INCREMENT_BITS)
        return str(self._last)


def iso_time(seconds: float) -> str:
    """Return ``seconds`` since 1970 as Discord writes a time."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds")
