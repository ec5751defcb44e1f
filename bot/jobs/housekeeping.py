"""What is done again and again, durably: warn, close, forget, ask who has left."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from bot.jobs.engine import Schedule
from bot.services import Services


class Housekeeping:
    """Again and again: warn of what expires, close what nobody answered, forget what is over."""

    def __init__(self) -> None:
        self.services: Services | None = None
        """Set once the engine runs, which wants its schedules before."""

    def schedules(self) -> Sequence[Schedule]:
        """Return when it is done, durably."""
        return [
            Schedule("keep", "*/15 * * * *", self._sweep),
            Schedule("leave", "7-59/15 * * * *", self._leave),
            Schedule("tidy", "41 * * * *", self._tidy),
        ]

    async def catch_up(self) -> None:
        """Do at a start what was due while the machine was off."""
        assert self.services is not None
        await self.sweep()
        await self.services.retention.sweep()

    async def sweep(self) -> None:
        """Do what is due by now."""
        assert self.services is not None
        await self.services.keep_voices.sweep()
        await self.services.ask_consent.expire()
        await self.services.privacy.sweep()
        await self.services.moderate.sweep()

    async def _sweep(self, _: datetime) -> None:
        await self._started()
        await self.sweep()

    async def _leave(self, _: datetime) -> None:
        services = await self._started()
        if services.presence.is_known:  # else it is done as soon as it is
            await services.presence.sweep()
            await services.departures.sweep()

    async def _tidy(self, _: datetime) -> None:
        await (await self._started()).retention.sweep()

    async def _started(self) -> Services:
        while self.services is None:  # noqa: ASYNC110  for the moment in which the engine starts
            await asyncio.sleep(0.1)
        return self.services
