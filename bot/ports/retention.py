"""What is deleted because its time is over, and what is kept of one server."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.people import PersonId, RoleId, ServerId
from bot.domain.sharing import Scope
from bot.domain.voices import VoiceKey


class RetentionStore(Protocol):
    """Deletes what is over; each method returns of how many."""

    async def drop_requests(self, before: datetime) -> int:
        """Delete the requests for consent that were closed before then."""
        ...

    async def blank_orders(self, before: datetime) -> int:
        """Drop notes and texts of voices that were ordered before then and failed or are gone."""
        ...

    async def drop_grants(self, now: datetime) -> int:
        """Delete the grants that have run out."""
        ...

    async def drop_bans(self, now: datetime) -> int:
        """Delete the bans that have run out."""
        ...

    async def drop_audit(self, before: datetime) -> int:
        """Delete the entries of the audit log that were written before then."""
        ...

    async def drop_counters(self, before: datetime) -> int:
        """Delete what is spent of budgets whose day or month was over by then."""
        ...

    async def drop_erasures(self, closed: datetime, untold: datetime) -> int:
        """Delete closed erasures that were asked for before `closed`, untold before `untold`."""
        ...

    async def servers_of_decided(self) -> list[ServerId | None]:
        """Return where there are decided cases; None for direct messages."""
        ...


@dataclass(frozen=True, slots=True)
class Unshared:
    """How much of somebody's leave was taken back on a server."""

    grants: int
    permissions: int


class ServerData(Protocol):
    """What is kept of one server, whosever it is."""

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
        ...

    async def cloned(self, server: ServerId, owner: PersonId) -> list[VoiceKey]:
        """Return the owner's voices that were cloned there and can be deleted, oldest first."""
        ...

    async def unshare(self, server: ServerId, owner: PersonId) -> Unshared:
        """Take back what the owner granted the server and its roles, and permitted there.

        What they granted to persons stays: it is between two people, wherever they are.
        """
        ...

    async def unplaced(self) -> set[Scope]:
        """Return the scopes of roles with grants of which nobody knows the server."""
        ...

    async def place(self, server: ServerId, roles: Collection[RoleId]) -> None:
        """Note that these roles are the server's, for the grants to them."""
        ...

    async def delete(self, server: ServerId, gone_before: datetime) -> bool:
        """Delete what is kept of a server that Myna is gone from since before then.

        Returns:
            Whether it is; if Myna is back, or never was gone so long, nothing is deleted.
        """
        ...
