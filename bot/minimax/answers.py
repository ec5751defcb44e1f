"""The checks that every answer of MiniMax goes through, in their order."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from bot.minimax.errors import (
    Endpoint,
    MiniMaxBadAnswer,
    MiniMaxError,
    MiniMaxRefusal,
    Retry,
)
from bot.minimax.models import BaseResp, flag_of

_Model = TypeVar("_Model", bound=BaseModel)

TRACE_HEADERS: Final = ("Trace-Id", "minimax-request-id", "x-mm-request-id", "alb_request_id")
"""Headers that find a call in MiniMax's logs, the best first (docs/minimax.md, "Answers")."""

# Both end up in messages and logs, so neither may be of any length.
_TRACE_MAX: Final = 128
_MESSAGE_MAX: Final = 300

_RETRY_AFTER_MAX: Final = 3600.0  # an hour of silence is an outage, whatever the header says


@dataclass(frozen=True, slots=True)
class RawAnswer:
    """An answer as it came."""

    http_status: int
    content_type: str
    body: bytes
    trace_id: str | None


@dataclass(frozen=True, slots=True)
class Answer:
    """A checked answer whose `status_code` is 0."""

    payload: dict[str, Any]
    http_status: int
    trace_id: str | None


def checked(endpoint: Endpoint, raw: RawAnswer) -> Answer:
    """Return the answer if it is a success.

    A code in the envelope says more than the HTTP status around it, so it is told first.

    Raises:
        MiniMaxRefusal: the envelope has a code other than 0.
        MiniMaxBadAnswer: the HTTP status is not 200, or it is not JSON, or has no envelope.
    """
    payload = _object_in(raw)
    base_resp = _base_resp_of(payload)
    if base_resp is not None and base_resp.status_code != 0:
        refusal = MiniMaxRefusal(
            base_resp.status_msg[:_MESSAGE_MAX],
            endpoint=endpoint,
            http_status=raw.http_status,
            code=base_resp.status_code,
            trace_id=raw.trace_id,
        )
        refusal.flag = flag_of(payload or {})
        raise refusal
    if raw.http_status != HTTPStatus.OK:
        raise bad_answer(f"HTTP {raw.http_status}", endpoint, raw)
    if payload is None:
        raise bad_answer(f"{raw.content_type} instead of a JSON object", endpoint, raw)
    if base_resp is None:
        raise bad_answer("no base_resp", endpoint, raw)
    trace_id = raw.trace_id or _clean_trace(payload.get("trace_id"))
    return Answer(payload, raw.http_status, trace_id)


def bad_answer(message: str, endpoint: Endpoint, raw: RawAnswer | Answer) -> MiniMaxBadAnswer:
    """Return the error for an answer that is not of the documented shape."""
    return MiniMaxBadAnswer(
        message, endpoint=endpoint, http_status=raw.http_status, trace_id=raw.trace_id
    )


def read_as(
    model: type[_Model], answer: Answer, endpoint: Endpoint, *, part: str | None = None
) -> _Model:
    """Return the answer, or a part of it, as a model that has a `trace_id`.

    Raises:
        MiniMaxBadAnswer: it lacks what the model needs.
    """
    payload = answer.payload if part is None else answer.payload.get(part)
    try:
        return model.model_validate({**(payload or {}), "trace_id": answer.trace_id})
    except (ValidationError, TypeError) as error:
        message = f"answer has no usable {model.__name__}"
        raise bad_answer(message, endpoint, answer) from error


def is_rate_limit(error: MiniMaxError) -> bool:
    """Say whether the endpoint should be left alone until the minute is over."""
    if isinstance(error, MiniMaxRefusal):
        return error.verdict.retry is Retry.AFTER_MINUTE
    return error.http_status == HTTPStatus.TOO_MANY_REQUESTS


def trace_of(headers: Mapping[str, str]) -> str | None:
    """Return the first trace id among `headers`."""
    found = (_clean_trace(headers.get(name)) for name in TRACE_HEADERS)
    return next((trace_id for trace_id in found if trace_id), None)


def retry_after_of(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that `Retry-After` asks for; its form as a date is ignored."""
    value = headers.get("Retry-After", "")
    return min(float(value), _RETRY_AFTER_MAX) if value.isascii() and value.isdigit() else None


def _clean_trace(value: object) -> str | None:
    if not isinstance(value, str):
        return None
    kept = (character for character in value if character.isalnum() or character in "-_.")
    return "".join(kept)[:_TRACE_MAX] or None


def _object_in(raw: RawAnswer) -> dict[str, Any] | None:
    if "json" not in raw.content_type:
        return None
    try:
        payload = json.loads(raw.body)
    except (ValueError, RecursionError):
        return None
    return payload if isinstance(payload, dict) else None


def _base_resp_of(payload: dict[str, Any] | None) -> BaseResp | None:
    try:
        return BaseResp.model_validate((payload or {}).get("base_resp"))
    except ValidationError:
        return None
