"""Personal records of people of whom nothing is kept, and erasures in memory."""

from collections.abc import Collection, Mapping
from datetime import datetime

from bot.domain.erasure import Erased, Erasure, ErasureKey, ErasureState, Left, ShownCase, UnderWay
from bot.domain.people import PersonId
from bot.domain.privacy import PersonalData
from bot.domain.voices import VoiceKey


class NothingKept:
    """Fills the `PersonalRecords` port."""

    async def everything_of(self, person: PersonId, at: datetime) -> PersonalData:
        return PersonalData(person, at, {})

    async def stop(
        self, person: PersonId, at: datetime
    ) -> tuple[Mapping[Erased, int], list[VoiceKey]]:
        return {}, []

    async def under_way(self, person: PersonId, recent_since: datetime) -> UnderWay:
        return UnderWay([], [])

    async def doomed(self, person: PersonId, pseudonym: PersonId) -> list[VoiceKey]:
        return []

    async def shown_cases(self, person: PersonId) -> list[ShownCase]:
        return []

    async def erase(
        self, person: PersonId, pseudonym: PersonId, at: datetime, *, refused: Collection[VoiceKey]
    ) -> tuple[Mapping[Erased, int], Mapping[Left, int]]:
        return {}, {}


class NobodyErased:
    """Fills the `ErasureStore` port; the contract tests hold for it."""

    def __init__(self) -> None:
        self.kept: dict[ErasureKey, Erasure] = {}

    async def begin(self, erasure: Erasure) -> Erasure:
        for one in self._oldest_first():
            is_theirs = one.person == erasure.person and one.state is ErasureState.RUNNING
            if one.key == erasure.key or is_theirs:
                return one
        self.kept[erasure.key] = erasure
        return erasure

    async def get(self, key: ErasureKey) -> Erasure | None:
        return self.kept.get(key)

    async def of(self, person: PersonId) -> list[Erasure]:
        found = self._oldest_first()
        return [
            one for one in found if one.person == person and one.state is not ErasureState.CLOSED
        ]

    async def is_running(self, person: PersonId) -> bool:
        return any(one.state is ErasureState.RUNNING for one in await self.of(person))

    async def unfinished(self) -> list[Erasure]:
        states = {ErasureState.RUNNING, ErasureState.PENDING}
        return [one for one in self._oldest_first() if one.state in states]

    async def save(self, erasure: Erasure) -> None:
        self.kept[erasure.key] = erasure

    def _oldest_first(self) -> list[Erasure]:
        return sorted(self.kept.values(), key=lambda one: (one.asked_at, one.key))
