"""Takes back all that somebody allowed, asked for or was allowed, and finds what is under way."""

from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.consent import WAITING, RequestState
from bot.domain.erasure import Erased, ShownCase, UnderWay
from bot.domain.moderation import PENDING, CaseKey
from bot.domain.people import Address, PersonId
from bot.domain.sharing import of_person
from bot.domain.speeches import SpeechState
from bot.domain.voices import DELETABLE, VoiceKey, VoiceState
from bot.store.database import Database
from bot.store.grants import SqlGrantStore
from bot.store.schema import consent_requests, consents, grants, permissions, speeches, voices
from bot.store.schema_trust import cases

_WAITS: Final = consent_requests.c.state.in_([state.value for state in WAITING])
_BEING_MADE: Final = voices.c.state.in_(
    [VoiceState.REQUESTED.value, VoiceState.ASKED.value, VoiceState.CLONING.value]
)
_BEING_SPOKEN: Final = speeches.c.state.in_([SpeechState.ASKED.value, SpeechState.SPEAKING.value])


def theirs(table: sa.Table, person: PersonId) -> sa.ColumnElement[bool]:
    """Return what finds the rows that somebody owns or asked for."""
    return sa.or_(table.c.owner == person, table.c.asker == person)


async def stop(
    connection: AsyncConnection, store: SqlGrantStore, person: PersonId, at: datetime
) -> tuple[dict[Erased, int], list[VoiceKey]]:
    """Take all of it back; return how much, and the requests of others that this refuses."""
    withdrawn = sa.update(consents).where(
        consents.c.person == person, consents.c.withdrawn_at.is_(None)
    )
    await connection.execute(withdrawn.values(withdrawn_at=at))
    refused = await _close_requests(connection, person, at)
    permitted = await connection.execute(sa.delete(permissions).where(theirs(permissions, person)))
    granted = await _revoke(connection, store, person)
    await _drop_offers(connection, person, at)
    return {Erased.PERMISSIONS: permitted.rowcount, Erased.GRANTS: granted}, refused


async def _close_requests(
    connection: AsyncConnection, person: PersonId, at: datetime
) -> list[VoiceKey]:
    mine = consent_requests.c.asker == person
    refused, withdrawn = RequestState.REFUSED.value, RequestState.WITHDRAWN.value
    close = (
        sa.update(consent_requests)
        .where(_WAITS, theirs(consent_requests, person))
        .values(state=sa.case((mine, withdrawn), else_=refused), answered_at=at)
        .returning(consent_requests.c.key, consent_requests.c.state)
    )
    closed = (await connection.execute(close)).all()
    keys = [row.key for row in closed]
    unbegun = sa.and_(voices.c.key.in_(keys), voices.c.state == VoiceState.REQUESTED.value)
    await _delete_voices(connection, unbegun)
    return sorted(VoiceKey(row.key) for row in closed if row.state == refused)


async def _revoke(connection: AsyncConnection, store: SqlGrantStore, person: PersonId) -> int:
    found = await connection.execute(
        sa.select(grants.c.voice, grants.c.scope)
        .join_from(grants, voices, grants.c.voice == voices.c.key)
        .where(sa.or_(voices.c.owner == person, grants.c.scope == of_person(person)))
        .order_by(grants.c.voice, grants.c.scope)
    )
    return sum([await store.revoke(row.voice, row.scope) for row in found.all()])


async def _drop_offers(connection: AsyncConnection, person: PersonId, at: datetime) -> None:
    offered = voices.c.state == VoiceState.OFFERED.value
    await _delete_voices(connection, sa.and_(theirs(voices, person), offered))
    await connection.execute(
        sa.update(speeches)
        .where(speeches.c.asker == person, speeches.c.state == SpeechState.OFFERED.value)
        .values(state=SpeechState.WITHDRAWN.value, ended_at=at)
    )


async def _delete_voices(connection: AsyncConnection, which: sa.ColumnElement[bool]) -> None:
    keys = sa.select(voices.c.key).where(which).with_for_update()
    await connection.execute(sa.delete(consents).where(consents.c.voice.in_(keys)))
    await connection.execute(sa.delete(voices).where(which))


async def under_way(database: Database, person: PersonId, recent_since: datetime) -> UnderWay:
    """Return what jobs are, or may be, busy with."""
    found: list[list[str]] = []
    async with database.begin() as connection:
        for is_busy in (True, False):
            for table, busy in ((voices, _BEING_MADE), (speeches, _BEING_SPOKEN)):
                recent = sa.and_(~busy, table.c.created_at >= recent_since)
                select = sa.select(table.c.key).where(
                    theirs(table, person), busy if is_busy else recent
                )
                found.append([row.key for row in await connection.execute(select)])
    return UnderWay(*found)


def doomed(person: PersonId, pseudonym: PersonId) -> sa.Select[Any]:
    """Return what selects the voices that the provider may have: failed ones after a call, too."""
    lives = voices.c.state.in_([state.value for state in DELETABLE])
    lost_answer = sa.and_(voices.c.state == VoiceState.FAILED.value, voices.c.clone_calls > 0)
    return (
        sa.select(voices.c.key)
        .where(voices.c.owner.in_([person, pseudonym]), sa.or_(lives, lost_answer))
        .order_by(voices.c.created_at, voices.c.key)
    )


async def shown_cases(connection: AsyncConnection, person: PersonId) -> list[ShownCase]:
    """Return the cases about somebody that moderators are shown, oldest first."""
    table = cases.c
    select = (
        sa.select(table.key, table.state, table.notice_face, table.notice_token)
        .where(table.person == person, table.notice_token.is_not(None))
        .order_by(table.opened_at, table.key)
    )
    return [
        ShownCase(
            CaseKey(row.key), Address(row.notice_face, row.notice_token), row.state in PENDING
        )
        for row in await connection.execute(select)
    ]
