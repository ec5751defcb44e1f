"""Money: prices, quotes, charges and budgets. Amounts are whole micro-dollars (millionths of 1 $).

Prices are settings with dated defaults (docs/minimax.md, "Money"); a bill is never computed from
them alone: what the provider reports as `usage_characters` is what counts.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final, NewType

from bot.domain.people import PersonId, ServerId
from bot.domain.voices import VoiceKey

Microdollars = NewType("Microdollars", int)

MICRO: Final = 1_000_000

OFFER_LASTS: Final = timedelta(minutes=15)
"""As long as the message that only its reader sees can be answered (Discord, interactions)."""

_COUNTED_TWICE: Final = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
"""Chinese characters are billed as two, everything else as one (docs/minimax.md, "Money")."""


class ChargeKind(StrEnum):
    """What the provider charges for."""

    PREVIEW = "preview"
    SPEECH = "speech"
    CLONE_FEE = "clone_fee"


@dataclass(frozen=True, slots=True)
class PriceList:
    """What things cost; models whose price is not known are taken to cost as much as the dearest.

    `per_character` is micro-dollars by model name; `clone_fee` falls due at a voice's first speech.
    """

    per_character: Mapping[str, int]
    clone_fee: Microdollars

    def of(self, model: str, characters: int) -> Microdollars:
        """Return the price of so many billed characters on `model`."""
        dearest = max(self.per_character.values(), default=0)
        return Microdollars(self.per_character.get(model, dearest) * characters)


@dataclass(frozen=True, slots=True)
class Quote:
    """What a request will cost: told before, held while it runs, corrected after.

    `characters` are those that will be billed; `kept` those that the cache has, for nothing.
    """

    characters: int
    model: str
    speech: Microdollars
    fee: Microdollars = Microdollars(0)
    kept: int = 0

    @property
    def total(self) -> Microdollars:
        """Return all of it."""
        return Microdollars(self.speech + self.fee)


class Period(StrEnum):
    """How long a budget lasts; both begin at midnight UTC."""

    DAY = "day"
    MONTH = "month"

    def name_at(self, moment: datetime) -> str:
        """Return the period around `moment`, such as `2026-11-25` or `2026-11`."""
        return f"{moment:%Y-%m-%d}" if self is Period.DAY else f"{moment:%Y-%m}"


class Whose(StrEnum):
    """Whose budget it is. `ALL` is the operator's hard cap."""

    PERSON = "person"
    SERVER = "server"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Budgets:
    """The most that may be spent, by whom and in which period; what is not named is unlimited."""

    limits: Mapping[tuple[Whose, Period], Microdollars] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Hold:
    """Money set aside for a job when it is accepted. `job` is the key of the speech or voice."""

    job: str
    person: PersonId
    server: ServerId | None
    amount: Microdollars
    at: datetime


@dataclass(frozen=True, slots=True)
class Charge:
    """One thing the provider charged for, as it stands on its bill.

    `counted` says whether it counts against the budgets of its person and server: what the
    provider or Myna kept from being delivered is the operator's loss, not the member's. The
    operator's own limit counts everything.
    """

    job: str
    kind: ChargeKind
    person: PersonId
    server: ServerId | None
    voice: VoiceKey | None
    model: str
    characters: int
    amount: Microdollars
    at: datetime
    trace_id: str | None
    counted: bool = True


def billed_characters(text: str) -> int:
    """Return how many characters the provider is expected to bill for `text`."""
    return len(text) + len(_COUNTED_TWICE.findall(text))


def microdollars(usd: Decimal) -> Microdollars:
    """Return an amount of dollars as whole micro-dollars."""
    return Microdollars(int(usd * MICRO))
