"""A client of MiniMax's speech API. Knows nothing of this bot."""

import asyncio
import time
from collections.abc import AsyncGenerator, Collection, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

import aiohttp

from bot.minimax import limits
from bot.minimax.answers import Answer, read_as
from bot.minimax.download import DEFAULT_HOSTS, DOWNLOAD_MAX_BYTES, Downloader
from bot.minimax.errors import Endpoint, MiniMaxRefusal
from bot.minimax.long_speech_models import (
    LongSpeechRequest,
    RetrievedFile,
    SpeechTask,
    SpeechTaskStatus,
)
from bot.minimax.models import (
    CloneRequest,
    CloneResult,
    Deletion,
    Purpose,
    UploadedFile,
    VoiceListing,
    VoiceType,
)
from bot.minimax.speech import SpeechCalls
from bot.minimax.speech_answers import SpeechResult, SpeechSummary
from bot.minimax.speech_models import SpeechRequest
from bot.minimax.timeouts import DEFAULT_TIMEOUTS, Timeouts
from bot.minimax.transport import Clock, Sleep, Transport

DEFAULT_RPM: Final[Mapping[str, int]] = MappingProxyType(
    {Endpoint.CLONE: 60, Endpoint.SPEECH: 60, Endpoint.LONG_SPEECH: 60}
)
"""Requests per minute; the other endpoints' limits are unknown (docs/minimax.md, "Rate limits")."""

_INVALID_PARAMETER: Final = 2013
_VOICE_GONE: Final = 2054


class MiniMaxClient:
    """Uploads samples, clones voices, speaks. One client per key: it keeps the rate limits.

    The session is the caller's to open and close. `requests_per_minute` is by `Endpoint`; for
    those it does not name `DEFAULT_RPM` holds. Every method raises `MiniMaxUnreachable`,
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
        timeouts: Timeouts = DEFAULT_TIMEOUTS,
        download_hosts: Collection[str] = DEFAULT_HOSTS,
        clock: Clock = time.monotonic,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._transport = Transport(
            session,
            base_url=base_url,
            api_key=api_key,
            group_id=group_id,
            requests_per_minute={**DEFAULT_RPM, **requests_per_minute},
            clock=clock,
            sleep=sleep,
        )
        self._downloader = Downloader(
            session, allowed_hosts=download_hosts, within=timeouts.download
        )
        self._timeouts = timeouts
        self._speech = SpeechCalls(self._transport, timeouts)

    def __repr__(self) -> str:
        return f"MiniMaxClient({self._transport!r})"

    def waiting(self, endpoint: Endpoint) -> int:
        """Return how many calls of `endpoint` wait for their turn below its rate limit."""
        return self._transport.waiting(endpoint)

    async def upload(self, path: Path, *, purpose: Purpose, filename: str) -> UploadedFile:
        """Upload the file at `path`, read from disk as it is sent, under the name `filename`.

        A connection that failed is tried once more: a stray copy costs nothing.

        Raises:
            ValueError: the service takes no file of this name or size.
        """
        types = limits.TEXT_TYPES if purpose is Purpose.LONG_TEXT else limits.AUDIO_TYPES
        content_type = limits.content_type_of(filename, types)
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

        answer = await self._transport.once_more_if_cut_off(send)
        return read_as(UploadedFile, answer, Endpoint.UPLOAD, part="file")

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
        return read_as(CloneResult, answer, Endpoint.CLONE)

    async def delete_voice(self, voice_id: str) -> Deletion:
        """Delete a cloned voice; one that is gone already counts as deleted."""
        body = {"voice_type": VoiceType.CLONED.value, "voice_id": voice_id}
        return await self._delete(Endpoint.DELETE_VOICE, body)

    async def get_voices(self, voice_type: VoiceType = VoiceType.ALL) -> VoiceListing:
        """List voices. Free, and needs a good key; a clone is missing until it has spoken."""
        answer = await self._transport.once_more_if_cut_off(
            lambda: self._transport.post(
                Endpoint.GET_VOICE,
                body={"voice_type": voice_type.value},
                within=self._timeouts.other,
            )
        )
        return read_as(VoiceListing, answer, Endpoint.GET_VOICE)

    async def speak(self, request: SpeechRequest) -> SpeechResult:
        """Speak in one go. Never repeated here: the first try may have been charged.

        Raises:
            ValueError: the request is for a stream.
        """
        return await self._speech.speak(request)

    def speak_streaming(
        self, request: SpeechRequest
    ) -> AsyncGenerator[bytes | SpeechSummary, None]:
        """Speak as a stream: pieces of one file as they come, and at the end the summary.

        Raises:
            ValueError: the request is not for a stream.
        """
        return self._speech.speak_streaming(request)

    async def begin_long_speech(self, request: LongSpeechRequest) -> SpeechTask:
        """Have a long text spoken. Never repeated here: the first try may have been charged."""
        return await self._speech.begin(request)

    async def long_speech_status(self, task_id: str) -> SpeechTaskStatus:
        """Say how far a long text is."""
        return await self._speech.status(task_id)

    async def retrieve_file(self, file_id: int) -> RetrievedFile:
        """Return the signed link of a file, such as a long speech; it works for some hours."""
        return await self._speech.retrieve(file_id)

    async def download(
        self,
        url: str,
        to: Path,
        *,
        max_bytes: int = DOWNLOAD_MAX_BYTES,
        within: float | None = None,
    ) -> int:
        """Write the file behind a signed link to `to` and return its bytes; the key stays here.

        `within` is in seconds; by default the timeout for downloads.

        Raises:
            MiniMaxDownloadError: the link expired or may not be followed, or the file is too long.
        """
        return await self._downloader.fetch(url, to, max_bytes=max_bytes, within=within)

    async def _delete(self, endpoint: Endpoint, body: Mapping[str, object]) -> Deletion:
        try:
            answer = await self._transport.once_more_if_cut_off(
                lambda: self._transport.post(endpoint, body=body, within=self._timeouts.other)
            )
        except MiniMaxRefusal as refusal:
            if _says_gone(refusal):
                return Deletion(was_gone=True, trace_id=refusal.trace_id)
            raise
        return Deletion(trace_id=answer.trace_id)


def _says_gone(refusal: MiniMaxRefusal) -> bool:
    says_so = "not exist" in refusal.message.lower()
    return refusal.code == _VOICE_GONE or (refusal.code == _INVALID_PARAMETER and says_so)
