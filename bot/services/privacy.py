"""What is kept about somebody: give it to them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from bot.domain.errors import ExportTooSoon
from bot.domain.people import PersonId
from bot.domain.privacy import EXPORT_EVERY, PersonalData
from bot.ports import Clock, PersonalRecords


class Privacy:
    """Remembers in memory alone who asked lately: nothing is kept about somebody's asking."""

    def __init__(self, *, records: PersonalRecords, now: Clock) -> None:
        self._records = records
        self._now = now
        self._exported: dict[PersonId, datetime] = {}

    @asynccontextmanager
    async def export(self, who: PersonId) -> AsyncIterator[PersonalData]:
        """Give all that is kept about them; it only counts where the caller could hand it over.

        Raises:
            ExportTooSoon: they had it within the hour, or are getting it now.
        """
        now = self._now()
        recent = {one: at for one, at in self._exported.items() if now - at < EXPORT_EVERY}
        self._exported = recent
        if who in recent:
            wait = recent[who] + EXPORT_EVERY - now
            raise ExportTooSoon(minutes=max(1, round(wait.total_seconds() / 60)))
        self._exported[who] = now
        try:
            yield await self._records.everything_of(who, now)
        except BaseException:
            self._exported.pop(who, None)
            raise
