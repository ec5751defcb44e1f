"""Voices, the orders that make them, and their consents."""

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from bot.domain.consent import Consent
from bot.domain.errors import LabelTaken, TooManyJobs, VoiceGone
from bot.domain.people import Address, PersonId
from bot.domain.voices import CloneOrder, Voice, VoiceKey, VoiceState, label_key
from bot.store import rows
from bot.store import voice_queries as queries
from bot.store.database import Database
from bot.store.schema import consents, grants, people, voices
from bot.store.voice_terms import can_speak, index
from bot.store.voice_versions import indexed, is_taken, locked_versions, retire
from bot.unbroken import unbroken

_MAY_SPEAK: Final = (VoiceState.READY, VoiceState.RETIRED)


class SqlVoiceStore:
    """Fills the `VoiceStore` port. Each method is one transaction, or part of the caller's."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @unbroken
    async def reserve(
        self,
        order: CloneOrder,
        voice: Voice,
        consent: Consent,
        *,
        at_most: int | None = None,
        may_replace: bool = False,
    ) -> Voice | None:
        """Keep order, voice and consent in one commit; return the voice as it is kept.

        Repeating it for one key does nothing and returns None. `at_most` is how many voices the
        owner may have under way, this one included: counted in the same transaction, so that two
        presses at once do not both find room. `may_replace` lets it be proposed to replace a ready
        voice that occupies the label.

        Raises:
            LabelTaken: another voice of the owner occupies the label.
            TooManyJobs: as many others as the owner may have are under way.
        """
        try:
            async with self._database.begin() as connection:
                await self._database.lock(connection, voice.owner)
                # One look and plain inserts: in a rush every order waits for those before it.
                found = (await connection.execute(queries.before_reserving(voice))).one()
                if found.is_known:
                    return None
                if at_most is not None and found.others >= at_most:
                    raise TooManyJobs(limit=at_most)
                if may_replace and found.replaceable is not None:
                    voice = replace(voice, replaces=VoiceKey(found.replaceable))
                await connection.execute(sa.insert(voices), rows.from_order(order, voice))
                await connection.execute(sa.insert(consents), rows.from_consent(consent))
                if can_speak(voice):
                    await index(connection, voice)
        except IntegrityError as error:
            raise LabelTaken(label=order.label) from error
        return voice

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
        return rows.to_order(await self._row(queries.one(key)))

    async def get(self, key: VoiceKey) -> Voice:
        """Return the voice.

        Raises:
            VoiceGone: there is none.
        """
        return rows.to_voice(await self._row(queries.one(key)))

    async def remove_offer(self, key: VoiceKey) -> bool:
        """Delete an offer with all that was kept of it; return whether there was one."""
        return await self._remove(voices.c.key == key) > 0

    async def remove_offers(self, before: datetime) -> int:
        """Delete the offers that were made before then; return how many."""
        return await self._remove(voices.c.created_at < before)

    async def labelled(self, owner: PersonId, label: str) -> Voice | None:
        """Return the owner's voice that occupies the label, in whatever case, or None."""
        found = await self._voices(queries.labelled(owner, label))
        return found[0] if found else None

    async def of(self, owner: PersonId) -> list[Voice]:
        """Return the owner's voices that occupy a label, by label."""
        return await self._voices(queries.of(owner))

    async def listed(self, owner: PersonId) -> list[Voice]:
        """Return what the owner sees in their list, by label; of lost versions only the newest."""
        return await self._voices(queries.listed(owner))

    async def history(self, owner: PersonId, label: str) -> list[Voice]:
        """Return all that was ever asked for under the label, newest first."""
        return await self._voices(queries.history(owner, label))

    @unbroken
    async def rename(self, key: VoiceKey, label: str) -> Voice:
        """Give the voice, and every version of it, another label; return the voice.

        Raises:
            VoiceGone: there is none.
            LabelTaken: another voice of the owner bears the label, or did before it was lost or
                retired.
        """
        try:
            async with self._database.begin() as connection:
                versions = await locked_versions(connection, key)
                if await is_taken(connection, versions[key], label):
                    raise LabelTaken(label=label)
                renamed = await connection.execute(
                    sa.update(voices)
                    .where(voices.c.key.in_(list(versions)))
                    .values(label=label, label_key=label_key(label))
                    .returning(voices)
                )
                voice = await indexed(connection, renamed, key)
        except IntegrityError as error:
            raise LabelTaken(label=label) from error
        return voice

    @unbroken
    async def put_in_place(self, key: VoiceKey) -> Voice:
        """Let this version occupy its label, retiring the one that did; return it.

        Raises:
            VoiceGone: there is none, or none that could speak: only ready and retired ones can.
            LabelTaken: what occupies the label is still being made, or held.
        """
        async with self._database.begin() as connection:
            versions = await locked_versions(connection, key)
            chosen = versions[key]
            if chosen.state not in _MAY_SPEAK:
                raise VoiceGone
            for other in versions.values():
                if other.key != key and queries.does_occupy(other):
                    await retire(connection, other)
            changed = await connection.execute(
                sa.update(voices)
                .where(voices.c.key == key)
                .values(state=VoiceState.READY.value, replaces=None)
                .returning(voices)
            )
            return await indexed(connection, changed, key)

    async def mark_used(self, key: VoiceKey, at: datetime) -> bool:
        """Note a successful speech; return whether it was the voice's first.

        Raises:
            VoiceGone: there is no such voice.
        """
        first = sa.update(voices).where(voices.c.key == key, voices.c.used_at.is_(None))
        if await self._voices(first.values(used_at=at).returning(voices)):
            return True
        await self.get(key)
        return False

    async def tell_uses(self, key: VoiceKey, *, told: bool) -> Voice:
        """Set whether the owner is told of each use by others.

        Raises:
            VoiceGone: there is no such voice.
        """
        return await self._update(key, {"tells_uses": told})

    async def unused(self, *, made_before: datetime) -> list[Voice]:
        """Return the ready voices that no speech used, made before then, oldest first."""
        return await self._voices(queries.unused(made_before))

    async def count_warning(self, key: VoiceKey) -> int:
        """Note that the owner was warned once more; return how many warnings that makes.

        Raises:
            VoiceGone: there is no such voice.
        """
        return await self._count(key, voices.c.warned)

    @unbroken
    async def default_of(self, person: PersonId) -> str | None:
        """Return the person's default voice as `set_default` kept it, or None."""
        async with self._database.begin() as connection:
            choice: str | None = await connection.scalar(
                sa.select(people.c.default_voice).where(people.c.person == person)
            )
        return choice

    @unbroken
    async def set_default(self, person: PersonId, choice: str | None) -> None:
        """Keep the person's default voice: `voice:<key>` or `stock:<id>`; None for none."""
        insert = self._database.insert(people).values(person=person, default_voice=choice)
        async with self._database.begin() as connection:
            await connection.execute(
                insert.on_conflict_do_update(
                    index_elements=["person"], set_={"default_voice": choice}
                )
            )

    async def forget_notes(self, key: VoiceKey) -> None:
        """Drop where the notes came from; that there was a prompt clip stays known.

        Raises:
            VoiceGone: there is no such voice.
        """
        await self._update(key, rows.without_notes(await self.order(key)))

    async def under_way(self) -> list[Voice]:
        """Return every voice that is asked for or being cloned, oldest first."""
        return await self._voices(queries.under_way())

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

    @unbroken
    async def settle(
        self,
        key: VoiceKey,
        state: VoiceState,
        *,
        deadline: datetime | None = None,
        charged_characters: int | None = None,
        trace_id: str | None = None,
        replaces: VoiceKey | None = None,
        before: VoiceState | None = None,
    ) -> Voice:
        """Move the voice to `state`, set what is given, return what it became.

        Nobody finds a voice that is not ready; a deleted one is not shared with anybody.

        Raises:
            VoiceGone: there is no such voice, or it is not in the state `before`.
            LabelTaken: it would occupy its label again, which another voice does by now.
        """
        given = {
            "deadline": deadline,
            "charged_characters": charged_characters,
            "trace_id": trace_id,
            "replaces": replaces,
        }
        changes = {name: value for name, value in given.items() if value is not None}
        which = [] if before is None else [voices.c.state == before.value]
        update = sa.update(voices).where(voices.c.key == key, *which)
        update = update.values(state=state.value, **changes)
        label = (await self.get(key)).label  # asked first: a refused transaction answers nothing
        try:
            async with self._database.begin() as connection:
                settled = await connection.execute(update.returning(voices))
                if state is VoiceState.DELETED:
                    await connection.execute(sa.delete(grants).where(grants.c.voice == key))
                voice = await indexed(connection, settled, key)
        except IntegrityError as error:
            raise LabelTaken(label=label) from error
        return voice

    @unbroken
    async def _remove(self, which: sa.ColumnElement[bool]) -> int:
        offers = sa.and_(which, voices.c.state == VoiceState.OFFERED.value)
        # Locked, so that what is taken up meanwhile keeps its consent.
        keys = sa.select(voices.c.key).where(offers).with_for_update()
        async with self._database.begin() as connection:
            await connection.execute(sa.delete(consents).where(consents.c.voice.in_(keys)))
            return (await connection.execute(sa.delete(voices).where(offers))).rowcount

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
    async def _voices(self, statement: sa.Executable) -> list[Voice]:
        async with self._database.begin() as connection:
            found = await connection.execute(statement)
            return [rows.to_voice(row) for row in found.mappings()]
