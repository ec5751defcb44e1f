"""What is remembered of speeches and of money."""

from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

from bot.domain.money import Budgets, Charge, Hold, Microdollars, Period, Whose
from bot.domain.people import Address, PersonId, ServerId
from bot.domain.samples import Bubble
from bot.domain.sharing import Use
from bot.domain.speeches import Speech, SpeechKey, SpeechState
from bot.domain.voices import VoiceKey
from bot.ports.provider import SpeechCall


class SpeechStore(Protocol):
    """Remembers speeches: what was asked for, and what came of it."""

    async def keep(self, speech: Speech) -> bool:
        """Keep a new speech; return False, and change nothing, where its key is known already."""
        ...

    async def accept(self, key: SpeechKey, address: Address) -> Speech:
        """Move a speech from asked to speaking, answered at `address`; return it.

        Raises:
            OfferGone: there is none that is only asked for.
        """
        ...

    async def take_offer(self, key: SpeechKey) -> Speech:
        """Move an offer to withdrawn, once; return what it was.

        Raises:
            OfferGone: there is none, or none any more.
        """
        ...

    async def get(self, key: SpeechKey) -> Speech:
        """Return the speech.

        Raises:
            OfferGone: there is none.
        """
        ...

    async def settle(
        self,
        key: SpeechKey,
        state: SpeechState,
        *,
        spent: int | None = None,
        characters: int | None = None,
        posted: int | None = None,
    ) -> Speech:
        """Move the speech to `state`, set what is given, return what it became.

        Raises:
            OfferGone: there is none.
        """
        ...

    async def count_post(self, key: SpeechKey, part: int) -> int:
        """Note that a post of `part` (from 0) is about to be sent; return how many it has had."""
        ...

    async def count_call(self, key: SpeechKey, part: int) -> int:
        """Note that a call for `part` is about to be sent; return how many it has had."""
        ...

    async def under_way(self, asker: PersonId | None = None) -> list[Speech]:
        """Return every speech that is asked for or being spoken, oldest first."""
        ...

    async def asked_since(self, asker: PersonId, since: datetime) -> list[datetime]:
        """Return when the asker's accepted speeches since then were asked for, oldest first."""
        ...

    async def uses(self, voice: VoiceKey, *, limit: int) -> list[Use]:
        """Return who spoke with the voice, newest first: speeches of which something came."""
        ...

    async def totals(self, voices: Collection[VoiceKey]) -> dict[VoiceKey, tuple[int, int]]:
        """Return for each voice that was used how often, and the micro-dollars spent with it."""
        ...

    async def forget(self, before: datetime) -> int:
        """Drop the texts of speeches that ended before then; return how many."""
        ...


class SpendingStore(Protocol):
    """Counts money: held when work is accepted, corrected when it ends, never below zero."""

    async def hold(self, hold: Hold, budgets: Budgets) -> None:
        """Set the money aside in every budget it touches; repeating it for one job does nothing.

        Raises:
            BudgetReached: a person's or a server's budget has not that much left.
            HardCapReached: the operator's has not.
        """
        ...

    async def charge(self, charge: Charge) -> None:
        """Write down what the provider charged; budgets are corrected by `release`."""
        ...

    async def release(self, job: str) -> Microdollars:
        """Let go of what is held for the job and count its charges instead; return their sum.

        Budgets of a person and a server count what counts, and so does the sum; the operator's
        own limit counts everything that the provider charged.
        Repeating it changes nothing.
        """
        ...

    async def spent(
        self, whose: Whose, who: PersonId | ServerId | None, period: Period, at: datetime
    ) -> Microdollars:
        """Return what is spent or held in the period around `at`."""
        ...

    async def lost(self, person: PersonId, since: datetime) -> tuple[Microdollars, Microdollars]:
        """Return what may have been spent for the person in vain: two sums.

        What the provider has charged since then that does not count, and what is held now.
        """
        ...

    def charges(
        self,
        since: datetime,
        until: datetime,
        *,
        person: PersonId | None = None,
        server: ServerId | None = None,
    ) -> AsyncIterator[Charge]:
        """Yield the charges in [since, until), oldest first."""
        ...


class SpeechCache(Protocol):
    """Keeps what was spoken for some time, so that an identical request costs nothing."""

    async def find(self, call: SpeechCall, to: Path) -> Bubble | None:
        """Copy what an identical call made to `to`, or return None."""
        ...

    async def has(self, calls: Sequence[SpeechCall]) -> list[bool]:
        """Say for each call whether it would be found now."""
        ...

    async def keep(self, call: SpeechCall, bubble: Bubble) -> None:
        """Keep a copy of the bubble; the oldest go when there is no room."""
        ...

    async def forget_voice(self, voice_id: str) -> None:
        """Drop everything that was spoken with the voice."""
        ...

    async def tidy(self) -> None:
        """Drop what was kept long enough."""
        ...
