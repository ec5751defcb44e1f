"""The commands a bot registers, with Discord's limits (Discord API, "Application Commands")."""

import re
from collections.abc import Iterator
from typing import Annotated, Self

from pydantic import BaseModel, Field, model_validator

from bot.sandbox.discord.bodies import Choice, parse
from bot.sandbox.discord.ids import Snowflakes
from bot.sandbox.discord.wire import DiscordError, JsonObject, Permission, invalid_form

CHAT_INPUT, USER_MENU, MESSAGE_MENU = 1, 2, 3
SUB_COMMAND, SUB_COMMAND_GROUP = 1, 2
STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = range(3, 12)

STRING_LIMIT = 6000
"""Characters of a string option (Discord API, "Application Command Option Structure")."""
NUMBER_LIMIT = 2**53
"""Largest integer or number option, either side of 0 (same page, "Option Type")."""

_COMMAND_TEXT_LIMIT = 8000
"""Characters of all names, descriptions and choices of a command together (same page)."""
_SLASH_NAME = re.compile(r"[-_'\w]{1,32}")
_LIMITS = {CHAT_INPUT: 100, USER_MENU: 5, MESSAGE_MENU: 5}
_Localized = dict[str, str] | None
_Description = Annotated[str, Field(min_length=1, max_length=100)]


class Option(BaseModel):
    """One option, or a subcommand (group) with options of its own."""

    type: Annotated[int, Field(ge=1, le=11)]
    name: str
    description: _Description
    name_localizations: _Localized = None
    description_localizations: _Localized = None
    required: bool | None = None
    autocomplete: bool | None = None
    choices: Annotated[list[Choice], Field(max_length=25)] | None = None
    options: Annotated[list["Option"], Field(max_length=25)] | None = None
    min_value: float | None = None
    max_value: float | None = None
    min_length: Annotated[int, Field(ge=0, le=STRING_LIMIT)] | None = None
    max_length: Annotated[int, Field(ge=1, le=STRING_LIMIT)] | None = None
    channel_types: list[int] | None = None

    @model_validator(mode="after")
    def _is_well_formed(self) -> Self:
        _check_slash_name(self.name)
        _check_order(self.options or [])
        _check_nesting(self.type, self.options or [])
        if self.autocomplete and self.choices:
            raise ValueError("an option has choices or autocomplete, not both")
        for field, types in _ONLY_FOR.items():
            if getattr(self, field) and self.type not in types:
                raise ValueError(f"an option of type {self.type} has no {field}")
        for least, most in (
            (self.min_value, self.max_value),
            (self.min_length, self.max_length),
        ):
            if least is not None and most is not None and least > most:
                raise ValueError("a minimum is above its maximum")
        check_values(self.type, self.choices or [])
        return self

    def text_length(self) -> int:
        """Count what the limit of 8000 over a whole command counts."""
        own = len(self.name) + len(self.description)
        choices = sum(len(item.name) + len(str(item.value)) for item in self.choices or [])
        return own + choices + sum(option.text_length() for option in self.options or [])


_SUGGESTING = (STRING, INTEGER, NUMBER)
_ONLY_FOR: dict[str, tuple[int, ...]] = {
    "autocomplete": _SUGGESTING,
    "choices": _SUGGESTING,
    "min_value": (INTEGER, NUMBER),
    "max_value": (INTEGER, NUMBER),
    "min_length": (STRING,),
    "max_length": (STRING,),
    "channel_types": (CHANNEL,),
    "options": (SUB_COMMAND, SUB_COMMAND_GROUP),
}


def check_values(kind: int, choices: list[Choice]) -> None:
    """Pass if every choice has a value of the type that an option of type ``kind`` takes.

    Raises:
        ValueError: one has not.
    """
    for choice in choices:
        value = choice.value
        if isinstance(value, str):
            is_fitting = kind == STRING
        else:
            is_whole = isinstance(value, int)
            is_fitting = kind == NUMBER or (kind == INTEGER and is_whole)
            is_fitting = is_fitting and abs(value) <= NUMBER_LIMIT
        if not is_fitting:
            raise ValueError(f"{value!r} is no value for an option of type {kind}")


def _check_nesting(kind: int, options: list[Option]) -> None:
    """Pass if subcommands stand where they may, and alone."""
    allowed = {
        SUB_COMMAND_GROUP: {SUB_COMMAND},
        SUB_COMMAND: set(range(STRING, ATTACHMENT + 1)),
    }.get(kind, set())
    if any(option.type not in allowed for option in options):
        raise ValueError("only subcommands stand in a group, and none in a subcommand")
    if kind == SUB_COMMAND_GROUP and not options:
        raise ValueError("a group has subcommands")


class Command(BaseModel):
    """A command as it is registered."""

    name: Annotated[str, Field(min_length=1, max_length=32)]
    type: Annotated[int, Field(ge=1, le=4)] = CHAT_INPUT
    description: Annotated[str, Field(max_length=100)] | None = None
    name_localizations: _Localized = None
    description_localizations: _Localized = None
    options: Annotated[list[Option], Field(max_length=25)] | None = None
    default_member_permissions: int | str | None = None
    nsfw: bool | None = None
    integration_types: list[Annotated[int, Field(ge=0, le=1)]] | None = None
    contexts: list[Annotated[int, Field(ge=0, le=2)]] | None = None

    @model_validator(mode="after")
    def _is_well_formed(self) -> Self:
        if self.type == CHAT_INPUT:
            _check_slash_name(self.name)
            if not self.description:
                raise ValueError("a slash command has a description")
        elif self.description or self.options:
            raise ValueError("a menu command has neither description nor options")
        options = self.options or []
        _check_order(options)
        if len({option.type in (SUB_COMMAND, SUB_COMMAND_GROUP) for option in options}) > 1:
            raise ValueError("subcommands and other options exclude each other")
        length = len(self.name) + len(self.description or "")
        if length + sum(option.text_length() for option in options) > _COMMAND_TEXT_LIMIT:
            raise ValueError(f"at most {_COMMAND_TEXT_LIMIT} characters in all")
        return self


def _check_slash_name(name: str) -> None:
    if not _SLASH_NAME.fullmatch(name) or name != name.lower():
        raise ValueError("1 to 32 lower-case letters, digits, - and _")


def _check_order(options: list[Option]) -> None:
    wanted = [bool(option.required) for option in options]
    if wanted != sorted(wanted, reverse=True):
        raise ValueError("required options stand before the others")
    if len({option.name for option in options}) < len(options):
        raise ValueError("the names of options differ")


class CommandBook:
    """What is registered, for everywhere (None) and for single servers."""

    def __init__(self, application_id: str, snowflakes: Snowflakes) -> None:
        self._application_id = application_id
        self._snowflakes = snowflakes
        self._commands: dict[str | None, list[JsonObject]] = {}

    def registered(self, server_id: str | None = None) -> list[JsonObject]:
        """Return the commands of a server, or those for everywhere."""
        return list(self._commands.get(server_id, []))

    def replace_all(self, server_id: str | None, bodies: list[JsonObject]) -> list[JsonObject]:
        """Register ``bodies`` and nothing else; a command that stays keeps its id.

        Raises:
            DiscordError: 50035 for a bad command, 30032 for too many.
        """
        for body in bodies:
            parse(Command, body)
        keys = [_key(body) for body in bodies]
        if len(set(keys)) < len(keys):
            raise invalid_form("name", "two commands have one name", "DUPLICATE_NAMES")
        for kind, limit in _LIMITS.items():
            if sum(key[0] == kind for key in keys) > limit:
                raise DiscordError(400, 30032, "Too many application commands", complaint=True)
        known = {_key(command): command["id"] for command in self.registered(server_id)}
        self._commands[server_id] = [
            self._complete(body, server_id, known.get(_key(body))) for body in bodies
        ]
        return self.registered(server_id)

    def put(self, server_id: str | None, body: JsonObject) -> JsonObject:
        """Add one command, or replace the one of its name and type."""
        others = [item for item in self.registered(server_id) if _key(item) != _key(body)]
        known = [item for item in self.registered(server_id) if _key(item) == _key(body)]
        registered = self.replace_all(server_id, [*others, *([body] if not known else [])])
        if not known:
            return registered[-1]
        parse(Command, body)
        changed = self._complete(body, server_id, known[0]["id"])
        self._commands[server_id] = [*others, changed]
        return changed

    def change(self, server_id: str | None, command_id: str, body: JsonObject) -> JsonObject:
        """Change what ``body`` names.

        Raises:
            DiscordError: 10063, there is no such command.
        """
        old = self.by_id(server_id, command_id)
        merged = {**old, **body}
        parse(Command, {**merged, "description": merged["description"] or None})
        changed = self._complete(merged, server_id, command_id)
        commands = self.registered(server_id)
        commands[commands.index(old)] = changed
        self._commands[server_id] = commands
        return changed

    def remove(self, server_id: str | None, command_id: str) -> None:
        """Take a command away."""
        old = self.by_id(server_id, command_id)
        self._commands[server_id] = [item for item in self.registered(server_id) if item != old]

    def by_id(self, server_id: str | None, command_id: str) -> JsonObject:
        """Return a command.

        Raises:
            DiscordError: 10063, there is no such command.
        """
        for command in self.registered(server_id):
            if command["id"] == command_id:
                return command
        raise DiscordError(404, 10063, "Unknown application command", complaint=True)

    def find(
        self, name: str, kind: int, server_id: str | None, permissions: Permission
    ) -> JsonObject:
        """Return the command a person with ``permissions`` sees; a server's own comes first.

        Raises:
            LookupError: nothing of that name is offered here.
        """
        is_direct = server_id is None
        offered = [*(self.registered(server_id) if server_id else []), *self.registered()]
        for command in offered:
            contexts = command.get("contexts")
            is_here = contexts is None or (1 if is_direct else 0) in contexts
            is_shown = is_here and (is_direct or _may_use(command, permissions))
            if command["name"] == name and command["type"] == kind and is_shown:
                return command
        names = sorted(command["name"] for command in offered)
        raise LookupError(f"no command {name!r} of type {kind} is offered here, only {names}")

    def _complete(self, body: JsonObject, server_id: str | None, known: str | None) -> JsonObject:
        return {
            "type": CHAT_INPUT,
            "options": [],
            "nsfw": False,
            "dm_permission": True,
            "default_member_permissions": None,
            "integration_types": [0],
            "contexts": None,
            **body,
            "description": body.get("description") or "",
            "id": known or self._snowflakes.next(),
            "application_id": self._application_id,
            "version": self._snowflakes.next(),
            **({"guild_id": server_id} if server_id else {}),
        }


def _may_use(command: JsonObject, permissions: Permission) -> bool:
    wanted = command.get("default_member_permissions")
    if wanted is None or Permission.ADMINISTRATOR in permissions:
        return True
    # "0" asks for nothing and means nobody but administrators.
    return int(wanted) != 0 and Permission(int(wanted)) in permissions


def _key(body: JsonObject) -> tuple[int, str]:
    return int(body.get("type") or CHAT_INPUT), str(body.get("name"))


def descend(command: JsonObject, words: list[str]) -> Iterator[JsonObject]:
    """Yield the subcommand (groups) that ``words`` name below ``command``.

    Raises:
        LookupError: there is none of that name.
    """
    place = command
    for word in words:
        for option in place.get("options") or []:
            if option["name"] == word and option["type"] in (SUB_COMMAND, SUB_COMMAND_GROUP):
                place = option
                break
        else:
            raise LookupError(f"{command['name']!r} has no subcommand {word!r}")
        yield place
