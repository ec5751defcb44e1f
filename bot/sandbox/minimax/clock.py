"""The stand-in's time: a given clock, and how far it was pushed ahead."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta


def system_time() -> datetime:
    """Answer the machine's time in UTC."""
    return datetime.now(UTC)


class StandInClock:
    """UTC time that tests move forward; everything that expires asks it."""

    def __init__(self, source: Callable[[], datetime] = system_time) -> None:
        self._source = source
        self._ahead = timedelta()

    def now(self) -> datetime:
        """Answer the current time, an aware datetime in UTC."""
        return self._source() + self._ahead

    def advance(self, step: timedelta) -> None:
        """Jump by `step`; negative steps go back."""
        self._ahead += step
