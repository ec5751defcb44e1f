"""Stores that forget everything at the end of a test; the same contract tests hold for them."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.consent import Consent
from bot.domain.errors import LabelTaken, TooManyJobs, VoiceGone
from bot.domain.moderation import Case
from bot.domain.people import Address, NoteRef, PersonId
from bot.domain.voices import OCCUPYING, CloneOrder, Voice, VoiceKey, VoiceState, label_key


@dataclass
class _Entry:
    order: CloneOrder
    voice: Voice
    consent: Consent
    clone_calls: int = 0
    posts: int = 0


class FakeVoiceStore:
    """Fills the `VoiceStore` port."""

    def __init__(self) -> None:
        self._entries: dict[VoiceKey, _Entry] = {}
        self._cases: dict[VoiceKey, Case] = {}

    async def reserve(
        self, order: CloneOrder, voice: Voice, consent: Consent, *, at_most: int | None = None
    ) -> None:
        if voice.key in self._entries:
            return
        mine = await self.of(voice.owner)
        waiting = sum(other.state in {VoiceState.ASKED, VoiceState.CLONING} for other in mine)
        if at_most is not None and waiting >= at_most:
            raise TooManyJobs(limit=at_most)
        if any(label_key(other.label) == label_key(voice.label) for other in mine):
            raise LabelTaken(label=order.label)
        self._entries[voice.key] = _Entry(order, voice, consent)

    async def accept(self, key: VoiceKey, address: Address) -> Voice:
        entry = self._entry(key)
        if entry.voice.state is not VoiceState.ASKED:
            raise VoiceGone
        entry.order = replace(entry.order, address=address)
        entry.voice = replace(entry.voice, state=VoiceState.CLONING)
        return entry.voice

    async def order(self, key: VoiceKey) -> CloneOrder:
        return self._entry(key).order

    async def get(self, key: VoiceKey) -> Voice:
        return self._entry(key).voice

    async def of(self, owner: PersonId) -> list[Voice]:
        voices = [entry.voice for entry in self._entries.values()]
        mine = [voice for voice in voices if voice.owner == owner and voice.state in OCCUPYING]
        return sorted(mine, key=lambda voice: label_key(voice.label))

    async def forget_notes(self, key: VoiceKey) -> None:
        entry = self._entry(key)
        prompt = entry.order.prompt
        blank = None if prompt is None else NoteRef(prompt.face, "", "", 0)
        entry.order = replace(entry.order, notes=(), prompt=blank)

    async def under_way(self) -> list[Voice]:
        voices = [entry.voice for entry in self._entries.values()]
        waiting = (VoiceState.ASKED, VoiceState.CLONING)
        cloning = [voice for voice in voices if voice.state in waiting]
        return sorted(cloning, key=lambda voice: (voice.created_at, voice.key))

    async def consent(self, key: VoiceKey) -> Consent | None:
        entry = self._entries.get(key)
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
    ) -> Voice:
        entry = self._entry(key)
        voice = entry.voice
        entry.voice = replace(
            voice,
            state=state,
            deadline=voice.deadline if deadline is None else deadline,
            charged_characters=(
                voice.charged_characters if charged_characters is None else charged_characters
            ),
            trace_id=voice.trace_id if trace_id is None else trace_id,
        )
        return entry.voice

    async def open_case(self, case: Case) -> None:
        self._cases.setdefault(case.voice, case)

    async def case(self, key: VoiceKey) -> Case | None:
        return self._cases.get(key)

    def _entry(self, key: VoiceKey) -> _Entry:
        try:
            return self._entries[key]
        except KeyError:
            raise VoiceGone from None


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
