"""Chooses in a select menu as a person does, in a message or in a modal."""

from collections.abc import Sequence

from bot.sandbox.discord.resolved import Entity, Resolver
from bot.sandbox.discord.roles import Role
from bot.sandbox.discord.wire import ComponentType, JsonObject
from bot.sandbox.discord.world import TEXT_CHANNEL, Channel, Person

Chosen = Sequence[str | Entity]
"""Values of a string select; people, roles and channels as themselves or by id."""

ENTITY_SELECTS: dict[int, tuple[type, ...]] = {
    ComponentType.USER_SELECT: (Person,),
    ComponentType.ROLE_SELECT: (Role,),
    ComponentType.MENTIONABLE_SELECT: (Person, Role),
    ComponentType.CHANNEL_SELECT: (Channel,),
}


def choose(menu: JsonObject, chosen: Chosen, resolver: Resolver) -> list[str]:
    """Return the values as they are sent; what they refer to is left with ``resolver``.

    Raises:
        ValueError: Discord's client would not let a person choose this.
    """
    least = 1 if menu.get("min_values") is None else menu["min_values"]
    most = menu.get("max_values") or 1
    if not least <= len(chosen) <= most:
        raise ValueError(f"the menu takes {least} to {most} values, not {len(chosen)}")
    if menu["type"] == ComponentType.STRING_SELECT:
        values = _offered(menu, chosen)
    else:
        values = [resolver.add(_fitting(menu, each, resolver)) for each in chosen]
    if len(set(values)) < len(values):
        raise ValueError("a value is chosen twice")
    return values


def preset(menu: JsonObject) -> list[str]:
    """Return what stands in a menu before anybody has touched it."""
    if menu["type"] == ComponentType.STRING_SELECT:
        return [option["value"] for option in menu["options"] if option.get("default")]
    return [str(value["id"]) for value in menu.get("default_values") or []]


def _offered(menu: JsonObject, chosen: Chosen) -> list[str]:
    offered = [option["value"] for option in menu["options"]]
    values = [value for value in chosen if isinstance(value, str) and value in offered]
    if len(values) < len(chosen):
        raise ValueError(f"the menu has no choice {list(chosen)!r}, only {offered}")
    return values


def _fitting(menu: JsonObject, chosen: str | Entity, resolver: Resolver) -> Entity:
    entity = resolver.find(chosen) if isinstance(chosen, str) else chosen
    kinds = menu.get("channel_types")
    is_listed = not isinstance(entity, Channel) or not kinds or TEXT_CHANNEL in kinds
    if not isinstance(entity, ENTITY_SELECTS[menu["type"]]) or not is_listed:
        raise ValueError(f"the menu has no choice {entity.name!r}")
    return entity
