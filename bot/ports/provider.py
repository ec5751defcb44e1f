"""The speech service: what is asked of it, and what it answers."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from bot.domain.moderation import FlagKind
from bot.domain.speeches import SpeechSettings, StockVoice
from bot.domain.voices import CloneOptions


@dataclass(frozen=True, slots=True)
class CloneCall:
    """One call that clones: uploaded files by the provider's ids."""

    voice_id: str
    file_id: int
    options: CloneOptions
    prompt_file_id: int | None = None


@dataclass(frozen=True, slots=True)
class CloneAnswer:
    """What the provider answered; `preview_url` is signed: fetch it now, never log it."""

    preview_url: str | None = field(repr=False)
    charged_characters: int
    flag: FlagKind
    trace_id: str | None


class SpeechFormat(StrEnum):
    """What file speech is asked for in."""

    OPUS = "opus"  # Ogg/Opus: what a bubble is made of, so that nothing is coded twice
    FLAC = "flac"  # lossless, and what effects can be had in
    MP3 = "mp3"


@dataclass(frozen=True, slots=True)
class SpeechCall:
    """One call that speaks, with the provider's id of a voice."""

    voice_id: str
    text: str
    settings: SpeechSettings
    audio_format: SpeechFormat = SpeechFormat.OPUS


@dataclass(frozen=True, slots=True)
class SpeechAnswer:
    """What a call that spoke was charged."""

    charged_characters: int
    trace_id: str | None


@dataclass(frozen=True, slots=True)
class RecordingTask:
    """A long text that the provider speaks in its own time; `charged_characters` by its word."""

    task_id: str
    charged_characters: int
    trace_id: str | None


class SpeechApi(Protocol):
    """Clones voices, and speaks with them.

    Every method raises `bot.domain.errors`: `TemporaryError` where another try may help,
    `MemberError`, `PolicyError` or `OperatorError` where it will not.
    """

    async def upload_sample(self, sample: Path, *, filename: str) -> int: ...

    async def upload_prompt(self, prompt: Path, *, filename: str) -> int: ...

    async def clone(self, call: CloneCall) -> CloneAnswer | None:
        """Clone; None where the provider has this voice id already (code 2039)."""
        ...

    async def fetch_preview(self, url: str, to: Path) -> None: ...

    async def forget_sample(self, file_id: int) -> None: ...

    async def forget_prompt(self, file_id: int) -> None: ...

    async def delete_voice(self, voice_id: str) -> None:
        """Delete at the provider; a voice that is gone already counts as deleted."""
        ...

    async def speak(self, call: SpeechCall, to: Path) -> SpeechAnswer:
        """Speak into the file at `to`. Never repeated here: the first call may have been charged.

        Raises:
            VoiceLost: the provider no longer has the voice.
            FormatRefused: it does not speak in this format.
            SpeechTooShort: the answer has no audio at all.
            SpeechUnsaved: it was spoken and charged, and could not be written.
            ContentRefused: its content check refused the text or the audio.
        """
        ...

    async def begin_recording(self, call: SpeechCall) -> RecordingTask:
        """Have a long text (at most 50 000 characters) spoken as an mp3; answers at once."""
        ...

    async def recording_ready(self, task_id: str) -> int | None:
        """Return the file id of a recording, or None while it is being spoken.

        Raises:
            RecordingFailed: it came to nothing.
        """
        ...

    async def fetch_recording(self, file_id: int, to: Path) -> None:
        """Download a recording to `to`."""
        ...

    async def forget_recording(self, file_id: int) -> None:
        """Delete a recording at the provider."""
        ...

    def calls_waiting(self) -> int:
        """Return how many calls to speak wait for their turn below the provider's rate limit."""
        ...

    async def stock_voices(self) -> list[StockVoice]:
        """Return the service's own voices; free."""
        ...

    async def check(self) -> None:
        """Ask something free that needs a good key."""
        ...
