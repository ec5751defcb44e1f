"""Where log lines go, and what never gets into one."""

import logging
import re
import sys
from collections.abc import Iterable

SIGNED_QUERY = re.compile(r"(https?://[^\s?\"'<>]+)\?[^\s\"'<>]+")
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
        line = BEARER.sub(r"\1 …", line)
        for secret in self._secrets:
            line = line.replace(secret, "…")
        return line


def configure(level: str, secrets: Iterable[str] = ()) -> None:
    """Send everything to standard error, libraries from WARNING on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(RedactingFormatter(secrets))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    for name in ("bot", "cogs"):
        logging.getLogger(name).setLevel(level)
