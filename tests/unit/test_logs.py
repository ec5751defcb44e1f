"""What never gets into a log line."""

import logging
import sys

from bot.logs import OneLineReconnects, RedactingFormatter


def formatted(
    message: str, *args: object, secrets: tuple[str, ...] = (), fail: bool = False
) -> str:
    info = None
    if fail:
        try:
            int("https://cdn.example.com/a.ogg?ex=1&hm=deadbeef")
        except ValueError:
            info = sys.exc_info()
    record = logging.LogRecord("bot", logging.INFO, __file__, 1, message, args, info)
    return RedactingFormatter(secrets).format(record)


def test_a_signed_link_loses_its_signature_and_keeps_its_path() -> None:
    line = formatted("fetching %s now", "https://cdn.example.com/a.ogg?ex=1&is=2&hm=deadbeef&")

    assert "https://cdn.example.com/a.ogg?… now" in line
    assert "deadbeef" not in line


def test_a_signed_link_in_a_traceback_loses_its_signature() -> None:
    line = formatted("failed", fail=True)

    assert "ValueError" in line
    assert "deadbeef" not in line


def test_a_link_that_answers_an_interaction_loses_its_token() -> None:
    line = formatted(
        "We are being rate limited. %s %s responded with 429.",
        "POST",
        "https://discord.com/api/v10/interactions/123456/aW50ZXJhY3Rpb246.x-y_z/callback",
    )

    assert "/interactions/123456/…/callback" in line
    assert "aW50" not in line


def test_configured_secrets_never_appear() -> None:
    line = formatted("key=%s", "sk-api-123", secrets=("sk-api-123",))

    assert "sk-api-123" not in line


def test_a_reconnect_is_one_line_that_says_why() -> None:
    try:
        int("refused by the gateway")
    except ValueError:
        info = sys.exc_info()
    record = logging.LogRecord(
        "discord.shard", logging.ERROR, __file__, 1, "Attempting a reconnect in %.2fs", (1.5,), info
    )

    OneLineReconnects().filter(record)
    line = RedactingFormatter(()).format(record)

    assert "in 1.50s (invalid literal" in line
    assert "\n" not in line


def test_authorisation_headers_never_appear() -> None:
    line = formatted("headers %s", {"Authorization": "Bot MTA.abc.def-ghi"})

    assert "MTA.abc" not in line
