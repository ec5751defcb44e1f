"""`POST /v1/t2a_v2` without streaming: speech as hex or as a link, and what first use costs."""

from functools import partial

from aiohttp import web

from bot.sandbox.minimax.answers import Json, Refusal, invalid, success
from bot.sandbox.minimax.desk import Desk, refuse_invisible
from bot.sandbox.minimax.gate import read_json
from bot.sandbox.minimax.ledger import CLONE_FEE_USD, speech_price_usd
from bot.sandbox.minimax.library import SYSTEM_VOICES, ClonedVoice, Speaker
from bot.sandbox.minimax.requests import SpeechRequest, parse
from bot.sandbox.minimax.texts import invisible_ratio, usage_characters, word_count
from bot.sandbox.minimax.tone import ToneSpeaker
from bot.sandbox.minimax.trace import TRACE_ID
from bot.sandbox.voice import Spoken
from bot.sandbox.voice.sound_files import write_sound

_NAME = "t2a_v2"
_SYSTEM_VOICE_PITCH_HZ = 180.0
_FILE_SUFFIXES = {"pcm": "pcm", "pcmu_raw": "pcm", "pcmu_wav": "wav"}


class SpeechEndpoint:
    """Speaks with clones, and buzzes for the service's own voices."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def speak(self, request: web.Request) -> Json:
        """Speak; the first success with a clone charges its fee and keeps it for good."""
        desk = self._desk
        body = parse(
            SpeechRequest,
            await read_json(request),
            refuse_unknown=desk.switches.refuse_unknown_fields,
        )
        if body.stream or body.subtitle_enable:
            raise invalid("stream and subtitle_enable are not spoken by this stand-in")
        refuse_invisible(body.text)
        voice_id = body.voice_setting.voice_id
        if voice_id not in SYSTEM_VOICES and self._clone(voice_id) is None:
            raise Refusal(2054)
        if desk.flag(_NAME, body.text):
            raise Refusal(1026)
        speaker = self._charge(body)
        spoken = await desk.speak(_NAME, speaker, body.text)
        content = await desk.in_thread(partial(_encode, spoken, body))
        audio = content.hex()
        if body.output_format == "url":
            suffix = _FILE_SUFFIXES.get(body.audio_setting.format, body.audio_setting.format)
            audio = desk.link_to(_NAME, content, suffix, str(request.url.origin()))
        return success(
            {
                "data": {"audio": audio, "status": 2, "ced": ""},
                "extra_info": _extra_info(body, spoken, content),
                "trace_id": request[TRACE_ID],
            }
        )

    def _clone(self, voice_id: str) -> ClonedVoice | None:
        return self._desk.voices.find(voice_id, self._desk.clock.now())

    def _charge(self, body: SpeechRequest) -> Speaker:
        """Pay for the characters, and for the voice when it speaks for the first time."""
        desk = self._desk
        voice_id = body.voice_setting.voice_id
        characters = usage_characters(body.text)
        price = speech_price_usd(body.model, characters)
        voice = self._clone(voice_id)
        is_first_use = voice is not None and not voice.used
        desk.pay(price + CLONE_FEE_USD * is_first_use)
        account = desk.ledger.voices[voice_id]
        account.speech_characters += characters
        account.fees += is_first_use
        if voice is None:
            return ToneSpeaker(_SYSTEM_VOICE_PITCH_HZ)
        desk.voices.make_permanent(voice)
        return voice.speaker


def _encode(spoken: Spoken, body: SpeechRequest) -> bytes:
    setting = body.audio_setting
    return write_sound(
        spoken.pcm * min(body.voice_setting.vol, 1.0),
        spoken.rate,
        setting.format,
        out_rate=setting.sample_rate,
        bit_rate=setting.bitrate,
        channels=setting.channel,
    )


def _extra_info(body: SpeechRequest, spoken: Spoken, content: bytes) -> Json:
    return {
        "audio_length": round(1000 * len(spoken.pcm) / spoken.rate),
        "audio_sample_rate": body.audio_setting.sample_rate,
        "audio_size": len(content),
        "bitrate": body.audio_setting.bitrate,
        "audio_format": body.audio_setting.format,
        "audio_channel": body.audio_setting.channel,
        "invisible_character_ratio": round(invisible_ratio(body.text), 3),
        "word_count": word_count(body.text),
        "usage_characters": usage_characters(body.text),
    }
