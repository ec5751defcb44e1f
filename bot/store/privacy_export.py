"""Reads all that is kept about one person, a section at a time.

Left out are the provider's ids of voices and calls: they are handles in the operator's account,
tell nobody anything about themselves, and whoever stole the operator's key could speak with them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.people import PersonId
from bot.domain.privacy import PersonalData, Record, Section
from bot.domain.sharing import of_person
from bot.store.database import Database
from bot.store.schema import (
    charges,
    consent_requests,
    consents,
    counters,
    fingerprints,
    grants,
    holds,
    people,
    permissions,
    speeches,
    voices,
)
from bot.store.schema_trust import audit, bans, cases, evidence
from bot.unbroken import unbroken

PAGE: Final = 500
MOST: Final = 10_000
"""Records of one section: years of use, and still little memory."""
TEXTS_MOST: Final = 20_000_000
"""Characters of all texts of one section; what is older comes without."""

_TEXTS: Final = ("text",)


@dataclass(frozen=True, slots=True)
class _Rows:
    """Where a section is read from, and by what its records are ordered: the newest first."""

    select: sa.Select[Any]
    newest: tuple[sa.ColumnElement[Any], ...]


async def everything_of(database: Database, person: PersonId, at: datetime) -> PersonalData:
    """Return all that is kept about somebody, each section in a transaction of its own."""
    sections, cut = {}, set()
    for section, rows_of in SECTIONS.items():
        records, is_whole = await _read(database, rows_of(person))
        sections[section] = records
        if not is_whole:
            cut.add(section)
    return PersonalData(person, at, sections, frozenset(cut))


@unbroken
async def _read(database: Database, rows: _Rows) -> tuple[list[Record], bool]:
    """Return the newest records, and whether that is all of them."""
    select = rows.select.order_by(*(column.desc() for column in rows.newest))
    records: list[Record] = []
    characters = 0
    async with database.begin() as connection:
        while len(records) < MOST:
            page = await _page(connection, select, len(records))
            for record in page:
                characters += sum(len(str(record.get(name) or "")) for name in _TEXTS)
                is_long = characters > TEXTS_MOST
                records.append(record | dict.fromkeys(_TEXTS) if is_long else record)
            if len(page) < PAGE:
                return records, characters <= TEXTS_MOST
    return records, False


async def _page(
    connection: AsyncConnection, select: sa.Select[Any], after: int
) -> list[dict[str, Any]]:
    found = await connection.execute(select.limit(PAGE).offset(after))
    return [_record(row) for row in found.mappings()]


def _record(row: Mapping[Any, Any]) -> dict[str, Any]:
    record = {str(name): _plain(value) for name, value in row.items()}
    if "recordings" in record:  # never where they lie: that is a link which opens them to anybody
        record["recordings"] = [
            {"filename": note["filename"], "bytes": note["bytes"]} for note in record["recordings"]
        ]
    return record


def _plain(value: Any) -> Any:  # noqa: ANN401  whatever a column holds
    return value.isoformat() if isinstance(value, datetime) else value


def _place(table: sa.Table) -> sa.ColumnElement[str]:
    face, token = table.c.address_face, table.c.address_token
    return (face + ":" + token).label("answered_at")


def _voices_where(which: sa.ColumnElement[bool]) -> _Rows:
    table = voices.c
    select = sa.select(
        *(table.key, table.label, table.state, table.owner, table.asker, table.server),
        *(table.created_at, table.deadline, table.used_at, table.charged_characters),
        *(table.options, table.best_part, table.replaces, table.warned, table.tells_uses),
        table.notes.label("recordings"),
        _place(voices),
    )
    return _Rows(select.where(which), (table.created_at, table.key))


def _own_voices(person: PersonId) -> _Rows:
    return _voices_where(voices.c.owner == person)


def _voices_asked_for(person: PersonId) -> _Rows:
    return _voices_where(sa.and_(voices.c.asker == person, voices.c.owner != person))


def _consents_where(which: sa.ColumnElement[bool]) -> _Rows:
    table = consents.c
    return _Rows(sa.select(consents).where(which), (table.given_at, table.voice))


def _consents_given(person: PersonId) -> _Rows:
    return _consents_where(consents.c.person == person)


def _consents_received(person: PersonId) -> _Rows:
    return _consents_where(sa.and_(consents.c.asker == person, consents.c.person != person))


def _requests(person: PersonId) -> _Rows:
    table = consent_requests.c
    select = sa.select(
        *(table.key, table.asker, table.owner, table.server, table.label, table.text),
        *(table.source, table.asked_at, table.state, table.answered_at, table.sentence),
    )
    mine = sa.or_(table.asker == person, table.owner == person)
    return _Rows(select.where(mine), (table.asked_at, table.key))


def _permissions_where(which: sa.ColumnElement[bool]) -> _Rows:
    table = permissions.c
    newest = (table.given_at, table.owner, table.asker, table.server)
    return _Rows(sa.select(permissions).where(which), newest)


def _permissions_given(person: PersonId) -> _Rows:
    return _permissions_where(permissions.c.owner == person)


def _permissions_received(person: PersonId) -> _Rows:
    return _permissions_where(permissions.c.asker == person)


def _grants_where(which: sa.ColumnElement[bool]) -> _Rows:
    select = sa.select(
        *(grants.c.voice, voices.c.label, grants.c.scope, grants.c.granted_at),
        *(grants.c.expires_at, grants.c.server),
    ).join_from(grants, voices, grants.c.voice == voices.c.key)
    newest = (grants.c.granted_at, grants.c.voice, grants.c.scope)
    return _Rows(select.where(which), newest)


def _grants_given(person: PersonId) -> _Rows:
    return _grants_where(voices.c.owner == person)


def _grants_received(person: PersonId) -> _Rows:
    return _grants_where(grants.c.scope == of_person(person))


def _speeches(person: PersonId) -> _Rows:
    table = speeches.c
    select = sa.select(
        *(table.key, table.created_at, table.ended_at, table.server, table.state, table.text),
        *(table.voice, table.stock, table.label, table.owner, table.settings, table.fresh),
        *(table.parts, table.posted, table.characters, table.scopes),
        table.held.label("held_microdollars"),
        table.spent.label("spent_microdollars"),
        _place(speeches),
    )
    return _Rows(select.where(table.asker == person), (table.created_at, table.key))


def _uses(person: PersonId) -> _Rows:
    """Read who spoke with their voices, but not what: the words are those of who wrote them."""
    table = speeches.c
    select = sa.select(
        *(table.created_at, table.asker, table.voice, table.label, table.server),
        *(table.characters, table.posted),
    ).where(table.owner == person, table.asker != person, table.posted > 0)
    return _Rows(select, (table.created_at, table.key))


def _files(person: PersonId) -> _Rows:
    table = fingerprints.c
    select = sa.select(fingerprints).where(sa.or_(table.asker == person, table.owner == person))
    return _Rows(select, (table.at, table.digest))


def _cases(person: PersonId) -> _Rows:
    """Read cases without reporters and moderators; of what others asked for, not their words."""
    table = cases.c
    is_asker = table.person == person

    def theirs(column: sa.Column[Any]) -> sa.Label[Any]:
        return sa.case((is_asker, column)).label(column.name)

    select = sa.select(
        *(table.key, table.origin, table.about, table.subject, table.kind, table.label),
        *(table.server, table.opened_at, table.state, table.decided_at),
        *map(theirs, (table.text, table.reason, table.banned_until, table.appeal)),
        theirs(table.appealed_at),
        is_asker.label("asked_by_me"),
    ).where(sa.or_(is_asker, table.owner == person))
    return _Rows(select, (table.opened_at, table.key))


def _reports(person: PersonId) -> _Rows:
    table = cases.c
    select = sa.select(table.key, table.opened_at, table.server, table.report, table.state)
    return _Rows(select.where(table.reporter == person), (table.opened_at, table.key))


def _evidence(person: PersonId) -> _Rows:
    table = evidence.c
    made = sa.union(
        sa.select(voices.c.key).where(sa.or_(voices.c.owner == person, voices.c.asker == person)),
        sa.select(speeches.c.key).where(
            sa.or_(speeches.c.owner == person, speeches.c.asker == person)
        ),
    )
    select = sa.select(table.subject, table.name, table.seconds, table.forget_at)
    return _Rows(select.where(table.subject.in_(made)), (table.subject, table.name))


def _bans(person: PersonId) -> _Rows:
    table = bans.c
    select = sa.select(table.server, table.at, table.until, table.reason)
    return _Rows(select.where(table.person == person), (table.at, table.server))


def _charges(person: PersonId) -> _Rows:
    table = charges.c
    select = sa.select(
        *(table.at, table.kind, table.job, table.server, table.voice, table.model),
        *(table.characters, table.amount.label("amount_microdollars"), table.counted),
    )
    return _Rows(select.where(table.person == person), (table.at, table.id))


def _budgets(person: PersonId) -> _Rows:
    select = sa.select(counters.c.period, counters.c.microdollars.label("spent_microdollars"))
    return _Rows(select.where(counters.c.scope == of_person(person)), (counters.c.period,))


def _holds(person: PersonId) -> _Rows:
    table = holds.c
    select = sa.select(table.job, table.server, table.amount.label("amount_microdollars"), table.at)
    return _Rows(select.where(table.person == person), (table.at, table.job))


def _settings(person: PersonId) -> _Rows:
    table = people.c
    select = sa.select(table.default_voice, table.never_cloned).where(table.person == person)
    return _Rows(select, (table.person,))


def _audit(person: PersonId) -> _Rows:
    table = audit.c
    select = sa.select(
        *(table.at, table.server, table.act, table.subject, table.detail, table.reason)
    )
    return _Rows(select.where(table.actor == person), (table.at, table.id))


SECTIONS: Final[Mapping[Section, Callable[[PersonId], _Rows]]] = {
    Section.SETTINGS: _settings,
    Section.VOICES: _own_voices,
    Section.VOICES_ASKED_FOR: _voices_asked_for,
    Section.CONSENTS_GIVEN: _consents_given,
    Section.CONSENTS_RECEIVED: _consents_received,
    Section.REQUESTS: _requests,
    Section.PERMISSIONS_GIVEN: _permissions_given,
    Section.PERMISSIONS_RECEIVED: _permissions_received,
    Section.GRANTS_GIVEN: _grants_given,
    Section.GRANTS_RECEIVED: _grants_received,
    Section.SPEECHES: _speeches,
    Section.USES: _uses,
    Section.FILES: _files,
    Section.CASES: _cases,
    Section.REPORTS: _reports,
    Section.EVIDENCE: _evidence,
    Section.BANS: _bans,
    Section.CHARGES: _charges,
    Section.BUDGETS: _budgets,
    Section.HOLDS: _holds,
    Section.AUDIT: _audit,
}
"""Every section, by what reads it."""
