"""What MiniMax's errors mean to Myna."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Final

from pydantic import ValidationError

from bot.domain import errors as ours
from bot.domain.moderation import FlagKind
from bot.minimax.errors import (
    UNKNOWN,
    Endpoint,
    MiniMaxBadAnswer,
    MiniMaxDownloadError,
    MiniMaxError,
    MiniMaxRefusal,
    Retry,
    Who,
)


@contextmanager
def translated() -> Iterator[None]:
    """Raise what MiniMax's errors mean to Myna, and a request it would refuse as a bug."""
    try:
        yield
    except MiniMaxError as error:
        raise our_error(error) from error
    except ValidationError as error:
        faults = (".".join(map(str, fault["loc"])) or fault["msg"] for fault in error.errors())
        # Not the cause itself: it repeats what the member wrote.
        raise ours.Unexpected(what=f"a request with wrong {', '.join(faults)}") from None
    except ValueError as error:
        raise ours.Unexpected(what=str(error)) from error


def our_error(error: MiniMaxError) -> ours.MynaError:
    """Return what one of MiniMax's errors means to Myna."""
    if isinstance(error, MiniMaxRefusal):
        return _of_refusal(error)
    if isinstance(error, MiniMaxDownloadError):
        return ours.PreviewLost(reason=error.message)
    if isinstance(error, MiniMaxBadAnswer):
        return _of_bad_answer(error)
    return _down(error)


def _of_refusal(refusal: MiniMaxRefusal) -> ours.MynaError:
    specific = _BY_ENDPOINT.get((refusal.endpoint, refusal.code)) or _BY_CODE.get(refusal.code)
    if specific is not None:
        return specific(refusal)
    verdict = refusal.verdict
    if verdict.retry is Retry.AFTER_MINUTE:
        return _busy(refusal)
    if verdict.retry in {Retry.BACKOFF, Retry.ONCE}:
        return _down(refusal)
    if verdict is UNKNOWN:
        return _unexpected(refusal)
    return _BY_WHO[verdict.who](refusal)


def _of_bad_answer(error: MiniMaxBadAnswer) -> ours.MynaError:
    status = error.http_status or HTTPStatus.OK
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return _busy(error)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _down(error)
    if error.endpoint is Endpoint.DOWNLOAD:
        return ours.PreviewLost(reason=error.message)
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return _misconfigured(error)
    if status == HTTPStatus.OK:
        # Cut short, or a proxy's page: what was asked for may have happened, so ask again.
        return _down(error)
    return _unexpected(error)


def _busy(error: MiniMaxError) -> ours.MynaError:
    return ours.ServiceBusy(retry_after=error.retry_after, reference=error.trace_id)


def _down(error: MiniMaxError) -> ours.MynaError:
    return ours.ServiceDown(reason=_said(error), reference=error.trace_id)


def _misconfigured(error: MiniMaxError) -> ours.MynaError:
    code = error.http_status if error.code is None else error.code
    return ours.ServiceMisconfigured(
        code=code or 0, message=error.message, reference=error.trace_id
    )


def _unexpected(error: MiniMaxError) -> ours.MynaError:
    return ours.Unexpected(what=_said(error), reference=error.trace_id)


def _refused(error: MiniMaxError) -> ours.MynaError:
    flag = error.flag if isinstance(error, MiniMaxRefusal) else 0
    return ours.ContentRefused(kind=FlagKind(flag or FlagKind.OTHER), reference=error.trace_id)


def _unreadable(error: MiniMaxError) -> ours.MynaError:
    return ours.SampleRejected(reason="unreadable", reference=error.trace_id)


def _wrong_length(error: MiniMaxError) -> ours.MynaError:
    message = error.message.lower()
    reason = next((word for word in ("short", "long") if word in message), None)
    return ours.SampleRejected(
        reason=f"too {reason}" if reason else "wrong length", reference=error.trace_id
    )


def _said(error: MiniMaxError) -> str:
    code = "" if error.code is None else f" {error.code}"
    return f"{error.endpoint}:{code} {error.message}"


_Translation = Callable[[MiniMaxError], ours.MynaError]

_BY_CODE: Final[Mapping[int, _Translation]] = {
    1042: lambda _: ours.TextHasInvisibleCharacters(),
    1043: lambda _: ours.TranscriptMismatch(),
    1044: lambda _: ours.PromptMismatch(),
    2037: _wrong_length,
    2039: lambda error: ours.IdTaken(reference=error.trace_id),
    2042: lambda _: ours.VoiceLost(),
    2048: lambda _: ours.PromptTooLong(),
    2054: lambda _: ours.VoiceLost(),
}

_BY_ENDPOINT: Final[Mapping[tuple[Endpoint, int], _Translation]] = {
    (Endpoint.SPEECH, 20132): lambda _: ours.VoiceLost(),
    (Endpoint.LONG_SPEECH, 20132): lambda _: ours.VoiceLost(),
}

_BY_WHO: Final[Mapping[Who, _Translation]] = {
    Who.MEMBER: _unreadable,
    Who.TIME: _down,
    Who.POLICY: _refused,
    Who.OPERATOR: _misconfigured,
    Who.REGISTER: _unexpected,
}
