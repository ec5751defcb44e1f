"""Voices, the orders that make them, their consents and their cases."""

from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from bot.domain.consent import Consent
from bot.domain.errors import LabelTaken, TooManyJobs, VoiceGone
from bot.domain.moderation import Case
from bot.domain.people import Address, PersonId
from bot.domain.voices import OCCUPYING, CloneOrder, Voice, VoiceKey, VoiceState
from bot.store import rows
from bot.store.database import Database
from bot.store.schema import cases, consents, voices
from bot.unbroken import unbroken

_OCCUPYING: Final = [state.value for state in OCCUPYING]
_UNDER_WAY: Final = [VoiceState.ASKED.value, VoiceState.CLONING.value]


class SqlVoiceStore:
    """Fills the `VoiceStore` port. Each method is one transaction, or part of the caller's."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @unbroken
    async def reserve(
        self, order: CloneOrder, voice: Voice, consent: Consent, *, at_most: int | None = None
    ) -> None:
        """Keep order, voice and consent in one commit. Repeating it for one key does nothing.

        `at_most` is how many voices the owner may have under way, this one included. Counted in
        the same transaction: two presses at once do not both find room, and whoever waits to be
        acknowledged waits for one transaction.

        Raises:
            LabelTaken: another voice of the owner occupies the label.
            TooManyJobs: as many others as the owner may have are under way.
        """
        insert = self._database.insert(voices).on_conflict_do_nothing(index_elements=["key"])
        insert_new = insert.returning(voices.c.key)
        try:
            async with self._database.begin() as connection:
                if at_most is not None:
                    others = await connection.scalar(_others_under_way(voice))
                    if others is not None and others >= at_most:
                        raise TooManyJobs(limit=at_most)
                # Values beside the statement: it is compiled once, not for each press in a rush.
                written = await connection.execute(insert_new, rows.from_order(order, voice))
                if written.first() is not None:
                    await connection.execute(sa.insert(consents), rows.from_consent(consent))
        except IntegrityError as error:
            raise LabelTaken(label=order.label) from error

    async def accept(self, key: VoiceKey, address: Address) -> Voice:
        """Move a voice from asked to cloning, answered at `address`; return it.

        Raises:
            VoiceGone: there is none that is only asked for.
        """
        update = (
            sa.update(voices)
            .where(voices.c.key == key, voices.c.state == VoiceState.ASKED.value)
            .values(
                state=VoiceState.CLONING.value,
                address_face=address.face,
                address_token=address.token,
            )
        )
        return rows.to_voice(await self._row(update.returning(voices)))

    async def order(self, key: VoiceKey) -> CloneOrder:
        """Return the order.

        Raises:
            VoiceGone: there is none.
        """
        return rows.to_order(await self._row(sa.select(voices).where(voices.c.key == key)))

    async def get(self, key: VoiceKey) -> Voice:
        """Return the voice.

        Raises:
            VoiceGone: there is none.
        """
        return rows.to_voice(await self._row(sa.select(voices).where(voices.c.key == key)))

    async def of(self, owner: PersonId) -> list[Voice]:
        """Return the owner's voices that occupy a label, by label."""
        return await self._voices(
            sa.select(voices)
            .where(voices.c.owner == owner, voices.c.state.in_(_OCCUPYING))
            .order_by(voices.c.label_key)
        )

    async def forget_notes(self, key: VoiceKey) -> None:
        """Drop where the notes came from; that there was a prompt clip stays known.

        Raises:
            VoiceGone: there is no such voice.
        """
        await self._update(key, rows.without_notes(await self.order(key)))

    async def under_way(self) -> list[Voice]:
        """Return every voice that is asked for or being cloned, oldest first."""
        return await self._voices(
            sa.select(voices)
            .where(voices.c.state.in_(_UNDER_WAY))
            .order_by(voices.c.created_at, voices.c.key)
        )

    @unbroken
    async def consent(self, key: VoiceKey) -> Consent | None:
        """Return the recorded yes, or None."""
        async with self._database.begin() as connection:
            found = await connection.execute(sa.select(consents).where(consents.c.voice == key))
            row = found.mappings().first()
        return None if row is None else rows.to_consent(row)

    async def count_clone_call(self, key: VoiceKey) -> int:
        """Note that a clone call with the present voice id is about to be sent; return how many.

        Raises:
            VoiceGone: there is no such voice.
        """
        return await self._count(key, voices.c.clone_calls)

    async def count_post(self, key: VoiceKey) -> int:
        """Note that a post is about to be sent; return how many that makes.

        Raises:
            VoiceGone: there is no such voice.
        """
        return await self._count(key, voices.c.posts)

    async def replace_voice_id(self, key: VoiceKey, voice_id: str) -> None:
        """Set another voice id, with which nothing was sent yet.

        Raises:
            VoiceGone: there is no such voice.
        """
        await self._update(key, {"voice_id": voice_id, "clone_calls": 0})

    async def settle(
        self,
        key: VoiceKey,
        state: VoiceState,
        *,
        deadline: datetime | None = None,
        charged_characters: int | None = None,
        trace_id: str | None = None,
    ) -> Voice:
        """Move the voice to `state`, set what is given, return what it became.

        Raises:
            VoiceGone: there is no such voice.
        """
        given = {
            "deadline": deadline,
            "charged_characters": charged_characters,
            "trace_id": trace_id,
        }
        changes = {name: value for name, value in given.items() if value is not None}
        return await self._update(key, {"state": state.value, **changes})

    @unbroken
    async def open_case(self, case: Case) -> None:
        """Keep the case; one open case a voice."""
        insert = self._database.insert(cases).values(rows.from_case(case))
        async with self._database.begin() as connection:
            await connection.execute(insert.on_conflict_do_nothing(index_elements=[cases.c.voice]))

    @unbroken
    async def case(self, key: VoiceKey) -> Case | None:
        """Return the case of the voice, or None."""
        async with self._database.begin() as connection:
            found = await connection.execute(sa.select(cases).where(cases.c.voice == key))
            row = found.mappings().first()
        return None if row is None else rows.to_case(row)

    async def _count(self, key: VoiceKey, column: sa.Column[int]) -> int:
        row = await self._row(
            sa.update(voices)
            .where(voices.c.key == key)
            .values({column: column + 1})
            .returning(voices)
        )
        count: int = row[column]
        return count

    async def _update(self, key: VoiceKey, values: dict[str, Any]) -> Voice:
        update = sa.update(voices).where(voices.c.key == key).values(values).returning(voices)
        return rows.to_voice(await self._row(update))

    @unbroken
    async def _row(self, statement: sa.Executable) -> sa.RowMapping:
        async with self._database.begin() as connection:
            row = (await connection.execute(statement)).mappings().first()
        if row is None:
            raise VoiceGone
        return row

    @unbroken
    async def _voices(self, statement: sa.Select[Any]) -> list[Voice]:
        async with self._database.begin() as connection:
            found = await connection.execute(statement)
            return [rows.to_voice(row) for row in found.mappings()]


def _others_under_way(voice: Voice) -> sa.Select[int]:
    return (
        sa.select(sa.func.count())
        .select_from(voices)
        .where(
            voices.c.owner == voice.owner,
            voices.c.key != voice.key,
            voices.c.state.in_(_UNDER_WAY),
        )
    )
