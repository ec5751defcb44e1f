"""An append-only list of what happened, which can be waited on without polling."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from bot.sandbox.discord.wire import JsonObject

_Value = TypeVar("_Value")


@dataclass(frozen=True)
class Event:
    """One thing that happened: a gateway event, or a step of the stand-in's own (lower case)."""

    index: int
    name: str
    data: JsonObject
    channel_id: str | None = None
    visible_to: str | None = None
    """The only person who sees it (an ephemeral message), or None for everybody."""


class EventLog:
    """Keeps every event in order and wakes those who wait."""

    def __init__(self) -> None:
        self._events: list[Event] = []
        self._changed = asyncio.Event()

    @property
    def events(self) -> tuple[Event, ...]:
        """Everything that happened so far."""
        return tuple(self._events)

    def __len__(self) -> int:
        return len(self._events)

    def append(
        self,
        name: str,
        data: JsonObject,
        *,
        channel_id: str | None = None,
        visible_to: str | None = None,
    ) -> None:
        """Add one event and wake everybody who waits."""
        self._events.append(Event(len(self._events), name, data, channel_id, visible_to))
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def until(self, check: Callable[[], _Value | None], seconds: float) -> _Value:
        """Return the first value of ``check`` that is not None or False; tried after every event.

        Raises:
            TimeoutError: nothing of the sort happened within ``seconds``.
        """
        async with asyncio.timeout(seconds):
            while (value := check()) is None or value is False:
                await self._changed.wait()
        return value

    async def wait_for(
        self, predicate: Callable[[Event], bool], seconds: float, since: int = 0
    ) -> Event:
        """Return the first event from index ``since`` on that ``predicate`` holds for.

        Raises:
            TimeoutError: no such event within ``seconds``.
        """
        return await self.until(
            lambda: next((event for event in self._events[since:] if predicate(event)), None),
            seconds,
        )

    async def after(self, index: int) -> tuple[Event, ...]:
        """Return the events from ``index`` on, waiting until there is at least one."""
        while len(self._events) <= index:
            await self._changed.wait()
        return tuple(self._events[index:])
