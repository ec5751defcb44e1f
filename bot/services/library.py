"""A person's voices: see them, name them, share them, choose among versions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.domain.errors import (
    GrantInvalid,
    LabelNotHere,
    MemberError,
    NotShared,
    NotYours,
    VoiceGone,
)
from bot.domain.people import Asker
from bot.domain.sharing import Grant, Scope, Use, is_of_role, of_person
from bot.domain.voices import Voice, VoiceKey, VoiceState, clean_label, label_key
from bot.domain.word_rules import has_a_word
from bot.ports import Atomic, Clock, GrantStore, SpeechStore, VoiceStore
from bot.services.choosing import ChooseVoice, Chosen, key_in, token_of
from bot.services.house_rules import HouseRules
from bot.services.succession import Succession

USES_SHOWN: Final = 20

GONE: Final = frozenset(
    {VoiceState.DELETED, VoiceState.FAILED, VoiceState.OFFERED, VoiceState.REQUESTED}
)
"""What is no voice any more, or was never made: nothing can be done with it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A voice as its owner sees it in the list.

    Attributes:
        uses: speeches with it, by whomever.
        spent: micro-dollars that were charged for them.
        shares: grants that hold now.
    """

    voice: Voice
    uses: int
    spent: int
    shares: int
    is_default: bool


@dataclass(frozen=True, slots=True)
class Page:
    """A part of somebody's list, and what they may speak with beside their own voices.

    Attributes:
        number: which part, from 0.
        default: their default voice where it is none of their own.
        is_default_gone: they chose a default voice that cannot speak for them now.
        shared: some of the voices that others let them speak with, where they are.
    """

    entries: list[Entry]
    number: int
    is_last: bool
    default: Chosen | None
    is_default_gone: bool
    shared: list[Voice]
    are_more_shared: bool


class Library:
    """Everything an owner may do with a voice beside speaking, cloning and deleting."""

    def __init__(
        self,
        *,
        voices: VoiceStore,
        grants: GrantStore,
        speeches: SpeechStore,
        atomic: Atomic,
        choose: ChooseVoice,
        house: HouseRules,
        now: Clock,
    ) -> None:
        self._house = house
        self._voices = voices
        self._grants = grants
        self._speeches = speeches
        self._atomic = atomic
        self._choose = choose
        self._succession = Succession(voices=voices, grants=grants)
        self._now = now

    async def page(self, asker: Asker, number: int, *, size: int, shared: int) -> Page:
        """Return a page of the asker's voices, by label, with at most `shared` of others.

        A page that there is not is the nearest that there is.
        """
        voices = await self._voices.listed(asker.person)
        number = max(0, min(number, (len(voices) - 1) // size))
        shown = voices[number * size : (number + 1) * size]
        kept = await self._voices.default_of(asker.person)
        own_default = await self._own_default(kept, voices)
        default = None if own_default else await self._default_of_others(asker, kept)
        others = await self._choose.shared(asker, limit=shared + 1, own=len(voices))
        return Page(
            entries=await self._entries(shown, own_default),
            number=number,
            is_last=(number + 1) * size >= len(voices),
            default=default,
            is_default_gone=bool(kept) and not own_default and default is None,
            shared=others[:shared],
            are_more_shared=len(others) > shared,
        )

    async def entry(self, asker: Asker, key: VoiceKey) -> Entry:
        """Return one of the asker's voices.

        Raises:
            NotYours, VoiceGone: it is not theirs, or no more.
        """
        voice = await self.own(asker, key)
        kept = await self._voices.default_of(asker.person)
        default = await self._own_default(kept, await self._voices.listed(asker.person))
        (entry,) = await self._entries([voice], default)
        return entry

    async def own(self, asker: Asker, key: VoiceKey) -> Voice:
        """Return the voice.

        Raises:
            NotYours: somebody else owns it.
            VoiceGone: there is none, or none any more.
        """
        voice = await self._voices.get(key)
        if voice.owner != asker.person:
            raise NotYours
        if voice.state in GONE:
            raise VoiceGone
        return voice

    async def own_labelled(self, asker: Asker, name: str) -> Voice:
        """Return the asker's own voice of that token or label.

        Raises:
            VoiceUnknown: they have none.
            NotYours: it is shared with them only.
        """
        chosen = await self._choose.named(asker, name)
        if chosen.voice is None or chosen.voice.owner != asker.person:
            raise NotYours
        return chosen.voice

    async def rename(self, asker: Asker, key: VoiceKey, label: str) -> Voice:
        """Give the voice and its versions another label.

        Raises:
            NotYours, VoiceGone, LabelInvalid, LabelTaken: as they say.
            LabelNotHere: it has a word that the asker's server does not allow.
        """
        await self.own(asker, key)
        label = clean_label(label)
        if has_a_word(label, (await self._house.settings(asker.server)).words):
            raise LabelNotHere
        return await self._voices.rename(key, label)

    async def set_default(self, asker: Asker, name: str) -> Chosen:
        """Make a voice the one that speaks where none is named; any that the asker may use.

        Raises:
            VoiceUnknown, VoiceNotReady, VoiceIsLost: as `ChooseVoice.named`.
        """
        chosen = await self._choose.named(asker, name)
        await self._voices.set_default(asker.person, token_of(chosen.choice))
        return chosen

    async def history(self, asker: Asker, key: VoiceKey) -> list[Voice]:
        """Return every version of a voice, newest first. Raises as `own`."""
        voice = await self.own(asker, key)
        return await self._voices.history(asker.person, voice.label)

    async def put_in_place(self, asker: Asker, key: VoiceKey) -> Voice:
        """Approve a proposed version, or bring an earlier one back; the present one is retired.

        Who may speak with the present one, or with one that was lost, may speak with this one.

        Raises:
            NotYours: somebody else owns it.
            VoiceGone: it cannot speak any more.
            LabelTaken: the present one is still being made, or held.
        """
        voice = await self.own(asker, key)
        if voice.state not in {VoiceState.READY, VoiceState.RETIRED}:
            raise VoiceGone

        async def swap() -> Voice:
            present = await self._voices.labelled(voice.owner, voice.label)
            return await self._succession.follow(await self._voices.put_in_place(key), present)

        return await self._atomic(swap)

    async def share(
        self, asker: Asker, key: VoiceKey, to: Scope, *, lasting: timedelta | None = None
    ) -> Grant:
        """Let somebody speak with the voice, for ever or for a time.

        Raises:
            NotYours, VoiceGone: as `own`.
            GrantInvalid: they own it themselves.
        """
        await self.own(asker, key)
        if to == of_person(asker.person):
            raise GrantInvalid
        now = self._now()
        until = None if lasting is None else now + lasting
        grant = Grant(key, to, now, until, asker.server if is_of_role(to) else None)
        await self._grants.share(grant)
        return grant

    async def revoke(self, asker: Asker, key: VoiceKey, to: Scope) -> None:
        """Take a grant back; whoever had it cannot speak with the voice from now on.

        Raises:
            NotYours, VoiceGone: as `own`.
            NotShared: there is no such grant.
        """
        voice = await self.own(asker, key)
        # What was shared under the label goes with it: also what another version stands for now.
        standing = await self._voices.labelled(voice.owner, voice.label)
        keys = {key, key if standing is None else standing.key}
        if not any([await self._grants.revoke(each, to) for each in sorted(keys)]):
            raise NotShared

    async def grants(self, asker: Asker, key: VoiceKey) -> list[Grant]:
        """Return the grants of a voice that hold now. Raises as `own`."""
        await self.own(asker, key)
        return await self._holding(key, self._now())

    async def uses(self, asker: Asker, key: VoiceKey) -> list[Use]:
        """Return who spoke with the voice lately, newest first. Raises as `own`."""
        await self.own(asker, key)
        return await self._speeches.uses(key, limit=USES_SHOWN)

    async def tell_uses(self, asker: Asker, key: VoiceKey, *, told: bool) -> Voice:
        """Set whether the owner is told each time somebody else speaks. Raises as `own`."""
        await self.own(asker, key)
        return await self._voices.tell_uses(key, told=told)

    async def _entries(self, voices: Sequence[Voice], default: VoiceKey | None) -> list[Entry]:
        keys = [voice.key for voice in voices]
        totals = await self._speeches.totals(keys)
        shares = await self._grants.count(keys, self._now())
        return [
            Entry(
                voice,
                *totals.get(voice.key, (0, 0)),
                shares.get(voice.key, 0),
                is_default=voice.key == default,
            )
            for voice in voices
        ]

    async def _own_default(self, kept: str | None, listed: Sequence[Voice]) -> VoiceKey | None:
        """Return which of the listed voices speaks by default, or would if it were not lost.

        Of a version that was replaced or lost, it is the one that stands for its label.
        """
        key = None if kept is None else key_in(kept)
        if key is None or any(voice.key == key for voice in listed):
            return key
        try:
            chosen = await self._voices.get(key)
        except VoiceGone:
            return None
        if chosen.state not in {VoiceState.RETIRED, VoiceState.LOST}:
            return None
        same = (
            voice.key
            for voice in listed
            if voice.replaces is None
            and (voice.owner, label_key(voice.label)) == (chosen.owner, label_key(chosen.label))
        )
        return next(same, None)

    async def _default_of_others(self, asker: Asker, kept: str | None) -> Chosen | None:
        if kept is None:
            return None
        try:
            return await self._choose.named(asker, None)
        except MemberError:
            return None

    async def _holding(self, key: VoiceKey, now: datetime) -> list[Grant]:
        return [grant for grant in await self._grants.grants(key) if grant.holds_at(now)]
