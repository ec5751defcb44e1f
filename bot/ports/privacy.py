"""What is kept about one person, wherever it is kept."""

from datetime import datetime
from typing import Protocol

from bot.domain.people import PersonId
from bot.domain.privacy import PersonalData


class PersonalRecords(Protocol):
    """Knows every place in which something about a person is kept."""

    async def everything_of(self, person: PersonId, at: datetime) -> PersonalData:
        """Return all that is kept about them; of other people only what concerns them.

        Never who reported them, which moderator decided, or what others had spoken.
        """
        ...
