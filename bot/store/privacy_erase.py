"""Deletes what is about one person, and puts a name that means nobody into what is left.

In one transaction of the caller, so that nobody ever sees half of it.
"""

import re
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.erasure import Erased, Left
from bot.domain.moderation import PENDING
from bot.domain.people import PersonId
from bot.domain.sharing import of_person
from bot.domain.voices import ERASED_LABEL, VoiceKey, VoiceState
from bot.store.privacy_columns import PEOPLE
from bot.store.privacy_stop import theirs
from bot.store.schema import (
    charges,
    consent_requests,
    consents,
    counters,
    fingerprints,
    metadata,
    people,
    speeches,
    voice_terms,
    voices,
)
from bot.store.schema_trust import audit, bans, cases, evidence

_STAYS: Final = frozenset({("people", "person"), ("bans", "person"), ("erasures", "person")})
"""Where the person stays: their own wish, what protects a server, and the erasure itself.

And in `counters`, until the budget's period is over.
"""

_CARRIED_OUT: Final = timedelta(days=2)
"""How long ago a case was decided that nothing is done about any more."""

_BLANK: Final = {"text": "", "prompt_text": None, "text_validation": None}
_NUMBER: Final = re.compile(r"\d+")


class Eraser:
    """Erases one person; made anew for each."""

    def __init__(
        self, connection: AsyncConnection, person: PersonId, pseudonym: PersonId, at: datetime
    ) -> None:
        self._connection = connection
        self._person = person
        self._pseudonym = pseudonym
        self._at = at

    async def erase(
        self, refused: Collection[VoiceKey]
    ) -> tuple[dict[Erased, int], dict[Left, int]]:
        """Do it; return how much was deleted, and how much is left."""
        erased = {
            # First: whose voice or speech it is, is how it is found.
            Erased.EVIDENCE: await self._delete(evidence, self._is_their_evidence()),
            Erased.CASES: await self._delete(cases, self._is_undecided()),
            Erased.CONSENTS: await self._delete(consents, consents.c.person == self._person),
            Erased.REQUESTS: await self._delete(
                consent_requests, theirs(consent_requests, self._person)
            ),
            Erased.VOICES: await self._blank_voices(refused),
            Erased.TEXTS: await self._blank_speeches(),
        }
        await self._blank_cases()
        await self._forget_choices()
        await self._delete(bans, sa.and_(bans.c.person == self._person, bans.c.until <= self._at))
        left = await self._count_left()
        await self._rename_labels()
        await self._put_pseudonym()
        return erased, left

    async def _delete(self, table: sa.Table, which: sa.ColumnElement[bool]) -> int:
        return (await self._connection.execute(sa.delete(table).where(which))).rowcount

    def _is_their_evidence(self) -> sa.ColumnElement[bool]:
        made = sa.union(
            sa.select(voices.c.key).where(theirs(voices, self._person)),
            sa.select(speeches.c.key).where(theirs(speeches, self._person)),
            sa.select(cases.c.subject).where(cases.c.person == self._person),
        )
        return evidence.c.subject.in_(made)

    def _is_undecided(self) -> sa.ColumnElement[bool]:
        """Find their cases that nobody can decide any more: what was said is gone."""
        pending = cases.c.state.in_([state.value for state in PENDING])
        return sa.and_(cases.c.person == self._person, pending)

    async def _blank_voices(self, refused: Collection[VoiceKey]) -> int:
        """Leave an entry without anything of the person: charges and uses name the voice."""
        found = await self._rows(voices, theirs(voices, self._person))
        gone, keys = 0, []
        for row in found:
            values: dict[str, Any] = {"address_token": self._nowhere(row)}
            if row["owner"] == self._person:
                keys.append(row["key"])
                is_over = row["state"] in {VoiceState.DELETED, VoiceState.FAILED}
                gone += row["key"] not in refused and row["state"] != VoiceState.FAILED
                kept = VoiceState.HELD if row["key"] in refused else VoiceState.DELETED
                values |= {
                    "state": row["state"] if is_over else kept.value,
                    "label": ERASED_LABEL,
                    "label_key": row["key"],  # as no two may bear one
                    "options": {**row["options"], **_BLANK},
                    "notes": [],
                    "prompt": sa.null(),
                    "trace_id": None,
                    "server": None,  # else it would be asked whether the pseudonym left it
                    "replaces": None,
                    "tells_uses": False,
                }
            update = sa.update(voices).where(voices.c.key == row["key"])
            await self._connection.execute(update.values(values))
        await self._delete(voice_terms, voice_terms.c.voice.in_(keys))
        return gone

    async def _blank_speeches(self) -> int:
        found = await self._rows(speeches, speeches.c.asker == self._person)
        if found:
            blank = (
                sa.update(speeches)
                .where(speeches.c.key == sa.bindparam("of"))
                .values(text="", scopes=[], address_token=sa.bindparam("nowhere"))
            )
            places = [{"of": row["key"], "nowhere": self._nowhere(row)} for row in found]
            await self._connection.execute(blank, places)
        return sum(1 for row in found if row["text"])

    async def _blank_cases(self) -> None:
        """Leave of decided cases that they were decided; let nobody save what they read before."""
        found = await self._rows(cases, cases.c.person == self._person)
        for row in found:
            nothing = {"text": "", "report": None, "reason": None, "appeal": None, "trace_id": None}
            values = {**nothing, "label": ERASED_LABEL, "address_token": self._nowhere(row)}
            update = sa.update(cases).where(cases.c.key == row["key"])
            await self._connection.execute(update.values(values))
        touched = sa.or_(*(cases.c[name] == self._person for name in PEOPLE["cases"]))
        # What was decided lately keeps its number: a new one would be carried out once more.
        lately = cases.c.decided_at > self._at - _CARRIED_OUT
        await self._connection.execute(
            sa.update(cases)
            .where(touched, sa.func.coalesce(lately, sa.false()).is_(sa.false()))
            .values(version=cases.c.version + 1)
        )

    async def _forget_choices(self) -> None:
        mine = people.c.person == self._person
        await self._delete(people, sa.and_(mine, ~people.c.never_cloned))
        await self._connection.execute(sa.update(people).where(mine).values(default_voice=None))

    async def _count_left(self) -> dict[Left, int]:
        me = self._person
        left = {
            Left.CHARGES: (charges, charges.c.person == me),
            Left.SPEECHES: (speeches, theirs(speeches, me)),
            Left.FILES: (fingerprints, theirs(fingerprints, me)),
            Left.CASES: (
                cases,
                sa.or_(*(cases.c[name] == me for name in PEOPLE["cases"])),
            ),
            Left.VOICES_OF_OTHERS: (voices, sa.and_(voices.c.asker == me, voices.c.owner != me)),
            Left.AUDIT: (audit, sa.or_(audit.c.actor == me, audit.c.subject == me)),
            Left.BANS: (bans, bans.c.person == me),
            Left.BUDGETS: (counters, counters.c.scope == of_person(me)),
            Left.NEVER_CLONED: (people, people.c.person == me),
        }
        counts = {}
        for kind, (table, which) in left.items():
            select = sa.select(sa.func.count()).select_from(table).where(which)
            counts[kind] = await self._connection.scalar(select) or 0
        return counts

    async def _rename_labels(self) -> None:
        """Take their voices' names out of what others see of them."""
        for table in (speeches, fingerprints, cases):
            mine = table.c.owner == self._person
            await self._connection.execute(sa.update(table).where(mine).values(label=ERASED_LABEL))

    async def _put_pseudonym(self) -> None:
        for table, columns in PEOPLE.items():
            for name in columns:
                if (table, name) in _STAYS:
                    continue
                column = metadata.tables[table].c[name]
                update = sa.update(column.table).where(column == self._person)
                await self._connection.execute(update.values({name: self._pseudonym}))

    async def _rows(self, table: sa.Table, which: sa.ColumnElement[bool]) -> list[sa.RowMapping]:
        found = await self._connection.execute(sa.select(table).where(which))
        return list(found.mappings())

    def _nowhere(self, row: sa.RowMapping) -> str | None:
        """Return where it was answered without the person; of a private place nothing."""
        token: str | None = row["address_token"]
        if token is None:
            return None
        if row["server"] is None:
            return _NUMBER.sub("0", token)
        _, _, number = self._person.partition(":")
        return re.sub(rf"(?<!\d){re.escape(number)}(?!\d)", "0", token)
