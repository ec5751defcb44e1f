"""The files of a speech while it is made: spoken and made a bubble, or taken from the cache."""

import asyncio
import logging
import shutil
from collections.abc import Sequence
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
from bot.services.recordings import file_call, kept_files, recording_call
from bot.services.speaking import call_for

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Spoken:
    """What became of one part.

    Attributes:
        bubble: what is to be posted; None where there is none yet, or what came was too short.
        charged: for each call that was charged, its characters and trace id; the last is what
            the bubble is made of.
    """

    bubble: Bubble | None
    charged: tuple[Charged, ...] = ()

    @property
    def is_cached(self) -> bool:
        """Say whether no call was needed."""
        return not self.charged

    def to_json(self) -> dict[str, Any]:
        """Return plain values that `from_json` takes back."""
        return {
            "bubble": None if self.bubble is None else self.bubble.to_json(),
            "charged": [list(each) for each in self.charged],
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Spoken":
        """Return what `to_json` wrote."""
        bubble = stored["bubble"]
        return cls(
            None if bubble is None else Bubble.from_json(bubble),
            tuple((characters, trace_id) for characters, trace_id in stored["charged"]),
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

    async def find(self, speech: Speech, part: int, text: str) -> Bubble | None:
        """Return the part's bubble from the cache, or None."""
        return await self._cache.find(self._call(speech, text), self._target(speech.key, part))

    async def speak(self, speech: Speech, part: int, text: str) -> Charged:
        """Have one part spoken, for `bubble` to make something of; return what it was charged.

        Raises:
            MynaError: as `SpeechApi.speak` does, but for an answer without audio.
        """
        call = self._call(speech, text)
        raw = _raw(self._target(speech.key, part))
        await asyncio.to_thread(raw.unlink, missing_ok=True)
        try:
            answer = await self._spoken(call, raw)
        except SpeechTooShort as error:
            return error.characters, error.reference
        return answer.charged_characters, answer.trace_id

    async def bubble(self, speech: Speech, part: int, text: str) -> Bubble | None:
        """Make a bubble of what was spoken; None where that is much too short, or no audio.

        Raises:
            MynaError: it cannot be made here and now.
        """
        call, target = self._call(speech, text), self._target(speech.key, part)
        raw = _raw(target)
        if not await asyncio.to_thread(raw.is_file):
            return None
        try:
            bubble = await self._audio.bubble(raw, target)
        except PreviewLost:
            return None
        if is_too_short(bubble.seconds, text, call.settings.speed):
            log.warning("%s: %.2f s are too short for part %d", speech.key, bubble.seconds, part)
            return None
        await self._cache.keep(call, bubble)
        return bubble

    async def again(self, speech: Speech, text: str, bubble: Bubble) -> Bubble:
        """Return the bubble, from the cache where its file was lost.

        Raises:
            PreviewLost: it is not there either.
        """
        if bubble.path.is_file():
            return bubble
        call = self._call(speech, text)
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

    async def kept_recording(self, speech: Speech) -> list[Bubble] | None:
        """Return the files of a recording from the cache, or None unless all are there."""
        kept = await kept_files(self._cache, self._recording_call(speech))
        if kept is None:
            return None
        found = [
            await self._cache.find(call, self.file(speech.key, f"kept{number}.ogg"))
            for number, call in enumerate(kept)
        ]
        there = [bubble for bubble in found if bubble is not None]
        return there if len(there) == len(kept) else None

    async def keep_recording(self, speech: Speech, bubbles: Sequence[Bubble]) -> None:
        """Keep the files of a recording, so that the same text costs nothing for some time."""
        call = self._recording_call(speech)
        for number, bubble in enumerate(bubbles):
            is_last = number == len(bubbles) - 1
            await self._cache.keep(file_call(call, number, is_last=is_last), bubble)

    def _recording_call(self, speech: Speech) -> SpeechCall:
        return recording_call(speech.voice_id, speech.order.text, speech.order.settings)

    async def forget_voice(self, voice_id: str) -> None:
        """Drop what is kept of a voice that was deleted while it spoke."""
        await self._cache.forget_voice(voice_id)

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

    def _target(self, key: SpeechKey, part: int) -> Path:
        return self.file(key, f"part{part}.ogg")

    def _call(self, speech: Speech, text: str) -> SpeechCall:
        return call_for(speech.voice_id, text, speech.order.settings)

    async def _spoken(self, call: SpeechCall, to: Path) -> SpeechAnswer:
        try:
            return await self._speech.speak(call, to)
        except FormatRefused:
            # Opus came in spring 2026; an older deployment still speaks mp3.
            return await self._speech.speak(replace(call, audio_format=SpeechFormat.MP3), to)


def _raw(target: Path) -> Path:
    return target.with_suffix(".raw")
