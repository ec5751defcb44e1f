"""Who may speak with whose voice, and finding voices while somebody types."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import fields
from datetime import datetime
from functools import cache
from itertools import chain
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.errors import VoiceGone
from bot.domain.people import PersonId
from bot.domain.sharing import Grant, Scope, is_of_role, server_in
from bot.domain.voices import Voice, VoiceKey, VoiceState, label_key
from bot.store import rows
from bot.store import voice_queries as queries
from bot.store.database import Database
from bot.store.schema import UtcDateTime, grants, voice_terms, voices
from bot.store.voice_terms import LABEL, LAST, MOST_WORDS, WORD, index, own_scope, typed_key
from bot.unbroken import unbroken

SIZES: Final = (4, 8, 16)
"""How many scopes one statement looks in. Few sizes, because compiling one of them takes longer
than running it a hundred times; whoever is in more scopes needs several statements."""

NOBODY: Final = ""
"""A scope that sees nothing, which fills a statement up."""

_Found = tuple[bool, str, Voice]


class SqlGrantStore:
    """Fills the `GrantStore` port. Each method is one transaction, or part of the caller's."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @unbroken
    async def share(self, grant: Grant) -> None:
        """Keep the grant, in place of an earlier one to the same scope.

        Raises:
            VoiceGone: there is no such voice, or it is deleted.
        """
        values = {
            "granted_at": grant.granted_at,
            "expires_at": grant.expires_at,
            "server": grant.of_server if is_of_role(grant.to) else server_in(grant.to),
        }
        insert = self._database.insert(grants).values(voice=grant.voice, scope=grant.to, **values)
        async with self._database.begin() as connection:
            voice = await _locked(connection, grant.voice)
            if voice is None or voice.state is VoiceState.DELETED:
                raise VoiceGone
            await connection.execute(
                insert.on_conflict_do_update(index_elements=["voice", "scope"], set_=values)
            )
            await index(connection, voice)

    @unbroken
    async def revoke(self, voice: VoiceKey, to: Scope) -> bool:
        """Take the grant back at once; return whether there was one."""
        async with self._database.begin() as connection:
            kept = await _locked(connection, voice)
            deleted = await connection.execute(
                sa.delete(grants).where(grants.c.voice == voice, grants.c.scope == to)
            )
            if kept is not None:
                await index(connection, kept)
        return deleted.rowcount > 0

    @unbroken
    async def grants(self, voice: VoiceKey) -> list[Grant]:
        """Return every grant of the voice, run out ones too, oldest first."""
        select = (
            sa.select(grants)
            .where(grants.c.voice == voice)
            .order_by(grants.c.granted_at, grants.c.scope)
        )
        async with self._database.begin() as connection:
            found = await connection.execute(select)
            return [_grant(row) for row in found.mappings()]

    @unbroken
    async def may_use(self, voice: VoiceKey, scopes: Sequence[Scope], now: datetime) -> bool:
        """Say whether a grant to one of the scopes holds now. Owners need none."""
        select = sa.select(grants.c.scope).where(
            grants.c.voice == voice,
            grants.c.scope.in_(scopes),
            _holds_at(now),
        )
        async with self._database.begin() as connection:
            return (await connection.execute(select.limit(1))).first() is not None

    @unbroken
    async def count(self, voices: Collection[VoiceKey], now: datetime) -> dict[VoiceKey, int]:
        """Return for each voice that is shared how many of its grants hold now."""
        select = (
            sa.select(grants.c.voice, sa.func.count())
            .where(grants.c.voice.in_(voices), _holds_at(now))
            .group_by(grants.c.voice)
        )
        async with self._database.begin() as connection:
            found = await connection.execute(select)
            return {VoiceKey(voice): number for voice, number in found}

    @unbroken
    async def find(
        self,
        scopes: Sequence[Scope],
        typed: str,
        *,
        now: datetime,
        limit: int,
        owner: PersonId,
    ) -> list[Voice]:
        """Return at most `limit` voices that `owner` has or the scopes were granted.

        A voice matches where its label, a word of it or its language begins with `typed`,
        whatever the case. The owner's own come first, each group by label. Where more match,
        those are kept whose whole label begins so, and the first of them in the alphabet.
        """
        found: dict[VoiceKey, _Found] = {}
        async with self._database.begin() as connection:
            for some in _in_sizes(own_scope(owner), scopes):
                values = _values(some, typed, now, limit)
                for row in (await connection.execute(_finding(len(some)), values)).mappings():
                    hit = (row["owner"] != owner, row["best"], rows.to_voice(row))
                    found[hit[2].key] = min(hit, found.get(hit[2].key, hit), key=_by_match)
        best = sorted(found.values(), key=_by_match)[:limit]
        return [voice for _, _, voice in sorted(best, key=_by_label)]


async def _locked(connection: AsyncConnection, key: VoiceKey) -> Voice | None:
    """Return the voice, which nobody else changes or shares before this transaction ends."""
    row = (await connection.execute(queries.one(key).with_for_update())).mappings().first()
    return None if row is None else rows.to_voice(row)


def _grant(row: sa.RowMapping) -> Grant:
    of_server = row["server"] if is_of_role(row["scope"]) else None
    return Grant(row["voice"], row["scope"], row["granted_at"], row["expires_at"], of_server)


def _holds_at(now: datetime) -> sa.ColumnElement[bool]:
    return sa.or_(grants.c.expires_at.is_(None), grants.c.expires_at > now)


def _by_match(found: _Found) -> tuple[bool, str, str]:
    is_shared, term, voice = found
    return is_shared, term, voice.key


def _by_label(found: _Found) -> tuple[bool, str, str]:
    is_shared, _, voice = found
    return is_shared, label_key(voice.label), voice.key


def _values(places: Sequence[str], typed: str, now: datetime, limit: int) -> dict[str, Any]:
    beginning = typed_key(typed)
    return {
        "now": now,
        "limit": limit,
        "most": limit * MOST_WORDS,
        "label_from": f"{LABEL}{beginning}",
        "label_to": f"{LABEL}{beginning}{LAST}",
        "word_from": f"{WORD}{beginning}",
        "word_to": f"{WORD}{beginning}{LAST}",
        **{f"scope_{number}": place for number, place in enumerate(places)},
    }


def _in_sizes(own: str, scopes: Sequence[str]) -> Iterator[list[str]]:
    """Yield all scopes in lists of one of the sizes, each of which begins with `own`."""
    most = SIZES[-1] - 1
    for start in range(0, max(1, len(scopes)), most):
        some = [own, *scopes[start : start + most]]
        size = next(size for size in SIZES if len(some) <= size)
        yield [*some, *[NOBODY] * (size - len(some))]


@cache
def _finding(places: int) -> sa.Select[Any]:
    """Select the best voices of so many places, of which the first is what the owner has.

    From each place no more is read than could be shown.
    """
    hits = sa.union_all(
        *chain.from_iterable(
            (_hits(number, "label", "limit"), _hits(number, "word", "most"))
            for number in range(places)
        )
    ).subquery()
    best = (
        sa.select(
            hits.c.voice,
            sa.func.min(hits.c.is_shared).label("is_shared"),
            sa.func.min(hits.c.term).label("best"),
        )
        .group_by(hits.c.voice)
        .order_by("is_shared", "best", hits.c.voice)
        .limit(sa.bindparam("limit", type_=sa.Integer))
        .subquery()
    )
    columns = [voices.c[field.name] for field in fields(Voice)]  # without what only orders have
    return sa.select(*columns, best.c.best).join(best, voices.c.key == best.c.voice)


def _hits(number: int, what: str, most: str) -> sa.Select[Any]:
    """Select what a place has between the two ends of `what`, in the order of the index."""
    now = sa.bindparam("now", type_=UtcDateTime)
    in_order = (
        sa.select(voice_terms.c.voice, voice_terms.c.term, _is_shared(number))
        .where(
            voice_terms.c.scope == sa.bindparam(f"scope_{number}", type_=sa.Text),
            voice_terms.c.term >= sa.bindparam(f"{what}_from", type_=sa.Text),
            voice_terms.c.term < sa.bindparam(f"{what}_to", type_=sa.Text),
            sa.or_(voice_terms.c.expires_at.is_(None), voice_terms.c.expires_at > now),
        )
        .order_by(voice_terms.c.term, voice_terms.c.voice)
        .limit(sa.bindparam(most, type_=sa.Integer))
    )
    return sa.select(in_order.subquery())


def _is_shared(number: int) -> sa.ColumnElement[int]:
    return sa.literal_column(str(min(number, 1)), sa.Integer).label("is_shared")
