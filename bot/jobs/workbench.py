"""The files of a job while it runs: fetched, prepared, and made again where they were lost."""

import asyncio
import shutil
from pathlib import Path
from typing import Final

from bot.domain.people import NoteRef
from bot.domain.samples import NOTE_MAX_BYTES, Bubble, Sample
from bot.domain.voices import CloneOrder, VoiceKey
from bot.jobs.names import folder_for
from bot.ports import AudioPrep, NoteSource, SpeechApi

_PART: Final = ".part"


class Workbench:
    """One folder for each job under `folder`. A file under its own name is whole."""

    def __init__(
        self, *, folder: Path, notes: NoteSource, audio: AudioPrep, speech: SpeechApi
    ) -> None:
        self._folder = folder
        self._notes = notes
        self._audio = audio
        self._speech = speech

    async def fetch_notes(self, order: CloneOrder) -> list[Path]:
        """Fetch the notes that are not here yet; return all, in order.

        Raises:
            NoteMissing, NoteTooBig, FaceDown: as `NoteSource.fetch` does.
        """
        files = [
            await self._fetch(order, note, f"note{number}")
            for number, note in enumerate(order.notes)
        ]
        if order.prompt is not None:
            await self._fetch(order, order.prompt, "prompt-note")
        return files

    async def prepare(self, order: CloneOrder) -> Sample:
        """Make the sample.

        Raises:
            NoteRefused: the audio is not worth money.
        """
        notes = await self.fetch_notes(order)
        return await self._audio.prepare(
            notes, self._file(order.key, "sample"), best_part=order.best_part
        )

    async def sample_again(self, order: CloneOrder, sample: Sample) -> Sample:
        """Return the sample, made again where its file was lost."""
        if sample.path.is_file() and sample.path.stat().st_size == sample.size:
            return sample
        return await self.prepare(order)

    async def sample_bubble(self, order: CloneOrder, sample: Sample) -> Bubble:
        """Return the sample as something that can be played in a chat."""
        there = await self.sample_again(order, sample)
        return await self._audio.bubble(there.path, self._file(order.key, "sample.ogg"))

    async def prepare_prompt(self, order: CloneOrder) -> Sample:
        """Make the prompt clip.

        Raises:
            PromptRefused: it is not usable.
        """
        assert order.prompt is not None
        note = await self._fetch(order, order.prompt, "prompt-note")
        return await self._audio.prepare_prompt(note, self._file(order.key, "prompt"))

    async def bubble(self, order: CloneOrder, url: str) -> Bubble:
        """Make the bubble of the preview behind `url`, which is fetched once."""
        preview = self._file(order.key, "preview")
        if not preview.is_file():
            part = preview.with_suffix(_PART)
            await self._speech.fetch_preview(url, part)
            part.replace(preview)
        return await self._audio.bubble(preview, self._file(order.key, "bubble.ogg"))

    async def bubble_again(self, order: CloneOrder, url: str, bubble: Bubble) -> Bubble:
        """Return the bubble, made again where its file was lost."""
        return bubble if bubble.path.is_file() else await self.bubble(order, url)

    async def clear(self, key: VoiceKey) -> None:
        """Remove every file of the job."""
        folder = self._folder / folder_for(key)
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    async def _fetch(self, order: CloneOrder, note: NoteRef, name: str) -> Path:
        file = self._file(order.key, name)
        if not file.is_file():
            part = file.with_suffix(_PART)
            await self._notes.fetch(note, part, limit=NOTE_MAX_BYTES)
            part.replace(file)
        return file

    def _file(self, key: VoiceKey, name: str) -> Path:
        folder = self._folder / folder_for(key)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder / name
