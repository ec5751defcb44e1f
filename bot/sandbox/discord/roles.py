"""Roles of a server, and what their holders may do by them."""

from dataclasses import dataclass, field

from bot.sandbox.discord.wire import NO_PERMISSIONS, JsonObject, Permission


@dataclass(eq=False)
class Role:
    """A role of one server; ``holders`` are user ids."""

    id: str
    name: str
    server_id: str
    permissions: Permission = NO_PERMISSIONS
    mentionable: bool = False
    """False: only somebody with Mention Everyone pings it."""
    holders: set[str] = field(default_factory=set)

    def json(self, position: int) -> JsonObject:
        """Return Discord's role object; ``position`` orders a server's roles, @everyone is 0."""
        return {
            "id": self.id,
            "name": self.name,
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "hoist": False,
            "position": position,
            "permissions": str(int(self.permissions)),
            "managed": False,
            "mentionable": self.mentionable,
            "flags": 0,
            "icon": None,
            "unicode_emoji": None,
        }
