"""On which servers Myna is, and what becomes of the data of one that it was removed from."""

from collections.abc import Collection, Mapping
from datetime import timedelta

from bot.domain.audit import Act, AuditEntry
from bot.domain.people import MYNA, RoleId, ServerId
from bot.domain.sharing import of_role
from bot.ports import Atomic, AuditLog, Clock, ServerData, ServerStore


class Presence:
    """Told by the face. A server is only forgotten after a while, in case that Myna comes back."""

    def __init__(
        self,
        *,
        servers: ServerStore,
        data: ServerData,
        audit: AuditLog,
        atomic: Atomic,
        keep_for: timedelta,
        now: Clock,
    ) -> None:
        self._servers = servers
        self._data = data
        self._audit = audit
        self._atomic = atomic
        self._keep_for = keep_for
        self._now = now
        self.is_known = False
        """Whether the face has told where Myna is since this process started."""

    async def compare(self, servers: Mapping[ServerId, Collection[RoleId]]) -> None:
        """Take over where Myna is, with the roles there: it may have been off when that changed."""
        known = set(await self._servers.known())
        for server in sorted(servers.keys() - known):
            await self._servers.note(server)
        for server in sorted(known - servers.keys()):
            await self._servers.note_gone(server, self._now())
        if unplaced := await self._data.unplaced():
            for server, roles in servers.items():
                if mine := [role for role in roles if of_role(role) in unplaced]:
                    await self._data.place(server, mine)
        self.is_known = True

    async def joined(self, server: ServerId) -> None:
        """Note that Myna is on a server, for the first time or again."""
        await self._servers.note(server)

    async def removed(self, server: ServerId) -> None:
        """Note that Myna was removed from a server."""
        await self._servers.note_gone(server, self._now())

    async def sweep(self) -> int:
        """Delete the data of servers that Myna was removed from long ago; return of how many.

        Never before the face has told where Myna is: it may have been taken back while it was off.
        """
        if not self.is_known:
            return 0
        before = self._now() - self._keep_for
        deleted = [await self._delete(server) for server in await self._servers.gone(before)]
        return sum(deleted)

    async def _delete(self, server: ServerId) -> bool:
        now = self._now()

        async def delete() -> bool:
            is_deleted = await self._data.delete(server, now - self._keep_for)
            if is_deleted:
                await self._audit.write(AuditEntry(now, None, MYNA, Act.REMOVED, server))
            return is_deleted

        return await self._atomic(delete)
