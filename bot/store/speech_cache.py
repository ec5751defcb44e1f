"""Keeps what was spoken for some time in files, so that an identical request costs nothing.

Each voice has a folder, each speech one file in it: a digest, what is known of the bubble, and its
bytes. A file's modification time says when it was kept, its access time when it was last used;
both are set by the injected clock.
"""

import asyncio
import hashlib
import json
import logging
import os
import shutil
import struct
import tempfile
import threading
from base64 import b64decode
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from bot.domain.samples import Bubble
from bot.ports import Clock, SpeechCall

logger = logging.getLogger(__name__)

SUFFIX: Final = ".speech"
_DIGEST_BYTES: Final = hashlib.sha256().digest_size
_LENGTH: Final = struct.Struct("<I")


def entry_of(call: SpeechCall) -> Path:
    """Return where the call's speech is kept, relative to the cache: one file for each call."""
    settings = {name: _canonical(value) for name, value in call.settings.to_json().items()}
    whole = json.dumps([call.voice_id, call.text, settings, call.audio_format], sort_keys=True)
    return _folder_of(call.voice_id) / f"{hashlib.sha256(whole.encode()).hexdigest()}{SUFFIX}"


class FileSpeechCache:
    """Keeps speeches in `folder` for `keep_for`, in at most `at_most_bytes`.

    The least recently used go first. A `keep_for` of zero switches it off.
    """

    def __init__(
        self, folder: Path, *, keep_for: timedelta, at_most_bytes: int, now: Clock
    ) -> None:
        self._folder = folder
        self._keep_for = keep_for
        self._at_most_bytes = at_most_bytes
        self._now = now
        # Threads of this process take turns; what another process does at the same time costs no
        # more than a miss, or one entry above the limit until the next is kept.
        self._writing = threading.Lock()

    async def find(self, call: SpeechCall, to: Path) -> Bubble | None:
        """Copy what an identical call made to `to`, or return None.

        Raises:
            OSError: `to` cannot be written.
        """
        return await asyncio.to_thread(self._find, self._folder / entry_of(call), to)

    async def has(self, calls: Sequence[SpeechCall]) -> list[bool]:
        """Say for each call whether it would be found now, without reading what is kept."""
        return await asyncio.to_thread(
            lambda: [self._is_fresh(self._folder / entry_of(call)) for call in calls]
        )

    async def keep(self, call: SpeechCall, bubble: Bubble) -> None:
        """Keep a copy of the bubble; never raises for what goes wrong with files."""
        try:
            await asyncio.to_thread(self._keep, self._folder / entry_of(call), bubble)
        except OSError as error:
            logger.warning("A speech was not kept: %s", error.strerror or type(error).__name__)

    async def forget_voice(self, voice_id: str) -> None:
        """Drop everything that was spoken with the voice.

        Raises:
            OSError: It could not be deleted.
        """
        await asyncio.to_thread(self._forget, self._folder / _folder_of(voice_id))

    async def tidy(self) -> None:
        """Drop what has expired, and what is over the limit.

        Keeping does so too; this is for a start, and for times when nobody speaks.
        """
        await asyncio.to_thread(self._tidy)

    def _find(self, entry: Path, to: Path) -> Bubble | None:
        if not self._is_fresh(entry):
            return None
        try:
            content = entry.read_bytes()
            _touch(entry, used=self._now().timestamp(), kept=entry.stat().st_mtime)
        except OSError:  # it was forgotten or dropped a moment ago
            return None
        speech = _unpack(content, to)
        if speech is None:
            with suppress(OSError):
                entry.unlink()
            return None
        bubble, audio = speech
        _write(to, audio)
        return bubble

    def _is_fresh(self, entry: Path) -> bool:
        try:
            return self._lives(entry.stat().st_mtime)
        except OSError:
            return False

    def _lives(self, kept: float) -> bool:
        return self._now().timestamp() - kept < self._keep_for.total_seconds()

    def _keep(self, entry: Path, bubble: Bubble) -> None:
        if not self._keep_for:
            return
        content = _pack(bubble)
        if len(content) > self._at_most_bytes:
            return
        now = self._now().timestamp()
        with self._writing:
            for folder in (self._folder, entry.parent):  # `parents` would not get the mode
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write(entry, content, used=now, kept=now)
            self._trim()

    def _forget(self, folder: Path) -> None:
        with self._writing, suppress(FileNotFoundError):
            shutil.rmtree(folder)

    def _tidy(self) -> None:
        with self._writing:
            self._trim()

    def _trim(self) -> None:
        """Drop what has expired, then the least recently used until the rest fits."""
        left = 0
        for kept in sorted(_everything_in(self._folder), key=lambda kept: -kept.used):
            left += kept.size
            if left > self._at_most_bytes or not self._lives(kept.kept):
                left -= kept.size
                kept.path.unlink(missing_ok=True)
                with suppress(OSError):  # the voice has other speeches
                    kept.path.parent.rmdir()


@dataclass(frozen=True, slots=True)
class _Kept:
    """A file of the cache; times in seconds since the epoch."""

    path: Path
    size: int
    kept: float
    used: float


def _everything_in(folder: Path) -> Iterator[_Kept]:
    """Yield every file, also what a killed writer left half written: it ages like the others."""
    for path in folder.glob("*/*"):
        with suppress(FileNotFoundError):
            status = path.stat()
            yield _Kept(path, status.st_size, status.st_mtime, status.st_atime)


def _folder_of(voice_id: str) -> Path:
    return Path(hashlib.sha256(voice_id.encode()).hexdigest())


def _canonical(value: object) -> object:
    """Return numbers in one way: a speed of 1 is one of 1.0."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number else value  # type: ignore[arg-type]  # known to be a number


def _pack(bubble: Bubble) -> bytes:
    facts = {"seconds": bubble.seconds, "waveform": bubble.waveform_base64}
    head = json.dumps(facts).encode()
    body = b"".join((_LENGTH.pack(len(head)), head, bubble.path.read_bytes()))
    return hashlib.sha256(body).digest() + body


def _unpack(content: bytes, to: Path) -> tuple[Bubble, memoryview] | None:
    """Return the bubble as it will lie at `to`, and its bytes; None for a damaged entry."""
    digest, body = content[:_DIGEST_BYTES], memoryview(content)[_DIGEST_BYTES:]
    if hashlib.sha256(body).digest() != digest:
        return None
    # From here on it is what `_pack` wrote.
    (length,) = _LENGTH.unpack_from(body)
    audio_at = _LENGTH.size + length
    facts = json.loads(bytes(body[_LENGTH.size : audio_at]))
    waveform = b64decode(facts["waveform"])
    return Bubble(path=to, seconds=facts["seconds"], waveform=waveform), body[audio_at:]


def _write(
    to: Path, content: bytes | memoryview, *, used: float | None = None, kept: float | None = None
) -> None:
    """Write a file that only we may read, and that is there whole or not at all."""
    handle, name = tempfile.mkstemp(dir=to.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        if used is not None and kept is not None:
            _touch(part, used=used, kept=kept)
        part.replace(to)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _touch(path: Path, *, used: float, kept: float) -> None:
    os.utime(path, (used, kept))
