"""Everything the endpoints share: the account, the money, the clock, the faults, the voice."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Protocol, TypeVar

import numpy as np

from bot.sandbox.minimax.answers import Refusal
from bot.sandbox.minimax.clock import StandInClock
from bot.sandbox.minimax.faults import FaultKind, Faults
from bot.sandbox.minimax.ledger import BillLine, Ledger
from bot.sandbox.minimax.library import Files, Speaker, Voices
from bot.sandbox.minimax.limits import RateWindows
from bot.sandbox.minimax.links import ObjectStore
from bot.sandbox.minimax.speech_tasks import SpeechTasks
from bot.sandbox.minimax.switches import Switches
from bot.sandbox.minimax.texts import MOST_INVISIBLE, flag_type, invisible_ratio
from bot.sandbox.voice import Spoken

Result = TypeVar("Result")

SHORT_AUDIO_SECONDS = 0.2
"""How long audio is when it is made suspiciously short."""


class StandInVoice(Protocol):
    """Whoever speaks for the cloned voices."""

    def learn(self, sample: bytes) -> Speaker:
        """Listen to a sample; blocking."""

    def invent(self, pitch_hz: float) -> Speaker:
        """Make up a speaker of this pitch, for the service's own voices; blocking."""


@dataclass(frozen=True)
class Desk:
    """The state of one stand-in."""

    api_keys: frozenset[str]
    clock: StandInClock
    ledger: Ledger
    faults: Faults
    switches: Switches
    rates: RateWindows
    chance: Random
    files: Files
    voices: Voices
    store: ObjectStore
    voice: StandInVoice
    tasks: SpeechTasks
    threads: ThreadPoolExecutor
    folder: Path  # of the uploaded bytes

    async def in_thread(self, work: Callable[[], Result]) -> Result:
        """Decode or speak away from the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self.threads, work)

    def charge(self, lines: Sequence[BillLine]) -> None:
        """Take money from the balance and put it on the bill.

        Raises:
            Refusal: 1008, not enough is left; nothing is taken.
        """
        price_usd = sum(line.usd for line in lines)
        balance = self.switches.balance_usd
        if balance is not None:
            if price_usd > balance:
                raise Refusal(1008)
            self.switches.balance_usd = balance - price_usd
        for line in lines:
            self.ledger.enter(line)

    def flag(self, endpoint: str, text: str) -> int:
        """Answer the type the content check reports for this call; 0 is clean."""
        fault = self.faults.take_content(endpoint, FaultKind.FLAG)
        return fault.code if fault is not None else flag_type(text)

    def perhaps_cut(self, endpoint: str, spoken: Spoken) -> Spoken:
        """Cut the sound short if that is planned."""
        if self.faults.take_content(endpoint, FaultKind.SHORT_AUDIO) is None:
            return spoken
        cut = np.asarray(spoken.pcm[: int(SHORT_AUDIO_SECONDS * spoken.rate)], np.float32)
        return Spoken(cut, spoken.rate, spoken.stock_sentence)

    def link_to(
        self,
        endpoint: str,
        content: bytes,
        suffix: str,
        base_url: str,
        lifetime: timedelta | None = None,
    ) -> str:
        """Store something and sign a link to it."""
        now = self.clock.now()
        lifetime = lifetime or timedelta(seconds=self.switches.link_seconds)
        if self.faults.take_content(endpoint, FaultKind.EXPIRED_LINK) is not None:
            lifetime = timedelta(seconds=-1)
        name = self.store.keep(content, suffix, now)
        return self.store.link(base_url, name, now + lifetime)


def refuse_invisible(text: str) -> None:
    """Refuse text of which more than a tenth shows nothing.

    Raises:
        Refusal: 1042.
    """
    if invisible_ratio(text) > MOST_INVISIBLE:
        raise Refusal(1042)
