"""Fills a modal in as a person does, held to what the fields allow."""

from collections.abc import Callable, Mapping, Sequence

from bot.sandbox.discord.modals import TEXT_LIMIT
from bot.sandbox.discord.options import as_file
from bot.sandbox.discord.resolved import Entity, Resolver
from bot.sandbox.discord.roles import Role
from bot.sandbox.discord.selects import ENTITY_SELECTS, choose, preset
from bot.sandbox.discord.wire import ComponentType, JsonObject, UploadedFile
from bot.sandbox.discord.world import Channel, Person

FieldValue = str | bool | None | Sequence[str | Entity] | Sequence[UploadedFile | tuple[str, bytes]]
"""Text, a radio's value, a tick, chosen values, or files."""

_SELECTS = (ComponentType.STRING_SELECT, *ENTITY_SELECTS)


class ModalForm:
    """One submission of a modal."""

    def __init__(
        self, modal: JsonObject, upload: Callable[[UploadedFile], JsonObject], resolver: Resolver
    ) -> None:
        self._modal = modal
        self._upload = upload
        self._resolver = resolver
        self._values: dict[str, FieldValue] = {}

    def fill(self, values: Mapping[str, FieldValue]) -> list[JsonObject]:
        """Return the components as they are sent; ``values`` by custom_id or by label.

        Raises:
            ValueError: Discord's client would not let a person send this.
        """
        self._values = dict(values)
        filled = [self._component(component) for component in self._modal["components"]]
        if self._values:
            raise ValueError(f"the modal has no fields {sorted(self._values)}")
        return filled

    def _component(self, component: JsonObject) -> JsonObject:
        kind = component["type"]
        out: JsonObject = {"type": kind, "id": component["id"]}
        if kind == ComponentType.LABEL:
            out["component"] = self._field(component["component"], component["label"])
        elif kind == ComponentType.ACTION_ROW:
            out["components"] = [
                self._field(child, child["label"]) for child in component["components"]
            ]
        return out

    def _take(self, field: JsonObject, label: str) -> FieldValue:
        for name in (field["custom_id"], label):
            if name in self._values:
                return self._values.pop(name)
        return None

    def _field(self, field: JsonObject, label: str) -> JsonObject:
        given = self._take(field, label)
        kind = field["type"]
        out: JsonObject = {"type": kind, "id": field["id"], "custom_id": field["custom_id"]}
        if kind == ComponentType.TEXT_INPUT:
            return out | {"value": _text(field, given, label)}
        if kind == ComponentType.CHECKBOX:
            return out | {"value": bool(field.get("default") if given is None else given)}
        if kind == ComponentType.RADIO_GROUP:
            return out | {"value": _radio(field, given, label)}
        if kind in _SELECTS:
            return out | {"values": self._choice(field, given, label)}
        chosen = _chosen(field, given, label)
        if kind == ComponentType.FILE_UPLOAD:
            uploads = [self._upload(as_file(file)) for file in chosen]
            return out | {"values": [self._resolver.add_attachment(item) for item in uploads]}
        return out | {"values": chosen}

    def _choice(self, field: JsonObject, given: FieldValue, label: str) -> list[str]:
        if isinstance(given, str | bool):
            raise ValueError(f"{label} takes a list")  # noqa: TRY004  one error for everything a client refuses
        chosen = [
            value
            for value in (preset(field) if given is None else given)
            if isinstance(value, str | Person | Role | Channel)
        ]
        if not chosen and field.get("required") is False:
            return []
        try:
            return choose(field, chosen, self._resolver)
        except ValueError as problem:
            raise ValueError(f"{label}: {problem}") from problem


def _text(field: JsonObject, given: FieldValue, label: str) -> str:
    text = field.get("value") or "" if given is None else given
    if not isinstance(text, str):
        raise ValueError(f"{label} takes text")  # noqa: TRY004  one error for everything a client refuses
    if not text:
        if field.get("required") is not False:
            raise ValueError(f"{label} is required")
        return text
    least, most = field.get("min_length") or 0, field.get("max_length") or TEXT_LIMIT
    if not least <= len(text) <= most:
        raise ValueError(f"{label} takes {least} to {most} characters")
    return text


def _radio(field: JsonObject, given: FieldValue, label: str) -> FieldValue:
    preset = next((item["value"] for item in field["options"] if item.get("default")), None)
    value = preset if given is None else given
    if value is None and field.get("required") is not False:
        raise ValueError(f"{label} is required")
    if value is not None and value not in [item["value"] for item in field["options"]]:
        raise ValueError(f"{label} has no choice {value!r}")
    return value


def _chosen(field: JsonObject, given: FieldValue, label: str) -> list[object]:
    if given is None:
        given = [item["value"] for item in field.get("options") or [] if item.get("default")]
    if isinstance(given, str | bool):
        raise ValueError(f"{label} takes a list")  # noqa: TRY004  one error for everything a client refuses
    chosen: list[object] = list(given)
    is_required = field.get("required") is not False
    least = field.get("min_values")
    least = 1 if least is None else least
    default_most = len(field["options"]) if field["type"] == ComponentType.CHECKBOX_GROUP else 1
    most = field.get("max_values") or default_most
    if not chosen and not is_required:
        return chosen
    if not least <= len(chosen) <= most:
        raise ValueError(f"{label} takes {least} to {most} choices, not {len(chosen)}")
    offered = [item["value"] for item in field.get("options") or []]
    if offered and (strange := [value for value in chosen if value not in offered]):
        raise ValueError(f"{label} has no choice {strange[0]!r}")
    return chosen
