"""Stores that forget everything at the end of a test; the same contract tests hold for them."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from bot.domain.consent import Consent
from bot.domain.errors import LabelTaken, TooManyJobs, VoiceGone
from bot.domain.people import Address, NoteRef, PersonId
from bot.domain.sharing import Grant, Scope
from bot.domain.voices import (
    OCCUPYING,
    UNUSED_LIFE,
    CloneOrder,
    Voice,
    VoiceKey,
    VoiceState,
    label_key,
)
from bot.store.voice_terms import LABEL, WORD, can_speak, terms_of, typed_key
from tests.fakes.speaking_stores import FakeSpeechStore, FakeSpendingStore

__all__ = [
    "FakeAtomic",
    "FakeGrantStore",
    "FakeKeyValueStore",
    "FakeSpeechStore",
    "FakeSpendingStore",
    "FakeVoiceStore",
]

T = TypeVar("T")


@dataclass
class Entry:
    order: CloneOrder
    voice: Voice
    consent: Consent | None
    clone_calls: int = 0
    posts: int = 0


def _occupies(voice: Voice) -> bool:
    return voice.state in OCCUPYING and voice.replaces is None


def _by_label(voice: Voice) -> tuple[str, datetime, str]:
    return label_key(voice.label), voice.created_at, voice.key


class FakeVoiceStore:
    """Fills the `VoiceStore` port."""

    def __init__(self) -> None:
        self.entries: dict[VoiceKey, Entry] = {}
        self._defaults: dict[PersonId, str | None] = {}
        self.grants: dict[tuple[VoiceKey, Scope], Grant] = {}  # for `FakeGrantStore`

    async def reserve(
        self,
        order: CloneOrder,
        voice: Voice,
        consent: Consent,
        *,
        at_most: int | None = None,
        may_replace: bool = False,
    ) -> Voice | None:
        if voice.key in self.entries:
            return None
        waiting = [other for other in await self.under_way() if other.owner == voice.owner]
        if at_most is not None and len(waiting) >= at_most:
            raise TooManyJobs(limit=at_most)
        present = await self.labelled(voice.owner, voice.label)
        if may_replace and present is not None and present.state is VoiceState.READY:
            voice = replace(voice, replaces=present.key)
        if _occupies(voice) and present is not None:
            raise LabelTaken(label=order.label)
        self.entries[voice.key] = Entry(order, voice, consent)
        return voice

    async def accept(self, key: VoiceKey, address: Address) -> Voice:
        entry = self._entry(key)
        if entry.voice.state is not VoiceState.ASKED:
            raise VoiceGone
        entry.order = replace(entry.order, address=address)
        entry.voice = replace(entry.voice, state=VoiceState.CLONING)
        return entry.voice

    async def order(self, key: VoiceKey) -> CloneOrder:
        return self._entry(key).order

    async def remove_offer(self, key: VoiceKey) -> bool:
        entry = self.entries.get(key)
        if entry is None or entry.voice.state is not VoiceState.OFFERED:
            return False
        del self.entries[key]
        return True

    async def remove_offers(self, before: datetime) -> int:
        older = [voice.key for voice in self.all() if voice.created_at < before]
        return sum([await self.remove_offer(key) for key in older])

    async def get(self, key: VoiceKey) -> Voice:
        return self._entry(key).voice

    async def labelled(self, owner: PersonId, label: str) -> Voice | None:
        mine = await self.of(owner)
        return next((one for one in mine if label_key(one.label) == label_key(label)), None)

    async def of(self, owner: PersonId) -> list[Voice]:
        return sorted(filter(_occupies, self._of(owner)), key=_by_label)

    async def listed(self, owner: PersonId) -> list[Voice]:
        return sorted(filter(self._is_listed, self._of(owner)), key=_by_label)

    async def history(self, owner: PersonId, label: str) -> list[Voice]:
        same = [one for one in self._of(owner) if label_key(one.label) == label_key(label)]
        return sorted(same, key=lambda voice: (voice.created_at, voice.key), reverse=True)

    async def rename(self, key: VoiceKey, label: str) -> Voice:
        voice = self._entry(key).voice
        known = {*OCCUPYING, VoiceState.LOST, VoiceState.RETIRED}
        others = await self.history(voice.owner, label)
        if label_key(label) != label_key(voice.label) and any(o.state in known for o in others):
            raise LabelTaken(label=label)
        for version in await self.history(voice.owner, voice.label):
            self._change(version.key, label=label)
        return self._entry(key).voice

    async def put_in_place(self, key: VoiceKey) -> Voice:
        voice = self._entry(key).voice
        if voice.state not in {VoiceState.READY, VoiceState.RETIRED}:
            raise VoiceGone
        occupant = await self.labelled(voice.owner, voice.label)
        if occupant is not None and occupant.key != key:
            if occupant.state is not VoiceState.READY:
                raise LabelTaken(label=voice.label)
            self._change(occupant.key, state=VoiceState.RETIRED)
        return self._change(key, state=VoiceState.READY, replaces=None)

    async def mark_used(self, key: VoiceKey, at: datetime) -> bool:
        is_first = self._entry(key).voice.used_at is None
        if is_first:
            self._change(key, used_at=at)
        return is_first

    async def tell_uses(self, key: VoiceKey, *, told: bool) -> Voice:
        return self._change(key, tells_uses=told)

    async def unused(self, *, made_before: datetime) -> list[Voice]:
        made = [
            (voice.deadline - UNUSED_LIFE, voice.key, voice)
            for voice in self.all()
            if voice.deadline is not None
            and voice.used_at is None
            and voice.state is VoiceState.READY
        ]
        return [
            voice for at, _, voice in sorted(made, key=lambda each: each[:2]) if at < made_before
        ]

    async def count_warning(self, key: VoiceKey) -> int:
        return self._change(key, warned=self._entry(key).voice.warned + 1).warned

    async def default_of(self, person: PersonId) -> str | None:
        return self._defaults.get(person)

    async def set_default(self, person: PersonId, choice: str | None) -> None:
        self._defaults[person] = choice

    async def forget_notes(self, key: VoiceKey) -> None:
        entry = self._entry(key)
        prompt = entry.order.prompt
        blank = None if prompt is None else NoteRef(prompt.face, "", "", 0)
        entry.order = replace(entry.order, notes=(), prompt=blank)

    async def under_way(self) -> list[Voice]:
        waiting = (VoiceState.ASKED, VoiceState.CLONING)
        cloning = [voice for voice in self.all() if voice.state in waiting]
        return sorted(cloning, key=lambda voice: (voice.created_at, voice.key))

    async def consent(self, key: VoiceKey) -> Consent | None:
        entry = self.entries.get(key)
        return None if entry is None else entry.consent

    async def count_clone_call(self, key: VoiceKey) -> int:
        entry = self._entry(key)
        entry.clone_calls += 1
        return entry.clone_calls

    async def count_post(self, key: VoiceKey) -> int:
        entry = self._entry(key)
        entry.posts += 1
        return entry.posts

    async def replace_voice_id(self, key: VoiceKey, voice_id: str) -> None:
        entry = self._entry(key)
        entry.voice = replace(entry.voice, voice_id=voice_id)
        entry.clone_calls = 0

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
        given: dict[str, Any] = {
            "deadline": deadline,
            "charged_characters": charged_characters,
            "trace_id": trace_id,
            "replaces": replaces,
        }
        changes = {name: value for name, value in given.items() if value is not None}
        if before not in {None, self._entry(key).voice.state}:
            raise VoiceGone
        voice = replace(self._entry(key).voice, state=state, **changes)
        occupant = await self.labelled(voice.owner, voice.label)
        if _occupies(voice) and occupant is not None and occupant.key != key:
            raise LabelTaken(label=voice.label)
        if state is VoiceState.DELETED:
            self.grants = {each: grant for each, grant in self.grants.items() if each[0] != key}
        return self._change(key, state=state, **changes)

    def all(self) -> list[Voice]:
        """Return every voice, in the order they came."""
        return [entry.voice for entry in self.entries.values()]

    def _of(self, owner: PersonId) -> list[Voice]:
        return [voice for voice in self.all() if voice.owner == owner]

    def _is_listed(self, voice: Voice) -> bool:
        passed = {VoiceState.LOST, VoiceState.RETIRED}
        if voice.state not in passed:
            return voice.state in OCCUPYING
        return not any(
            _occupies(other) or (other.state in passed and other.created_at > voice.created_at)
            for other in self._of(voice.owner)
            if label_key(other.label) == label_key(voice.label)
        )

    def _change(self, key: VoiceKey, **changes: object) -> Voice:
        entry = self._entry(key)
        entry.voice = replace(entry.voice, **changes)  # type: ignore[arg-type]  # by name
        return entry.voice

    def _entry(self, key: VoiceKey) -> Entry:
        try:
            return self.entries[key]
        except KeyError:
            raise VoiceGone from None


class FakeGrantStore:
    """Fills the `GrantStore` port for the voices of a `FakeVoiceStore`."""

    def __init__(self, voices: FakeVoiceStore) -> None:
        self._voices = voices

    async def share(self, grant: Grant) -> None:
        if (await self._voices.get(grant.voice)).state is VoiceState.DELETED:
            raise VoiceGone
        self._voices.grants[grant.voice, grant.to] = grant

    async def revoke(self, voice: VoiceKey, to: Scope) -> bool:
        return self._voices.grants.pop((voice, to), None) is not None

    async def grants(self, voice: VoiceKey) -> list[Grant]:
        kept = [grant for grant in self._voices.grants.values() if grant.voice == voice]
        return sorted(kept, key=lambda grant: (grant.granted_at, grant.to))

    async def may_use(self, voice: VoiceKey, scopes: Sequence[Scope], now: datetime) -> bool:
        return any(grant.to in scopes and grant.holds_at(now) for grant in await self.grants(voice))

    async def count(self, voices: Collection[VoiceKey], now: datetime) -> dict[VoiceKey, int]:
        held = {key: [each.holds_at(now) for each in await self.grants(key)] for key in voices}
        return {key: sum(holds) for key, holds in held.items() if any(holds)}

    async def find(
        self,
        scopes: Sequence[Scope],
        typed: str,
        *,
        now: datetime,
        limit: int,
        owner: PersonId,
    ) -> list[Voice]:
        found = []
        for voice in filter(can_speak, self._voices.all()):
            is_shared = voice.owner != owner
            if is_shared and not await self.may_use(voice.key, scopes, now):
                continue
            terms = terms_of(voice.label, voice.options.language)
            beginnings = (f"{LABEL}{typed_key(typed)}", f"{WORD}{typed_key(typed)}")
            if matching := [term for term in terms if term.startswith(beginnings)]:
                found.append((is_shared, min(matching), voice.key, voice))
        best = sorted(found, key=lambda each: each[:3])[:limit]
        shown = sorted(best, key=lambda each: (each[0], label_key(each[3].label), each[2]))
        return [voice for *_, voice in shown]


class FakeAtomic:
    """Fills the `Atomic` port, but undoes nothing: a test of that needs a real database."""

    async def __call__(self, work: Callable[[], Awaitable[T]]) -> T:
        return await work()


class FakeKeyValueStore:
    """Fills the `KeyValueStore` port."""

    def __init__(self) -> None:
        self._values: dict[str, str] = {}

    async def read(self, name: str) -> str | None:
        return self._values.get(name)

    async def write(self, name: str, value: str) -> None:
        self._values[name] = value

    async def write_once(self, name: str, value: str) -> str:
        return self._values.setdefault(name, value)
