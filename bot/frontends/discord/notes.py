"""Fetch voice notes from Discord's file store, with limits on host, size and time."""

import asyncio
from http import HTTPStatus
from pathlib import Path
from typing import BinaryIO, Final

import aiohttp
import discord
from yarl import URL

from bot.domain.errors import FaceDown, NoteMissing, NoteTooBig
from bot.domain.people import NoteRef
from bot.frontends.discord.addresses import NotePlace
from bot.frontends.discord.errors import translated

HOSTS: Final = frozenset({"cdn.discordapp.com", "media.discordapp.net"})
"""Where Discord keeps attachments (Discord, image formatting and signed attachment URLs)."""

_FETCH_SECONDS: Final = 120.0
"""20 MB at 1.4 Mbit/s; a stuck download must not hold a job for ever."""
_CHUNK_BYTES: Final = 1 << 18
_GONE: Final = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.GONE})


class DiscordNotes:
    """Streams attachments to disk; reads the message again where a link has run out."""

    def __init__(
        self, client: discord.Client, session: aiohttp.ClientSession, *, proxy: str | None = None
    ) -> None:
        self._client = client
        self._session = session
        self._proxy = proxy

    async def fetch(self, note: NoteRef, to: Path, *, limit: int) -> None:
        """Write the note's bytes to `to`.

        Raises:
            NoteMissing: it was deleted, or can no longer be reached.
            NoteTooBig: more than `limit` bytes came.
            FaceDown: Discord did not answer.
        """
        place = NotePlace.from_token(note.token)
        with translated():
            async with asyncio.timeout(_FETCH_SECONDS):
                if await self._download(place.url, to, limit):
                    return
                fresh = await self._fresh_link(place)
                if not await self._download(fresh, to, limit):
                    raise NoteMissing

    async def _download(self, url: str, to: Path, limit: int) -> bool:
        """Return whether the link worked."""
        target = URL(url, encoded=True)  # re-encoding would break the link's signature
        if target.scheme != "https" or target.host not in HOSTS:
            raise NoteMissing
        async with self._session.get(
            target, proxy=self._proxy, allow_redirects=False, raise_for_status=False
        ) as response:
            if response.status in _GONE:
                return False
            if response.status != HTTPStatus.OK:
                raise FaceDown(reason=f"the file store answered {response.status}")
            await _save(response, to, limit)
        return True

    async def _fresh_link(self, place: NotePlace) -> str:
        """Return a newly signed link. An upload with a command has no message to ask for one."""
        if place.channel is None or place.message is None:
            raise NoteMissing
        channel = self._client.get_partial_messageable(place.channel)
        try:
            message = await channel.fetch_message(place.message)
        except (discord.NotFound, discord.Forbidden) as error:
            raise NoteMissing from error
        for attachment in message.attachments:
            if attachment.id == place.attachment:
                return attachment.url
        raise NoteMissing


async def _save(response: aiohttp.ClientResponse, to: Path, limit: int) -> None:
    declared = response.content_length or 0
    if declared > limit:
        raise NoteTooBig(bytes=declared, limit=limit)
    written = 0
    with await asyncio.to_thread(_opened, to) as file:
        async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
            written += len(chunk)
            if written > limit:
                raise NoteTooBig(bytes=written, limit=limit)
            await asyncio.to_thread(file.write, chunk)


def _opened(path: Path) -> BinaryIO:
    return path.open("wb")
