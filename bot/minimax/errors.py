"""MiniMax's errors in its own terms: one table of codes, and the errors a call can end with.

MiniMaxError
├── MiniMaxUnreachable   no complete answer came: the call may or may not have had its effect
├── MiniMaxBadAnswer     an answer that is not of the documented shape (HTML, no base_resp, …)
├── MiniMaxRefusal       an answer that says no: `code`, and what is known of it in `verdict`
└── MiniMaxDownloadError a file that cannot be had from its link
    └── MiniMaxLinkExpired   the signed link no longer works
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Endpoint(StrEnum):
    """The calls this client makes, by path; rate limits and exceptions are kept per endpoint."""

    UPLOAD = "files/upload"
    DELETE_FILE = "files/delete"
    CLONE = "voice_clone"
    GET_VOICE = "get_voice"
    DELETE_VOICE = "delete_voice"
    SPEECH = "t2a_v2"
    LONG_SPEECH = "t2a_async_v2"
    LONG_SPEECH_STATUS = "query/t2a_async_query_v2"
    RETRIEVE_FILE = "files/retrieve"
    DOWNLOAD = "download"


class Who(StrEnum):
    """Who can act on a code."""

    MEMBER = "member"
    TIME = "time"
    POLICY = "policy"
    OPERATOR = "operator"
    REGISTER = "register"  # our own bookkeeping names something the service does not have


class Retry(StrEnum):
    """Whether the same request may be sent again."""

    NEVER = "never"
    BACKOFF = "backoff"
    AFTER_MINUTE = "after_minute"
    ONCE = "once"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known of a code."""

    meaning: str
    who: Who
    retry: Retry


VERDICTS: Final[Mapping[int, Verdict]] = MappingProxyType(
    {
        1000: Verdict("unknown error", Who.TIME, Retry.ONCE),
        1001: Verdict("the service timed out", Who.TIME, Retry.BACKOFF),
        1002: Verdict("requests per minute used up", Who.TIME, Retry.AFTER_MINUTE),
        1004: Verdict("wrong key, or wrong GroupId", Who.OPERATOR, Retry.NEVER),
        1008: Verdict("insufficient balance, or empty GroupId", Who.OPERATOR, Retry.NEVER),
        1013: Verdict("internal service error", Who.TIME, Retry.BACKOFF),
        1024: Verdict("internal error", Who.TIME, Retry.BACKOFF),
        1026: Verdict("content check refused the input", Who.POLICY, Retry.NEVER),
        1027: Verdict("content check refused the output", Who.POLICY, Retry.NEVER),
        1033: Verdict("system error", Who.TIME, Retry.BACKOFF),
        1039: Verdict("characters per minute used up", Who.TIME, Retry.AFTER_MINUTE),
        1041: Verdict("too many connections", Who.OPERATOR, Retry.BACKOFF),
        1042: Verdict("over 10 % invisible characters", Who.MEMBER, Retry.NEVER),
        1043: Verdict("sample differs from its transcript", Who.MEMBER, Retry.NEVER),
        1044: Verdict("prompt clip differs from its transcript", Who.MEMBER, Retry.NEVER),
        2013: Verdict("invalid parameter", Who.REGISTER, Retry.NEVER),
        2037: Verdict("sample too short or too long", Who.MEMBER, Retry.NEVER),
        2038: Verdict("account may not clone: not verified", Who.OPERATOR, Retry.NEVER),
        2039: Verdict("voice id is taken", Who.REGISTER, Retry.NEVER),
        2042: Verdict("voice of another account", Who.REGISTER, Retry.NEVER),
        2045: Verdict("traffic grew too steeply", Who.OPERATOR, Retry.BACKOFF),
        2048: Verdict("prompt clip too long", Who.MEMBER, Retry.NEVER),
        2049: Verdict("invalid key, or key of another region", Who.OPERATOR, Retry.NEVER),
        2054: Verdict("voice does not exist", Who.REGISTER, Retry.NEVER),
        2056: Verdict("subscription quota used up", Who.OPERATOR, Retry.NEVER),
        2061: Verdict("plan lacks the model", Who.OPERATOR, Retry.NEVER),
        # Streaming by WebSocket only; this client never opens one.
        2201: Verdict("stream idle too long", Who.TIME, Retry.BACKOFF),
        2202: Verdict("illegal stream event", Who.REGISTER, Retry.NEVER),
        2203: Verdict("empty text in the stream", Who.REGISTER, Retry.NEVER),
        2204: Verdict("too many characters in the stream", Who.REGISTER, Retry.NEVER),
        2205: Verdict("too many requests in the stream", Who.TIME, Retry.AFTER_MINUTE),
        20132: Verdict("invalid sample or voice id", Who.REGISTER, Retry.NEVER),
    }
)
"""Every code the service is known to answer (docs/minimax.md, "Codes")."""

EXCEPTIONS: Final[Mapping[tuple[Endpoint, int], Verdict]] = MappingProxyType(
    {
        (Endpoint.CLONE, 1000): Verdict("unreadable sample", Who.MEMBER, Retry.NEVER),
        (Endpoint.CLONE, 20132): Verdict("invalid sample", Who.MEMBER, Retry.NEVER),
        (Endpoint.SPEECH, 20132): Verdict("invalid voice id", Who.REGISTER, Retry.NEVER),
        (Endpoint.LONG_SPEECH, 20132): Verdict("invalid voice id", Who.REGISTER, Retry.NEVER),
    }
)
"""Where one endpoint means something else by a code."""

UNKNOWN: Final = Verdict("a code nobody documented", Who.OPERATOR, Retry.NEVER)
"""The fate of every other code, 1028 and 1030 among them, whose meaning is only guessed at."""


def verdict_for(code: int, endpoint: Endpoint) -> Verdict:
    """Return what is known of `code` as an answer of `endpoint`; `UNKNOWN` if nothing is."""
    return EXCEPTIONS.get((endpoint, code)) or VERDICTS.get(code, UNKNOWN)


class MiniMaxError(Exception):
    """A call that did not succeed.

    `http_status` and `code` are None where no answer came that had one; `trace_id` is what
    MiniMax's support asks for first; `retry_after` is in seconds.
    """

    def __init__(
        self,
        message: str,
        *,
        endpoint: Endpoint,
        http_status: int | None = None,
        code: int | None = None,
        trace_id: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.endpoint = endpoint
        self.http_status = http_status
        self.code = code
        self.trace_id = trace_id
        self.retry_after = retry_after

    def __str__(self) -> str:
        code = "" if self.code is None else f" {self.code}"
        trace = "" if self.trace_id is None else f" (trace {self.trace_id})"
        return f"{self.endpoint}:{code} {self.message}{trace}"


class MiniMaxUnreachable(MiniMaxError):
    """No complete answer came: the call may or may not have had its effect."""


class MiniMaxBadAnswer(MiniMaxError):
    """An answer came that is not of the documented shape."""


class MiniMaxRefusal(MiniMaxError):
    """The service answered with a code other than 0.

    `flag` is the `input_sensitive_type` beside it; 0 where the content check did not fire.
    """

    code: int
    flag: int = 0

    @property
    def verdict(self) -> Verdict:
        """What is known of the code."""
        return verdict_for(self.code, self.endpoint)


class MiniMaxDownloadError(MiniMaxError):
    """A file cannot be had from its link, and another try would end the same."""


class MiniMaxLinkExpired(MiniMaxDownloadError):
    """The signed link no longer works."""
