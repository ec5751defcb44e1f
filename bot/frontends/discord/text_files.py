"""Read a text file that came with a command: hosts and size as for notes, UTF-8 only."""

import asyncio
import tempfile
from pathlib import Path
from typing import Final

import discord

from bot.domain.errors import NoteTooBig, TextFileUnusable
from bot.frontends.discord.addresses import note
from bot.ports import NoteSource

TEXT_FILE_MAX_BYTES: Final = 400_000
"""Twice what 50 000 characters of any script take in UTF-8."""


async def read_text(attachment: discord.Attachment, notes: NoteSource) -> str:
    """Return the text in an attachment.

    Raises:
        TextFileUnusable: it is too big, or no text in UTF-8.
        NoteMissing, FaceDown: it could not be fetched.
    """
    if attachment.size > TEXT_FILE_MAX_BYTES:
        raise TextFileUnusable
    with tempfile.TemporaryDirectory(prefix="myna-text-") as folder:
        file = Path(folder) / "text"
        try:
            await notes.fetch(note(attachment), file, limit=TEXT_FILE_MAX_BYTES)
        except NoteTooBig as error:
            raise TextFileUnusable from error
        content = await asyncio.to_thread(file.read_bytes)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TextFileUnusable from error
    if "\x00" in text:
        raise TextFileUnusable
    return text
