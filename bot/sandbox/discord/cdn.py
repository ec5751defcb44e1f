"""The file store behind cdn.discordapp.com: signed links that run out and files that go away."""

import hashlib
import hmac
import mimetypes
import re
import struct
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote, unquote

from aiohttp import web

from bot.sandbox.discord.ids import Snowflakes, WallClock
from bot.sandbox.discord.wire import JsonObject, UploadedFile

UPLOAD_LIMIT_BYTES = 10 * 1024 * 1024
"""What may be uploaded without any boost (Discord help centre, "File Attachments")."""

LINK_LIFE_SECONDS = 86_400
"""A signed link lives about a day (Discord API, "Signed Attachment CDN URLs")."""

UNSIGNED = "unsigned-cdn:"
"""Marks a link in stored objects; it is signed anew whenever the object is shown to somebody."""

_NO_TYPE = ("", "application/octet-stream")
_AUDIO_TYPES = {
    ".ogg": "audio/ogg",
    ".oga": "audio/ogg",
    ".opus": "audio/ogg",
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
    ".wav": "audio/x-wav",
    ".flac": "audio/flac",
}
_PNG_START = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
"""Width and height follow (PNG specification, "IHDR Image header")."""
_OTHER_TYPES = mimetypes.MimeTypes()  # without the tables of the machine, which differ


def content_type_of(file: UploadedFile) -> str:
    """Return the type Discord shows: it looks for itself where the client has not said."""
    if file.content_type not in _NO_TYPE:
        return file.content_type
    known = _AUDIO_TYPES.get(PurePosixPath(file.name).suffix.lower())
    return known or _OTHER_TYPES.guess_type(file.name)[0] or "application/octet-stream"


class FileStore:
    """Keeps uploaded files and signs links to them."""

    def __init__(
        self, clock: WallClock, snowflakes: Snowflakes, key: bytes, upload_limit: int
    ) -> None:
        self.upload_limit = upload_limit
        self._clock = clock
        self._snowflakes = snowflakes
        self._key = key
        self._files: dict[str, UploadedFile] = {}

    def attach(self, channel_id: str, file: UploadedFile, *, ephemeral: bool) -> JsonObject:
        """Store ``file`` and return Discord's attachment object for it, with unsigned links."""
        attachment_id = self._snowflakes.next()
        folder = "ephemeral-attachments" if ephemeral else "attachments"
        name = re.sub(r"[^\w.\-]", "_", file.name)
        path = f"/{folder}/{channel_id}/{attachment_id}/{name}"
        content_type = content_type_of(file)
        self._files[path] = UploadedFile(name, file.data, content_type)
        link = f"{UNSIGNED}{path}"
        attachment: JsonObject = {
            "id": attachment_id,
            "filename": name,
            "size": len(file.data),
            "url": link,
            "proxy_url": link,
            "content_type": content_type,
        }
        if ephemeral:
            attachment["ephemeral"] = True
        if file.data.startswith(_PNG_START):
            width, height = struct.unpack_from(">II", file.data, len(_PNG_START))
            attachment |= {"width": width, "height": height}
        return attachment

    def read(self, path: str) -> bytes:
        """Return the bytes stored under ``path``.

        Raises:
            KeyError: nothing is stored there.
        """
        return self._files[unquote(path)].data

    def delete(self, path: str) -> None:
        """Take the file away, so that its link answers 404 from now on."""
        del self._files[unquote(path)]

    def sign(self, path: str, origin: str) -> str:
        """Return a link to ``path`` below ``origin`` that works for a day from now."""
        issued = int(self._clock())
        expires = issued + LINK_LIFE_SECONDS
        query = f"ex={expires:x}&is={issued:x}&hm={self._mac(path, f'{expires:x}', f'{issued:x}')}"
        return f"{origin}{quote(path)}?{query}&"

    def show(self, value: Any, origin: str) -> Any:  # noqa: ANN401  any JSON value in, the same out
        """Return a copy of a JSON value with every link in it signed."""
        if isinstance(value, dict):
            return {key: self.show(item, origin) for key, item in value.items()}
        if isinstance(value, list):
            return [self.show(item, origin) for item in value]
        if isinstance(value, str) and value.startswith(UNSIGNED):
            return self.sign(value.removeprefix(UNSIGNED), origin)
        return value

    async def serve(self, request: web.Request) -> web.Response:
        """Answer a download: 403 for a link that is unsigned, forged or too old, 404 if gone."""
        if not self._is_valid(request.path, request.query):
            return web.Response(status=403, text="This content is no longer available.")
        file = self._files.get(request.path)
        if file is None:
            return web.Response(status=404, text="This content is no longer available.")
        return web.Response(body=file.data, headers={"Content-Type": file.content_type})

    def _is_valid(self, path: str, query: Mapping[str, str]) -> bool:
        expires, issued = query.get("ex", ""), query.get("is", "")
        expected = self._mac(path, expires, issued)
        if not hmac.compare_digest(expected.encode(), query.get("hm", "").encode()):
            return False
        return self._clock() < int(expires, 16)

    def _mac(self, path: str, expires: str, issued: str) -> str:
        signed = f"{path}?{expires}&{issued}".encode()
        return hmac.new(self._key, signed, hashlib.sha256).hexdigest()
