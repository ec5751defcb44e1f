"""What a step of a workflow is: its name, its patience, and how it ends."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from bot.domain.errors import MynaError, ServiceDown, TemporaryError, from_json, to_json


@dataclass(frozen=True, slots=True)
class Retry:
    """How often and how soon a `TemporaryError` is tried again. Times are seconds."""

    attempts: int
    first: float = 1.0
    factor: float = 2.0
    longest: float = 60.0

    def delay(self, failures: int, *, chance: float, at_least: float | None = None) -> float:
        """Return the wait after so many failures; `chance` in [0, 1) adds up to a fifth."""
        backoff = min(self.longest, self.first * self.factor ** (failures - 1))
        return max(backoff, at_least or 0.0) * (1 + chance / 5)


ONCE: Final = Retry(attempts=1)


@dataclass(frozen=True, slots=True)
class Step:
    """A step by its name, which a running job remembers it by, so never rename one.

    `timeout` is in seconds and for one attempt; `late` makes the error of an attempt that took
    longer.
    """

    name: str
    timeout: float
    retry: Retry = ONCE
    late: Callable[[str], TemporaryError] = ServiceDown


@dataclass
class StepFailed(Exception):
    """Carries an error out of a transaction as JSON; `data` is what the engine keeps of it."""

    data: dict[str, Any]

    def __str__(self) -> str:
        """Return the kind of the error, and nothing of its values."""
        return str(self.data["error"])


def succeeded(value: object) -> dict[str, Any]:
    """Return the record of a step's value, exactly as a later replay will see it."""
    record: dict[str, Any] = json.loads(json.dumps({"value": value}))
    return record


def failed(error: MynaError) -> dict[str, Any]:
    """Return the record of a step's error."""
    return {"failed": to_json(error)}


def unpack(record: dict[str, Any]) -> Any:  # noqa: ANN401  the caller knows what its step returns
    """Return the recorded value.

    Raises:
        MynaError: the one that was recorded.
    """
    if "failed" in record:
        raise from_json(record["failed"])
    return record["value"]
