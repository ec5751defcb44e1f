"""The fakes of what is kept about speeches and money; `tests.fakes.stores` has the others."""

from collections import defaultdict
from collections.abc import AsyncIterator, Collection
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product

from bot.domain.errors import BudgetReached, HardCapReached, OfferGone
from bot.domain.money import Budgets, Charge, Hold, Microdollars, Period, Whose
from bot.domain.people import Address, PersonId, ServerId
from bot.domain.sharing import Use
from bot.domain.speeches import Speech, SpeechKey, SpeechState
from bot.domain.voices import VoiceKey
from bot.ports import Clock


class FakeSpeechStore:
    """Fills the `SpeechStore` port."""

    def __init__(self, now: Clock = lambda: datetime.now(UTC)) -> None:
        self._now = now
        self._speeches: dict[SpeechKey, Speech] = {}
        self._ended: dict[SpeechKey, datetime] = {}
        self._counts: dict[tuple[str, SpeechKey, int], int] = defaultdict(int)

    async def keep(self, speech: Speech) -> bool:
        is_new = speech.key not in self._speeches
        self._speeches.setdefault(speech.key, speech)
        return is_new

    async def accept(self, key: SpeechKey, address: Address) -> Speech:
        speech = await self._in(key, SpeechState.ASKED)
        return self._put(replace(speech.at(address), state=SpeechState.SPEAKING))

    async def take_offer(self, key: SpeechKey) -> Speech:
        offered = await self._in(key, SpeechState.OFFERED)
        await self.settle(key, SpeechState.WITHDRAWN)
        return offered

    async def get(self, key: SpeechKey) -> Speech:
        try:
            return self._speeches[key]
        except KeyError:
            raise OfferGone from None

    async def settle(
        self,
        key: SpeechKey,
        state: SpeechState,
        *,
        spent: int | None = None,
        characters: int | None = None,
        posted: int | None = None,
    ) -> Speech:
        speech = await self.get(key)
        if state not in {SpeechState.OFFERED, SpeechState.ASKED, SpeechState.SPEAKING}:
            self._ended.setdefault(key, self._now())
        return self._put(
            replace(
                speech,
                state=state,
                spent=speech.spent if spent is None else spent,
                characters=speech.characters if characters is None else characters,
                posted=speech.posted if posted is None else posted,
            )
        )

    async def count_post(self, key: SpeechKey, part: int) -> int:
        return await self._count("post", key, part)

    async def count_call(self, key: SpeechKey, part: int) -> int:
        return await self._count("call", key, part)

    async def under_way(self, asker: PersonId | None = None) -> list[Speech]:
        waiting = (SpeechState.ASKED, SpeechState.SPEAKING)
        return [
            speech
            for speech in self._oldest_first()
            if speech.state in waiting and asker in {None, speech.order.asker}
        ]

    async def asked_since(self, asker: PersonId, since: datetime) -> list[datetime]:
        never = (SpeechState.OFFERED, SpeechState.WITHDRAWN)
        return [
            speech.created_at
            for speech in self._oldest_first()
            if speech.order.asker == asker
            and speech.created_at >= since
            and speech.state not in never
        ]

    async def uses(self, voice: VoiceKey, *, limit: int) -> list[Use]:
        newest_first = reversed(self._used(voice))
        uses = [Use(one.order.asker, one.created_at, one.characters) for one in newest_first]
        return uses[:limit]

    async def totals(self, voices: Collection[VoiceKey]) -> dict[VoiceKey, tuple[int, int]]:
        used = {voice: self._used(voice) for voice in voices}
        return {
            voice: (len(those), sum(one.spent for one in those))
            for voice, those in used.items()
            if those
        }

    async def forget(self, before: datetime) -> int:
        for speech in self._oldest_first():
            if speech.state is SpeechState.OFFERED and speech.created_at < before:
                self._put(replace(speech, state=SpeechState.WITHDRAWN))
                self._ended[speech.key] = speech.created_at
        old = [self._speeches[key] for key, ended in self._ended.items() if ended < before]
        forgotten = [speech for speech in old if speech.order.text]
        for speech in forgotten:
            self._put(replace(speech, order=replace(speech.order, text="")))
        return len(forgotten)

    async def _in(self, key: SpeechKey, state: SpeechState) -> Speech:
        speech = await self.get(key)
        if speech.state is not state:
            raise OfferGone
        return speech

    async def _count(self, what: str, key: SpeechKey, part: int) -> int:
        await self.get(key)
        self._counts[what, key, part] += 1
        return self._counts[what, key, part]

    def _put(self, speech: Speech) -> Speech:
        self._speeches[speech.key] = speech
        return speech

    def _oldest_first(self) -> list[Speech]:
        return sorted(self._speeches.values(), key=lambda one: (one.created_at, one.key))

    def _used(self, voice: VoiceKey) -> list[Speech]:
        those = self._oldest_first()
        return [one for one in those if one.order.voice.key == voice and one.posted > 0]


class FakeSpendingStore:
    """Fills the `SpendingStore` port."""

    def __init__(self) -> None:
        self._holds: dict[str, Hold] = {}
        self._charges: list[Charge] = []
        self._counters: dict[tuple[Whose, str | None, str], int] = defaultdict(int)

    async def hold(self, hold: Hold, budgets: Budgets) -> None:
        if hold.job in self._holds:
            return
        for whose, who, period in _touched(hold) if hold.amount else ():
            limit = budgets.limits.get((whose, period))
            spent = await self.spent(whose, who, period, hold.at)
            if limit is None or spent + hold.amount <= limit:
                continue
            if whose is Whose.ALL:
                raise HardCapReached(period, limit)
            raise BudgetReached(whose, period, limit, max(0, limit - spent), hold.amount)
        self._holds[hold.job] = hold
        self._add(hold, hold.amount, hold.amount)

    async def charge(self, charge: Charge) -> None:
        self._charges.append(charge)

    async def release(self, job: str) -> Microdollars:
        charged = [one for one in self._charges if one.job == job]
        counted = sum(one.amount for one in charged if one.counted)
        hold = self._holds.pop(job, None)
        if hold is not None:
            everything = sum(one.amount for one in charged)
            self._add(hold, counted - hold.amount, everything - hold.amount)
        return Microdollars(counted)

    async def spent(
        self, whose: Whose, who: PersonId | ServerId | None, period: Period, at: datetime
    ) -> Microdollars:
        return Microdollars(self._counters[whose, who, _named(period, at)])

    async def lost(self, person: PersonId, since: datetime) -> tuple[Microdollars, Microdollars]:
        of_person = (one for one in self._charges if one.person == person and one.at >= since)
        held = sum(one.amount for one in self._holds.values() if one.person == person)
        lost = sum(one.amount for one in of_person if not one.counted)
        return Microdollars(lost), Microdollars(held)

    async def charges(
        self,
        since: datetime,
        until: datetime,
        *,
        person: PersonId | None = None,
        server: ServerId | None = None,
    ) -> AsyncIterator[Charge]:
        for charge in sorted(self._charges, key=lambda one: one.at):
            if (
                since <= charge.at < until
                and person in {None, charge.person}
                and server in {None, charge.server}
            ):
                yield charge

    def _add(self, hold: Hold, amount: int, of_all: int) -> None:
        for whose, who, period in _touched(hold):
            added = of_all if whose is Whose.ALL else amount
            self._counters[whose, who, _named(period, hold.at)] += added


def _touched(hold: Hold) -> list[tuple[Whose, PersonId | ServerId | None, Period]]:
    whose: list[tuple[Whose, PersonId | ServerId | None]] = [
        (Whose.PERSON, hold.person),
        (Whose.SERVER, hold.server),
        (Whose.ALL, None),
    ]
    there = [(each, who) for each, who in whose if each is Whose.ALL or who is not None]
    return [(each, who, period) for (each, who), period in product(there, Period)]


def _named(period: Period, at: datetime) -> str:
    return period.name_at(at.astimezone(UTC))
