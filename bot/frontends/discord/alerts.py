"""Tell whoever runs this Myna about trouble, once an hour for each kind."""

import logging
from datetime import datetime, timedelta
from typing import Final

import discord

from bot.domain.errors import MynaError, ServiceMisconfigured
from bot.frontends.discord.markup import NOBODY
from bot.frontends.wording_operator import trouble
from bot.ports import Clock

_log = logging.getLogger(__name__)

ALERT_EVERY: Final = timedelta(hours=1)
_DETAIL_LIMIT: Final = 1500
"""Characters; a Discord message takes 2000 (Discord, create message)."""


class DiscordAlerts:
    """Logs every trouble, and posts the first of its kind in the operator's channel."""

    def __init__(self, client: discord.Client, channel: int | None, *, now: Clock) -> None:
        self._client = client
        self._channel = channel
        self._now = now
        self._told: dict[str, datetime] = {}

    async def alert(self, error: MynaError, reference: str) -> None:
        """Log `error`, and tell the operator unless told of its kind within the hour."""
        _log.error("operator must act: %r (reference %s)", error, reference)
        kind = kind_of(error)
        if self._channel is None or not self._is_news(kind):
            return
        detail = discord.utils.escape_mentions(trouble(error)[:_DETAIL_LIMIT])
        try:
            await self._client.get_partial_messageable(self._channel).send(
                f"{detail}\nReference: {reference}", allowed_mentions=NOBODY
            )
        except Exception:  # noqa: BLE001  an alert that fails must not fail the job it is about
            _log.exception("the operator channel could not be reached")
            self._told.pop(kind, None)  # so the next one is not taken for old news

    def _is_news(self, kind: str) -> bool:
        now = self._now()
        last = self._told.get(kind)
        if last is not None and now - last < ALERT_EVERY:
            return False
        self._told[kind] = now
        return True


def kind_of(error: MynaError) -> str:
    """Return what counts as one kind of trouble: the class, and the provider's code."""
    code = f" {error.code}" if isinstance(error, ServiceMisconfigured) else ""
    return f"{type(error).__name__}{code}"
