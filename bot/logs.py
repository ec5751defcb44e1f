"""Where log lines go, and what never gets into one."""

import logging
import re
import sys
from collections.abc import Iterable

SIGNED_QUERY = re.compile(r"(https?://[^\s?\"'<>]+)\?[^\s\"'<>]+")
INTERACTION_TOKEN = re.compile(r"(/(?:interactions|webhooks)/\d+/)[\w.~%-]+")
"""Whoever has the token of an interaction or a webhook can speak as the bot."""
BEARER = re.compile(r"\b(Bearer|Bot) [\w.~+/=-]{8,}")
LINE = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"


class RedactingFormatter(logging.Formatter):
    """Takes secrets and the signed part of links out of whole records, tracebacks included."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__(LINE)
        self._secrets = [secret for secret in secrets if secret]

    def format(self, record: logging.LogRecord) -> str:
        """Return the line to write."""
        line = SIGNED_QUERY.sub(r"\1?…", super().format(record))
        line = INTERACTION_TOKEN.sub(r"\1…", line)
        line = BEARER.sub(r"\1 …", line)
        for secret in self._secrets:
            line = line.replace(secret, "…")
        return line


class OneLineReconnects(logging.Filter):
    """Leaves one line of each lost connection to Discord, which comes back by itself."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Take the traceback off a reconnect, keeping what went wrong."""
        error = record.exc_info[1] if record.exc_info else None
        if error is not None and "reconnect" in record.msg:
            record.msg, record.exc_info = f"{record.msg} (%s)", None
            record.args = (*_as_tuple(record.args), str(error) or type(error).__name__)
        return True


def _as_tuple(args: object) -> tuple[object, ...]:
    return args if isinstance(args, tuple) else () if args is None else (args,)


def configure(level: str, secrets: Iterable[str] = ()) -> None:
    """Send everything to standard error, libraries from WARNING on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(RedactingFormatter(secrets))
    handler.addFilter(OneLineReconnects())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    for name in ("bot", "cogs"):
        logging.getLogger(name).setLevel(level)
