"""A client of MiniMax's voice cloning API. Knows nothing of this bot."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeVar

import aiohttp
from pydantic import BaseModel, ValidationError

from bot.minimax import limits
from bot.minimax.answers import Answer, bad_answer
from bot.minimax.download import DEFAULT_HOSTS, Downloader
from bot.minimax.errors import Endpoint, MiniMaxRefusal, MiniMaxUnreachable
from bot.minimax.models import (
    CloneRequest,
    CloneResult,
    Deletion,
    Purpose,
    UploadedFile,
    VoiceListing,
    VoiceType,
)
from bot.minimax.transport import Clock, Sleep, Transport

_Model = TypeVar("_Model", bound=BaseModel)

DEFAULT_RPM: Final[Mapping[str, int]] = MappingProxyType({Endpoint.CLONE: 60})
"""Requests per minute; the other endpoints' limits are unknown (docs/minimax.md, "Rate limits")."""

_PAUSE_SECONDS: Final = 0.5
_INVALID_PARAMETER: Final = 2013
_VOICE_GONE: Final = 2054


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds a call may take in all.

    Cloning was reported to take 5 to 30 s, with no upper bound known; 20 MB need 180 s on a
    line of 1 Mbit/s.
    """

    clone: float = 120.0
    upload: float = 180.0
    download: float = 60.0
    other: float = 30.0


class MiniMaxClient:
    """Uploads samples, clones voices, deletes both. One client per key: it keeps the rate limits.

    The session is the caller's to open and close. `requests_per_minute` is by `Endpoint`; those
    it does not name are not limited. Every method raises `MiniMaxUnreachable`,
    `MiniMaxBadAnswer` or `MiniMaxRefusal`; what they add is said with them.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        *,
        base_url: str,
        api_key: str,
        group_id: str | None = None,
        requests_per_minute: Mapping[str, int] = DEFAULT_RPM,
        timeouts: Timeouts = Timeouts(),
        download_hosts: Collection[str] = DEFAULT_HOSTS,
        clock: Clock = time.monotonic,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._transport = Transport(
            session,
            base_url=base_url,
            api_key=api_key,
            group_id=group_id,
            requests_per_minute=requests_per_minute,
            clock=clock,
            sleep=sleep,
        )
        self._downloader = Downloader(
            session, allowed_hosts=download_hosts, within=timeouts.download
        )
        self._timeouts = timeouts
        self._sleep = sleep

    def __repr__(self) -> str:
        return f"MiniMaxClient({self._transport!r})"

    async def upload(self, path: Path, *, purpose: Purpose, filename: str) -> UploadedFile:
        """Upload the file at `path`, read from disk as it is sent, under the name `filename`.

        A connection that failed is tried once more: a stray copy costs nothing.

        Raises:
            ValueError: the service takes no file of this name or size.
        """
        content_type = limits.content_type_of(filename)
        limits.check_upload_size((await asyncio.to_thread(path.stat)).st_size)

        async def send() -> Answer:
            # aiohttp closes the file; a second try needs a new one.
            file = await asyncio.to_thread(path.open, "rb")
            form = aiohttp.FormData({"purpose": purpose.value})
            form.add_field("file", file, filename=filename, content_type=content_type)
            try:
                return await self._transport.post(
                    Endpoint.UPLOAD, form=form, within=self._timeouts.upload
                )
            finally:
                await asyncio.to_thread(file.close)

        answer = await self._once_more_if_cut_off(send)
        return _read(UploadedFile, answer, Endpoint.UPLOAD, part="file")

    async def delete_file(self, file_id: int, *, purpose: Purpose) -> Deletion:
        """Delete an uploaded file; one that is gone already counts as deleted."""
        body = {"file_id": file_id, "purpose": purpose.value}
        return await self._delete(Endpoint.DELETE_FILE, body)

    async def clone(self, request: CloneRequest) -> CloneResult:
        """Clone a voice. Never repeated here: the first try may have succeeded unseen.

        Repeat it with the same `voice_id`; code 2039 then means that it had.
        """
        answer = await self._transport.post(
            Endpoint.CLONE, body=request.body(), within=self._timeouts.clone
        )
        return _read(CloneResult, answer, Endpoint.CLONE)

    async def delete_voice(self, voice_id: str) -> Deletion:
        """Delete a cloned voice; one that is gone already counts as deleted."""
        body = {"voice_type": VoiceType.CLONED.value, "voice_id": voice_id}
        return await self._delete(Endpoint.DELETE_VOICE, body)

    async def get_voices(self, voice_type: VoiceType = VoiceType.ALL) -> VoiceListing:
        """List voices. Free, and needs a good key; a clone is missing until it has spoken."""
        answer = await self._once_more_if_cut_off(
            lambda: self._transport.post(
                Endpoint.GET_VOICE,
                body={"voice_type": voice_type.value},
                within=self._timeouts.other,
            )
        )
        return _read(VoiceListing, answer, Endpoint.GET_VOICE)

    async def download(self, url: str, to: Path) -> int:
        """Write the file behind a signed link to `to` and return its bytes; the key stays here.

        Raises:
            MiniMaxDownloadError: the link expired or may not be followed, or the file is too long.
        """
        return await self._downloader.fetch(url, to)

    async def _delete(self, endpoint: Endpoint, body: Mapping[str, object]) -> Deletion:
        try:
            answer = await self._once_more_if_cut_off(
                lambda: self._transport.post(endpoint, body=body, within=self._timeouts.other)
            )
        except MiniMaxRefusal as refusal:
            if _says_gone(refusal):
                return Deletion(was_gone=True, trace_id=refusal.trace_id)
            raise
        return Deletion(trace_id=answer.trace_id)

    async def _once_more_if_cut_off(self, send: Callable[[], Awaitable[Answer]]) -> Answer:
        try:
            return await send()
        except MiniMaxUnreachable as error:
            # What took its whole time once would make the caller wait twice as long.
            if isinstance(error.__cause__, TimeoutError):
                raise
        await self._sleep(_PAUSE_SECONDS)
        return await send()


def _says_gone(refusal: MiniMaxRefusal) -> bool:
    says_so = "not exist" in refusal.message.lower()
    return refusal.code == _VOICE_GONE or (refusal.code == _INVALID_PARAMETER and says_so)


def _read(
    model: type[_Model], answer: Answer, endpoint: Endpoint, *, part: str | None = None
) -> _Model:
    payload = answer.payload if part is None else answer.payload.get(part)
    try:
        return model.model_validate({**(payload or {}), "trace_id": answer.trace_id})
    except (ValidationError, TypeError) as error:
        message = f"answer has no usable {model.__name__}"
        raise bad_answer(message, endpoint, answer) from error
