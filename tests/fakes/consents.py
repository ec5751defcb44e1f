"""Consents in memory; passes the same contract as the real store."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.domain.consent import WAITING, Consent, ConsentRequest, Permission, RequestState
from bot.domain.errors import LabelTaken, RequestOver
from bot.domain.people import Address, NoteRef, PersonId, ServerId
from bot.domain.voices import DELETABLE, CloneOrder, Voice, VoiceKey, VoiceState
from tests.fakes.stores import Entry, FakeVoiceStore


class FakeConsentStore:
    """Fills the `ConsentStore` port, beside the voices of `voices`."""

    def __init__(self, voices: FakeVoiceStore) -> None:
        self._voices = voices
        self._requests: dict[VoiceKey, ConsentRequest] = {}
        self._permissions: list[Permission] = []
        self._never: set[PersonId] = set()

    async def ask(self, request: ConsentRequest, order: CloneOrder, voice: Voice) -> bool:
        if request.key in self._requests:
            return False
        self._requests[request.key] = request
        self._voices.entries[voice.key] = Entry(order, voice, None)
        return True

    async def begin(
        self, key: VoiceKey, label: str, address: Address, *, replaces: VoiceKey | None = None
    ) -> Voice:
        entry = self._asked_for(key)
        if entry is None:
            raise RequestOver
        if replaces is None and await self._voices.labelled(entry.voice.owner, label) is not None:
            raise LabelTaken(label=label)
        entry.voice = replace(entry.voice, state=VoiceState.CLONING, label=label, replaces=replaces)
        entry.order = replace(entry.order, label=label, address=address)
        return entry.voice

    async def drop(self, key: VoiceKey) -> None:
        if self._asked_for(key) is not None:
            del self._voices.entries[key]

    async def request(self, key: VoiceKey) -> ConsentRequest | None:
        return self._requests.get(key)

    async def answer(self, key: VoiceKey, state: RequestState, at: datetime) -> ConsentRequest:
        from_where = [RequestState.OPEN] if state is RequestState.ALLOWED else WAITING
        return self._move(key, *from_where, state=state, answered_at=at)

    async def let_speak(self, key: VoiceKey, sentence: str) -> ConsentRequest:
        waits = self._move(key, RequestState.OPEN, state=RequestState.SPEAKING, sentence=sentence)
        entry = self._voices.entries[key]
        entry.order = replace(entry.order, notes=(), prompt=None)
        return waits

    async def record(self, key: VoiceKey, recording: NoteRef, at: datetime) -> ConsentRequest:
        given = self._move(key, RequestState.SPEAKING, state=RequestState.ALLOWED, answered_at=at)
        entry = self._voices.entries[key]
        options = replace(
            entry.order.options, prompt_text=None, text_validation=given.sentence, accuracy=None
        )
        entry.order = replace(entry.order, notes=(recording,), prompt=None, options=options)
        entry.voice = replace(entry.voice, options=options)
        return given

    async def open_requests(
        self, *, asker: PersonId | None = None, owner: PersonId | None = None
    ) -> list[ConsentRequest]:
        return [
            one for one in self._open() if asker in {None, one.asker} and owner in {None, one.owner}
        ]

    async def asked_before(self, before: datetime) -> list[ConsentRequest]:
        return [one for one in self._open() if one.asked_at < before]

    async def open_or_answered(self, since: datetime) -> list[ConsentRequest]:
        known = sorted(self._requests.values(), key=lambda one: (one.asked_at, one.key))
        return [one for one in known if one.answered_at is None or one.answered_at >= since]

    async def permit(self, permission: Permission) -> None:
        if not await self.is_permitted(permission.owner, permission.asker, permission.server):
            self._permissions.append(permission)

    async def is_permitted(self, owner: PersonId, asker: PersonId, server: ServerId | None) -> bool:
        return any(
            (one.owner, one.asker, one.server) == (owner, asker, server)
            for one in self._permissions
        )

    async def permissions(self, owner: PersonId) -> list[Permission]:
        return [one for one in self._permissions if one.owner == owner]

    async def revoke(self, owner: PersonId, asker: PersonId) -> int:
        kept = [one for one in self._permissions if (one.owner, one.asker) != (owner, asker)]
        revoked = len(self._permissions) - len(kept)
        self._permissions = kept
        return revoked

    async def is_never_cloned(self, person: PersonId) -> bool:
        return person in self._never

    async def set_never_cloned(self, person: PersonId, *, never: bool) -> None:
        (self._never.add if never else self._never.discard)(person)

    async def give(self, consent: Consent) -> None:
        entry = self._voices.entries[consent.voice]
        entry.consent = entry.consent or consent

    async def given(self, voice: VoiceKey) -> Consent | None:
        return await self._voices.consent(voice)

    async def given_by(self, owner: PersonId) -> list[Consent]:
        lives = {*DELETABLE, VoiceState.CLONING}
        found = [
            entry.consent
            for entry in self._voices.entries.values()
            if entry.consent is not None
            and entry.voice.state in lives
            and entry.consent.person == owner
            and entry.consent.withdrawn_at is None
        ]
        return sorted(found, key=lambda one: (-one.given_at.timestamp(), one.voice))

    async def withdraw(self, voice: VoiceKey, at: datetime) -> bool:
        entry = self._voices.entries.get(voice)
        if entry is None or entry.consent is None or entry.consent.withdrawn_at is not None:
            return False
        entry.consent = replace(entry.consent, withdrawn_at=at)
        return True

    def _asked_for(self, key: VoiceKey) -> Entry | None:
        entry = self._voices.entries.get(key)
        is_asked_for = entry is not None and entry.voice.state is VoiceState.REQUESTED
        return entry if is_asked_for else None

    def _move(self, key: VoiceKey, *states: RequestState, **changes: Any) -> ConsentRequest:
        asked = self._requests.get(key)
        if asked is None or asked.state not in states:
            raise RequestOver
        self._requests[key] = replace(asked, **changes)
        return self._requests[key]

    def _open(self) -> list[ConsentRequest]:
        waiting = [one for one in self._requests.values() if one.state in WAITING]
        return sorted(waiting, key=lambda one: (one.asked_at, one.key))
