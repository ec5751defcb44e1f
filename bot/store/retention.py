"""Deletes what is over, a kind at a time."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa

from bot.domain.consent import RequestState
from bot.domain.erasure import ErasureState
from bot.domain.moderation import PENDING
from bot.domain.money import Period
from bot.domain.people import ServerId
from bot.domain.voices import VoiceState
from bot.store.database import Database
from bot.store.schema import consent_requests, counters, grants, voice_terms, voices
from bot.store.schema_trust import audit, bans, cases, erasures
from bot.unbroken import unbroken

BATCH: Final = 500
"""Rows that one transaction blanks: others want to write too."""

_OVER: Final = (VoiceState.FAILED.value, VoiceState.DELETED.value)


class SqlRetention:
    """Fills the `RetentionStore` port."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def drop_requests(self, before: datetime) -> int:
        """Delete the requests for consent that were closed before then; return how many."""
        table = consent_requests.c
        closed = table.state != RequestState.OPEN.value
        return await self._delete(consent_requests, closed, table.answered_at < before)

    async def blank_orders(self, before: datetime) -> int:
        """Drop notes and texts of voices that were ordered before then and failed or are gone."""
        total = blanked = await self._blank_some(before)
        while blanked == BATCH:
            blanked = await self._blank_some(before)
            total += blanked
        return total

    async def drop_grants(self, now: datetime) -> int:
        """Delete the grants that have run out, and what was found by them; return how many."""
        dropped = await self._delete(grants, grants.c.expires_at <= now)
        # A transaction of its own: whoever shares a voice locks these two the other way round.
        await self._delete(voice_terms, voice_terms.c.expires_at <= now)
        return dropped

    async def drop_bans(self, now: datetime) -> int:
        """Delete the bans that have run out; return how many."""
        return await self._delete(bans, bans.c.until <= now)

    async def drop_audit(self, before: datetime) -> int:
        """Delete the entries of the audit log that were written before then; return how many."""
        return await self._delete(audit, audit.c.at < before)

    async def drop_counters(self, before: datetime) -> int:
        """Delete what is spent of budgets whose day or month was over by then; return how many."""
        period, moment = counters.c.period, before.astimezone(UTC)
        names = [each.name_at(moment) for each in Period]
        is_over = sa.or_(
            *(sa.and_(sa.func.length(period) == len(name), period < name) for name in names)
        )
        return await self._delete(counters, is_over)

    async def drop_erasures(self, closed: datetime, untold: datetime) -> int:
        """Delete closed erasures that were asked for before `closed`, untold before `untold`."""
        table = erasures.c
        is_over = sa.or_(
            sa.and_(table.state == ErasureState.CLOSED.value, table.asked_at < closed),
            sa.and_(table.state == ErasureState.UNTOLD.value, table.asked_at < untold),
        )
        return await self._delete(erasures, is_over)

    @unbroken
    async def servers_of_decided(self) -> list[ServerId | None]:
        """Return where there are decided cases; None for direct messages."""
        over = cases.c.state.not_in([state.value for state in PENDING])
        async with self._database.begin() as connection:
            found = await connection.execute(sa.select(cases.c.server).where(over).distinct())
            return [None if row[0] is None else ServerId(row[0]) for row in found]

    @unbroken
    async def _delete(self, table: sa.Table, *which: sa.ColumnElement[bool]) -> int:
        async with self._database.begin() as connection:
            return (await connection.execute(sa.delete(table).where(*which))).rowcount

    @unbroken
    async def _blank_some(self, before: datetime) -> int:
        text = voices.c.options["text"].as_string()
        select = (
            sa.select(voices.c.key, voices.c.options)
            .where(voices.c.state.in_(_OVER), voices.c.created_at < before, text != "")
            .limit(BATCH)
            .with_for_update()
        )
        async with self._database.begin() as connection:
            rows = (await connection.execute(select)).all()
            if rows:
                await connection.execute(_blanking(), _blanks(rows))
        return len(rows)


def _blanking() -> sa.Update:
    return (
        sa.update(voices)
        .where(voices.c.key == sa.bindparam("of"))
        .values(options=sa.bindparam("blank"), notes=[], prompt=None)
    )


def _blanks(rows: Sequence[sa.Row[Any, Any]]) -> list[dict[str, Any]]:
    nothing = {"text": "", "prompt_text": None, "text_validation": None}
    return [{"of": row.key, "blank": row.options | nothing} for row in rows]
