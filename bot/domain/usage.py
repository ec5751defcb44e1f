"""What was spent in some days: by day, by kind and by member, and what is left of the budgets."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.domain.money import ChargeKind, Microdollars, Period, Whose
from bot.domain.people import PersonId, ServerId

DAYS_MOST: Final = 31
"""Days that a report can cover: a month, whichever."""

_NOTHING: Final = Microdollars(0)


@dataclass(frozen=True, slots=True)
class Total:
    """What some charges come to: micro-dollars, and characters by the provider's count."""

    amount: Microdollars = _NOTHING
    characters: int = 0

    def __add__(self, other: "Total") -> "Total":
        """Return both together."""
        return Total(Microdollars(self.amount + other.amount), self.characters + other.characters)


@dataclass(frozen=True, slots=True)
class DayUsage:
    """What was spent on one day (UTC), by kind; kinds that cost nothing are left out."""

    day: date
    by_kind: Mapping[ChargeKind, Total]

    @property
    def total(self) -> Total:
        """Return all of the day."""
        return sum(self.by_kind.values(), Total())


@dataclass(frozen=True, slots=True)
class Share:
    """What one member of a server spent there."""

    person: PersonId
    total: Total


@dataclass(frozen=True, slots=True)
class BudgetState:
    """A budget that applies, and how much of it is spent or set aside now."""

    whose: Whose
    period: Period
    limit: Microdollars
    spent: Microdollars

    @property
    def left(self) -> Microdollars:
        """Return what may still be spent; none where the limit was lowered below what was."""
        return Microdollars(max(0, self.limit - self.spent))


@dataclass(frozen=True, slots=True)
class UsageReport:
    """What a person, or everybody on a server, spent in the days up to now.

    Attributes:
        server: the server whose members are reported; None for one person's own charges anywhere.
        days: every day of the report, oldest first, those without charges too; never empty.
        shares: the members who spent something, biggest first; empty for one's own.
        budgets: those that apply, without those that have no limit.
    """

    server: ServerId | None
    days: tuple[DayUsage, ...]
    shares: tuple[Share, ...]
    budgets: tuple[BudgetState, ...]

    @property
    def total(self) -> Total:
        """Return all of it."""
        return sum((day.total for day in self.days), Total())

    @property
    def by_kind(self) -> dict[ChargeKind, Total]:
        """Return what each kind cost, in the order of `ChargeKind`, without those that did not."""
        return {
            kind: sum((day.by_kind.get(kind, Total()) for day in self.days), Total())
            for kind in ChargeKind
            if any(kind in day.by_kind for day in self.days)
        }
