"""Say of a file whether Myna made it: by the digest that was kept when it was posted."""

import asyncio
import hashlib
import tempfile
from pathlib import Path
from typing import Final

from bot.domain.errors import NoteTooBig
from bot.domain.fingerprints import Fingerprint
from bot.domain.people import NoteRef
from bot.ports import FingerprintStore, NoteSource

POSTED_MAX_BYTES: Final = 10_000_000
"""More than any file that Myna posts; Discord's own limit for a bot's upload is as large."""


class VerifyAudio:
    """Anybody may ask. The file is read and hashed, never decoded."""

    def __init__(self, *, fingerprints: FingerprintStore, notes: NoteSource) -> None:
        self._fingerprints = fingerprints
        self._notes = notes

    async def verify(self, files: tuple[NoteRef, ...]) -> list[Fingerprint]:
        """Return what is remembered of those of the files that Myna posted.

        One that was cut, converted or recorded anew is another file, of which nothing is known.

        Raises:
            NoteMissing, FaceDown: a file could not be fetched.
        """
        known = [await self._known(file) for file in files]
        return [one for one in known if one is not None]

    async def _known(self, file: NoteRef) -> Fingerprint | None:
        with tempfile.TemporaryDirectory(prefix="myna-verify-") as folder:
            path = Path(folder) / "file"
            try:
                await self._notes.fetch(file, path, limit=POSTED_MAX_BYTES)
            except NoteTooBig:
                return None
            return await self._fingerprints.find(await digest_of(path))


async def digest_of(file: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""

    def digest() -> str:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()

    return await asyncio.to_thread(digest)
