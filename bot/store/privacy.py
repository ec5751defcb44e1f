"""All that is kept about one person."""

from datetime import datetime

from bot.domain.people import PersonId
from bot.domain.privacy import PersonalData
from bot.store.database import Database
from bot.store.privacy_export import everything_of


class SqlPersonalRecords:
    """Fills the `PersonalRecords` port."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def everything_of(self, person: PersonId, at: datetime) -> PersonalData:
        """Return all that is kept about them; of other people only what concerns them."""
        return await everything_of(self._database, person, at)
