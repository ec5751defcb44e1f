"""The calls that speak: in one go, as a stream, and long texts in the service's own time."""

import re
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import replace
from typing import Final

from bot.minimax.answers import Answer, RawAnswer, checked, read_as
from bot.minimax.errors import Endpoint, MiniMaxUnreachable
from bot.minimax.events import EventReader
from bot.minimax.long_speech_models import (
    LongSpeechRequest,
    RetrievedFile,
    SpeechTask,
    SpeechTaskStatus,
)
from bot.minimax.speech_answers import SpeechResult, SpeechSummary, event_in, result_in
from bot.minimax.speech_models import SpeechRequest
from bot.minimax.timeouts import Timeouts
from bot.minimax.transport import ANSWER_MAX_BYTES, Stream, Transport

SPEECH_MAX_BYTES: Final = 256_000_000
"""No answer with speech is longer: half an hour of CD sound, written as hex."""

_SECONDS_PER_CHARACTER: Final = 0.5  # the slowest readers of Chinese take less
_PAUSE: Final = re.compile(r"<#(\d{1,2}(?:\.\d{1,2})?)#>")
_BYTES_PER_SAMPLE: Final = 2
_CODED_BYTES_PER_SECOND: Final = 32_000  # 256 kbit/s, the most that is offered
_CODED: Final = frozenset({"mp3", "opus"})
_HIGHEST_RATE: Final = 44_100


class SpeechCalls:
    """Speaks; what the errors are is said with `MiniMaxClient`."""

    def __init__(self, transport: Transport, timeouts: Timeouts) -> None:
        self._transport = transport
        self._timeouts = timeouts

    async def speak(self, request: SpeechRequest) -> SpeechResult:
        """Speak in one go. Never repeated here: the first try may have been charged.

        Raises:
            ValueError: the request is for a stream.
        """
        if request.stream:
            raise ValueError("this request is for speak_streaming")
        answer = await self._transport.post(
            Endpoint.SPEECH,
            body=request.body(),
            within=self._timeouts.speech,
            max_bytes=answer_max_bytes(request),
        )
        return result_in(answer)

    async def speak_streaming(
        self, request: SpeechRequest
    ) -> AsyncGenerator[bytes | SpeechSummary, None]:
        """Speak as a stream: pieces of one file as they come, and at the end the summary.

        Raises:
            ValueError: the request is not for a stream.
        """
        if not request.stream:
            raise ValueError("this request is for speak")
        async with self._transport.streaming(
            Endpoint.SPEECH,
            body=request.body(),
            within=self._timeouts.stream,
            silence=self._timeouts.silence,
            # The last event may repeat all the others.
            max_bytes=2 * answer_max_bytes(request),
        ) as stream:
            something_came = False
            async for answer in self._answers(stream):
                event = event_in(answer)
                # What the last event carries came before, unless it is the only one.
                if event.audio and not (event.is_last and something_came):
                    something_came = True
                    yield event.audio
                if event.is_last:
                    yield event.summary
                    return
            raise MiniMaxUnreachable(
                "the stream ended before its last event",
                endpoint=Endpoint.SPEECH,
                http_status=stream.raw.http_status,
                trace_id=stream.raw.trace_id,
            )

    async def begin(self, request: LongSpeechRequest) -> SpeechTask:
        """Have a long text spoken. Never repeated here: the first try may have been charged."""
        answer = await self._transport.post(
            Endpoint.LONG_SPEECH, body=request.body(), within=self._timeouts.other
        )
        return read_as(SpeechTask, answer, Endpoint.LONG_SPEECH)

    async def status(self, task_id: str) -> SpeechTaskStatus:
        """Say how far a long text is."""
        answer = await self._get(Endpoint.LONG_SPEECH_STATUS, {"task_id": task_id})
        return read_as(SpeechTaskStatus, answer, Endpoint.LONG_SPEECH_STATUS)

    async def retrieve(self, file_id: int) -> RetrievedFile:
        """Return a file's signed link."""
        answer = await self._get(Endpoint.RETRIEVE_FILE, {"file_id": str(file_id)})
        return read_as(RetrievedFile, answer, Endpoint.RETRIEVE_FILE, part="file")

    async def _answers(self, stream: Stream) -> AsyncIterator[Answer]:
        reader = EventReader()
        async for chunk in stream.chunks:
            for event in reader.feed(chunk):
                yield self._checked(event, stream.raw)
        for event in reader.rest():
            yield self._checked(event, stream.raw)

    def _checked(self, event: bytes, raw: RawAnswer) -> Answer:
        body = self._transport.without_key(event)
        return checked(Endpoint.SPEECH, replace(raw, content_type="application/json", body=body))

    async def _get(self, endpoint: Endpoint, query: dict[str, str]) -> Answer:
        return await self._transport.once_more_if_cut_off(
            lambda: self._transport.get(endpoint, query=query, within=self._timeouts.other)
        )


def answer_max_bytes(request: SpeechRequest) -> int:
    """Return more bytes than an honest answer has: the speech as hex, and some JSON."""
    pauses = sum(float(seconds) for seconds in _PAUSE.findall(request.text))
    slowed = len(request.text) * _SECONDS_PER_CHARACTER / (request.voice_setting.speed or 1)
    hex_bytes = 2 * _bytes_per_second(request) * (slowed + pauses)
    return min(ANSWER_MAX_BYTES + int(hex_bytes), SPEECH_MAX_BYTES)


def _bytes_per_second(request: SpeechRequest) -> int:
    if request.audio_format in _CODED:
        return _CODED_BYTES_PER_SECOND
    setting = request.audio_setting
    rate = (setting and setting.sample_rate) or _HIGHEST_RATE
    channels = (setting and setting.channel) or 1
    return rate * channels * _BYTES_PER_SAMPLE
