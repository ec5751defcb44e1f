"""Lanes: how many workflows of a kind run side by side, and who waits for a turn."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

CLONES: Final = "waiting"
"""The lane of clones; the name of a lane is that of its queue, where running Mynas have work."""

SPEECHES: Final = "speeches"


@dataclass(frozen=True, slots=True)
class Limits:
    """How many workflows of a lane run at once: in all, and for one person."""

    at_once: int = 20
    for_each_person: int = 3


class Lane:
    """One lane of an engine: what runs in it, for whom, and what waits, in order."""

    def __init__(self, name: str, limits: Limits) -> None:
        self.name = name
        self.limits = limits
        self.room = asyncio.Semaphore(limits.at_once)
        self._running: dict[str, str | None] = {}
        self._waiting: dict[str, str | None] = {}

    def has_room(self, person: str | None) -> bool:
        """Say whether a newcomer may start at once.

        Whoever waits goes first: polling alone would let newcomers pass them for ever.
        """
        if self._waiting or len(self._running) >= self.limits.at_once:
            return False
        mine = sum(other == person for other in self._running.values())
        return person is None or mine < self.limits.for_each_person

    def begin(self, workflow_id: str, person: str | None) -> None:
        """Note that a workflow runs; who it is for stays as it was noted first."""
        waited_for = self._waiting.pop(workflow_id, None)
        self._running.setdefault(workflow_id, waited_for or person)

    def end(self, workflow_id: str) -> None:
        """Note that a workflow runs no more."""
        self._running.pop(workflow_id, None)

    def wait(self, workflow_id: str, person: str | None) -> None:
        """Note that a workflow waits, behind all others."""
        self._waiting[workflow_id] = person

    def found_waiting(self, found: Iterable[tuple[str, str | None]]) -> None:
        """Note what an earlier process left waiting, in order, and whom each is for."""
        for workflow_id, person in found:
            if workflow_id not in self._running:
                self.wait(workflow_id, person)

    def place_of(self, workflow_id: str) -> int:
        """Return its place in the line: 1 is next, 0 does not wait."""
        if workflow_id not in self._waiting:
            return 0
        return 1 + list(self._waiting).index(workflow_id)

    def __contains__(self, workflow_id: object) -> bool:
        """Say whether the workflow runs."""
        return workflow_id in self._running
