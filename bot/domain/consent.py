"""The recorded yes without which nothing is downloaded, and the request for it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.people import Address, PersonId, ServerId
from bot.domain.voices import VoiceKey

REQUEST_LASTS = timedelta(hours=72)
"""How long an owner may think it over; after that the asker may ask again."""

TRIES_MAX = 3
"""Recordings of one sentence that are uploaded: each costs an upload, and a guess."""


class Statement(StrEnum):
    """What a person declared, by a stable name; the sentence they read is in `wording`."""

    OWN_OR_PERMITTED = "own_voice_or_owner_permits_v1"
    ALLOWED_ONCE = "owner_allowed_once_v1"
    ALLOWED_HERE = "owner_allowed_asker_on_server_v1"


class Proof(StrEnum):
    """How a yes was given."""

    TICKED = "ticked"  # a box in a form, or an option of a command
    PRESSED = "pressed"  # a button that only its owner can press
    SPOKEN = "spoken"  # a sentence that Myna made, recorded, and checked by the provider


@dataclass(frozen=True, slots=True)
class Consent:
    """Who declared what, when, for which clone, and how that is proved.

    `person` is the owner of the voice; `asker` who was allowed to have it cloned, None where that
    is the owner too. `words` is the sentence that was recorded, where one was.
    """

    voice: VoiceKey
    person: PersonId
    statement: Statement
    given_at: datetime
    asker: PersonId | None = None
    withdrawn_at: datetime | None = None
    proof: Proof = Proof.TICKED
    words: str | None = None


class Answer(StrEnum):
    """What an owner answers to a request."""

    ONCE = "once"  # this one clone
    HERE = "here"  # this one, and further ones by the same asker on the same server
    NO = "no"
    NEVER = "never"  # no, and nobody may ask again, anywhere


class RequestState(StrEnum):
    """Where a request for consent stands. Those in `WAITING` wait for the owner."""

    OPEN = "open"
    SPEAKING = "speaking"  # allowed, but the owner has not recorded the sentence yet
    ALLOWED = "allowed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


WAITING = (RequestState.OPEN, RequestState.SPEAKING)


@dataclass(frozen=True, slots=True)
class ConsentRequest:
    """Somebody asks whether they may have the owner's voice cloned, for one order.

    One's own voice is asked for by oneself, where the server wants that to be spoken.

    `key` is that of the order and of the voice to be, `text` what its preview says; `source` links
    to the note that was picked, and `address` is where the asker asked. `sentence` is what the
    owner has to record, where the server wants that, and `tries` how many recordings of it were
    uploaded in vain, for orders before this one.
    """

    key: VoiceKey
    asker: PersonId
    owner: PersonId
    server: ServerId | None
    label: str
    text: str
    source: str | None
    address: Address
    asked_at: datetime
    state: RequestState = RequestState.OPEN
    answered_at: datetime | None = None
    sentence: str | None = None
    tries: int = 0

    @property
    def is_own(self) -> bool:
        """Say whether the owner themselves asked for it."""
        return self.asker == self.owner

    @property
    def expires_at(self) -> datetime:
        """Return when it can be answered no longer."""
        return self.asked_at + REQUEST_LASTS

    @property
    def needed_no_question(self) -> bool:
        """Say whether a standing yes answered it in the moment in which it was asked."""
        return self.answered_at == self.asked_at and self.sentence is None


@dataclass(frozen=True, slots=True)
class Permission:
    """An owner's standing yes: this asker may have them cloned on this server, until revoked."""

    owner: PersonId
    asker: PersonId
    server: ServerId
    given_at: datetime
