"""Speak a text with a voice: decide whether it may be, say what it costs, hold the money, start."""

import logging
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Final

from bot.domain.errors import MynaError, NotYourSpeech, OfferGone
from bot.domain.money import OFFER_LASTS, Microdollars, Quote, billed_characters
from bot.domain.people import Address, Asker, ServerId
from bot.domain.sharing import of_person
from bot.domain.speeches import (
    Effect,
    Speech,
    SpeechKey,
    SpeechOrder,
    SpeechSettings,
    SpeechState,
)
from bot.domain.texts import clean
from bot.domain.voices import CloneOptions, Voice, VoiceKey
from bot.ports import (
    Atomic,
    Clock,
    Jobs,
    SpeechCache,
    SpeechCall,
    SpeechFormat,
    SpeechStore,
    SpendingStore,
)
from bot.services.acknowledging import FindAcknowledged
from bot.services.admission import Admission, SpeechRules
from bot.services.choosing import ChooseVoice, Chosen, token_of
from bot.services.house_rules import HouseRules
from bot.services.recordings import kept_files, recording_call
from bot.services.screening import Screening
from bot.services.texting import checked, is_recording, parts_of

_REPEATABLE: Final = frozenset({SpeechState.DONE, SpeechState.FAILED})

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Offered:
    """A price that was told: nothing happens until `confirm`."""

    speech: Speech
    quote: Quote


class SpeakText:
    """Take an order while the person waits; the job does the slow and paid part."""

    def __init__(
        self,
        *,
        choose: ChooseVoice,
        house: HouseRules,
        screening: Screening,
        speeches: SpeechStore,
        spending: SpendingStore,
        cache: SpeechCache,
        atomic: Atomic,
        jobs: Jobs,
        rules: SpeechRules,
        now: Clock,
    ) -> None:
        self._choose = choose
        self._screening = screening
        self._admission = Admission(
            speeches=speeches, spending=spending, house=house, rules=rules, now=now
        )
        self._speeches = speeches
        self._spending = spending
        self._cache = cache
        self._atomic = atomic
        self._jobs = jobs
        self._rules = rules
        self._now = now

    async def ask(
        self, order: SpeechOrder, asker: Asker, *, offer: bool | None = None
    ) -> Speech | Offered:
        """Keep the order with its money held, or keep it as an offer where it is dear.

        `offer` decides instead of the price: True where the price is always to be told first,
        False where it was told already. As with clones, a face acknowledges what was taken, then
        has it started.

        Raises:
            MynaError: why it is not spoken; nothing is kept, held or spent.
        """
        order = checked(order, limit=self._rules.characters)
        chosen = await self._choose.of_choice(asker, order.voice)
        return await self._take(order, chosen, asker, offer=offer)

    async def _take(
        self, order: SpeechOrder, chosen: Chosen, asker: Asker, *, offer: bool | None
    ) -> Speech | Offered:
        order = await self._screening.speech(order, chosen, asker)
        quote = await self._quote(order, chosen)
        speech = self._speech(order, chosen, quote)
        if offer is None:
            offer = quote.total > self._rules.quote_above
        if not offer:
            await self._atomic(partial(self._admission.admit, speech))
            return speech
        offered = replace(speech, state=SpeechState.OFFERED)
        await self._atomic(partial(self._admission.admit_offer, offered))
        return Offered(offered, quote)

    async def confirm(
        self, key: SpeechKey, *, new_key: SpeechKey, asker: Asker, address: Address
    ) -> Speech | Offered:
        """Take up an offer, once, as a new order; what is dearer by now is offered anew.

        Raises:
            NotYourSpeech: it was offered to somebody else.
            OfferGone: it was taken up before, or is too old.
            MynaError: as for `ask`.
        """
        offered = await self._speeches.get(key)
        if offered.order.asker != asker.person:
            raise NotYourSpeech
        if self._now() - offered.created_at > OFFER_LASTS:
            raise OfferGone
        chosen = await self._chosen_again(offered.order, asker)
        order = replace(offered.order, key=new_key, address=address, server=asker.server)
        order = await self._screening.speech(order, chosen, asker)
        quote = await self._quote(order, chosen)
        speech = self._speech(order, chosen, quote)
        is_dearer = quote.total > offered.held
        if is_dearer:
            speech = replace(speech, state=SpeechState.OFFERED)

        async def take_up() -> None:
            await self._speeches.take_offer(key)
            admission = self._admission
            await (admission.admit_offer(speech) if is_dearer else admission.admit(speech))

        await self._atomic(take_up)
        return Offered(speech, quote) if is_dearer else speech

    async def decline(self, key: SpeechKey, *, asker: Asker) -> None:
        """Drop an offer; nothing was held or spent.

        Raises:
            NotYourSpeech: it was offered to somebody else.
            OfferGone: it was taken up before.
        """
        offered = await self._speeches.get(key)
        if offered.order.asker != asker.person:
            raise NotYourSpeech
        await self._speeches.take_offer(key)

    async def start(self, key: SpeechKey, address: Address) -> Speech:
        """Start the job of an order that was kept, to be answered at `address`.

        Raises:
            OfferGone: it was withdrawn, or started before.
        """
        speech = await self._speeches.accept(key, address)
        await self._jobs.speak(key, speech.order.asker)
        return speech

    async def withdraw(self, key: SpeechKey) -> None:
        """Drop an order that was kept but could not be acknowledged, and give its money back.

        One that was started meanwhile goes on: its money may be spent already.

        Raises:
            OfferGone: there is none.
        """

        async def drop() -> None:
            if (await self._speeches.get(key)).state is not SpeechState.ASKED:
                return
            await self._speeches.settle(key, SpeechState.WITHDRAWN)
            await self._spending.release(key)

        await self._atomic(drop)

    async def again(
        self, key: SpeechKey, *, new_key: SpeechKey, asker: Asker, address: Address
    ) -> Speech | Offered:
        """Speak the same text anew, past the cache, at the cost of who asks now.

        Raises:
            NotYourSpeech: neither they asked for the first, nor do they moderate there.
            OfferGone: nothing was tried yet, it was taken back, or its text is forgotten.
            MynaError: as for `ask`.
        """
        before = await self._own(key, asker)
        if before.state not in _REPEATABLE or not before.order.text:
            raise OfferGone
        order = replace(
            before.order,
            key=new_key,
            asker=asker.person,
            server=asker.server,
            address=address,
            fresh=True,
        )
        order = checked(order, limit=self._rules.characters)
        chosen = await self._chosen_again(before.order, asker)
        return await self._take(order, chosen, asker, offer=None)

    async def remove(self, key: SpeechKey, *, asker: Asker) -> Speech:
        """Take a speech back from where it was posted.

        Raises:
            NotYourSpeech: neither they asked for it, nor do they moderate there.
            OfferGone: there is none, or none any more.
        """
        speech = await self._own(key, asker)
        if speech.state is not SpeechState.DONE:
            raise OfferGone
        await self._jobs.remove(key)
        return speech

    async def keep_voice(self, voice: VoiceKey, order: SpeechOrder, asker: Asker) -> Speech:
        """Do a short first speech that keeps an unused voice; its price was on the button.

        Past the cache: what was spoken before, such as the preview, would not keep it.

        Raises:
            NotYours, VoiceUnknown: only its owner may.
            OfferGone: it has spoken by now, or is speaking, so it is kept.
            MynaError: as for `ask`.
        """
        chosen = await self._choose.own_version(asker, voice)
        if chosen.voice is None or chosen.voice.used_at is not None:
            raise OfferGone
        order = replace(order, voice=chosen.choice, fresh=True)
        order = checked(order, limit=self._rules.characters)
        order = await self._screening.speech(order, chosen, asker)
        speech = self._speech(order, chosen, await self._quote(order, chosen))

        async def keep() -> None:
            # Kept first: from then on no other press of theirs comes in between.
            await self._admission.admit(speech)
            for other in await self._speeches.under_way(asker.person):
                if other.order.voice == chosen.choice and other.key != speech.key:
                    raise OfferGone

        await self._atomic(keep)
        return speech

    def place_in_line(self, key: SpeechKey) -> int:
        """Return its place among the speeches that wait for their turn: 1 is next, 0 runs."""
        return self._jobs.place_in_line(key)

    async def resume(
        self, find_acknowledged: FindAcknowledged, *, ordered_before: datetime | None = None
    ) -> int:
        """Start the job of every speech under way; return how many. As `CloneVoice.resume`."""
        waiting = [
            speech
            for speech in await self._speeches.under_way()
            if ordered_before is None or speech.created_at < ordered_before
        ]
        return sum([await self._resume(speech, find_acknowledged) for speech in waiting])

    async def _resume(self, speech: Speech, find_acknowledged: FindAcknowledged) -> bool:
        if speech.state is SpeechState.SPEAKING:
            await self._jobs.speak(speech.key, speech.order.asker)
            return True
        try:
            address = await find_acknowledged(speech.key, speech.order.address)
        except MynaError as error:
            log.warning("%s waits: nobody can tell if it was promised: %r", speech.key, error)
            return False
        if address is None:
            await self.withdraw(speech.key)
            return False
        try:
            await self.start(speech.key, address)
        except OfferGone:  # its face withdrew or started it meanwhile
            return False
        return True

    async def _own(self, key: SpeechKey, asker: Asker) -> Speech:
        speech = await self._speeches.get(key)
        if speech.order.asker != asker.person and not _moderates(asker, speech.order.server):
            raise NotYourSpeech
        return speech

    async def _chosen_again(self, order: SpeechOrder, asker: Asker) -> Chosen:
        """Return the voice of an earlier order of the asker, or of one that they moderate.

        A moderator repeats what somebody else may say: in their name, as long as they may.
        """
        key, in_own_name = order.voice.key, order.scopes[:1] == (of_person(asker.person),)
        if key is None or in_own_name or not _moderates(asker, order.server):
            return await self._choose.of_choice(asker, order.voice)
        return await self._choose.still(key, order.scopes, token_of(order.voice))

    async def _quote(self, order: SpeechOrder, chosen: Chosen) -> Quote:
        parts, model = parts_of(order.text), order.settings.model
        whole = sum(map(billed_characters, parts))
        if not order.fresh and is_recording(order.text):
            call = recording_call(chosen.voice_id, order.text, order.settings)
            parts = [] if await kept_files(self._cache, call) else parts
        elif not order.fresh:
            calls = [call_for(chosen.voice_id, part, order.settings) for part in parts]
            known = await self._cache.has(calls)
            parts = [part for part, is_known in zip(parts, known, strict=True) if not is_known]
        characters = sum(map(billed_characters, parts))
        is_first = chosen.voice is not None and chosen.voice.used_at is None
        fee = self._rules.prices.clone_fee if is_first and parts else Microdollars(0)
        price = self._rules.prices.of(model, characters)
        return Quote(characters, model, price, fee, kept=whole - characters)

    def _speech(self, order: SpeechOrder, chosen: Chosen, quote: Quote) -> Speech:
        return Speech(
            order=replace(order, voice=chosen.choice, scopes=chosen.scopes),
            voice_id=chosen.voice_id,
            label=chosen.label,
            owner=None if chosen.voice is None else chosen.voice.owner,
            state=SpeechState.ASKED,
            created_at=self._now(),
            parts=len(parts_of(order.text)),
            held=quote.total,
        )


def _moderates(asker: Asker, server: ServerId | None) -> bool:
    return asker.moderates and server is not None and asker.server == server


def call_for(voice_id: str, text: str, settings: SpeechSettings) -> SpeechCall:
    """Return the call that speaks one part: Opus unless an effect asks for another format."""
    return SpeechCall(voice_id, text, settings, format_for(settings.effect))


def format_for(effect: Effect | None) -> SpeechFormat:
    """Return the format to ask for: effects come in mp3, wav and flac only (docs/minimax.md)."""
    return SpeechFormat.OPUS if effect is None else SpeechFormat.FLAC


def preview_call(voice: Voice) -> SpeechCall:
    """Return the call that would speak a voice's preview again."""
    # As `checked` cleans a text that is to be spoken, or it would not be known again.
    return call_for(voice.voice_id, clean(voice.options.text), preview_settings(voice.options))


def preview_settings(options: CloneOptions) -> SpeechSettings:
    """Return how a voice's preview was spoken."""
    return SpeechSettings(
        model=options.model, language=options.language, watermark=options.watermark
    )
