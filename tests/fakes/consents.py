"""Consents in memory; passes the same contract as the real store."""

from dataclasses import replace
from datetime import datetime

from bot.domain.consent import Consent, ConsentRequest, Permission, RequestState
from bot.domain.errors import LabelTaken, RequestOver
from bot.domain.people import Address, PersonId, ServerId
from bot.domain.voices import CloneOrder, Voice, VoiceKey, VoiceState
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

    async def begin(self, key: VoiceKey, label: str, address: Address) -> Voice:
        entry = self._asked_for(key)
        if entry is None:
            raise RequestOver
        if await self._voices.labelled(entry.voice.owner, label) is not None:
            raise LabelTaken(label=label)
        entry.voice = replace(entry.voice, state=VoiceState.CLONING, label=label)
        entry.order = replace(entry.order, label=label, address=address)
        return entry.voice

    async def drop(self, key: VoiceKey) -> None:
        if self._asked_for(key) is not None:
            del self._voices.entries[key]

    async def request(self, key: VoiceKey) -> ConsentRequest | None:
        return self._requests.get(key)

    async def answer(self, key: VoiceKey, state: RequestState, at: datetime) -> ConsentRequest:
        asked = self._requests.get(key)
        if asked is None or asked.state is not RequestState.OPEN:
            raise RequestOver
        self._requests[key] = replace(asked, state=state, answered_at=at)
        return self._requests[key]

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

    def _open(self) -> list[ConsentRequest]:
        waiting = [one for one in self._requests.values() if one.state is RequestState.OPEN]
        return sorted(waiting, key=lambda one: (one.asked_at, one.key))
