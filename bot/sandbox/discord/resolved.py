"""The objects an interaction refers to by id ("resolved"), gathered while a person chooses."""

from bot.sandbox.discord.roles import Role
from bot.sandbox.discord.wire import JsonObject
from bot.sandbox.discord.world import Channel, Person, Server, World

Entity = Person | Role | Channel


class Resolver:
    """What ``person`` refers to in one interaction in ``server`` (None: a direct channel)."""

    def __init__(self, world: World, person: Person, server: Server | None) -> None:
        self._world = world
        self._person = person
        self._server = server
        self.found: JsonObject = {}

    def find(self, entity_id: str) -> Entity:
        """Return what the client's search would find here by its id.

        Raises:
            ValueError: there is nothing of that id here.
        """
        known: dict[str, Entity] = dict(self._world.people)
        if self._server is not None:
            known |= {role.id: role for role in self._world.roles(self._server)}
            known |= {channel.id: channel for channel in self._server.channels}
        if entity_id not in known:
            raise ValueError(f"nothing with the id {entity_id} can be chosen here")
        return known[entity_id]

    def add(self, entity: Entity) -> str:
        """Keep what ``entity`` looks like, and return its id.

        Raises:
            ValueError: a role or a channel of somewhere else.
        """
        self.find(entity.id)
        if isinstance(entity, Person):
            self._put("users", entity.id, entity.user())
            if self._server is not None and self._server.is_member(entity):
                self._put("members", entity.id, self._partial_member(entity, self._server))
        elif isinstance(entity, Role):
            self._put("roles", entity.id, self._role(entity))
        else:
            self._put("channels", entity.id, self._channel(entity))
        return entity.id

    def add_attachment(self, attachment: JsonObject) -> str:
        """Keep an uploaded file, and return its id."""
        self._put("attachments", attachment["id"], attachment)
        return str(attachment["id"])

    def _put(self, kind: str, entity_id: str, shown: JsonObject) -> None:
        self.found.setdefault(kind, {})[entity_id] = shown

    def _partial_member(self, person: Person, server: Server) -> JsonObject:
        member = self._world.member_in_interaction(person, server)
        # Left out there (Discord API, "Resolved Data Structure").
        return {key: value for key, value in member.items() if key not in _NOT_PARTIAL}

    def _role(self, role: Role) -> JsonObject:
        roles = self._world.roles_json(self._server) if self._server else []
        return next(shown for shown in roles if shown["id"] == role.id)

    def _channel(self, channel: Channel) -> JsonObject:
        permissions = self._world.permissions_of(self._person, self._server)
        return {**channel.json(self._world.bot.id), "permissions": str(int(permissions))}


_NOT_PARTIAL = ("user", "deaf", "mute")
