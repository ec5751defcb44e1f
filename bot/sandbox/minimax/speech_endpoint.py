"""`POST /v1/t2a_v2`: speech as hex, as a link or as a stream, and what first use costs."""

from dataclasses import dataclass, replace
from functools import partial

from aiohttp import web

from bot.sandbox.minimax.answers import Json, Refusal, invalid, success
from bot.sandbox.minimax.casting import Casting
from bot.sandbox.minimax.desk import Desk, refuse_invisible
from bot.sandbox.minimax.event_stream import EventStream
from bot.sandbox.minimax.faults import FaultKind
from bot.sandbox.minimax.gate import read_json
from bot.sandbox.minimax.markup import passages_in
from bot.sandbox.minimax.performance import Performance, perform
from bot.sandbox.minimax.requests import parse
from bot.sandbox.minimax.sounds import aggregated, encoded, in_pieces, without_lengths
from bot.sandbox.minimax.speech_requests import SpeechRequest
from bot.sandbox.minimax.subtitles import subtitles
from bot.sandbox.minimax.texts import invisible_ratio, usage_characters, word_count
from bot.sandbox.minimax.trace import TRACE_ID

_NAME = "t2a_v2"
_FILE_SUFFIXES = {"pcm": "pcm", "pcmu_raw": "pcm", "pcmu_wav": "wav"}


@dataclass(frozen=True)
class _Speech:
    """One call and what came of it."""

    body: SpeechRequest
    performance: Performance
    content: bytes
    trace_id: str
    base_url: str


class SpeechEndpoint:
    """Speaks with clones, and with the service's own voices."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._casting = Casting(desk)

    async def speak(self, request: web.Request) -> Json | EventStream:
        """Speak; the first success with a clone charges its fee and keeps it for good."""
        desk = self._desk
        body = parse(
            SpeechRequest,
            await read_json(request),
            refuse_unknown=desk.switches.refuse_unknown_fields,
        )
        passages = passages_in(body.text)
        refuse_invisible(body.text)
        self._refuse_opus(body)
        self._casting.check(body.voices)
        if desk.flag(_NAME, body.text):
            raise Refusal(1026)
        trace_id = request[TRACE_ID]
        cast = self._casting.pay(body.voices, body.model, usage_characters(body.text), trace_id)
        performance = await desk.in_thread(lambda: perform(cast(), passages, body.voice_setting))
        performance = replace(performance, spoken=desk.perhaps_cut(_NAME, performance.spoken))
        content = await desk.in_thread(partial(encoded, performance.spoken, body.audio_setting))
        base_url = str(request.url.origin())
        speech = _Speech(body, performance, content, trace_id, base_url)
        return await self._streamed(speech) if body.stream else self._whole(speech)

    def _refuse_opus(self, body: SpeechRequest) -> None:
        is_opus = body.audio_setting.format == "opus"
        if is_opus and self._desk.faults.take_content(_NAME, FaultKind.REFUSED_OPUS):
            raise invalid("audio_setting format: opus is not supported")

    def _whole(self, speech: _Speech) -> Json:
        audio = speech.content.hex()
        if speech.body.output_format == "url":
            wanted = speech.body.audio_setting.format
            suffix = _FILE_SUFFIXES.get(wanted, wanted)
            audio = self._desk.link_to(_NAME, speech.content, suffix, speech.base_url)
        return self._finished(speech, audio)

    async def _streamed(self, speech: _Speech) -> EventStream:
        content = speech.content
        if speech.body.audio_setting.format == "wav":
            content = without_lengths(content)
        pieces = in_pieces(content, speech.performance.milliseconds)
        last = self._finished(speech, await self._aggregate(speech))
        return EventStream((*(_piece(each, speech.trace_id) for each in pieces), last))

    async def _aggregate(self, speech: _Speech) -> str:
        repeats = self._desk.faults.take_content(_NAME, FaultKind.REPEATED_AGGREGATE) is not None
        if speech.body.stream_options.exclude_aggregated_audio and not repeats:
            return ""
        make = partial(aggregated, speech.performance.spoken, speech.body.audio_setting)
        return (await self._desk.in_thread(make)).hex()

    def _finished(self, speech: _Speech, audio: str) -> Json:
        data: Json | None = {"audio": audio, "status": 2, "ced": "", **self._subtitles(speech)}
        if self._desk.faults.take_content(_NAME, FaultKind.NULL_DATA) is not None:
            data = None
        info = _extra_info(speech)
        if self._desk.faults.take_content(_NAME, FaultKind.ZERO_AUDIO_SIZE) is not None:
            info["audio_size"] = 0
        return success({"data": data, "extra_info": info, "trace_id": speech.trace_id})

    def _subtitles(self, speech: _Speech) -> Json:
        body = speech.body
        if not body.subtitle_enable:
            return {}
        with_words = body.subtitle_type != "sentence"
        content = subtitles(body.text, speech.performance, with_words=with_words)
        return {"subtitle_file": self._desk.link_to(_NAME, content, "titles", speech.base_url)}


def _piece(content: bytes, trace_id: str) -> Json:
    return {
        "data": {"audio": content.hex(), "status": 1},
        "trace_id": trace_id,
        "base_resp": {"status_code": 0, "status_msg": ""},
    }


def _extra_info(speech: _Speech) -> Json:
    setting, text = speech.body.audio_setting, speech.body.text
    return {
        "audio_length": speech.performance.milliseconds,
        "audio_sample_rate": setting.sample_rate,
        "audio_size": len(speech.content),
        "bitrate": setting.bitrate,
        "audio_format": setting.format,
        "audio_channel": setting.channel,
        "invisible_character_ratio": round(invisible_ratio(text), 3),
        "word_count": word_count(text),
        "usage_characters": usage_characters(text),
    }
