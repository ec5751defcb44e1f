"""Who comes to a server and who goes, by their own will or not: people, owners and the bot."""

from bot.sandbox.discord.gateway import Session
from bot.sandbox.discord.ids import iso_time
from bot.sandbox.discord.people import People
from bot.sandbox.discord.wire import Intent, JsonObject, Permission
from bot.sandbox.discord.world import Person, Server

_HEARS_OF_BANS = Permission.BAN_MEMBERS | Permission.VIEW_AUDIT_LOG
"""A bot with either is told (Discord API, "Guild Ban Add")."""


class Membership(People):
    """The side of Discord on which servers change."""

    def set_owner(self, server: Server, owner: Person) -> None:
        """Hand a server over.

        Raises:
            ValueError: ``owner`` is no member.
        """
        if not server.is_member(owner):
            raise ValueError(f"{owner.name} is not a member of {server.name}")
        server.owner_id = owner.id
        self.place.gateway.dispatch(
            "GUILD_UPDATE",
            self.place.world.server_alone_json(server),
            server_id=server.id,
            intent=Intent.GUILDS,
        )

    def leave(self, person: Person, server: Server) -> None:
        """Let a member leave, or be kicked: Discord tells a bot no difference.

        Raises:
            ValueError: it is no member, or the owner, or the bot.
        """
        _may_go(person, server)
        if not server.is_member(person):
            raise ValueError(f"{person.name} is not a member of {server.name}")
        self._remove(person, server)

    def join(self, person: Person, server: Server) -> None:
        """Let somebody come back, with no roles, or come for the first time.

        Raises:
            ValueError: it is a member already, or banned.
        """
        if server.is_member(person) or person.is_bot:
            raise ValueError(f"{person.name} cannot join {server.name} in this way")
        if person.id in server.bans:
            raise ValueError(f"{person.name} is banned from {server.name}, unban first")
        server.absent.remove(person.id)
        server.rejoined[person.id] = iso_time(self.place.clock())
        member = self.place.world.member(person, server)
        self._tell(server, "GUILD_MEMBER_ADD", member, Intent.GUILD_MEMBERS)

    def ban(self, person: Person, server: Server, reason: str | None = None) -> None:
        """Ban somebody, also somebody who is no member.

        Raises:
            ValueError: it is banned already, or the owner, or the bot.
        """
        _may_go(person, server)
        if person.id in server.bans:
            raise ValueError(f"{person.name} is banned from {server.name} already")
        server.bans[person.id] = reason
        self._tell_of_ban(server, "GUILD_BAN_ADD", person)
        if server.is_member(person):
            self._remove(person, server)

    def unban(self, person: Person, server: Server) -> None:
        """Lift a ban; the person may come back, and does not by this.

        Raises:
            ValueError: it is not banned.
        """
        if person.id not in server.bans:
            raise ValueError(f"{person.name} is not banned from {server.name}")
        del server.bans[person.id]
        self._tell_of_ban(server, "GUILD_BAN_REMOVE", person)

    def remove_bot(self, server: Server) -> None:
        """Let the bot be kicked from a server, or the server be gone for it.

        Raises:
            ValueError: it is not in there.
        """
        if not server.has_bot:
            raise ValueError(f"the bot is not in {server.name}")
        self.place.gateway.dispatch("GUILD_DELETE", {"id": server.id}, server_id=server.id)
        server.has_bot = False
        _drop_roles(self.place.world.bot, server)

    def add_bot(self, server: Server) -> None:
        """Let the bot be added to a server that it was removed from; it holds no roles there.

        Raises:
            ValueError: it is in there.
        """
        if server.has_bot:
            raise ValueError(f"the bot is in {server.name} already")
        server.has_bot = True
        server.rejoined[self.place.world.bot.id] = iso_time(self.place.clock())
        self._announce_server(server)

    def _announce_server(self, server: Server) -> None:
        self.place.gateway.dispatch(
            "GUILD_CREATE",
            {},
            server_id=server.id,
            present=lambda _, session: self._show_server(server, session),
        )

    def _show_server(self, server: Server, session: Session) -> JsonObject:
        with_members = bool(session.intents & Intent.GUILD_MEMBERS)
        return self.place.world.server_json(server, with_members=with_members)

    def _remove(self, person: Person, server: Server) -> None:
        server.absent.add(person.id)
        _drop_roles(person, server)
        self._tell(server, "GUILD_MEMBER_REMOVE", {"user": person.user()}, Intent.GUILD_MEMBERS)

    def _tell_of_ban(self, server: Server, name: str, person: Person) -> None:
        world = self.place.world
        if world.permissions_of(world.bot, server) & _HEARS_OF_BANS:
            self._tell(server, name, {"user": person.user()}, Intent.GUILD_MODERATION)

    def _tell(self, server: Server, name: str, data: JsonObject, intent: Intent) -> None:
        shown = {"guild_id": server.id, **data}
        self.place.gateway.dispatch(name, shown, server_id=server.id, intent=intent)


def _may_go(person: Person, server: Server) -> None:
    if person.id == server.owner_id or person.is_bot:
        raise ValueError(f"{person.name} cannot leave {server.name} in this way")


def _drop_roles(person: Person, server: Server) -> None:
    for role in server.roles:
        role.holders.discard(person.id)
