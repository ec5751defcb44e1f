"""What is kept about somebody: give it to them, or have it erased."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from bot.domain.erasure import Erasure, ErasureKey, ErasureState
from bot.domain.errors import ExportTooSoon, NotYourData
from bot.domain.people import PersonId, pseudonym_of
from bot.domain.privacy import EXPORT_EVERY, PersonalData
from bot.ports import Clock, ErasureStore, Jobs, PersonalRecords
from bot.services.erasing import closed


class Privacy:
    """Remembers in memory alone who asked lately: nothing is kept about somebody's asking."""

    def __init__(
        self, *, records: PersonalRecords, erasures: ErasureStore, jobs: Jobs, now: Clock
    ) -> None:
        self._records = records
        self._erasures = erasures
        self._jobs = jobs
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

    async def erasures(self, who: PersonId) -> list[Erasure]:
        """Return the erasures of theirs that are not over, or whose receipt they never got."""
        return await self._erasures.of(who)

    async def voices(self, who: PersonId) -> int:
        """Return how many voices an erasure would delete at the provider."""
        return len(await self._records.doomed(who, who))

    async def erase(self, key: ErasureKey, person: PersonId, *, who: PersonId) -> Erasure:
        """Have all about `person` erased; where that is running already, return that.

        Raises:
            NotYourData: `who` is somebody else.
        """
        if who != person:
            raise NotYourData
        new = Erasure(key, person, pseudonym_of(secrets.token_hex(8)), self._now())
        erasure = await self._erasures.begin(new)
        if erasure.state is ErasureState.RUNNING:
            await self._jobs.erase(erasure.key)
        return erasure

    async def hand_over(self, key: ErasureKey) -> None:
        """Forget whose an erasure was, after its receipt was handed over at last."""
        erasure = await self._erasures.get(key)
        if erasure is not None and erasure.state is ErasureState.UNTOLD:
            await self._erasures.save(closed(erasure))

    async def sweep(self) -> int:
        """Have the erasures taken up that are not over; return how many.

        Those are: what a kill kept from starting, what somebody's job was busy with for too long,
        and voices that the provider did not delete.
        """
        unfinished = await self._erasures.unfinished()
        for erasure in unfinished:
            await self._jobs.erase(erasure.key, again=True)
        return len(unfinished)
