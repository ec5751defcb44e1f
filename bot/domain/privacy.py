"""What is kept about one person, as they may have it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from bot.domain.people import PersonId

EXPORT_EVERY: Final = timedelta(hours=1)
"""How often somebody may have all that is kept about them: it is work for the database."""

Fact = str | int | float | bool | None | Sequence["Fact"] | Mapping[str, "Fact"]
"""A plain value, as JSON has it."""

Record = Mapping[str, Fact]
"""One thing that is kept, by the names of its parts."""


class Section(StrEnum):
    """The kinds of what is kept about a person; each becomes a file of that name."""

    SETTINGS = "settings"
    VOICES = "voices"
    VOICES_ASKED_FOR = "voices_asked_for"
    CONSENTS_GIVEN = "consents_given"
    CONSENTS_RECEIVED = "consents_received"
    REQUESTS = "requests"
    PERMISSIONS_GIVEN = "permissions_given"
    PERMISSIONS_RECEIVED = "permissions_received"
    GRANTS_GIVEN = "grants_given"
    GRANTS_RECEIVED = "grants_received"
    SPEECHES = "speeches"
    USES = "uses_of_my_voices"
    FILES = "posted_files"
    CASES = "cases"
    REPORTS = "reports"
    EVIDENCE = "evidence"
    BANS = "bans"
    CHARGES = "charges"
    BUDGETS = "budgets"
    HOLDS = "money_held"
    AUDIT = "audit"


@dataclass(frozen=True, slots=True)
class PersonalData:
    """All that is kept about somebody, newest first in each section.

    `cut` are the sections of which only the newest records are in it.
    """

    person: PersonId
    at: datetime
    sections: Mapping[Section, Sequence[Record]]
    cut: frozenset[Section] = frozenset()
