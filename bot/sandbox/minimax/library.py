"""The account's files and voices, and how long each lives."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Protocol

from bot.sandbox.minimax.answers import Json
from bot.sandbox.minimax.switches import Switches
from bot.sandbox.minimax.system_voices import SYSTEM_VOICES
from bot.sandbox.voice import Spoken

UNUSED_LIFETIME = timedelta(hours=168)
"""A voice that no T2A call used within seven days is deleted (Voice cloning introduction)."""

_FILE_ID_DIGITS = 15  # as seen; the documented example has 18
_WIDE_FILE_ID_FLOOR = 2**53


class Speaker(Protocol):
    """Somebody who was learned from a sample and can say things."""

    def speak(self, text: str) -> Spoken:
        """Speak; blocking."""


@dataclass(frozen=True)
class StoredFile:
    """One upload."""

    file_id: int
    size: int  # bytes
    created_at: datetime
    filename: str
    purpose: str
    path: Path

    def as_json(self) -> Json:
        """Answer the FileObject of the file-management pages."""
        return {
            "file_id": self.file_id,
            "bytes": self.size,
            "created_at": int(self.created_at.timestamp()),
            "filename": self.filename,
            "purpose": self.purpose,
        }


class Files:
    """The uploads that were not deleted."""

    def __init__(self, chance: Random, switches: Switches) -> None:
        self._chance = chance
        self._switches = switches
        self._files: dict[int, StoredFile] = {}

    def new_id(self) -> int:
        """Draw an id: 15 digits, or above 2^53 when switched."""
        if self._switches.wide_file_ids:
            return self._chance.randrange(_WIDE_FILE_ID_FLOOR + 1, 2**62)
        return self._chance.randrange(10 ** (_FILE_ID_DIGITS - 1), 10**_FILE_ID_DIGITS)

    def add(self, file: StoredFile) -> None:
        """Keep an upload."""
        self._files[file.file_id] = file

    def find(self, file_id: int, purpose: str | None = None) -> StoredFile | None:
        """Answer an upload, if it is there and was made for this purpose."""
        file = self._files.get(file_id)
        if file is None or purpose not in {None, file.purpose}:
            return None
        return file

    def remove(self, file: StoredFile) -> None:
        """Forget an upload and its bytes."""
        del self._files[file.file_id]
        file.path.unlink(missing_ok=True)

    def forget(self, file: StoredFile) -> None:
        """Remove a file that may be gone already."""
        if file.file_id in self._files:
            self.remove(file)

    def of_purpose(self, purpose: str) -> list[StoredFile]:
        """List uploads, oldest first."""
        return [file for file in self._files.values() if file.purpose == purpose]


@dataclass(frozen=True)
class ClonedVoice:
    """A clone: inactive, hidden and mortal until first used."""

    voice_id: str
    created_at: datetime
    speaker: Speaker
    used: bool = False


class Voices:
    """The clones that live, and the ids that are burnt."""

    def __init__(self, switches: Switches) -> None:
        self._switches = switches
        self._voices: dict[str, ClonedVoice] = {}
        self._burnt: set[str] = set()

    def is_taken(self, voice_id: str, now: datetime) -> bool:
        """Say whether the id exists, belongs to a system voice, or is burnt."""
        self._bury_expired(now)
        return voice_id in self._voices or voice_id in self._burnt or voice_id in SYSTEM_VOICES

    def add(self, voice: ClonedVoice) -> None:
        """Keep a new clone."""
        self._voices[voice.voice_id] = voice

    def find(self, voice_id: str, now: datetime) -> ClonedVoice | None:
        """Answer a living clone."""
        self._bury_expired(now)
        return self._voices.get(voice_id)

    def make_permanent(self, voice: ClonedVoice) -> None:
        """Note the first use: from now on the voice is listed and never expires."""
        self._voices[voice.voice_id] = replace(voice, used=True)

    def delete(self, voice: ClonedVoice) -> None:
        """Remove a clone and burn its id."""
        del self._voices[voice.voice_id]
        self._burnt.add(voice.voice_id)

    def listed(self, now: datetime) -> list[ClonedVoice]:
        """List what `get_voice` shows: the clones that were used."""
        self._bury_expired(now)
        return [voice for voice in self._voices.values() if voice.used]

    def _bury_expired(self, now: datetime) -> None:
        for voice in list(self._voices.values()):
            if not voice.used and now >= voice.created_at + UNUSED_LIFETIME:
                del self._voices[voice.voice_id]
                if self._switches.burn_expired_ids:
                    self._burnt.add(voice.voice_id)
