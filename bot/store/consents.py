"""Who may have whose voice cloned: requests, standing permissions, consents, a registry of no."""

from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import RowMapping
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.consent import WAITING, Consent, ConsentRequest, Permission, RequestState
from bot.domain.errors import LabelTaken, RequestOver
from bot.domain.people import Address, NoteRef, PersonId, ServerId
from bot.domain.voices import DELETABLE, CloneOrder, Voice, VoiceKey, VoiceState, label_key
from bot.store import rows
from bot.store.database import Database
from bot.store.schema import consent_requests, consents, people, permissions, voices
from bot.unbroken import unbroken

_IS_OPEN: Final = consent_requests.c.state == RequestState.OPEN.value
_IS_SPEAKING: Final = consent_requests.c.state == RequestState.SPEAKING.value
_WAITS: Final = consent_requests.c.state.in_([state.value for state in WAITING])
_IS_REQUESTED: Final = voices.c.state == VoiceState.REQUESTED.value


class SqlConsentStore:
    """Fills the `ConsentStore` port. Each method is one transaction, or part of the caller's."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @unbroken
    async def ask(self, request: ConsentRequest, order: CloneOrder, voice: Voice) -> bool:
        """Keep a waiting request with its order and the voice to be; False if it was kept."""
        insert = (
            self._database.insert(consent_requests)
            .values(_from_request(request))
            .on_conflict_do_nothing(index_elements=["key"])
            .returning(consent_requests.c.key)
        )
        async with self._database.begin() as connection:
            await self._database.lock(connection, request.asker)
            kept = (await connection.execute(insert)).first()
            if kept is not None:
                await connection.execute(sa.insert(voices), rows.from_order(order, voice))
        return kept is not None

    @unbroken
    async def begin(
        self, key: VoiceKey, label: str, address: Address, *, replaces: VoiceKey | None = None
    ) -> Voice:
        """Let the voice that was asked for be cloned under a label, answered at `address`.

        One that `replaces` another is kept beside it, and does not occupy the label.

        Raises:
            RequestOver: no such voice is only asked for.
            LabelTaken: another voice of the owner occupies the label.
        """
        update = (
            sa.update(voices)
            .where(voices.c.key == key, _IS_REQUESTED)
            .values(
                state=VoiceState.CLONING.value,
                label=label,
                label_key=label_key(label),
                address_face=address.face,
                address_token=address.token,
                replaces=replaces,
            )
            .returning(voices)
        )
        try:
            async with self._database.begin() as connection:
                row = (await connection.execute(update)).mappings().first()
        except IntegrityError as error:
            raise LabelTaken(label=label) from error
        if row is None:
            raise RequestOver
        return rows.to_voice(row)

    @unbroken
    async def drop(self, key: VoiceKey) -> None:
        """Forget the order of a request that came to nothing; the request itself is kept."""
        delete = sa.delete(voices).where(voices.c.key == key, _IS_REQUESTED)
        async with self._database.begin() as connection:
            await connection.execute(delete)

    async def request(self, key: VoiceKey) -> ConsentRequest | None:
        """Return the request, however it stands, or None."""
        found = await self._requests(consent_requests.c.key == key)
        return found[0] if found else None

    @unbroken
    async def answer(self, key: VoiceKey, state: RequestState, at: datetime) -> ConsentRequest:
        """Close a waiting request, once; return it. Only an open one can be allowed by this.

        Raises:
            RequestOver: there is none that waits.
        """
        which = _IS_OPEN if state is RequestState.ALLOWED else _WAITS
        async with self._database.begin() as connection:
            return await _move(connection, key, which, state=state.value, answered_at=at)

    @unbroken
    async def let_speak(self, key: VoiceKey, sentence: str) -> ConsentRequest:
        """Let an open request wait for the sentence from now on, forgetting its order's notes.

        Raises:
            RequestOver: there is none that is open.
        """
        state = RequestState.SPEAKING.value
        async with self._database.begin() as connection:
            waits = await _move(connection, key, _IS_OPEN, state=state, sentence=sentence)
            await _order(connection, key, notes=[], prompt=None)
        return waits

    @unbroken
    async def record(self, key: VoiceKey, recording: NoteRef, at: datetime) -> ConsentRequest:
        """Allow a request that waits for its sentence: the recording is all that is cloned from.

        Raises:
            RequestOver: there is none that waits for it.
        """
        state = RequestState.ALLOWED.value
        async with self._database.begin() as connection:
            given = await _move(connection, key, _IS_SPEAKING, state=state, answered_at=at)
            chosen = sa.select(voices.c.options).where(voices.c.key == key, _IS_REQUESTED)
            options = dict((await connection.execute(chosen)).scalar_one())
            options |= {"prompt_text": None, "text_validation": given.sentence, "accuracy": None}
            await _order(connection, key, notes=[asdict(recording)], prompt=None, options=options)
        return given

    async def open_requests(
        self, *, asker: PersonId | None = None, owner: PersonId | None = None
    ) -> list[ConsentRequest]:
        """Return the waiting requests by the asker, or to the owner, or both; oldest first."""
        table = consent_requests.c
        asked = [] if asker is None else [table.asker == asker]
        to = [] if owner is None else [table.owner == owner]
        return await self._requests(_WAITS, *asked, *to)

    async def asked_before(self, before: datetime) -> list[ConsentRequest]:
        """Return the waiting requests that were made before then, oldest first."""
        return await self._requests(_WAITS, consent_requests.c.asked_at < before)

    async def open_or_answered(self, since: datetime) -> list[ConsentRequest]:
        """Return the requests that wait, or were closed since then; oldest first."""
        return await self._requests(sa.or_(_WAITS, consent_requests.c.answered_at >= since))

    @unbroken
    async def permit(self, permission: Permission) -> None:
        """Keep a standing yes; repeating it keeps the first."""
        insert = self._database.insert(permissions).values(
            owner=permission.owner,
            asker=permission.asker,
            server=permission.server,
            given_at=permission.given_at,
        )
        keys = ["owner", "asker", "server"]
        async with self._database.begin() as connection:
            await connection.execute(insert.on_conflict_do_nothing(index_elements=keys))

    async def is_permitted(self, owner: PersonId, asker: PersonId, server: ServerId | None) -> bool:
        """Say whether the owner gave the asker a standing yes on that server."""
        found = await self._permissions(
            permissions.c.owner == owner,
            permissions.c.asker == asker,
            permissions.c.server == server,
        )
        return found != []

    async def permissions(self, owner: PersonId) -> list[Permission]:
        """Return every standing yes of the owner, oldest first."""
        return await self._permissions(permissions.c.owner == owner)

    @unbroken
    async def revoke(self, owner: PersonId, asker: PersonId) -> int:
        """Take every standing yes to the asker back; return how many there were."""
        delete = sa.delete(permissions).where(
            permissions.c.owner == owner, permissions.c.asker == asker
        )
        async with self._database.begin() as connection:
            return (await connection.execute(delete)).rowcount

    @unbroken
    async def is_never_cloned(self, person: PersonId) -> bool:
        """Say whether the person is in the registry of those whom nobody may clone."""
        chosen = sa.select(people.c.never_cloned).where(people.c.person == person)
        async with self._database.begin() as connection:
            return bool(await connection.scalar(chosen))

    @unbroken
    async def set_never_cloned(self, person: PersonId, *, never: bool) -> None:
        """Put the person in the registry, or take them out of it."""
        insert = self._database.insert(people).values(person=person, never_cloned=never)
        async with self._database.begin() as connection:
            await connection.execute(
                insert.on_conflict_do_update(
                    index_elements=["person"], set_={"never_cloned": never}
                )
            )

    @unbroken
    async def give(self, consent: Consent) -> None:
        """Record a yes for one voice; repeating it keeps the first."""
        insert = self._database.insert(consents).values(rows.from_consent(consent))
        async with self._database.begin() as connection:
            await connection.execute(insert.on_conflict_do_nothing(index_elements=["voice"]))

    @unbroken
    async def given(self, voice: VoiceKey) -> Consent | None:
        """Return the recorded yes for a voice, or None."""
        select = sa.select(consents).where(consents.c.voice == voice)
        async with self._database.begin() as connection:
            row = (await connection.execute(select)).mappings().first()
        return None if row is None else rows.to_consent(row)

    @unbroken
    async def given_by(self, owner: PersonId) -> list[Consent]:
        """Return the owner's recorded yes for each voice that is not gone, newest first."""
        lives = voices.c.state.in_([state.value for state in (*DELETABLE, VoiceState.CLONING)])
        select = (
            sa.select(consents)
            .join(voices, voices.c.key == consents.c.voice)
            .where(consents.c.person == owner, consents.c.withdrawn_at.is_(None), lives)
            .order_by(consents.c.given_at.desc(), consents.c.voice)
        )
        async with self._database.begin() as connection:
            found = (await connection.execute(select)).mappings()
            return [rows.to_consent(row) for row in found]

    @unbroken
    async def withdraw(self, voice: VoiceKey, at: datetime) -> bool:
        """Note that the yes for a voice was taken back; return whether it still stood."""
        update = sa.update(consents).where(
            consents.c.voice == voice, consents.c.withdrawn_at.is_(None)
        )
        async with self._database.begin() as connection:
            return (await connection.execute(update.values(withdrawn_at=at))).rowcount > 0

    @unbroken
    async def _requests(self, *which: sa.ColumnElement[bool]) -> list[ConsentRequest]:
        table = consent_requests
        select = sa.select(table).where(*which).order_by(table.c.asked_at, table.c.key)
        async with self._database.begin() as connection:
            return [_to_request(row) for row in (await connection.execute(select)).mappings()]

    @unbroken
    async def _permissions(self, *which: sa.ColumnElement[bool]) -> list[Permission]:
        select = sa.select(permissions).where(*which).order_by(permissions.c.given_at)
        async with self._database.begin() as connection:
            found = (await connection.execute(select)).mappings()
            return [Permission(**row) for row in found]


async def _move(
    connection: AsyncConnection, key: VoiceKey, which: sa.ColumnElement[bool], **values: object
) -> ConsentRequest:
    """Change a request of that kind; raise RequestOver where there is none."""
    update = sa.update(consent_requests).where(consent_requests.c.key == key, which).values(values)
    row = (await connection.execute(update.returning(consent_requests))).mappings().first()
    if row is None:
        raise RequestOver
    return _to_request(row)


async def _order(connection: AsyncConnection, key: VoiceKey, **values: object) -> None:
    """Change the order of a voice that is only asked for."""
    update = sa.update(voices).where(voices.c.key == key, _IS_REQUESTED).values(values)
    await connection.execute(update)


def _from_request(request: ConsentRequest) -> dict[str, Any]:
    return {
        "key": request.key,
        "asker": request.asker,
        "owner": request.owner,
        "server": request.server,
        "label": request.label,
        "text": request.text,
        "source": request.source,
        "address_face": request.address.face,
        "address_token": request.address.token,
        "asked_at": request.asked_at,
        "state": request.state.value,
        "answered_at": request.answered_at,
        "sentence": request.sentence,
        "tries": request.tries,
    }


def _to_request(row: RowMapping) -> ConsentRequest:
    values = dict(row)
    address = Address(values.pop("address_face"), values.pop("address_token"))
    return ConsentRequest(**{**values, "state": RequestState(row["state"]), "address": address})
