"""Personal records of somebody of whom nothing is kept, for tests that are about something else."""

from datetime import datetime

from bot.domain.people import PersonId
from bot.domain.privacy import PersonalData


class NothingKept:
    """Fills the `PersonalRecords` port."""

    async def everything_of(self, person: PersonId, at: datetime) -> PersonalData:
        return PersonalData(person, at, {})
