"""Cases, and who is banned."""

from collections.abc import Collection
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.errors import CaseOver
from bot.domain.moderation import (
    PENDING,
    About,
    Ban,
    Case,
    CaseKey,
    CaseState,
    FlagKind,
    Origin,
)
from bot.domain.people import Address, PersonId, ServerId
from bot.store.database import Database
from bot.store.schema_trust import bans, cases
from bot.unbroken import unbroken

_ADDRESSES = ("address", "notice")
_NOTED_APART = frozenset({"notice_face", "notice_token"})
_UNDECIDED = (CaseState.OPEN.value, CaseState.APPEALED.value)
_IS_OVER = cases.c.state.not_in([state.value for state in PENDING])


class SqlCaseStore:
    """Fills the `CaseStore` port; each method is one transaction, or part of the caller's."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @unbroken
    async def open(self, case: Case) -> bool:
        """Keep a new case; return False, and change nothing, where there is one of that key."""
        insert = self._database.insert(cases).values(_row_of(case))
        insert = insert.on_conflict_do_nothing(index_elements=["key"])
        async with self._database.begin() as connection:
            kept = await connection.execute(insert.returning(cases.c.key))
            return kept.first() is not None

    async def get(self, key: CaseKey) -> Case | None:
        """Return the case, or None."""
        found = await self._cases(sa.select(cases).where(cases.c.key == key))
        return found[0] if found else None

    async def save(self, case: Case) -> Case:
        """Keep what was changed in a case that was read before; return it as it is kept.

        Raises:
            CaseOver: somebody else changed it in between.
        """
        new = _row_of(replace(case, version=case.version + 1))
        update = (
            sa.update(cases)
            .where(cases.c.key == case.key, cases.c.version == case.version)
            .values({name: new[name] for name in new.keys() - _NOTED_APART})
            .returning(cases)
        )
        found = await self._cases(update)
        if not found:
            raise CaseOver
        return found[0]

    async def find(
        self,
        server: ServerId | None,
        *,
        states: Collection[CaseState] = (),
        origin: Origin | None = None,
        person: PersonId | None = None,
        limit: int,
    ) -> list[Case]:
        """Return the newest cases of the server: in one of the states, of one origin and person."""
        select = sa.select(cases).where(_on(server))
        if states:
            select = select.where(cases.c.state.in_([state.value for state in states]))
        if origin is not None:
            select = select.where(cases.c.origin == origin.value)
        if person is not None:
            select = select.where(cases.c.person == person)
        newest_first = select.order_by(cases.c.opened_at.desc(), cases.c.key).limit(limit)
        return await self._cases(newest_first)

    async def about(self, subject: str) -> list[Case]:
        """Return every case about a voice, a speech or a text, oldest first."""
        return await self._cases(_oldest_first(cases.c.subject == subject))

    async def pending(self, *, quiet_since: datetime) -> list[Case]:
        """Return open and appealed cases that nothing was said of since then, oldest first."""
        said = sa.func.coalesce(cases.c.reminded_at, cases.c.appealed_at, cases.c.opened_at)
        return await self._cases(_oldest_first(cases.c.state.in_(_UNDECIDED), said <= quiet_since))

    async def locked(self, before: datetime) -> list[Case]:
        """Return the cases that were locked before then."""
        is_locked = cases.c.state == CaseState.LOCKED.value
        return await self._cases(_oldest_first(is_locked, cases.c.decided_at <= before))

    async def unseen(self) -> list[Case]:
        """Return the pending cases that were shown to nobody, oldest first."""
        pending = cases.c.state.in_([state.value for state in PENDING])
        return await self._cases(_oldest_first(pending, cases.c.notice_token.is_(None)))

    async def decided(self, server: ServerId | None, before: datetime) -> list[Case]:
        """Return the cases of the server that were decided before then."""
        return await self._cases(_oldest_first(_on(server), _IS_OVER, cases.c.decided_at <= before))

    async def decided_since(self, since: datetime) -> list[Case]:
        """Return the cases of all servers that were decided since then, oldest first."""
        return await self._cases(_oldest_first(_IS_OVER, cases.c.decided_at >= since))

    async def note_shown(self, key: CaseKey, at: Address | None) -> None:
        """Note where moderators are shown the case, if anywhere; `save` minds no such change."""
        face, token = (None, None) if at is None else (at.face, at.token)
        await self._note(key, {"notice_face": face, "notice_token": token})

    async def note_reminded(self, key: CaseKey, number: int, at: datetime) -> None:
        """Note that moderators were reminded so often by now; nor is that."""
        await self._note(key, {"reminders": number, "reminded_at": at})

    async def _note(self, key: CaseKey, values: dict[str, Any]) -> None:
        update = sa.update(cases).where(cases.c.key == key).values(values)
        await self._cases(update.returning(cases))

    @unbroken
    async def remove(self, key: CaseKey) -> None:
        """Delete the case."""
        async with self._database.begin() as connection:
            await connection.execute(sa.delete(cases).where(cases.c.key == key))

    @unbroken
    async def _cases(self, statement: sa.Executable) -> list[Case]:
        async with self._database.begin() as connection:
            return [_case(row) for row in (await connection.execute(statement)).mappings()]


class SqlBanStore:
    """Fills the `BanStore` port; each method is one transaction, or part of the caller's."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @unbroken
    async def ban(self, ban: Ban) -> None:
        """Keep the ban, in place of an earlier one."""
        row = asdict(ban)
        insert = self._database.insert(bans).values(row)
        async with self._database.begin() as connection:
            await connection.execute(
                insert.on_conflict_do_update(index_elements=["server", "person"], set_=row)
            )

    @unbroken
    async def lift(self, server: ServerId, person: PersonId) -> bool:
        """Take the ban back; return whether there was one."""
        delete = sa.delete(bans).where(_is_ban(server, person)).returning(bans.c.person)
        async with self._database.begin() as connection:
            return (await connection.execute(delete)).first() is not None

    @unbroken
    async def find(self, server: ServerId, person: PersonId) -> Ban | None:
        """Return the ban, run out or not, or None."""
        select = sa.select(bans).where(_is_ban(server, person))
        async with self._database.begin() as connection:
            row = (await connection.execute(select)).mappings().first()
        return None if row is None else Ban(**row)


def _is_ban(server: ServerId, person: PersonId) -> sa.ColumnElement[bool]:
    return sa.and_(bans.c.server == server, bans.c.person == person)


def _on(server: ServerId | None) -> sa.ColumnElement[bool]:
    return cases.c.server.is_(None) if server is None else cases.c.server == server


def _oldest_first(*which: sa.ColumnElement[bool]) -> sa.Select[Any]:
    return sa.select(cases).where(*which).order_by(cases.c.opened_at, cases.c.key)


def _row_of(case: Case) -> dict[str, Any]:
    row = asdict(case) | {
        "origin": case.origin.value,
        "about": case.about.value,
        "kind": int(case.kind),
        "state": case.state.value,
    }
    for name in _ADDRESSES:
        address = row.pop(name)
        row[f"{name}_face"] = None if address is None else address["face"]
        row[f"{name}_token"] = None if address is None else address["token"]
    return row


def _case(row: sa.RowMapping) -> Case:
    values = dict(row) | {
        "origin": Origin(row["origin"]),
        "about": About(row["about"]),
        "kind": FlagKind(row["kind"]),
        "state": CaseState(row["state"]),
    }
    for name in _ADDRESSES:
        face, token = values.pop(f"{name}_face"), values.pop(f"{name}_token")
        values[name] = None if face is None else Address(face, token)
    return Case(**values)
