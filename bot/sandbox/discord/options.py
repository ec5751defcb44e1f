"""Turns what a person types behind a slash command into what Discord sends to the bot."""

from collections.abc import Callable, Mapping, Sequence

from bot.sandbox.discord import commands
from bot.sandbox.discord.wire import JsonObject, UploadedFile
from bot.sandbox.discord.world import Channel, Person

OptionValue = str | int | float | bool | UploadedFile | tuple[str, bytes] | tuple[str, bytes, str]
"""A value as a person gives it; files also as (name, bytes) or (name, bytes, content type)."""
Value = OptionValue | Person | Channel

_EXPECTED: dict[int, tuple[type, ...]] = {
    commands.STRING: (str,),
    commands.INTEGER: (int,),
    commands.BOOLEAN: (bool,),
    commands.NUMBER: (int, float),
    commands.USER: (Person,),
    commands.MENTIONABLE: (Person,),
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
        member: Callable[[Person], JsonObject],
        bot_id: str,
    ) -> tuple[list[JsonObject], JsonObject]:
        """Return the options as they are sent, and the objects they refer to ("resolved").

        Raises:
            ValueError: Discord's client would not let a person send this.
        """
        if unknown := set(values) - set(self._options):
            raise ValueError(f"unknown options {sorted(unknown)}, there are {list(self._options)}")
        for name, option in self._options.items():
            if option.get("required") and name not in values:
                raise ValueError(f"{name} is required")
        resolved: JsonObject = {}
        sent = []
        for name, value in values.items():
            option = self._options[name]
            _check(option, value)
            plain: Value = value
            if option["type"] == commands.ATTACHMENT:
                attachment = upload(as_file(value))
                resolved.setdefault("attachments", {})[attachment["id"]] = attachment
                plain = attachment["id"]
            elif isinstance(value, Person):
                resolved.setdefault("users", {})[value.id] = value.user()
                shown = {key: item for key, item in member(value).items() if key != "user"}
                resolved.setdefault("members", {})[value.id] = shown
                plain = value.id
            elif isinstance(value, Channel):
                described = {**value.json(bot_id), "permissions": str(int(value.bot_permissions))}
                resolved.setdefault("channels", {})[value.id] = described
                plain = value.id
            sent.append({"name": name, "type": option["type"], "value": plain})
        return sent, resolved

    def focus(self, name: str, typed: str, others: Mapping[str, Value]) -> list[JsonObject]:
        """Return the options as they are sent while a person types into ``name``.

        Raises:
            ValueError: the option does not suggest anything.
        """
        option = self._options.get(name)
        if option is None or not option.get("autocomplete"):
            raise ValueError(f"{name} has no autocomplete")
        before = [
            {"name": other, "type": self._options[other]["type"], "value": value}
            for other, value in others.items()
            if isinstance(value, str | int | float)
        ]
        return [*before, {"name": name, "type": option["type"], "value": typed, "focused": True}]


def _check(option: JsonObject, value: Value) -> None:
    name, kind = option["name"], option["type"]
    expected = _EXPECTED.get(kind, ())
    is_flag_for_number = isinstance(value, bool) and kind != commands.BOOLEAN
    if not isinstance(value, expected) or is_flag_for_number:
        raise ValueError(f"{name} takes another type than {type(value).__name__}")
    choices = option.get("choices")
    if choices and value not in [choice["value"] for choice in choices]:
        raise ValueError(f"{name} is one of {[choice['value'] for choice in choices]}")
    size: float | None = None
    if isinstance(value, str):
        size, least, most = len(value), option.get("min_length"), option.get("max_length")
    elif isinstance(value, int | float):
        size, least, most = value, option.get("min_value"), option.get("max_value")
    if size is None:
        return
    if (least is not None and size < least) or (most is not None and size > most):
        raise ValueError(f"{name} is outside {least} to {most}")
