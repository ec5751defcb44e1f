"""Which voice is meant: somebody's own, one shared with them, or one of the service's own."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot.domain.errors import (
    NoDefaultVoice,
    NotYours,
    VoiceGone,
    VoiceIsLost,
    VoiceIsRetired,
    VoiceNotReady,
    VoiceUnknown,
)
from bot.domain.people import Asker
from bot.domain.sharing import Scope, of_person, scopes_of
from bot.domain.speeches import StockVoice, VoiceChoice
from bot.domain.voices import Voice, VoiceKey, VoiceState, label_key
from bot.ports import Clock, GrantStore, VoiceStore
from bot.services.stock import StockVoices

CLONED: Final = "voice:"
STOCK: Final = "stock:"

_WAITING: Final = frozenset({VoiceState.ASKED, VoiceState.CLONING, VoiceState.HELD})


@dataclass(frozen=True, slots=True)
class Chosen:
    """A voice that may speak now. `voice` is None for a stock voice.

    `scopes` are those of a `SpeechOrder`: none for a stock voice, or one that is only suggested.
    """

    choice: VoiceChoice
    voice_id: str
    label: str
    language: str | None
    voice: Voice | None = None
    scopes: tuple[Scope, ...] = ()

    @property
    def token(self) -> str:
        """Return what stands for it in a command's option; `ChooseVoice.named` reads it back."""
        return token_of(self.choice)


def key_in(token: str) -> VoiceKey | None:
    """Return the key of the cloned voice that a token stands for, or None."""
    return VoiceKey(token.removeprefix(CLONED)) if token.startswith(CLONED) else None


def token_of(choice: VoiceChoice) -> str:
    """Return what stands for a choice where it is kept or sent."""
    return f"{CLONED}{choice.key}" if choice.key is not None else f"{STOCK}{choice.stock}"


class ChooseVoice:
    """Find the voice that somebody names, and offer voices while they type."""

    def __init__(
        self, *, voices: VoiceStore, grants: GrantStore, stock: StockVoices, now: Clock
    ) -> None:
        self._voices = voices
        self._grants = grants
        self._stock = stock
        self._now = now

    async def named(self, asker: Asker, name: str | None) -> Chosen:
        """Return the voice of that token or label; without a name, the asker's default voice.

        Raises:
            NoDefaultVoice: no name, no default, and not exactly one voice of their own.
            VoiceUnknown: nobody has such a voice, or not for the asker: they are not told which.
            VoiceNotReady: it is still being made, held back, or only proposed.
            VoiceIsLost: the provider lost it.
            VoiceIsRetired: only an earlier version of it is left.
        """
        typed = (name or "").strip()
        if not typed:
            return await self._default(asker)
        if typed.startswith((CLONED, STOCK)):
            with suppress(VoiceUnknown):  # a label may begin as a token does
                return await self._of_token(asker, typed)
        return await self._labelled(asker, typed)

    async def cloned(self, asker: Asker, key: VoiceKey, name: str = "") -> Chosen:
        """Return the cloned voice `key`, if the asker may speak with it. Raises as `named`.

        Of a voice that was replaced, it is the version in its place.
        """
        voice = await self._in_place(key, name or key)
        scopes = await self._scopes(asker, voice)
        if not scopes:
            raise VoiceUnknown(name=name or key)
        return replace(usable(voice), scopes=scopes)

    async def own_version(self, asker: Asker, key: VoiceKey) -> Chosen:
        """Return the asker's own voice `key` to be kept, also where it is only proposed.

        Raises:
            NotYours: they may speak with it, but somebody else owns it.
            VoiceUnknown: there is none, or not for them.
            VoiceNotReady, VoiceIsLost, VoiceIsRetired: as `named`.
        """
        voice = await self._in_place(key, key)
        if voice.owner != asker.person:
            raise NotYours if await self._scopes(asker, voice) else VoiceUnknown(name=key)
        return replace(_speakable(voice), scopes=(of_person(asker.person),))

    async def still(self, key: VoiceKey, scopes: Sequence[Scope], name: str) -> Chosen:
        """Return the cloned voice `key`, if one may still speak with it in the name of `scopes`.

        They are those of an earlier order; whoever took it back meanwhile is obeyed.

        Raises:
            VoiceUnknown: not any more, or there is no such voice; `name` is what it is called.
            VoiceNotReady, VoiceIsLost, VoiceIsRetired: as `named`.
        """
        voice = await self._in_place(key, name)
        is_owned = of_person(voice.owner) in scopes
        if not is_owned and not await self._grants.may_use(voice.key, scopes, self._now()):
            raise VoiceUnknown(name=name)
        # What is only proposed speaks for its owner, once: to be kept (`own_version`).
        found = _speakable(voice) if is_owned else usable(voice)
        return replace(found, scopes=tuple(scopes))

    async def of_choice(self, asker: Asker, choice: VoiceChoice) -> Chosen:
        """Return what was chosen before, if it may still speak. Raises as `named`."""
        return await self._of_token(asker, token_of(choice))

    async def shared(self, asker: Asker, *, limit: int, own: int) -> list[Voice]:
        """Return at most `limit` voices of others that the asker may speak with, by label.

        `own` is how many the asker has, which are found before.
        """
        found = await self._grants.find(
            scopes_of(asker), "", now=self._now(), limit=limit + own, owner=asker.person
        )
        return [voice for voice in found if voice.owner != asker.person][:limit]

    async def suggestions(
        self, asker: Asker, typed: str, *, limit: int, language: str | None = None
    ) -> list[Chosen]:
        """Return at most `limit` voices for what was typed: own ones, shared ones, stock ones.

        Of the stock ones those that speak `language` come first.
        """
        found = await self._grants.find(
            scopes_of(asker), typed, now=self._now(), limit=limit, owner=asker.person
        )
        own = [_chosen(voice) for voice in found]
        stock = self._stock.find(typed, limit=limit - len(own), first=language)
        return [*own, *map(_chosen_stock, stock)]

    async def own_suggestions(self, asker: Asker, typed: str, *, limit: int) -> list[Chosen]:
        """Return at most `limit` of the asker's own voices for what was typed."""
        scopes = [of_person(asker.person)]
        found = await self._grants.find(
            scopes, typed, now=self._now(), limit=limit, owner=asker.person
        )
        return [_chosen(voice) for voice in found if voice.owner == asker.person]

    async def _default(self, asker: Asker) -> Chosen:
        kept = await self._voices.default_of(asker.person)
        if kept is not None:
            return await self._kept_default(asker, kept)
        mine = [voice for voice in await self._voices.of(asker.person) if is_in_place(voice)]
        if len(mine) != 1:
            raise NoDefaultVoice
        return await self.cloned(asker, mine[0].key)

    async def _kept_default(self, asker: Asker, kept: str) -> Chosen:
        try:
            return await self._of_token(asker, kept)
        except VoiceUnknown:
            # Deleted, or no longer shared: another voice instead would be a surprise.
            raise NoDefaultVoice from None

    async def _of_token(self, asker: Asker, token: str) -> Chosen:
        if token.startswith(CLONED):
            return await self.cloned(asker, VoiceKey(token.removeprefix(CLONED)), token)
        return self._of_stock(token.removeprefix(STOCK), token)

    async def _labelled(self, asker: Asker, label: str) -> Chosen:
        own = await self._voices.labelled(asker.person, label)
        if own is not None:
            return await self.cloned(asker, own.key, label)
        past = [one for one in await self._voices.listed(asker.person) if _is_called(one, label)]
        if past:
            return usable(past[0])
        shared = await self._shared(asker, label, self._now())
        if shared:
            return await self.cloned(asker, shared[0].key, label)
        return self._of_stock(label, label)

    async def _shared(self, asker: Asker, label: str, now: datetime) -> Sequence[Voice]:
        found = await self._grants.find(
            scopes_of(asker), label, now=now, limit=25, owner=asker.person
        )
        return [voice for voice in found if _is_called(voice, label)]

    async def _in_place(self, key: VoiceKey, name: str) -> Voice:
        """Return the voice, or the version that replaced it."""
        try:
            voice = await self._voices.get(key)
        except VoiceGone:
            raise VoiceUnknown(name=name) from None
        if voice.state not in {VoiceState.RETIRED, VoiceState.LOST}:
            return voice
        return await self._voices.labelled(voice.owner, voice.label) or voice

    async def _scopes(self, asker: Asker, voice: Voice) -> tuple[Scope, ...]:
        """Return in whose name the asker may speak with the voice: nobody's where they may not."""
        person = of_person(asker.person)
        if voice.owner == asker.person:
            return (person,)
        now, theirs = self._now(), scopes_of(asker)
        granted = [
            grant.to
            for grant in await self._grants.grants(voice.key)
            if grant.to in theirs and grant.holds_at(now)
        ]
        return tuple(dict.fromkeys((person, *granted))) if granted else ()

    def _of_stock(self, named: str, name: str) -> Chosen:
        voice = self._stock.get(named)
        if voice is None:
            raise VoiceUnknown(name=name)
        return _chosen_stock(voice)


def is_in_place(voice: Voice) -> bool:
    """Say whether the voice can speak under its label."""
    return voice.state is VoiceState.READY and voice.replaces is None


def usable(voice: Voice) -> Chosen:
    """Return the voice as chosen.

    Raises:
        VoiceNotReady, VoiceIsLost, VoiceIsRetired, VoiceUnknown: it cannot speak now.
    """
    if voice.state in _WAITING or (voice.state is VoiceState.READY and voice.replaces is not None):
        raise VoiceNotReady(label=voice.label)
    if voice.state is VoiceState.LOST:
        raise VoiceIsLost(label=voice.label, key=voice.key)
    if voice.state is VoiceState.RETIRED:
        raise VoiceIsRetired(label=voice.label)
    if voice.state is not VoiceState.READY:
        raise VoiceUnknown(name=voice.label)
    return _chosen(voice)


def _speakable(voice: Voice) -> Chosen:
    return _chosen(voice) if voice.state is VoiceState.READY else usable(voice)


def _is_called(voice: Voice, label: str) -> bool:
    return label_key(voice.label) == label_key(label)


def _chosen(voice: Voice) -> Chosen:
    return Chosen(
        VoiceChoice(key=voice.key), voice.voice_id, voice.label, voice.options.language, voice
    )


def _chosen_stock(voice: StockVoice) -> Chosen:
    return Chosen(VoiceChoice(stock=voice.voice_id), voice.voice_id, voice.name, voice.language)
