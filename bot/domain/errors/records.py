"""Errors as JSON, so that a durable step can keep them."""

from dataclasses import asdict, fields, is_dataclass
from enum import Enum
from typing import Any

from bot.domain.errors.kinds import MynaError
from bot.domain.errors.provider import Unexpected
from bot.domain.samples import NoteReport


def reference_of(error: MynaError) -> str | None:
    """Return the provider's trace id, where the error has one."""
    reference: str | None = getattr(error, "reference", None)
    return reference


def to_json(error: MynaError) -> dict[str, Any]:
    """Return `error` as JSON values that `from_json` reads back."""
    values: dict[str, Any] = asdict(error) if is_dataclass(error) else {}
    return {"error": type(error).__name__, "values": _plain(values)}


def from_json(data: dict[str, Any]) -> MynaError:
    """Return the error that `to_json` wrote; one that no longer exists becomes `Unexpected`."""
    kind = _kinds().get(data["error"])
    if kind is None:
        return Unexpected(what=str(data["error"]))
    values = dict(data["values"])
    if "report" in values:
        values["report"] = NoteReport.from_json(values["report"])
    known = {field.name for field in fields(kind)}  # type: ignore[arg-type]  # all are dataclasses
    error: MynaError = kind(**{name: values[name] for name in values.keys() & known})
    return error


def _plain(value: Any) -> Any:  # noqa: ANN401  any JSON value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def _kinds() -> dict[str, type[MynaError]]:
    found: dict[str, type[MynaError]] = {}
    waiting: list[type[MynaError]] = [MynaError]
    while waiting:
        kind = waiting.pop()
        found[kind.__name__] = kind
        waiting.extend(kind.__subclasses__())
    return {name: kind for name, kind in found.items() if is_dataclass(kind)}
