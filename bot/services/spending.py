"""Show people what was spent: their own charges, and a moderator those of the server."""

from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta

from bot.domain.errors import ModeratorsOnly, SettingInvalid
from bot.domain.money import Budgets, Charge, ChargeKind, Period, Whose
from bot.domain.people import Asker, PersonId, ServerId
from bot.domain.usage import DAYS_MOST, BudgetState, DayUsage, Share, Total, UsageReport
from bot.ports import Clock, SpendingStore
from bot.services.house_rules import HouseRules


class Usage:
    """Reads what was spent; changes nothing."""

    def __init__(
        self, *, spending: SpendingStore, house: HouseRules, budgets: Budgets, now: Clock
    ) -> None:
        self._house = house
        self._spending = spending
        self._budgets = budgets
        self._now = now

    async def report(self, asker: Asker, *, days: int, everyone: bool) -> UsageReport:
        """Return what was spent in the last `days` (UTC, today included).

        `everyone` asks for all of the server instead of the asker's own charges. What the provider
        charged but Myna did not deliver is the operator's loss, and in nobody's report.

        Raises:
            SettingInvalid: `days` is not 1 to 31.
            ModeratorsOnly: only who moderates the server may see what everyone spent.
        """
        if not 1 <= days <= DAYS_MOST:
            raise SettingInvalid(name="days", value=str(days), allowed=f"1 to {DAYS_MOST}")
        server = _moderated(asker) if everyone else None
        now = self._now().astimezone(UTC)
        shown = [now.date() - timedelta(days=back) for back in reversed(range(days))]
        charges = await self._charges(shown, None if server else asker.person, server)
        return UsageReport(
            server=server,
            days=_by_day(shown, charges),
            shares=_shares(charges) if server else (),
            budgets=await self._left(asker, now, everyone=everyone),
        )

    async def _charges(
        self, days: list[date], person: PersonId | None, server: ServerId | None
    ) -> list[Charge]:
        found = self._spending.charges(
            _midnight(days[0]),
            _midnight(days[-1] + timedelta(days=1)),
            person=person,
            server=server,
        )
        return [charge async for charge in found if charge.counted]

    async def _left(
        self, asker: Asker, now: datetime, *, everyone: bool
    ) -> tuple[BudgetState, ...]:
        limits = (await self._house.budgets(asker.server, self._budgets)).limits
        who = {Whose.PERSON: None if everyone else asker.person, Whose.SERVER: asker.server}
        return tuple(
            [
                BudgetState(
                    whose, period, limit, await self._spending.spent(whose, of, period, now)
                )
                for whose, of in who.items()
                for period in Period
                if of is not None and (limit := limits.get((whose, period))) is not None
            ]
        )


def _moderated(asker: Asker) -> ServerId:
    if asker.server is None or not asker.moderates:
        raise ModeratorsOnly
    return asker.server


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _by_day(days: list[date], charges: list[Charge]) -> tuple[DayUsage, ...]:
    sums: dict[date, dict[ChargeKind, Total]] = {day: {} for day in days}
    for charge in charges:
        of_day = sums[charge.at.astimezone(UTC).date()]
        of_day[charge.kind] = of_day.get(charge.kind, Total()) + _total(charge)
    return tuple(DayUsage(day, by_kind) for day, by_kind in sums.items())


def _shares(charges: list[Charge]) -> tuple[Share, ...]:
    sums: defaultdict[PersonId, Total] = defaultdict(Total)
    for charge in charges:
        sums[charge.person] += _total(charge)
    biggest_first = sorted(sums.items(), key=lambda item: (-item[1].amount, item[0]))
    return tuple(Share(person, total) for person, total in biggest_first)


def _total(charge: Charge) -> Total:
    return Total(charge.amount, charge.characters)
