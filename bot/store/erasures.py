"""Erasures that are asked for, until nobody knows any more whose they were."""

from typing import Any, Final

import sqlalchemy as sa

from bot.domain.erasure import Erasure, ErasureKey, ErasureState, Receipt
from bot.domain.people import PersonId
from bot.store.database import Database
from bot.store.schema_trust import erasures
from bot.unbroken import unbroken

_RUNNING: Final = erasures.c.state == ErasureState.RUNNING.value
_UNFINISHED: Final = (ErasureState.RUNNING.value, ErasureState.PENDING.value)


class SqlErasureStore:
    """Fills the `ErasureStore` port; each method is one transaction, or part of a caller's."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @unbroken
    async def begin(self, erasure: Erasure) -> Erasure:
        """Keep it; where one of its key or a running one of the person is known, return that."""
        table = erasures.c
        running = sa.and_(table.person == erasure.person, _RUNNING)
        known = sa.select(erasures).where(sa.or_(table.key == erasure.key, running))
        async with self._database.begin() as connection:
            await self._database.lock(connection, erasure.person)
            row = (await connection.execute(known.order_by(table.asked_at))).mappings().first()
            if row is not None:
                return _erasure(row)
            await connection.execute(sa.insert(erasures).values(_row(erasure)))
        return erasure

    async def get(self, key: ErasureKey) -> Erasure | None:
        """Return the erasure, or None."""
        found = await self._find(erasures.c.key == key)
        return found[0] if found else None

    async def of(self, person: PersonId) -> list[Erasure]:
        """Return those of the person that are not closed, oldest first."""
        return await self._find(
            erasures.c.person == person, erasures.c.state != ErasureState.CLOSED.value
        )

    async def is_running(self, person: PersonId) -> bool:
        """Say whether they are being erased at this moment."""
        return await self._find(erasures.c.person == person, _RUNNING) != []

    async def unfinished(self) -> list[Erasure]:
        """Return those that are running or pending, oldest first."""
        return await self._find(erasures.c.state.in_(_UNFINISHED))

    @unbroken
    async def save(self, erasure: Erasure) -> None:
        """Keep what was changed."""
        update = sa.update(erasures).where(erasures.c.key == erasure.key).values(_row(erasure))
        async with self._database.begin() as connection:
            await connection.execute(update)

    @unbroken
    async def _find(self, *which: sa.ColumnElement[bool]) -> list[Erasure]:
        select = sa.select(erasures).where(*which).order_by(erasures.c.asked_at, erasures.c.key)
        async with self._database.begin() as connection:
            return [_erasure(row) for row in (await connection.execute(select)).mappings()]


def _row(erasure: Erasure) -> dict[str, Any]:
    return {
        "key": erasure.key,
        "person": erasure.person,
        "pseudonym": erasure.pseudonym,
        "asked_at": erasure.asked_at,
        "state": erasure.state.value,
        "receipt": erasure.receipt.to_json(),
        "told": erasure.told,
    }


def _erasure(row: sa.RowMapping) -> Erasure:
    facts = {"state": ErasureState(row["state"]), "receipt": Receipt.from_json(row["receipt"])}
    return Erasure(**{**row, **facts})
