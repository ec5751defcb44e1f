"""All that is kept about one person: read, taken back, erased."""

from collections.abc import Collection, Mapping
from datetime import datetime

from bot.domain.erasure import Erased, Left, ShownCase, UnderWay
from bot.domain.people import PersonId
from bot.domain.privacy import PersonalData
from bot.domain.voices import VoiceKey
from bot.store import privacy_stop
from bot.store.database import Database
from bot.store.grants import SqlGrantStore
from bot.store.privacy_erase import Eraser
from bot.store.privacy_export import everything_of
from bot.unbroken import unbroken


class SqlPersonalRecords:
    """Fills the `PersonalRecords` port; each method but the first is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._grants = SqlGrantStore(database)

    async def everything_of(self, person: PersonId, at: datetime) -> PersonalData:
        """Return all that is kept about them; of other people only what concerns them."""
        return await everything_of(self._database, person, at)

    @unbroken
    async def stop(
        self, person: PersonId, at: datetime
    ) -> tuple[Mapping[Erased, int], list[VoiceKey]]:
        """Take back every consent, request, permission, share and offer by or to them."""
        async with self._database.begin() as connection:
            return await privacy_stop.stop(connection, self._grants, person, at)

    @unbroken
    async def under_way(self, person: PersonId, recent_since: datetime) -> UnderWay:
        """Return what of theirs jobs are busy with."""
        return await privacy_stop.under_way(self._database, person, recent_since)

    @unbroken
    async def doomed(self, person: PersonId, pseudonym: PersonId) -> list[VoiceKey]:
        """Return their voices that the provider may have, oldest first."""
        async with self._database.begin() as connection:
            found = await connection.execute(privacy_stop.doomed(person, pseudonym))
            return [VoiceKey(row[0]) for row in found]

    @unbroken
    async def shown_cases(self, person: PersonId) -> list[ShownCase]:
        """Return the cases about them that moderators are shown, oldest first."""
        async with self._database.begin() as connection:
            return await privacy_stop.shown_cases(connection, person)

    @unbroken
    async def erase(
        self, person: PersonId, pseudonym: PersonId, at: datetime, *, refused: Collection[VoiceKey]
    ) -> tuple[Mapping[Erased, int], Mapping[Left, int]]:
        """Delete all about them, and put the pseudonym into what is left; return how much."""
        async with self._database.begin() as connection:
            eraser = Eraser(connection, person, pseudonym, at)
            return await eraser.erase(refused)
