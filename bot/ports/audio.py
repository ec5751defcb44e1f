"""Audio: looking at notes, and making samples and bubbles."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from bot.domain.samples import Bubble, NoteReport, Sample


class AudioPrep(Protocol):
    """Looks at notes, and makes samples and bubbles of them. Files in, files out."""

    async def inspect(self, note: Path) -> NoteReport: ...

    async def prepare(self, notes: Sequence[Path], to: Path, *, best_part: bool) -> Sample:
        """Join `notes` into the sample at `to`.

        `best_part` allows cutting to the five minutes with most speech.

        Raises:
            NoteRefused: the audio is not worth money; the report says why.
        """
        ...

    async def prepare_prompt(self, note: Path, to: Path) -> Sample:
        """Make the prompt clip at `to`.

        Raises:
            PromptRefused: it is not 5 to 8 s of speech.
        """
        ...

    async def bubble(self, audio: Path, to: Path) -> Bubble:
        """Make a bubble of `audio` at `to`; what is Ogg/Opus already is not coded again."""
        ...

    async def recordings(self, audio: Path, folder: Path) -> list[Bubble]:
        """Cut long `audio` at pauses into Ogg/Opus files of at most 20 minutes in `folder`."""
        ...
