"""The shapes of MiniMax's answers: the envelope, and how each endpoint words a refusal."""

from collections.abc import Mapping

Json = dict[str, object]

MESSAGES: Mapping[int, str] = {
    0: "success",
    1000: "unknown error",
    1001: "request timeout, please try again later",
    1002: "rate limit exceeded(RPM)",
    1004: "login fail: Please carry the API secret key in the 'Authorization' field",
    1008: "insufficient balance",
    1013: "internal service error",
    1024: "internal error",
    1026: "input new_sensitive",
    1027: "output new_sensitive",
    1033: "system error",
    1039: "token limit",
    1041: "conn limit",
    1042: "invisible character ratio limit",
    1043: "The asr similarity check failed",
    1044: "clone prompt similarity check failed",
    2013: "invalid params",
    20132: "invalid samples or voice_id",
    2037: "voice duration too short",
    2038: "no cloning permission",
    2039: "voice clone voice id duplicate",
    2042: "You don't have access to this voice_id",
    2045: "rate growth limit",
    2048: "prompt audio too long",
    2049: "invalid api key",
    2054: "voice id not exist",
    2056: "usage limit exceeded",
    2061: "your current token plan not support model",
}
"""The usual message of each code, from the error-code page and from live answers."""

_ZERO_BODIES: Mapping[str, Json] = {
    "voice_clone": {"input_sensitive": False, "input_sensitive_type": 0, "demo_audio": ""},
    "delete_voice": {"voice_id": "", "description": None, "created_time": ""},
}
"""Endpoints that put their success shape, zero-valued, around an error."""


class Refusal(Exception):
    """A request that is answered with a status code other than 0, at HTTP status 200."""

    def __init__(self, code: int, message: str = "", fields: Json | None = None) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message or MESSAGES.get(code, "unknown error")
        self.fields = fields or {}
        """Values that replace the zero-valued ones of the endpoint's error body."""


def invalid(detail: str) -> Refusal:
    """Make the 2013 that names a bad field."""
    return Refusal(2013, f"invalid params, {detail}")


def success(fields: Mapping[str, object]) -> Json:
    """Wrap the fields of a success in the envelope."""
    return {**fields, "base_resp": {"status_code": 0, "status_msg": MESSAGES[0]}}


def refusal_body(endpoint: str, refusal: Refusal) -> Json:
    """Build the body of a refusal in the shape of its endpoint."""
    return {
        **_ZERO_BODIES.get(endpoint, {}),
        **refusal.fields,
        "base_resp": {"status_code": refusal.code, "status_msg": refusal.message},
    }
