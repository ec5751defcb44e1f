"""Speeches: what was asked for, how far it is, and what came of it."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from bot.domain.errors import OfferGone
from bot.domain.people import Address, PersonId
from bot.domain.sharing import Use
from bot.domain.speeches import Speech, SpeechKey, SpeechState
from bot.domain.voices import VoiceKey
from bot.ports import Clock
from bot.store import speech_rows as rows
from bot.store.database import Database
from bot.store.schema import speech_parts, speeches
from bot.unbroken import unbroken

_UNDER_WAY: Final = [SpeechState.ASKED.value, SpeechState.SPEAKING.value]
_ENDED: Final = frozenset(
    {SpeechState.DONE, SpeechState.FAILED, SpeechState.WITHDRAWN, SpeechState.REMOVED}
)
_NEVER_ACCEPTED: Final = [SpeechState.OFFERED.value, SpeechState.WITHDRAWN.value]


def _utc_now() -> datetime:
    return datetime.now(UTC)


class SqlSpeechStore:
    """Fills the `SpeechStore` port. Each method is one transaction, or part of the caller's."""

    def __init__(self, database: Database, now: Clock = _utc_now) -> None:
        self._database = database
        self._now = now

    @unbroken
    async def keep(self, speech: Speech) -> bool:
        """Keep a new speech; return False, and change nothing, where its key is known already.

        Others by the same asker wait until the transaction ends: what is counted after this, no
        second press changes.
        """
        insert = self._database.insert(speeches).on_conflict_do_nothing(index_elements=["key"])
        async with self._database.begin() as connection:
            await self._database.lock(connection, speech.order.asker)
            # Values beside the statement: it is compiled once, not for each press in a rush.
            written = await connection.execute(
                insert.returning(speeches.c.key), rows.from_speech(speech)
            )
            return written.first() is not None

    async def accept(self, key: SpeechKey, address: Address) -> Speech:
        """Move a speech from asked to speaking, answered at `address`; return it.

        Raises:
            OfferGone: there is none that is only asked for.
        """
        accepted = {
            "state": SpeechState.SPEAKING.value,
            "address_face": address.face,
            "address_token": address.token,
        }
        return await self._move(key, SpeechState.ASKED, accepted)

    async def take_offer(self, key: SpeechKey) -> Speech:
        """Move an offer to withdrawn, once; return what it was.

        Raises:
            OfferGone: there is none, or none any more.
        """
        taken = {"state": SpeechState.WITHDRAWN.value, "ended_at": self._now()}
        return rows.in_state(await self._move(key, SpeechState.OFFERED, taken), SpeechState.OFFERED)

    async def get(self, key: SpeechKey) -> Speech:
        """Return the speech.

        Raises:
            OfferGone: there is none.
        """
        return await self._one(sa.select(speeches).where(speeches.c.key == key))

    async def settle(
        self,
        key: SpeechKey,
        state: SpeechState,
        *,
        spent: int | None = None,
        characters: int | None = None,
        posted: int | None = None,
    ) -> Speech:
        """Move the speech to `state`, set what is given, return what it became.

        Raises:
            OfferGone: there is none.
        """
        given = {"spent": spent, "characters": characters, "posted": posted}
        changes: dict[str, Any] = {
            name: value for name, value in given.items() if value is not None
        }
        if state in _ENDED:  # a speech that is removed later ended before
            changes["ended_at"] = sa.func.coalesce(
                speeches.c.ended_at, sa.literal(self._now(), speeches.c.ended_at.type)
            )
        update = sa.update(speeches).where(speeches.c.key == key)
        return await self._one(update.values(state=state.value, **changes).returning(speeches))

    async def count_post(self, key: SpeechKey, part: int) -> int:
        """Note that a post of `part` (from 0) is about to be sent; return how many it has had.

        Raises:
            OfferGone: there is no such speech.
        """
        return await self._count(key, part, speech_parts.c.posts)

    async def count_call(self, key: SpeechKey, part: int) -> int:
        """Note that a call for `part` is about to be sent; return how many it has had.

        Raises:
            OfferGone: there is no such speech.
        """
        return await self._count(key, part, speech_parts.c.calls)

    async def under_way(self, asker: PersonId | None = None) -> list[Speech]:
        """Return every speech that is asked for or being spoken, oldest first."""
        select = sa.select(speeches).where(speeches.c.state.in_(_UNDER_WAY))
        if asker is not None:
            select = select.where(speeches.c.asker == asker)
        found = await self._rows(select.order_by(speeches.c.created_at, speeches.c.key))
        return [rows.to_speech(row) for row in found]

    async def asked_since(self, asker: PersonId, since: datetime) -> list[datetime]:
        """Return when the asker's accepted speeches since then were asked for, oldest first."""
        found = await self._rows(
            sa.select(speeches.c.created_at)
            .where(
                speeches.c.asker == asker,
                speeches.c.created_at >= since,
                speeches.c.state.not_in(_NEVER_ACCEPTED),
            )
            .order_by(speeches.c.created_at)
        )
        return [row["created_at"] for row in found]

    async def uses(self, voice: VoiceKey, *, limit: int) -> list[Use]:
        """Return who spoke with the voice, newest first: speeches of which something came."""
        found = await self._rows(
            sa.select(speeches.c.asker, speeches.c.created_at, speeches.c.characters)
            .where(speeches.c.voice == voice, speeches.c.posted > 0)
            .order_by(speeches.c.created_at.desc(), speeches.c.key.desc())
            .limit(limit)
        )
        return [Use(row["asker"], row["created_at"], row["characters"]) for row in found]

    async def totals(self, voices: Collection[VoiceKey]) -> dict[VoiceKey, tuple[int, int]]:
        """Return for each voice that was used how often, and the micro-dollars spent with it."""
        found = await self._rows(
            sa.select(
                speeches.c.voice,
                sa.func.count().label("times"),
                sa.func.sum(speeches.c.spent).label("spent"),
            )
            .where(speeches.c.voice.in_(voices), speeches.c.posted > 0)
            .group_by(speeches.c.voice)
        )
        return {row["voice"]: (row["times"], int(row["spent"])) for row in found}

    @unbroken
    async def forget(self, before: datetime) -> int:
        """Drop the texts of speeches that ended before then; return how many.

        An offer that nobody took by then is withdrawn: it could not be spoken any more.
        """
        withdraw = (
            sa.update(speeches)
            .where(speeches.c.state == SpeechState.OFFERED.value, speeches.c.created_at < before)
            .values(state=SpeechState.WITHDRAWN.value, ended_at=speeches.c.created_at)
        )
        blank = (
            sa.update(speeches)
            .where(speeches.c.ended_at < before, speeches.c.text != "")
            .values(text="")
        )
        async with self._database.begin() as connection:
            await connection.execute(withdraw)
            return (await connection.execute(blank)).rowcount

    async def _move(self, key: SpeechKey, state: SpeechState, values: dict[str, Any]) -> Speech:
        return await self._one(
            sa.update(speeches)
            .where(speeches.c.key == key, speeches.c.state == state.value)
            .values(values)
            .returning(speeches)
        )

    async def _count(self, key: SpeechKey, part: int, column: sa.Column[int]) -> int:
        insert = self._database.insert(speech_parts)
        counted = insert.values(speech=key, part=part, **{column.name: 1}).on_conflict_do_update(
            index_elements=["speech", "part"], set_={column.name: column + 1}
        )
        try:
            (row,) = await self._rows(counted.returning(column))
        except IntegrityError as error:
            raise OfferGone from error
        count: int = row[column]
        return count

    async def _one(self, statement: sa.Executable) -> Speech:
        found = await self._rows(statement)
        if not found:
            raise OfferGone
        return rows.to_speech(found[0])

    @unbroken
    async def _rows(self, statement: sa.Executable) -> list[sa.RowMapping]:
        async with self._database.begin() as connection:
            return list((await connection.execute(statement)).mappings())
