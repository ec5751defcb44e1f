"""Rate limits: a sliding window for each endpoint."""

from collections import defaultdict, deque
from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.sandbox.minimax.answers import Refusal

WINDOW = timedelta(seconds=60)

DOCUMENTED_RPM: Mapping[str, int] = {"t2a_v2": 60, "t2a_async_v2": 60, "voice_clone": 60}
"""The rate-limits page of the international edition; other endpoints have no stated limit."""

SECOND = timedelta(seconds=1)

PER_SECOND: Mapping[str, int] = {"query/t2a_async_query_v2": 10}
"""The rate-limits page; held whatever limits a stand-in is given."""


class RateWindows:
    """Counts the admitted calls of the last minute, or second."""

    def __init__(self, rpm: Mapping[str, int] = DOCUMENTED_RPM) -> None:
        self._rpm = dict(rpm)
        self._admitted: defaultdict[str, deque[datetime]] = defaultdict(deque)

    def admit(self, endpoint: str, now: datetime) -> None:
        """Count one call.

        Raises:
            Refusal: 1002, the calls of this window are used up.
        """
        limit = PER_SECOND.get(endpoint, self._rpm.get(endpoint))
        if limit is None:
            return
        window = SECOND if endpoint in PER_SECOND else WINDOW
        admitted = self._admitted[endpoint]
        while admitted and admitted[0] <= now - window:
            admitted.popleft()
        if len(admitted) >= limit:
            raise Refusal(1002)
        admitted.append(now)
