"""Checks what the bot sends against Discord's own description of its API (an OpenAPI document).

Needs ``jsonschema``, which is installed for development only; it is imported when a check is made.
"""

import importlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from bot.sandbox.discord.front import API_BASE
from bot.sandbox.discord.wire import BotRequest, JsonObject

_METHODS = ("get", "post", "put", "patch", "delete")
_BODY_TYPES = ("application/json", "multipart/form-data")


@dataclass(frozen=True)
class _Deviation:
    """Ids sent as integers where the document says strings; Discord takes both."""

    what: str
    keys: frozenset[str] = frozenset()


INTEGER_IDS = {
    "attachments": _Deviation("integer attachment ids", frozenset({"id"})),
    "message_reference": _Deviation(
        "integer ids in a message reference", frozenset({"message_id", "channel_id", "guild_id"})
    ),
    "allowed_mentions": _Deviation(
        "integer ids in allowed mentions", frozenset({"users", "roles"})
    ),
    "recipient_id": _Deviation("integer recipient id"),
    "default_values": _Deviation("integer ids of preset choices", frozenset({"id"})),
}
"""How discord.py 2.7.1 deviates from the document, by the field of the body."""
_NESTING = ("data", "components", "component")


@dataclass
class _Route:
    """One operation of the document; its validator is compiled on first use."""

    method: str
    pattern: re.Pattern[str]
    template: str
    schema: JsonObject | None

    @cached_property
    def validator(self) -> Any:  # noqa: ANN401  jsonschema is imported lazily
        return importlib.import_module("jsonschema").Draft202012Validator(self.schema)


class OpenApiCheck:
    """A hook for ``DiscordStandIn.hooks``; what it finds stands in ``problems``."""

    def __init__(self, document: str | Path) -> None:
        described: JsonObject = json.loads(Path(document).read_text(encoding="utf-8"))
        self._routes = sorted(_routes(described), key=lambda route: route.template.count("{"))
        self.bodies_checked = 0
        self.problems: list[str] = []
        self.tolerated: Counter[str] = Counter()

    def __call__(self, request: BotRequest) -> None:
        """Check one request; the file store is not in the document."""
        if not request.path.startswith("/api/"):
            return
        route = self._find(request)
        if route is None:
            self.problems.append(f"{request.method} {request.path} is not in the document")
            return
        if route.schema is None or request.json is None:
            return
        self.bodies_checked += 1
        body = self._with_string_ids(request.json)
        self.problems.extend(
            f"{route.method} {route.template}: {_deepest(error)}"
            for error in route.validator.iter_errors(body)
        )

    def _find(self, request: BotRequest) -> _Route | None:
        for route in self._routes:
            if route.method == request.method and route.pattern.fullmatch(request.path):
                return route
        return None

    def _with_string_ids(self, body: Any) -> Any:  # noqa: ANN401  any JSON
        """Return ``body`` with the known deviations set right, and count them."""
        if isinstance(body, list):
            return [self._with_string_ids(item) for item in body]
        if not isinstance(body, dict):
            return body
        fixed = dict(body)
        for name, deviation in INTEGER_IDS.items():
            if name in fixed:
                fixed[name] = self._fix(fixed[name], deviation)
        for name in _NESTING:
            if name in fixed:
                fixed[name] = self._with_string_ids(fixed[name])
        return fixed

    def _fix(self, value: Any, deviation: _Deviation) -> Any:  # noqa: ANN401  any JSON
        if isinstance(value, list):
            return [self._fix(item, deviation) for item in value]
        if isinstance(value, dict):
            return {
                key: self._fix(item, deviation) if key in deviation.keys else item
                for key, item in value.items()
            }
        if isinstance(value, int) and not isinstance(value, bool):
            self.tolerated[deviation.what] += 1
            return str(value)
        return value


def _routes(document: JsonObject) -> Iterator[_Route]:
    for template, operations in document["paths"].items():
        pattern = re.compile(API_BASE + re.sub(r"\{[^}]+\}", "[^/]+", template))
        for method in _METHODS:
            if method not in operations:
                continue
            content = operations[method].get("requestBody", {}).get("content", {})
            schemas = [content[kind]["schema"] for kind in _BODY_TYPES if kind in content]
            schema = {**schemas[0], "components": document["components"]} if schemas else None
            yield _Route(method.upper(), pattern, template, schema)


def _deepest(error: Any) -> str:  # noqa: ANN401  jsonschema is imported lazily
    while error.context:
        error = max(error.context, key=lambda cause: len(cause.absolute_path))
    place = ".".join(str(step) for step in error.absolute_path)
    return f"{place}: {error.message[:200]}"
