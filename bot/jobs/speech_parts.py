"""Speak one part of a text: ask again whether it may be, call, and make a bubble of what came.

The call and what is made of it are steps of their own, so that what was charged is known whatever
becomes of the audio here.
"""

from collections.abc import Sequence
from typing import Any, Final

from bot.domain.errors import MynaError, NoLongerKept, SpeechTooShort, SpeechUnsaved
from bot.domain.money import PriceList, billed_characters
from bot.domain.outcomes import SpeechProgress
from bot.domain.samples import Bubble
from bot.domain.speeches import Speech
from bot.jobs.billing import Charged
from bot.jobs.run import Run
from bot.jobs.speech_files import SpeechFiles, Spoken
from bot.jobs.steps import Retry, Step
from bot.ports import Notifier, SpeechStore, VoiceStore
from bot.services.choosing import ChooseVoice
from bot.services.house_rules import HouseRules

# A repeat after an answer that was lost may be billed twice (docs/minimax.md), so there are few.
_SERVICE: Final = Retry(attempts=3, first=2.0, longest=60.0)

# 1200 characters were never reported to take half a minute; in a rush it waits its turn below
# the provider's rate limit first.
SPEAK_SECONDS: Final = 600.0
CONVERT_SECONDS: Final = 300.0


class SpeechParts:
    """Turns the parts of a speech into bubbles, one after the other."""

    def __init__(
        self,
        *,
        choose: ChooseVoice,
        house: HouseRules,
        speeches: SpeechStore,
        voices: VoiceStore,
        files: SpeechFiles,
        notifier: Notifier,
        prices: PriceList,
    ) -> None:
        self._choose = choose
        self._house = house
        self._speeches = speeches
        self._voices = voices
        self._files = files
        self._notifier = notifier
        self._prices = prices

    async def speak(
        self, run: Run, speech: Speech, part: int, text: str, *, expected: int
    ) -> tuple[Spoken, MynaError | None]:
        """Speak one part, once more where much too little came; return what stops it, if anything.

        `expected` is what the parts before it were to cost, in micro-dollars.

        Raises:
            MynaError: nothing was charged.
        """
        charged: tuple[Charged, ...] = ()
        for again in ("", " again"):
            step = Step(f"speak {part}{again}", timeout=SPEAK_SECONDS, retry=_SERVICE)
            # The second call is no part of what is held: it is the operator's loss.
            left = None if charged or speech.order.fresh else speech.held - expected
            try:
                kept = await run.step(step, self._speak, speech, part, text, left)
                spoken = Spoken.from_json(kept)
                if spoken.bubble is not None:
                    return spoken, None
                charged += spoken.charged
                made = await run.step(_convert(part, again), self._convert, speech, part, text)
            except SpeechUnsaved as error:
                return Spoken(None, (*charged, (error.characters, error.reference))), error
            except MynaError as error:
                if not charged:
                    raise
                return Spoken(None, charged), error
            if made is not None:
                return Spoken(Bubble.from_json(made), charged), None
        return Spoken(None, charged), _too_short(charged)

    def price(self, speech: Speech, text: str) -> int:
        """Return what one part was to cost when money was held for it, in micro-dollars."""
        return self._prices.of(speech.order.settings.model, billed_characters(text))

    async def count_call(self, speech: Speech, part: int) -> None:
        """Show how far it is, and count the call that is about to be sent."""
        await self._progress(speech, part + 1)
        await self._speeches.count_call(speech.key, part)

    async def _speak(
        self, speech: Speech, part: int, text: str, left: int | None
    ) -> dict[str, Any]:
        """Speak, or take it from the cache; where it has to be new, `left` is None."""
        await self.check_leave(speech)
        if left is not None:
            known = await self._files.find(speech, part, text)
            if known is not None:
                return Spoken(known).to_json()
            await self.check_held(speech, text, left)
        await self.count_call(speech, part)
        return Spoken(None, (await self._files.speak(speech, part, text),)).to_json()

    async def check_leave(self, speech: Speech) -> None:
        """Check that the voice may still speak: it may have been taken back since.

        Raises:
            Banned: who asked was banned meanwhile.
            VoiceUnknown, VoiceNotReady, VoiceIsLost: it may not.
        """
        await self._house.check_ban(speech.order.server, speech.order.asker)
        key = speech.order.voice.key
        if key is not None:
            await self._choose.still(key, speech.order.scopes, speech.label)

    async def check_held(self, speech: Speech, text: str, left: int) -> None:
        """Check that money is held for this call: none is for what was to come from the cache.

        Raises:
            NoLongerKept: there is none.
        """
        key, fee = speech.order.voice.key, 0
        if key is not None and (await self._voices.get(key)).used_at is None:
            fee = self._prices.clone_fee
        if self.price(speech, text) + fee > left:
            raise NoLongerKept

    async def _convert(self, speech: Speech, part: int, text: str) -> dict[str, Any] | None:
        bubble = await self._files.bubble(speech, part, text)
        return None if bubble is None else bubble.to_json()

    async def _progress(self, speech: Speech, part: int) -> None:
        waiting = self._files.calls_waiting()
        place_in_line = waiting + 1 if waiting else 0
        shown = SpeechProgress(speech.label, speech.parts, part, place_in_line)
        await self._notifier.progress(speech.order.address, shown)


def _convert(part: int, again: str) -> Step:
    return Step(f"convert {part}{again}", timeout=CONVERT_SECONDS, retry=Retry(attempts=2))


def _too_short(charged: Sequence[Charged]) -> SpeechTooShort:
    characters, trace_id = charged[-1]
    return SpeechTooShort(characters=characters, reference=trace_id)
