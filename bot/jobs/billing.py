"""What jobs write down of the provider's bill, call by call, with the trace ids it is found by."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.money import Charge, ChargeKind, PriceList
from bot.domain.people import PersonId, ServerId
from bot.domain.speeches import Speech
from bot.domain.voices import CloneOrder, VoiceKey
from bot.ports import Clock, SpendingStore

Charged = tuple[int, str | None]
"""Characters that one call was charged, and its trace id."""


@dataclass(frozen=True, slots=True)
class Account:
    """For whom something is charged, and with which voice and model."""

    job: str
    person: PersonId
    server: ServerId | None
    voice: VoiceKey | None
    model: str


class Billing:
    """Writes charges; what did not reach anybody is the operator's loss, not the member's."""

    def __init__(self, *, spending: SpendingStore, prices: PriceList, now: Clock) -> None:
        self._spending = spending
        self.prices = prices
        self._now = now

    async def speech(
        self, speech: Speech, calls: Sequence[Charged], *, share: float, with_fee: bool
    ) -> None:
        """Write what the calls for one part were charged: only the last can have been posted.

        `share` of it counts, from 0 to 1. `with_fee` says that the first call was the voice's first
        use.
        """
        account, (*lost, (characters, trace_id)) = _account_of(speech), calls
        for call in lost:
            await self._write(account, ChargeKind.SPEECH, call, counted=False)
        counting = counted_of(characters, share)
        for part, counted in ((counting, True), (characters - counting, False)):
            if part or counted == (share > 0):
                call = (part, trace_id)
                await self._write(account, ChargeKind.SPEECH, call, counted=counted)
        if with_fee:
            fee = (0, calls[0][1])
            await self._write(account, ChargeKind.CLONE_FEE, fee, counted=share > 0)

    async def preview(self, order: CloneOrder, call: Charged) -> None:
        """Write what a clone's preview was charged, and count it instead of what was held."""
        account = Account(order.key, order.payer, order.server, order.key, order.options.model)
        await self._write(account, ChargeKind.PREVIEW, call, counted=True)
        await self._spending.release(order.key)

    async def nothing(self, job: str) -> None:
        """Give back what was held for a job that cost nothing."""
        await self._spending.release(job)

    async def _write(
        self, account: Account, kind: ChargeKind, call: Charged, *, counted: bool
    ) -> None:
        characters, trace_id = call
        is_fee = kind is ChargeKind.CLONE_FEE
        by_character = self.prices.of(account.model, characters)
        await self._spending.charge(
            Charge(
                job=account.job,
                kind=kind,
                person=account.person,
                server=account.server,
                voice=account.voice,
                model=account.model,
                characters=characters,
                amount=self.prices.clone_fee if is_fee else by_character,
                at=self._now(),
                trace_id=trace_id,
                counted=counted,
            )
        )


def counted_of(characters: int, share: float) -> int:
    """Return how many of the characters of a call count, where so much of it was posted."""
    return round(characters * share)


def _account_of(speech: Speech) -> Account:
    order = speech.order
    return Account(speech.key, order.asker, order.server, order.voice.key, order.settings.model)
