"""What is remembered of a file that Myna posted, so that it can be recognised for what it is."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.people import PersonId


class Made(StrEnum):
    """What a posted file is."""

    PREVIEW = "preview"
    SPEECH = "speech"


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A posted file by its digest: who asked for it, whose voice it is, when, and what it is.

    `digest` is the SHA-256 of the file's bytes, in hexadecimal. `owner` is None where the voice
    is one of the provider's own; `subject` is the key of the voice or speech.
    """

    digest: str
    made: Made
    subject: str
    asker: PersonId
    owner: PersonId | None
    label: str
    at: datetime
