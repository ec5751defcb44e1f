"""The audit log: rows are added and read, never changed."""

from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Final

import sqlalchemy as sa

from bot.domain.audit import Act, AuditEntry
from bot.domain.people import ServerId
from bot.store.database import Database
from bot.store.schema_trust import audit
from bot.unbroken import unbroken

_PAGE: Final = 1000


class SqlAuditLog:
    """Fills the `AuditLog` port; writing joins the transaction of the caller."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @unbroken
    async def write(self, entry: AuditEntry) -> None:
        """Add an entry."""
        row = {**asdict(entry), "act": entry.act.value}
        async with self._database.begin() as connection:
            await connection.execute(sa.insert(audit).values(row))

    async def newest(
        self, server: ServerId | None, *, limit: int, subject: str | None = None
    ) -> list[AuditEntry]:
        """Return the newest entries of a server, of one subject if given, newest first."""
        on = audit.c.server.is_(None) if server is None else audit.c.server == server
        select = sa.select(audit).where(on)
        if subject is not None:
            select = select.where(audit.c.subject == subject)
        rows = await self._rows(select.order_by(audit.c.id.desc()).limit(limit))
        return [_entry(row) for row in rows]

    async def latest(self, *, limit: int) -> list[AuditEntry]:
        """Return the newest entries of all servers and of none, newest first."""
        rows = await self._rows(sa.select(audit).order_by(audit.c.id.desc()).limit(limit))
        return [_entry(row) for row in rows]

    async def entries(self) -> AsyncIterator[AuditEntry]:
        """Yield every entry, oldest first, a page at a time."""
        last = 0
        while True:
            page = sa.select(audit).where(audit.c.id > last).order_by(audit.c.id).limit(_PAGE)
            rows = await self._rows(page)
            if not rows:
                return
            for row in rows:
                yield _entry(row)
            last = rows[-1]["id"]

    @unbroken
    async def _rows(self, select: sa.Select[tuple[object, ...]]) -> list[sa.RowMapping]:
        async with self._database.begin() as connection:
            return list((await connection.execute(select)).mappings())


def _entry(row: sa.RowMapping) -> AuditEntry:
    values = {name: value for name, value in row.items() if name != "id"}
    return AuditEntry(**{**values, "act": Act(row["act"])})
