"""Uploads, and what can be done with them later: the `/v1/files/…` endpoints."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import get_args

from aiohttp import BodyPartReader, web

from bot.sandbox.minimax.answers import Json, invalid, success
from bot.sandbox.minimax.desk import Desk
from bot.sandbox.minimax.gate import read_json
from bot.sandbox.minimax.library import StoredFile
from bot.sandbox.minimax.requests import FileDeletion, parse
from bot.sandbox.minimax.vocabulary import FilePurpose, UploadPurpose

LARGEST_UPLOAD = 20 * 1024 * 1024
"""Bytes: "no larger than 20 MB", read generously."""

LONG_SPEECH_LINK = timedelta(hours=9)
"""How long the link to a long speech works (file-management pages)."""

_UPLOADED = frozenset(get_args(UploadPurpose))
_LISTED = frozenset(get_args(FilePurpose))
_CHUNK = 1 << 16


@dataclass
class _Received:
    purpose: str | None = None
    filename: str | None = None
    size: int = 0


class FileEndpoints:
    """Keeps uploaded bytes in a folder; looks into them only when a voice is cloned."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def upload(self, request: web.Request) -> Json:
        """`POST /v1/files/upload`: multipart with `purpose` and `file`, in either order."""
        if not request.content_type.startswith("multipart/"):
            raise invalid("Content-Type must be multipart/form-data")
        file_id = self._desk.files.new_id()
        path = self._desk.folder / str(file_id)
        try:
            received = await _receive(request, path)
            file = self._checked(received, file_id, path)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        self._desk.files.add(file)
        self._desk.ledger.uploads += 1
        return success({"file": file.as_json()})

    async def delete(self, request: web.Request) -> Json:
        """`POST /v1/files/delete`."""
        body = parse(FileDeletion, await read_json(request))
        file = self._desk.files.find(body.file_id, body.purpose)
        if file is None:
            raise invalid("file_id not exist")
        self._desk.files.remove(file)
        self._desk.ledger.file_deletions += 1
        return success({"file_id": file.file_id})

    async def list_files(self, request: web.Request) -> Json:
        """`GET /v1/files/list?purpose=…`; nothing to list is null."""
        purpose = request.query.get("purpose", "")
        if purpose not in _LISTED:
            raise invalid("purpose")
        files = [file.as_json() for file in self._desk.files.of_purpose(purpose)]
        return success({"files": files or None})

    async def retrieve(self, request: web.Request) -> Json:
        """`GET /v1/files/retrieve?file_id=…`, with a link to the bytes."""
        file_id = request.query.get("file_id", "")
        file = self._desk.files.find(int(file_id)) if file_id.isdecimal() else None
        if file is None:
            raise invalid("file_id not exist")
        content = await self._desk.in_thread(file.path.read_bytes)
        suffix = Path(file.filename).suffix.removeprefix(".").lower()
        base_url = str(request.url.origin())
        lifetime = LONG_SPEECH_LINK if file.purpose == "t2a_async" else None
        link = self._desk.link_to("files/retrieve", content, suffix or "bin", base_url, lifetime)
        return success({"file": {**file.as_json(), "download_url": link}})

    def _checked(self, received: _Received, file_id: int, path: Path) -> StoredFile:
        if received.purpose is None or received.purpose not in _UPLOADED:
            raise invalid("purpose")
        if received.filename is None:
            raise invalid("file is required")
        return StoredFile(
            file_id=file_id,
            size=received.size,
            created_at=self._desk.clock.now(),
            filename=received.filename,
            purpose=received.purpose,
            path=path,
        )


async def _receive(request: web.Request, path: Path) -> _Received:
    received = _Received()
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                raise invalid("nested multipart")
            if part.name == "purpose":
                received.purpose = await part.text()
            elif part.name == "file" and part.filename:
                received.filename = part.filename
                received.size = await _write(part, path)
    except ValueError as error:
        raise invalid("the body is no multipart form") from error
    return received


async def _write(part: BodyPartReader, path: Path) -> int:
    size = 0
    with path.open("wb") as target:
        while chunk := await part.read_chunk(_CHUNK):
            size += len(chunk)
            if size > LARGEST_UPLOAD:
                raise invalid("file size exceeds 20MB")
            target.write(chunk)
    return size
