"""Admit a speech or a clone: the pace and the budgets, in the transaction in which it is kept."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from math import ceil
from typing import Final

from bot.domain.errors import TooManySpeeches, TooMuchLost, TooSoon
from bot.domain.money import (
    Budgets,
    Hold,
    Microdollars,
    Period,
    PriceList,
    Quote,
    Whose,
    billed_characters,
)
from bot.domain.people import PersonId
from bot.domain.speeches import Speech
from bot.domain.voices import CloneOrder
from bot.ports import Clock, SpeechStore, SpendingStore
from bot.services.house_rules import HouseRules

COOL_DOWN: Final = timedelta(minutes=1)
"""The provider counts requests by the minute (docs/minimax.md, "Rate limits")."""


@dataclass(frozen=True, slots=True)
class SpeechRules:
    """What the operator set.

    Attributes:
        prices, budgets: of everything that is paid.
        quote_above: what costs more is offered first, not done at once.
        characters: the longest text.
        at_once: speeches that one person may have under way.
        per_minute: speeches that one person may ask for in a minute.
    """

    prices: PriceList
    budgets: Budgets
    quote_above: Microdollars
    characters: int
    at_once: int
    per_minute: int


class Admission:
    """Keeps a speech with its money held; what it raises is to roll the transaction back."""

    def __init__(
        self,
        *,
        speeches: SpeechStore,
        spending: SpendingStore,
        house: HouseRules,
        rules: SpeechRules,
        now: Clock,
    ) -> None:
        self._house = house
        self._speeches = speeches
        self._spending = spending
        self._rules = rules
        self._now = now

    async def admit(self, speech: Speech) -> None:
        """Keep the speech and hold its money; repeating it changes nothing.

        Raises:
            Banned, BeingErased: as `HouseRules.check_ban`.
            TooManySpeeches, TooSoon: they have asked for too much at once.
            BudgetReached, HardCapReached: it is dearer than what is left.
            TooMuchLost: too much of theirs could not be posted today.
        """
        await self._check_asker(speech)
        if not await self._speeches.keep(speech):
            return
        await self._check_pace(speech.order.asker)
        await self._set_aside(speech)

    async def admit_offer(self, offered: Speech) -> None:
        """Keep an offer, unless no budget would let it be taken up; nothing stays held.

        Raises:
            Banned, BeingErased: as `HouseRules.check_ban`.
            BudgetReached, HardCapReached: it is dearer than what is left.
        """
        await self._check_asker(offered)
        if not await self._speeches.keep(offered):
            return
        await self._set_aside(offered)
        await self._spending.release(offered.key)

    async def _check_asker(self, speech: Speech) -> None:
        await self._house.check_ban(speech.order.server, speech.order.asker)

    async def _set_aside(self, speech: Speech) -> None:
        await self._check_losses(speech)
        order, amount = speech.order, Microdollars(speech.held)
        hold = Hold(speech.key, order.asker, order.server, amount, speech.created_at)
        budgets = await self._house.budgets(order.server, self._rules.budgets)
        await self._spending.hold(hold, budgets)

    async def _check_losses(self, speech: Speech) -> None:
        """Refuse who has had a day's budget spoken to nobody.

        What could not be posted is not charged to them; but whoever takes the place away, again
        and again, would spend the operator's money without end.
        """
        limit = self._rules.budgets.limits.get((Whose.PERSON, Period.DAY))
        if limit is None or not speech.held:
            return
        midnight = datetime.combine(self._now().astimezone(UTC), time(), UTC)
        lost, held = await self._spending.lost(speech.order.asker, midnight)
        # What is under way may come to nothing too.
        if lost and lost + held + speech.held > limit:
            raise TooMuchLost

    async def _check_pace(self, asker: PersonId) -> None:
        """Refuse what is one too many; the speech in question is kept and counts."""
        if len(await self._speeches.under_way(asker)) > self._rules.at_once:
            raise TooManySpeeches(limit=self._rules.at_once)
        now, limit = self._now(), self._rules.per_minute
        since = now - COOL_DOWN
        asked = [at for at in await self._speeches.asked_since(asker, since) if at > since]
        if len(asked) > limit:
            free_at = asked[-limit - 1] + COOL_DOWN
            seconds = max(1, ceil((free_at - now).total_seconds()))
            raise TooSoon(seconds=seconds, limit=limit)


class CloneAdmission:
    """Says what a clone will cost and holds it; what it raises is to roll the transaction back."""

    def __init__(
        self,
        *,
        spending: SpendingStore,
        house: HouseRules,
        prices: PriceList,
        budgets: Budgets,
        now: Clock,
    ) -> None:
        self._house = house
        self._spending = spending
        self._prices = prices
        self._budgets = budgets
        self._now = now

    def quote(self, order: CloneOrder) -> Quote:
        """Return what its preview will cost; the clone itself is free until it first speaks."""
        model, characters = order.options.model, billed_characters(order.options.text)
        return Quote(characters, model, self._prices.of(model, characters))

    async def admit(self, order: CloneOrder) -> None:
        """Hold its money; repeating it changes nothing.

        Raises:
            BudgetReached, HardCapReached: it is dearer than what is left.
        """
        total = self.quote(order).total
        hold = Hold(order.key, order.payer, order.server, total, self._now())
        budgets = await self._house.budgets(order.server, self._budgets)
        await self._spending.hold(hold, budgets)

    async def probe(self, order: CloneOrder) -> None:
        """Check that it could be admitted now; nothing stays held. Raises as `admit` does."""
        await self.admit(order)
        await self._spending.release(order.key)
