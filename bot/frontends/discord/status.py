"""Edit status messages at a bearable pace: the latest state wins, the conclusion is the last."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Final

from bot.frontends.discord.addresses import Place
from bot.ports import Sleep

EDIT_EVERY: Final = 2.0
"""Seconds between two edits of one message: Discord allows about five edits in five seconds in a
channel, and several clones may be under way in one."""

Paint = Callable[[Place, str], Awaitable[None]]
"""Shows a text in a status message; never raises."""


@dataclass(slots=True)
class _Slot:
    posted_at: float = float("-inf")
    edited_at: float = float("-inf")
    waiting: str | None = None
    is_watched: bool = False
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class StatusBoard:
    """Keeps, for each status message under way, when it was last edited and what comes next."""

    def __init__(
        self,
        paint: Paint,
        *,
        monotonic: Callable[[], float],
        sleep: Sleep,
        start: Callable[[Coroutine[None, None, None]], None],
    ) -> None:
        self._paint = paint
        self._monotonic = monotonic
        self._sleep = sleep
        self._start = start
        self._slots: dict[Place, _Slot] = {}

    def posted(self, place: Place) -> None:
        """Count the message as posted just now, so that the first progress waits its turn.

        A conclusion does not wait for that: it is what everybody waits for.
        """
        self._slots[place] = _Slot(posted_at=self._monotonic())

    def forget(self, place: Place) -> None:
        """Drop a status message that will not be concluded."""
        slot = self._slots.pop(place, None)
        if slot is not None:
            slot.waiting = None

    def show(self, place: Place, text: str) -> None:
        """Have `text` shown as soon as the pace allows, unless a later one comes first."""
        slot = self._slots.setdefault(place, _Slot())
        slot.waiting = text
        if not slot.is_watched:
            slot.is_watched = True
            self._start(self._watch(place, slot))

    async def conclude(self, place: Place, show: Callable[[], Awaitable[None]]) -> None:
        """Drop what waits and run `show` as the last edit of this message."""
        slot = self._slots.pop(place, None) or _Slot()
        async with slot.lock:
            slot.waiting = None
            await self._rest(slot.edited_at)
            await show()

    async def _watch(self, place: Place, slot: _Slot) -> None:
        try:
            while slot.waiting is not None:
                await self._rest(max(slot.posted_at, slot.edited_at))
                async with slot.lock:
                    text, slot.waiting = slot.waiting, None
                    if text is not None:
                        await self._paint(place, text)
                        slot.edited_at = self._monotonic()
        finally:
            slot.is_watched = False

    async def _rest(self, since: float) -> None:
        remaining = since + EDIT_EVERY - self._monotonic()
        if remaining > 0:
            await self._sleep(remaining)
