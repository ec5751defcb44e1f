"""What is kept of one server: found for who left it, and deleted after Myna was removed from it."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.people import PersonId, RoleId, ServerId
from bot.domain.sharing import Scope, of_role
from bot.domain.voices import DELETABLE, VoiceKey, VoiceState
from bot.ports.retention import Unshared
from bot.store.database import Database
from bot.store.grants import SqlGrantStore
from bot.store.schema import (
    consent_requests,
    consents,
    grants,
    permissions,
    speeches,
    voice_terms,
    voices,
)
from bot.store.schema_trust import audit, bans, cases, evidence, servers
from bot.unbroken import unbroken

_CAN_BE_DELETED: Final = voices.c.state.in_([state.value for state in DELETABLE])


class SqlServerData:
    """Fills the `ServerData` port. Each method is one transaction, or part of the caller's."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._grants = SqlGrantStore(database)

    @unbroken
    async def owners(
        self,
        server: ServerId,
        *,
        cloned: bool,
        after: PersonId | None = None,
        limit: int,
    ) -> list[PersonId]:
        """Return who lets others speak or clone there, by name, those after `after`.

        With `cloned` also whose voices were cloned there and can still be deleted.
        """
        shared = sa.join(grants, voices, grants.c.voice == voices.c.key)
        found = [
            sa.select(voices.c.owner).select_from(shared).where(grants.c.server == server),
            sa.select(permissions.c.owner).where(permissions.c.server == server),
        ]
        if cloned:
            there = voices.c.server == server
            found.append(sa.select(voices.c.owner).where(there, _CAN_BE_DELETED))
        owner = sa.union(*found).subquery().c.owner
        select = sa.select(owner).where(owner > (after or "")).order_by(owner).limit(limit)
        async with self._database.begin() as connection:
            return [PersonId(row[0]) for row in await connection.execute(select)]

    @unbroken
    async def cloned(self, server: ServerId, owner: PersonId) -> list[VoiceKey]:
        """Return the owner's voices that were cloned there and can be deleted, oldest first."""
        select = (
            sa.select(voices.c.key)
            .where(voices.c.server == server, voices.c.owner == owner, _CAN_BE_DELETED)
            .order_by(voices.c.created_at, voices.c.key)
        )
        async with self._database.begin() as connection:
            return [VoiceKey(row[0]) for row in await connection.execute(select)]

    @unbroken
    async def unshare(self, server: ServerId, owner: PersonId) -> Unshared:
        """Take back what the owner granted the server and its roles, and permitted there."""
        granted = (
            sa.select(grants.c.voice, grants.c.scope)
            .join(voices, grants.c.voice == voices.c.key)
            .where(grants.c.server == server, voices.c.owner == owner)
            .order_by(grants.c.voice, grants.c.scope)
        )
        permitted = sa.delete(permissions).where(
            permissions.c.server == server, permissions.c.owner == owner
        )
        async with self._database.begin() as connection:
            found = (await connection.execute(granted)).all()
            revoked = [await self._grants.revoke(row.voice, row.scope) for row in found]
            return Unshared(sum(revoked), (await connection.execute(permitted)).rowcount)

    @unbroken
    async def unplaced(self) -> set[Scope]:
        """Return the scopes of roles with grants of which nobody knows the server."""
        select = sa.select(grants.c.scope).where(
            grants.c.server.is_(None), grants.c.scope.startswith("role:")
        )
        async with self._database.begin() as connection:
            return {Scope(row[0]) for row in await connection.execute(select.distinct())}

    @unbroken
    async def place(self, server: ServerId, roles: Collection[RoleId]) -> None:
        """Note that these roles are the server's, for the grants to them."""
        update = sa.update(grants).where(grants.c.scope.in_([of_role(role) for role in roles]))
        async with self._database.begin() as connection:
            await connection.execute(update.values(server=server))

    @unbroken
    async def delete(self, server: ServerId, gone_before: datetime) -> bool:
        """Delete what is kept of a server that Myna is gone from since before then.

        Voices are their owners', and charges the operator's bookkeeping: both stay.

        Returns:
            Whether it is; if Myna is back, or never was gone so long, nothing is deleted.
        """
        is_gone = sa.and_(servers.c.server == server, servers.c.gone_at <= gone_before)
        gone = sa.delete(servers).where(is_gone).returning(servers.c.server)
        async with self._database.begin() as connection:
            if (await connection.execute(gone)).first() is None:
                return False
            await _delete_cases(connection, server)
            await _delete_requests(connection, server)
            await _delete_grants(connection, server)
            for table in (bans, permissions, audit):
                await connection.execute(sa.delete(table).where(table.c.server == server))
            for table in (voices, speeches):
                away = sa.update(table).where(table.c.server == server).values(server=None)
                await connection.execute(away)
        return True


async def _delete_cases(connection: AsyncConnection, server: ServerId) -> None:
    here = sa.select(cases.c.subject).where(cases.c.server == server)
    elsewhere = sa.select(cases.c.subject).where(
        sa.or_(cases.c.server.is_(None), cases.c.server != server)
    )
    only_here = sa.and_(evidence.c.subject.in_(here), evidence.c.subject.not_in(elsewhere))
    await connection.execute(sa.delete(evidence).where(only_here))
    await connection.execute(sa.delete(cases).where(cases.c.server == server))


async def _delete_requests(connection: AsyncConnection, server: ServerId) -> None:
    """Delete the requests, and the orders of those that nobody has begun."""
    asked = sa.select(consent_requests.c.key).where(consent_requests.c.server == server)
    waiting = sa.and_(voices.c.key.in_(asked), voices.c.state == VoiceState.REQUESTED.value)
    unbegun = sa.select(voices.c.key).where(waiting)
    await connection.execute(sa.delete(consents).where(consents.c.voice.in_(unbegun)))
    await connection.execute(sa.delete(voices).where(waiting))
    await connection.execute(sa.delete(consent_requests).where(consent_requests.c.server == server))


async def _delete_grants(connection: AsyncConnection, server: ServerId) -> None:
    scopes = sa.select(grants.c.scope).where(grants.c.server == server)
    await connection.execute(sa.delete(voice_terms).where(voice_terms.c.scope.in_(scopes)))
    await connection.execute(sa.delete(grants).where(grants.c.server == server))
