"""`POST /v1/voice_clone`: all its checks in order, the voice, and the preview."""

from functools import partial

from aiohttp import web

from bot.sandbox.minimax.answers import Json, Refusal, success
from bot.sandbox.minimax.desk import Desk, refuse_invisible
from bot.sandbox.minimax.gate import read_json
from bot.sandbox.minimax.ledger import BillLine, speech_price_usd
from bot.sandbox.minimax.library import ClonedVoice, Speaker, StoredFile
from bot.sandbox.minimax.requests import VoiceCloneRequest, parse
from bot.sandbox.minimax.samples import check_sample
from bot.sandbox.minimax.texts import usage_characters, word_count
from bot.sandbox.minimax.trace import TRACE_ID
from bot.sandbox.voice import UndecodableSound
from bot.sandbox.voice.sound_files import write_sound

PREVIEW_RATE = 32_000
PREVIEW_BIT_RATE = 128_000
"""Hertz and bits a second, from the figures of the page's example."""

_NAME = "voice_clone"


class CloneEndpoint:
    """Makes voices."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def clone(self, request: web.Request) -> Json:
        """Check everything, then make the voice; nothing is kept or charged on a refusal."""
        desk = self._desk
        body = parse(
            VoiceCloneRequest,
            await read_json(request),
            refuse_unknown=desk.switches.refuse_unknown_fields,
        )
        refuse_invisible(body.text)
        if not desk.switches.may_clone:
            raise Refusal(2038)
        speaker = await self._learn(await check_sample(desk, body))
        flag = self._make(body, speaker, request[TRACE_ID])
        preview = await self._preview(body, speaker, str(request.url.origin()))
        return success({**self._flagged(flag), **preview})

    async def _learn(self, sample: StoredFile) -> Speaker:
        try:
            return await self._desk.in_thread(
                lambda: self._desk.voice.learn(sample.path.read_bytes())
            )
        except (UndecodableSound, FileNotFoundError) as error:  # or deleted meanwhile
            raise Refusal(1000) from error

    def _make(self, body: VoiceCloneRequest, speaker: Speaker, trace_id: str) -> int:
        """Take the id, the money and effect in one step, so that two calls cannot both succeed."""
        desk = self._desk
        now = desk.clock.now()
        if desk.voices.is_taken(body.voice_id, now):
            raise Refusal(2039)
        flag = desk.flag(_NAME, body.text)
        if flag and desk.switches.sensitive_code:
            raise Refusal(desk.switches.sensitive_code, fields=self._flagged(flag))
        if body.text and body.model is not None:
            characters = usage_characters(body.text)
            price = speech_price_usd(body.model, characters)
            desk.charge([BillLine(trace_id, body.voice_id, "preview", characters, price)])
        desk.voices.add(ClonedVoice(body.voice_id, now, speaker))
        desk.ledger.voices[body.voice_id].clones += 1
        return flag

    def _flagged(self, flag: int) -> Json:
        if self._desk.switches.sensitive_as_object:
            return {"input_sensitive": {"type": flag}}
        return {"input_sensitive": flag != 0, "input_sensitive_type": flag}

    async def _preview(self, body: VoiceCloneRequest, speaker: Speaker, base_url: str) -> Json:
        if not body.text:
            return {"demo_audio": ""}
        spoken = await self._desk.in_thread(partial(speaker.speak, body.text))
        spoken = self._desk.perhaps_cut(_NAME, spoken)
        encode = partial(
            write_sound,
            spoken.pcm,
            spoken.rate,
            "mp3",
            out_rate=PREVIEW_RATE,
            bit_rate=PREVIEW_BIT_RATE,
        )
        content = await self._desk.in_thread(encode)
        return {
            "demo_audio": self._desk.link_to(_NAME, content, "mp3", base_url),
            "extra_info": {
                "audio_length": round(1000 * len(spoken.pcm) / spoken.rate),
                "audio_sample_rate": PREVIEW_RATE,
                "audio_size": len(content),
                "bitrate": PREVIEW_BIT_RATE,
                "word_count": word_count(body.text),
                "usage_characters": usage_characters(body.text),
            },
        }
