"""The recorded yes without which nothing is downloaded."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.people import PersonId
from bot.domain.voices import VoiceKey


class Statement(StrEnum):
    """What a person declared, by a stable name; the sentence they read is in `wording`."""

    OWN_OR_PERMITTED = "own_voice_or_owner_permits_v1"


@dataclass(frozen=True, slots=True)
class Consent:
    """Who declared what, when, and for which clone."""

    voice: VoiceKey
    person: PersonId
    statement: Statement
    given_at: datetime
