"""Money: what is held for jobs, what the provider charged, and what is left of each budget."""

from collections.abc import AsyncIterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.errors import BudgetReached, HardCapReached
from bot.domain.money import Budgets, Charge, ChargeKind, Hold, Microdollars, Period, Whose
from bot.domain.people import PersonId, ServerId
from bot.store.database import Database
from bot.store.schema import UtcDateTime, charges, counters, holds
from bot.unbroken import unbroken

PAGE: Final = 1000
"""Charges read in one transaction, so that nothing waits for who reads them all."""


class _Counter(NamedTuple):
    whose: Whose
    who: PersonId | ServerId | None
    period: Period
    at: datetime

    @property
    def row(self) -> dict[str, str]:
        scope = self.whose.value if self.who is None else f"{self.whose.value}:{self.who}"
        return {"scope": scope, "period": self.period.name_at(self.at.astimezone(UTC))}

    @property
    def key(self) -> tuple[str, str]:
        row = self.row
        return row["scope"], row["period"]

    @property
    def is_it(self) -> sa.ColumnElement[bool]:
        row = self.row
        return sa.and_(counters.c.scope == row["scope"], counters.c.period == row["period"])


class SqlSpendingStore:
    """Fills the `SpendingStore` port. Each method is one transaction, or part of the caller's."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @unbroken
    async def hold(self, hold: Hold, budgets: Budgets) -> None:
        """Set the money aside in every budget it touches; repeating it for one job does nothing.

        A refusal leaves its mark on the transaction: a caller inside one lets it end with it.

        Raises:
            BudgetReached: a person's or a server's budget has not that much left.
            HardCapReached: the operator's has not.
        """
        insert = self._database.insert(holds).on_conflict_do_nothing(index_elements=["job"])
        returning = insert.returning(holds.c.job)  # psycopg does not count what it inserts
        async with self._database.begin() as connection:
            new = (await connection.execute(returning, asdict(hold))).first()
            if new is not None:
                await self._add(connection, _touched(hold), hold.amount, budgets)

    @unbroken
    async def charge(self, charge: Charge) -> None:
        """Write down what the provider charged; budgets are corrected by `release`."""
        row = {**asdict(charge), "kind": charge.kind.value}
        async with self._database.begin() as connection:
            await connection.execute(sa.insert(charges), row)

    @unbroken
    async def release(self, job: str) -> Microdollars:
        """Let go of what is held for the job and count its charges instead; return their sum.

        Budgets of a person and a server count what counts, and so does the sum; the operator's
        own limit counts everything that the provider charged. Repeating it changes nothing.
        """
        async with self._database.begin() as connection:
            let_go = await connection.execute(
                sa.delete(holds).where(holds.c.job == job).returning(holds)
            )
            row = let_go.mappings().first()
            counted, charged = await _charged(connection, job)
            if row is not None:
                hold = Hold(**row)
                for everything, total in ((False, counted), (True, charged)):
                    touched = [
                        each for each in _touched(hold) if (each.whose is Whose.ALL) == everything
                    ]
                    await self._add(connection, touched, total - hold.amount, Budgets())
        return Microdollars(counted)

    @unbroken
    async def spent(
        self, whose: Whose, who: PersonId | ServerId | None, period: Period, at: datetime
    ) -> Microdollars:
        """Return what is spent or held in the period around `at`."""
        async with self._database.begin() as connection:
            return await _standing(connection, _Counter(whose, who, period, at))

    @unbroken
    async def lost(self, person: PersonId, since: datetime) -> tuple[Microdollars, Microdollars]:
        """Return what was charged for them since then and does not count, and what is held."""
        held = sa.select(sa.func.sum(holds.c.amount)).where(holds.c.person == person)
        select = sa.select(sa.func.sum(charges.c.amount)).where(
            charges.c.person == person, charges.c.at >= since, ~charges.c.counted
        )
        async with self._database.begin() as connection:
            sums = [int(await connection.scalar(each) or 0) for each in (select, held)]
        return Microdollars(sums[0]), Microdollars(sums[1])

    async def charges(
        self,
        since: datetime,
        until: datetime,
        *,
        person: PersonId | None = None,
        server: ServerId | None = None,
    ) -> AsyncIterator[Charge]:
        """Yield the charges in [since, until), oldest first, a page in each transaction."""
        select = sa.select(charges).where(charges.c.at < until)
        if person is not None:
            select = select.where(charges.c.person == person)
        if server is not None:
            select = select.where(charges.c.server == server)
        after = (since, 0)
        while page := await self._page(select, *after):
            for row in page:
                yield _to_charge(row)
            after = (page[-1]["at"], page[-1]["id"])

    @unbroken
    async def _page(
        self, select: sa.Select[Any], since: datetime, last: int
    ) -> list[sa.RowMapping]:
        after = sa.tuple_(sa.literal(since, UtcDateTime), last)
        select = select.where(sa.tuple_(charges.c.at, charges.c.id) > after)
        async with self._database.begin() as connection:
            found = await connection.execute(
                select.order_by(charges.c.at, charges.c.id).limit(PAGE)
            )
            return list(found.mappings())

    async def _add(
        self, connection: AsyncConnection, touched: list[_Counter], amount: int, budgets: Budgets
    ) -> None:
        """Raise the counters by `amount`, which may be negative.

        Always in the same order: two who wait for each other's counters would never end.
        """
        if not amount:
            return
        # One statement, compiled once: in a rush every order waits for those before it.
        raised = (
            self._database.insert(counters)
            .on_conflict_do_update(
                index_elements=["scope", "period"],
                set_={"microdollars": counters.c.microdollars + amount},
            )
            .returning(counters)
        )
        rows = [{**each.row, "microdollars": max(0, amount)} for each in touched]
        found = await connection.execute(raised, rows)
        standing = {(row.scope, row.period): row.microdollars for row in found}
        for each in touched:
            limit, now = budgets.limits.get((each.whose, each.period)), standing[each.key]
            if limit is not None and now > limit:
                raise _refusal(each, limit, now - amount, amount)


def _touched(hold: Hold) -> list[_Counter]:
    whose: list[tuple[Whose, PersonId | ServerId | None]] = [(Whose.PERSON, hold.person)]
    if hold.server is not None:
        whose.append((Whose.SERVER, hold.server))
    whose.append((Whose.ALL, None))
    return [_Counter(*each, period, hold.at) for each in whose for period in Period]


def _refusal(
    counter: _Counter, limit: int, standing: int, needed: int
) -> BudgetReached | HardCapReached:
    if counter.whose is Whose.ALL:
        return HardCapReached(period=counter.period.value, limit=limit)
    return BudgetReached(
        whose=counter.whose.value,
        period=counter.period.value,
        limit=limit,
        left=max(0, limit - standing),
        needed=needed,
    )


async def _standing(connection: AsyncConnection, counter: _Counter) -> Microdollars:
    select = sa.select(counters.c.microdollars).where(counter.is_it)
    return Microdollars(await connection.scalar(select) or 0)


async def _charged(connection: AsyncConnection, job: str) -> tuple[int, int]:
    """Return what was charged for the job and counts, and all that was charged."""
    counts = sa.case((charges.c.counted, charges.c.amount), else_=0)
    select = sa.select(sa.func.sum(counts), sa.func.sum(charges.c.amount))
    counted, charged = (await connection.execute(select.where(charges.c.job == job))).one()
    return int(counted or 0), int(charged or 0)


def _to_charge(row: sa.RowMapping) -> Charge:
    values = {name: value for name, value in row.items() if name != "id"}
    return Charge(**{**values, "kind": ChargeKind(row["kind"])})
