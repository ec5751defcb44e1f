"""The rules of a server: who may clone and speak there, where, and who decides cases."""

from bot.domain.errors import (
    AdministratorsOnly,
    Banned,
    BeingErased,
    NotHere,
    ReviewersOnly,
    RoleMissing,
)
from bot.domain.moderation import DIRECT
from bot.domain.money import Budgets
from bot.domain.people import Asker, PersonId, ServerId
from bot.domain.servers import ServerSettings
from bot.ports import BanStore, Clock, ErasureStore, ServerStore


async def settings_of(servers: ServerStore, server: ServerId | None) -> ServerSettings:
    """Return what is set on a server; all defaults in a direct message."""
    return ServerSettings() if server is None else await servers.settings(server)


class HouseRules:
    """Asked before anything is kept; what a face vouches for comes with the asker."""

    def __init__(
        self, *, servers: ServerStore, bans: BanStore, erasures: ErasureStore, now: Clock
    ) -> None:
        self._erasures = erasures
        self._servers = servers
        self._bans = bans
        self._now = now

    async def settings(self, server: ServerId | None) -> ServerSettings:
        """Return what is set on a server; all defaults in a direct message."""
        return await settings_of(self._servers, server)

    async def budgets(self, server: ServerId | None, operators: Budgets) -> Budgets:
        """Return the budgets that count on a server: the operator's, or what it lowers them to."""
        return (await self.settings(server)).lower(operators)

    async def model(self, server: ServerId | None, operators: str) -> str:
        """Return the model of who names none: the server's, else the operator's."""
        return (await self.settings(server)).default_model or operators

    async def check_clone(self, asker: Asker) -> None:
        """Check that something may be cloned where the asker is, by somebody with their roles.

        Raises:
            NotHere: it is done in other channels.
            RoleMissing: they have none of the roles for it.
        """
        await self.check_speak(asker)
        roles = (await self.settings(asker.server)).clone_roles
        if roles and not asker.roles.intersection(roles):
            raise RoleMissing(roles=list(roles))

    async def check_speak(self, asker: Asker) -> None:
        """Check that something may be spoken where the asker is.

        Raises:
            NotHere: it is done in other channels.
        """
        channels = (await self.settings(asker.server)).channels
        if channels and not asker.channels.intersection(channels):
            raise NotHere(channels=list(channels))

    async def check_ban(self, server: ServerId | None, person: PersonId) -> None:
        """Check that somebody is not banned from cloning and speaking on the server.

        In direct messages it is the operator who bans.

        Raises:
            Banned: they are.
            BeingErased: they have their data erased at this moment.
        """
        if await self._erasures.is_running(person):
            raise BeingErased
        ban = await self._bans.find(server or DIRECT, person)
        if ban is not None and ban.holds_at(self._now()):
            raise Banned(until=None if ban.until is None else ban.until.isoformat())

    async def require_reviewer(self, asker: Asker, server: ServerId | None) -> None:
        """Check that the asker decides the cases of `server`, where they are now.

        Who has the review role, or moderates where none is set; the operator everywhere.

        Raises:
            ReviewersOnly: they do not.
        """
        if asker.operates:
            return
        if server is None or asker.server != server:
            raise ReviewersOnly
        role = (await self.settings(server)).review_role
        if not (asker.moderates if role is None else role in asker.roles):
            raise ReviewersOnly


def require_administrator(asker: Asker) -> ServerId:
    """Return the server that the asker may manage.

    Raises:
        AdministratorsOnly: they may not, or it is no server.
    """
    if asker.server is None or not asker.administers:
        raise AdministratorsOnly
    return asker.server
