"""Clone a voice: decide whether an order may be carried out, keep it, and start its job."""

import logging
from dataclasses import replace
from datetime import datetime

from bot.domain.consent import Consent, Statement
from bot.domain.errors import (
    MynaError,
    NotYours,
    OfferGone,
    VoiceGone,
)
from bot.domain.money import (
    OFFER_LASTS,
    Microdollars,
    Quote,
)
from bot.domain.people import Address, Asker, NoteRef, PersonId
from bot.domain.voices import CloneOrder, Voice, VoiceKey, VoiceState
from bot.ports import Atomic, Clock, Jobs, SpendingStore, VoiceIds, VoiceStore
from bot.services.acknowledging import FindAcknowledged
from bot.services.admission import CloneAdmission
from bot.services.leave import Leave
from bot.services.orders import checked, voice_of
from bot.services.screening import Screening

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
        leave: Leave,
        screening: Screening,
        admission: CloneAdmission,
        quote_above: Microdollars,
    ) -> None:
        self._quote_above = quote_above
        self._spending = spending
        self._atomic = atomic
        self._leave = leave
        self._screening = screening
        self._admission = admission
        self._voices = voices
        self._jobs = jobs
        self._voice_ids = voice_ids
        self._now = now
        self._under_way_limit = under_way_limit

    async def submit(self, order: CloneOrder, asker: Asker) -> Voice:
        """Take the order and start its job at once. Raises as `take` does."""
        await self.take(order, asker)
        return await self.start(order.key, order.address)

    async def offer(self, order: CloneOrder, asker: Asker) -> Quote | None:
        """Keep the order as an offer, and return its price, where the preview is dear; else None.

        Nothing stays held or is spent: `confirm` takes the offer up.

        Raises:
            MemberError: what the member must change, or that no budget would let it be taken up;
                nothing was kept.
        """
        order = checked(order)
        quote = self._admission.quote(order)
        if quote.total <= self._quote_above:
            return None  # taking it screens it
        order, now = await self._screening.clone(order, asker), self._now()
        consent = Consent(order.key, order.owner, Statement.OWN_OR_PERMITTED, now)
        voice = voice_of(order, VoiceState.OFFERED, voice_ids=self._voice_ids, now=now)

        async def keep() -> None:
            await self._leave.check_order(order)
            await self._voices.reserve(order, voice, consent)
            await self._admission.probe(order)

        await self._atomic(keep)
        return quote

    async def confirm(
        self, key: VoiceKey, *, new_key: VoiceKey, asker: Asker, address: Address
    ) -> Voice:
        """Take an offer up, once: as a new order, which is taken as `take` does.

        Raises:
            NotYours: it was offered to somebody else.
            OfferGone: it was taken up or declined before, or is too old.
            MemberError: as for `take`.
        """
        offered = await self._offered(key, asker.person)
        order = replace(offered, key=new_key, address=address, server=asker.server)
        order = await self._screening.clone(order, asker)

        async def take_up() -> Voice:
            if not await self._voices.remove_offer(key):
                raise OfferGone
            return await self._take(order)

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

    async def take(self, order: CloneOrder, asker: Asker) -> Voice:
        """Check and keep the order with its consent, in one commit; return the voice to be.

        A face takes an order, then acknowledges it, then has it started where it acknowledged:
        so whatever was acknowledged is kept. Nothing is fetched and nothing is spent yet.

        Raises:
            MemberError: what the member must change, or what their server does not allow; nothing
                was kept.
        """
        return await self._take(await self._screening.clone(checked(order), asker))

    async def _take(self, order: CloneOrder) -> Voice:
        now = self._now()
        voice = voice_of(order, VoiceState.ASKED, voice_ids=self._voice_ids, now=now)
        consent = Consent(order.key, order.owner, Statement.OWN_OR_PERMITTED, now)

        async def keep() -> Voice:
            await self._leave.check_order(order)
            kept = await self._voices.reserve(
                order, voice, consent, at_most=self._under_way_limit, may_replace=True
            )
            if kept is None:
                return await self._voices.get(order.key)
            await self._admission.admit(order)
            return kept

        return await self._atomic(keep)

    async def start(self, key: VoiceKey, address: Address) -> Voice:
        """Start the job of an order that was taken, to be answered at `address`.

        Raises:
            VoiceGone: it was withdrawn, or started before.
        """
        voice = await self._voices.accept(key, address)
        await self._jobs.clone(key, voice.payer)
        return voice

    async def withdraw(self, key: VoiceKey) -> None:
        """Drop an order that was taken but could not be acknowledged, and give its money back.

        One that was started meanwhile goes on: its money may be spent already.
        """

        async def drop() -> None:
            if (await self._voices.get(key)).state is not VoiceState.ASKED:
                return
            await self._voices.settle(key, VoiceState.FAILED)
            await self._spending.release(key)

        await self._atomic(drop)

    async def again(
        self,
        key: VoiceKey,
        *,
        new_key: VoiceKey,
        asker: Asker,
        address: Address,
        more_notes: tuple[NoteRef, ...] = (),
        best_part: bool = False,
    ) -> Voice:
        """Order the same clone once more, with further notes or with leave to cut.

        Raises:
            NotYours: the asker did not order the first.
            VoiceGone: the first order is not known any more.
            MemberError: as for `submit`.
        """
        order = await self._voices.order(key)
        if order.owner != asker.person:
            raise NotYours
        return await self.submit(
            replace(
                order,
                key=new_key,
                server=asker.server,
                address=address,
                notes=order.notes + more_notes,
                best_part=order.best_part or best_part,
            ),
            asker,
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
            await self._jobs.clone(voice.key, voice.payer)
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
        try:
            await self.start(voice.key, address)
        except VoiceGone:  # its face withdrew or started it meanwhile
            return False
        return True
