"""Turns what a person types behind a slash command into what Discord sends to the bot."""

from collections.abc import Callable, Mapping, Sequence

from bot.sandbox.discord import commands
from bot.sandbox.discord.resolved import Entity, Resolver
from bot.sandbox.discord.roles import Role
from bot.sandbox.discord.wire import JsonObject, UploadedFile
from bot.sandbox.discord.world import TEXT_CHANNEL, Channel, Person

OptionValue = str | int | float | bool | UploadedFile | tuple[str, bytes] | tuple[str, bytes, str]
"""A value as a person gives it; files also as (name, bytes) or (name, bytes, content type)."""
Value = OptionValue | Entity

_EXPECTED: dict[int, tuple[type, ...]] = {
    commands.STRING: (str,),
    commands.INTEGER: (int,),
    commands.BOOLEAN: (bool,),
    commands.NUMBER: (int, float),
    commands.USER: (Person,),
    commands.ROLE: (Role,),
    commands.MENTIONABLE: (Person, Role),
    commands.CHANNEL: (Channel,),
    commands.ATTACHMENT: (UploadedFile, tuple),
}


def as_file(value: object) -> UploadedFile:
    """Return a file given as an object or as a tuple.

    Raises:
        ValueError: it is neither.
    """
    if isinstance(value, UploadedFile):
        return value
    if isinstance(value, tuple):
        return UploadedFile(*value)
    raise ValueError(f"{type(value).__name__} is not a file")


class OptionForm:
    """The form of one (sub)command: checks values as Discord's client does."""

    def __init__(self, options: Sequence[JsonObject]) -> None:
        self._options = {option["name"]: option for option in options}

    def fill(
        self,
        values: Mapping[str, Value],
        upload: Callable[[UploadedFile], JsonObject],
        resolver: Resolver,
    ) -> list[JsonObject]:
        """Return the options as they are sent; what they refer to is left with ``resolver``.

        Raises:
            ValueError: Discord's client would not let a person send this.
        """
        for name, option in self._options.items():
            if option.get("required") and name not in values:
                raise ValueError(f"{name} is required")
        sent = []
        for name, value in values.items():
            option = self._checked(name, value)
            plain: Value = value
            if isinstance(value, Person | Role | Channel):
                plain = resolver.add(value)
            elif option["type"] == commands.ATTACHMENT:
                plain = resolver.add_attachment(upload(as_file(value)))
            sent.append({"name": name, "type": option["type"], "value": plain})
        return sent

    def focus(self, name: str, typed: str, others: Mapping[str, Value]) -> list[JsonObject]:
        """Return the options as they are sent while a person types into ``name``.

        What ``others`` refer to is sent as bare ids then, and files not at all.

        Raises:
            ValueError: the option does not suggest anything, or another one is filled in wrongly.
        """
        option = self._options.get(name)
        if option is None or not option.get("autocomplete"):
            raise ValueError(f"{name} has no autocomplete")
        sent = []
        for other, value in others.items():
            kind = self._checked(other, value)["type"]
            if kind != commands.ATTACHMENT:
                plain = value.id if isinstance(value, Person | Role | Channel) else value
                sent.append({"name": other, "type": kind, "value": plain})
        return [*sent, {"name": name, "type": option["type"], "value": typed, "focused": True}]

    def _checked(self, name: str, value: Value) -> JsonObject:
        if name not in self._options:
            raise ValueError(f"unknown option {name}, there are {list(self._options)}")
        _check(self._options[name], value)
        return self._options[name]


def _check(option: JsonObject, value: Value) -> None:
    name, kind = option["name"], option["type"]
    is_flag_for_number = isinstance(value, bool) and kind != commands.BOOLEAN
    if not isinstance(value, _EXPECTED.get(kind, ())) or is_flag_for_number:
        raise ValueError(f"{name} takes another type than {type(value).__name__}")
    choices = option.get("choices")
    if choices and value not in [choice["value"] for choice in choices]:
        raise ValueError(f"{name} is one of {[choice['value'] for choice in choices]}")
    kinds = option.get("channel_types")
    if isinstance(value, Channel) and kinds and TEXT_CHANNEL not in kinds:
        raise ValueError(f"{name} takes another type of channel")
    _check_size(option, value)


def _check_size(option: JsonObject, value: Value) -> None:
    if isinstance(value, str):
        size: float = len(value)
        least, most = option.get("min_length"), option.get("max_length")
        most = commands.STRING_LIMIT if most is None else most
    elif isinstance(value, int | float):
        size, least, most = value, option.get("min_value"), option.get("max_value")
        least = -commands.NUMBER_LIMIT if least is None else least
        most = commands.NUMBER_LIMIT if most is None else most
    else:
        return
    if (least is not None and size < least) or size > most:
        raise ValueError(f"{option['name']} is outside {least} to {most}")
