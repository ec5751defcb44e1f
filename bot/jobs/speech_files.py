"""The files of a speech while it is made: spoken, or taken from the cache."""

import asyncio
import logging
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.domain.errors import FormatRefused, PreviewLost, SpeechTooShort
from bot.domain.samples import Bubble
from bot.domain.speeches import Speech, SpeechKey
from bot.domain.texts import is_too_short
from bot.jobs.billing import Charged
from bot.jobs.names import folder_for
from bot.ports import AudioPrep, SpeechAnswer, SpeechApi, SpeechCache, SpeechCall, SpeechFormat
from bot.services.speaking import call_for

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Spoken:
    """One part as the step keeps it.

    Attributes:
        bubble: what is to be posted; None where what came was too short.
        charged: for each call that was charged, its characters and trace id; the last is what
            the bubble is made of.
        seconds: how long the audio was.
    """

    bubble: Bubble | None
    charged: tuple[Charged, ...] = ()
    seconds: float = 0.0

    @property
    def is_cached(self) -> bool:
        """Say whether no call was needed."""
        return not self.charged

    def to_json(self) -> dict[str, Any]:
        """Return plain values that `from_json` takes back."""
        return {
            "bubble": None if self.bubble is None else self.bubble.to_json(),
            "charged": [list(each) for each in self.charged],
            "seconds": self.seconds,
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Spoken":
        """Return what `to_json` wrote."""
        bubble = stored["bubble"]
        return cls(
            None if bubble is None else Bubble.from_json(bubble),
            tuple((characters, trace_id) for characters, trace_id in stored["charged"]),
            stored["seconds"],
        )


class SpeechFiles:
    """One folder for each speech under `folder`."""

    def __init__(
        self, *, folder: Path, speech: SpeechApi, audio: AudioPrep, cache: SpeechCache
    ) -> None:
        self._folder = folder
        self._speech = speech
        self._audio = audio
        self._cache = cache

    async def speak(self, speech: Speech, part: int, text: str, *, fresh: bool) -> Spoken:
        """Speak one part, or take it from the cache unless it is to be `fresh`.

        Raises:
            MynaError: as `SpeechApi.speak` does.
        """
        call = call_for(speech.voice_id, text, speech.order.settings)
        target = self.file(speech.key, f"part{part}.ogg")
        if not fresh:
            known = await self._cache.find(call, target)
            if known is not None:
                return Spoken(known, seconds=known.seconds)
        spoken = await self._call(call, target)
        if spoken.bubble is None or is_too_short(spoken.seconds, text, call.settings.speed):
            log.warning("%s: %.2f s are too short for part %d", speech.key, spoken.seconds, part)
            return replace(spoken, bubble=None)
        await self._cache.keep(call, spoken.bubble)
        return spoken

    async def again(self, speech: Speech, text: str, bubble: Bubble) -> Bubble:
        """Return the bubble, from the cache where its file was lost.

        Raises:
            PreviewLost: it is not there either.
        """
        if bubble.path.is_file():
            return bubble
        call = call_for(speech.voice_id, text, speech.order.settings)
        known = await self._cache.find(call, self.file(speech.key, bubble.path.name))
        if known is None:
            raise PreviewLost(reason="its file is gone")
        return known

    def calls_waiting(self) -> int:
        """Return how many calls wait for their turn below the provider's rate limit."""
        return self._speech.calls_waiting()

    async def recordings(self, key: SpeechKey, file_id: int) -> list[Bubble]:
        """Fetch a recording and cut it into what can be posted."""
        whole = self.file(key, "recording.mp3")
        if not whole.is_file():
            part = whole.with_suffix(".part")
            await self._speech.fetch_recording(file_id, part)
            part.replace(whole)
        return await self._audio.recordings(whole, whole.parent)

    async def clear(self, key: SpeechKey) -> None:
        """Remove every file of the speech."""
        await asyncio.to_thread(shutil.rmtree, self._of(key), ignore_errors=True)

    def file(self, key: SpeechKey, name: str) -> Path:
        """Return the path of a file of the speech; its folder is there."""
        folder = self._of(key)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder / name

    def _of(self, key: SpeechKey) -> Path:
        return self._folder / folder_for(key)

    async def _call(self, call: SpeechCall, target: Path) -> Spoken:
        raw = target.with_suffix(".raw")
        try:
            answer = await self._spoken(call, raw)
        except SpeechTooShort as error:
            return Spoken(None, ((error.characters, error.reference),))
        charged = ((answer.charged_characters, answer.trace_id),)
        try:
            bubble = await self._audio.bubble(raw, target)
        except PreviewLost:
            return Spoken(None, charged)
        return Spoken(bubble, charged, bubble.seconds)

    async def _spoken(self, call: SpeechCall, to: Path) -> SpeechAnswer:
        try:
            return await self._speech.speak(call, to)
        except FormatRefused:
            # Opus came in spring 2026; an older deployment still speaks mp3.
            return await self._speech.speak(replace(call, audio_format=SpeechFormat.MP3), to)
