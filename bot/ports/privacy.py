"""What is kept about one person, wherever it is kept, and the erasure of it."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Protocol

from bot.domain.erasure import Erased, Erasure, ErasureKey, Left, ShownCase, UnderWay
from bot.domain.people import PersonId
from bot.domain.privacy import PersonalData
from bot.domain.voices import VoiceKey


class PersonalRecords(Protocol):
    """Knows every place in which something about a person is kept."""

    async def everything_of(self, person: PersonId, at: datetime) -> PersonalData:
        """Return all that is kept about them; of other people only what concerns them.

        Never who reported them, which moderator decided, or what others had spoken.
        """
        ...

    async def stop(
        self, person: PersonId, at: datetime
    ) -> tuple[Mapping[Erased, int], list[VoiceKey]]:
        """Take back every consent, request, permission, share and offer by or to them.

        Returns:
            How much that is, and the requests of others to them, which are refused by it.
        """
        ...

    async def under_way(self, person: PersonId, recent_since: datetime) -> UnderWay:
        """Return what of theirs jobs are busy with: their voices, whoever speaks with them, too."""
        ...

    async def doomed(self, person: PersonId, pseudonym: PersonId) -> list[VoiceKey]:
        """Return their voices that the provider may have, also those that bear the pseudonym."""
        ...

    async def shown_cases(self, person: PersonId) -> list[ShownCase]:
        """Return the cases about them that moderators are shown, oldest first."""
        ...

    async def erase(
        self, person: PersonId, pseudonym: PersonId, at: datetime, *, refused: Collection[VoiceKey]
    ) -> tuple[Mapping[Erased, int], Mapping[Left, int]]:
        """Delete all about them, and put the pseudonym into what is left; return how much.

        The person stays only in bans that hold and in the registry of those whom nobody may clone.
        Voices that the provider `refused` to delete can be found by `doomed`, and do nothing else.
        """
        ...


class ErasureStore(Protocol):
    """Remembers erasures until they are over."""

    async def begin(self, erasure: Erasure) -> Erasure:
        """Keep it; where one of its key or a running one of the person is known, return that."""
        ...

    async def get(self, key: ErasureKey) -> Erasure | None: ...

    async def of(self, person: PersonId) -> list[Erasure]:
        """Return those of the person that are not closed, oldest first."""
        ...

    async def is_running(self, person: PersonId) -> bool:
        """Say whether they are being erased at this moment."""
        ...

    async def unfinished(self) -> list[Erasure]:
        """Return those that are running or pending, oldest first."""
        ...

    async def save(self, erasure: Erasure) -> None:
        """Keep what was changed."""
        ...
