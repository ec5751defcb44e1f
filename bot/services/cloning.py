"""Clone a voice: decide whether an order may be carried out, keep it, and start its job."""

import logging
from dataclasses import replace
from datetime import datetime

from bot.domain.consent import Consent, Statement
from bot.domain.errors import (
    AccuracyInvalid,
    ConsentMissing,
    InterjectionsUnsupported,
    LanguageUnknown,
    LanguageUnsupported,
    ModelUnknown,
    MynaError,
    NoNote,
    NoteTooBig,
    NotYours,
    OfferGone,
    PromptIncomplete,
    PromptTextInvalid,
    TextInvalid,
    TooManyNotes,
    ValidationTextInvalid,
    VoiceGone,
)
from bot.domain.money import (
    OFFER_LASTS,
    Budgets,
    Hold,
    Microdollars,
    PriceList,
    Quote,
    billed_characters,
)
from bot.domain.people import Address, NoteRef, PersonId
from bot.domain.samples import NOTE_MAX_BYTES, NOTES_MAX
from bot.domain.speech import (
    LANGUAGES,
    MODELS,
    PREVIEW_TEXT_LIMIT,
    TRANSCRIPT_LIMIT,
    ends_with_punctuation,
    interjections_in,
    supports_interjections,
    supports_language,
    without_invisible,
)
from bot.domain.voices import CloneOptions, CloneOrder, Voice, VoiceKey, VoiceState, clean_label
from bot.ports import Atomic, Clock, Jobs, SpendingStore, VoiceIds, VoiceStore
from bot.services.acknowledging import FindAcknowledged

log = logging.getLogger(__name__)


class CloneVoice:
    """Take an order while the person waits; the job does the slow and paid part."""

    def __init__(
        self,
        *,
        voices: VoiceStore,
        jobs: Jobs,
        voice_ids: VoiceIds,
        now: Clock,
        under_way_limit: int,
        spending: SpendingStore,
        atomic: Atomic,
        prices: PriceList,
        budgets: Budgets,
        quote_above: Microdollars,
    ) -> None:
        self._quote_above = quote_above
        self._spending = spending
        self._atomic = atomic
        self._prices = prices
        self._budgets = budgets
        self._voices = voices
        self._jobs = jobs
        self._voice_ids = voice_ids
        self._now = now
        self._under_way_limit = under_way_limit

    async def submit(self, order: CloneOrder) -> Voice:
        """Take the order and start its job at once. Raises as `take` does."""
        await self.take(order)
        return await self.start(order.key, order.address)

    async def offer(self, order: CloneOrder) -> Quote | None:
        """Keep the order as an offer, and return its price, where the preview is dear; else None.

        Nothing stays held or is spent: `confirm` takes the offer up.

        Raises:
            MemberError: what the member must change, or that no budget would let it be taken up;
                nothing was kept.
        """
        order = checked(order)
        quote = self._quote(order)
        if quote.total <= self._quote_above:
            return None
        now = self._now()
        consent = Consent(order.key, order.owner, Statement.OWN_OR_PERMITTED, now)
        voice = self._voice(order, VoiceState.OFFERED, now)

        async def keep() -> None:
            await self._voices.reserve(order, voice, consent)
            await self._spending.hold(self._hold(order, now), self._budgets)
            await self._spending.release(order.key)

        await self._atomic(keep)
        return quote

    async def confirm(
        self, key: VoiceKey, *, new_key: VoiceKey, who: PersonId, address: Address
    ) -> Voice:
        """Take an offer up, once: as a new order, which is taken as `take` does.

        Raises:
            NotYours: it was offered to somebody else.
            OfferGone: it was taken up or declined before, or is too old.
            MemberError: as for `take`.
        """
        order = await self._offered(key, who)

        async def take_up() -> Voice:
            if not await self._voices.remove_offer(key):
                raise OfferGone
            return await self.take(replace(order, key=new_key, address=address))

        return await self._atomic(take_up)

    async def decline(self, key: VoiceKey, *, who: PersonId) -> None:
        """Drop an offer. Raises as `confirm` does."""
        await self._offered(key, who)
        if not await self._voices.remove_offer(key):
            raise OfferGone

    async def _offered(self, key: VoiceKey, who: PersonId) -> CloneOrder:
        try:
            order, voice = await self._voices.order(key), await self._voices.get(key)
        except VoiceGone as error:
            raise OfferGone from error
        if order.owner != who:
            raise NotYours
        if self._now() - voice.created_at > OFFER_LASTS:
            raise OfferGone
        return order

    def _quote(self, order: CloneOrder) -> Quote:
        model, characters = order.options.model, billed_characters(order.options.text)
        return Quote(characters, model, self._prices.of(model, characters))

    def _hold(self, order: CloneOrder, now: datetime) -> Hold:
        return Hold(order.key, order.owner, order.server, self._quote(order).total, now)

    def _voice(self, order: CloneOrder, state: VoiceState, now: datetime) -> Voice:
        return Voice(
            key=order.key,
            owner=order.owner,
            label=order.label,
            voice_id=self._voice_ids(order.key, 1),
            state=state,
            created_at=now,
            options=order.options,
        )

    async def take(self, order: CloneOrder) -> Voice:
        """Check and keep the order with its consent, in one commit; return the voice to be.

        A face takes an order, then acknowledges it, then has it started where it acknowledged:
        so whatever was acknowledged is kept. Nothing is fetched and nothing is spent yet.

        Raises:
            MemberError: what the member must change; nothing was kept.
        """
        order = checked(order)
        now = self._now()
        voice = self._voice(order, VoiceState.ASKED, now)
        consent = Consent(order.key, order.owner, Statement.OWN_OR_PERMITTED, now)
        hold = self._hold(order, now)

        async def keep() -> Voice:
            kept = await self._voices.reserve(
                order, voice, consent, at_most=self._under_way_limit, may_replace=True
            )
            if kept is None:
                return await self._voices.get(order.key)
            await self._spending.hold(hold, self._budgets)
            return kept

        return await self._atomic(keep)

    async def start(self, key: VoiceKey, address: Address) -> Voice:
        """Start the job of an order that was taken, to be answered at `address`.

        Raises:
            VoiceGone: it was withdrawn, or started before.
        """
        voice = await self._voices.accept(key, address)
        await self._jobs.clone(key, voice.owner)
        return voice

    async def withdraw(self, key: VoiceKey) -> None:
        """Drop an order that was taken but could not be acknowledged, and give its money back."""

        async def drop() -> None:
            await self._voices.settle(key, VoiceState.FAILED)
            await self._spending.release(key)

        await self._atomic(drop)

    async def again(
        self,
        key: VoiceKey,
        *,
        new_key: VoiceKey,
        who: PersonId,
        address: Address,
        more_notes: tuple[NoteRef, ...] = (),
        best_part: bool = False,
    ) -> Voice:
        """Order the same clone once more, with further notes or with leave to cut.

        Raises:
            NotYours: `who` did not order the first.
            VoiceGone: the first order is not known any more.
            MemberError: as for `submit`.
        """
        order = await self._voices.order(key)
        if order.owner != who:
            raise NotYours
        return await self.submit(
            replace(
                order,
                key=new_key,
                address=address,
                notes=order.notes + more_notes,
                best_part=order.best_part or best_part,
            )
        )

    async def resume(
        self, find_acknowledged: FindAcknowledged, *, ordered_before: datetime | None = None
    ) -> int:
        """Start the job of every voice still being cloned; return how many there are.

        A kill between accepting an order and starting its job would otherwise strand it, and so
        would a run that broke off. An order that was never acknowledged is withdrawn: its platform
        has told the member that it failed. While orders come in, `ordered_before` spares those
        that are just being acknowledged.
        """
        waiting = [
            voice
            for voice in await self._voices.under_way()
            if ordered_before is None or voice.created_at < ordered_before
        ]
        return sum([await self._resume(voice, find_acknowledged) for voice in waiting])

    async def _resume(self, voice: Voice, find_acknowledged: FindAcknowledged) -> bool:
        if voice.state is VoiceState.CLONING:
            await self._jobs.clone(voice.key, voice.owner)
            return True
        order = await self._voices.order(voice.key)
        try:
            address = await find_acknowledged(voice.key, order.address)
        except MynaError as error:
            log.warning(
                "%s waits, because nobody can tell if it was promised: %s",
                *(voice.key, type(error).__name__),
            )
            return False
        if address is None:
            await self.withdraw(voice.key)
            return False
        await self.start(voice.key, address)
        return True


def checked(order: CloneOrder) -> CloneOrder:
    """Return the order with label and text cleaned.

    Raises:
        MemberError: the first thing that the member must change.
    """
    if not order.consent:
        raise ConsentMissing
    label = clean_label(order.label)
    _check_notes(order)
    options = _checked_options(order.options)
    if (order.prompt is None) != (options.prompt_text is None):
        raise PromptIncomplete
    return replace(order, label=label, options=options)


def _check_notes(order: CloneOrder) -> None:
    if not order.notes:
        raise NoNote
    if len(order.notes) > NOTES_MAX:
        raise TooManyNotes(limit=NOTES_MAX)
    for note in (*order.notes, *([order.prompt] if order.prompt else [])):
        if note.bytes > NOTE_MAX_BYTES:
            raise NoteTooBig(bytes=note.bytes, limit=NOTE_MAX_BYTES)


def _checked_options(options: CloneOptions) -> CloneOptions:
    if options.model not in MODELS:
        raise ModelUnknown(model=options.model)
    _check_language(options.model, options.language)
    text = without_invisible(options.text).strip()
    if not 1 <= len(text) <= PREVIEW_TEXT_LIMIT:
        raise TextInvalid(length=len(text), limit=PREVIEW_TEXT_LIMIT)
    tags, _ = interjections_in(text)
    if tags and not supports_interjections(options.model):
        raise InterjectionsUnsupported(tags=list(tags), model=options.model)
    transcript = (options.prompt_text or "").strip() or None
    if transcript is not None and not ends_with_punctuation(transcript):
        raise PromptTextInvalid
    expected = (options.text_validation or "").strip() or None
    if expected is not None and len(expected) > TRANSCRIPT_LIMIT:
        raise ValidationTextInvalid(length=len(expected), limit=TRANSCRIPT_LIMIT)
    if options.accuracy is not None and not 0 <= options.accuracy <= 1:
        raise AccuracyInvalid(accuracy=options.accuracy)
    return replace(options, text=text, prompt_text=transcript, text_validation=expected)


def _check_language(model: str, language: str | None) -> None:
    if language is None:
        return
    if language not in LANGUAGES:
        raise LanguageUnknown(language=language)
    if not supports_language(model, language):
        raise LanguageUnsupported(language=language, model=model)
