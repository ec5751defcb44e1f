"""The service's own voices: asked for now and then, kept in memory, found by name or language."""

import logging
from datetime import datetime, timedelta
from itertools import chain, islice
from typing import Final

from bot.domain.errors import MynaError
from bot.domain.speech import LANGUAGES
from bot.domain.speeches import StockVoice
from bot.ports import Clock, SpeechApi

FRESH_FOR: Final = timedelta(hours=6)
"""The list changes every few months (docs/minimax.md)."""

log = logging.getLogger(__name__)


class StockVoices:
    """Some 300 voices in memory; where the service does not answer, the last list goes on.

    Reading never waits for the service: suggestions are asked for with every key that is pressed.
    """

    def __init__(self, speech: SpeechApi, *, now: Clock) -> None:
        self._speech = speech
        self._now = now
        self._voices: tuple[StockVoice, ...] = ()
        self._ask_at: datetime | None = None

    def get(self, name: str) -> StockVoice | None:
        """Return the voice of that id or name, in any case."""
        wanted = name.strip().casefold()
        for voice in self._voices:
            if voice.voice_id == name:
                return voice
        return next((voice for voice in self._voices if voice.name.casefold() == wanted), None)

    def find(self, typed: str, *, limit: int, first: str | None = None) -> list[StockVoice]:
        """Return at most `limit` voices whose name, a word of it, or language begins so.

        Those of the language `first` come before the others.
        """
        wanted = typed.strip().casefold()
        before = (voice for voice in self._voices if voice.language == first)
        after = (voice for voice in self._voices if voice.language != first)
        matching = (voice for voice in chain(before, after) if _matches(voice, wanted))
        return list(islice(matching, max(0, limit)))

    async def refresh(self) -> None:
        """Ask for the list unless it is fresh; never raises."""
        if self._ask_at is not None and self._now() < self._ask_at:
            return
        try:
            await self.ask()
        except MynaError as error:
            log.warning("the stock voices could not be listed: %s", type(error).__name__)

    async def ask(self) -> None:
        """Ask for the list: free, and refused without a good key.

        Raises:
            MynaError: why there is no answer.
        """
        found = await self._speech.stock_voices()
        self._voices = tuple(sorted(found, key=lambda voice: (voice.language or "~", voice.name)))
        self._ask_at = self._now() + FRESH_FOR


def _matches(voice: StockVoice, wanted: str) -> bool:
    language = LANGUAGES.get(voice.language or "")
    names = [voice.name, *voice.name.split(), *(voice.language or "").split()]
    tags = () if language is None else language.tags
    labels = [] if language is None else [language.label]
    return any(name.casefold().startswith(wanted) for name in (*names, *labels)) or wanted in tags
