"""A bare client of MiniMax's wire and recordings to send it: what the stand-in's tests speak."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import lru_cache
from io import BytesIO
from typing import Any

import av
import numpy as np
from aiohttp import ClientSession, FormData
from av.audio.stream import AudioStream
from yarl import URL

from bot.sandbox.minimax import SANDBOX_API_KEY, MiniMaxStandIn, ToneVoice
from bot.sandbox.minimax.tone import ToneSpeaker
from bot.sandbox.voice.sound_files import Float32Array, SoundFormat, write_sound

Json = dict[str, object]
RATE = 16_000
VOICE = "Myna-test-1"


class RawMiniMax:
    """Sends what it is told and answers what came back, undigested."""

    def __init__(self, session: ClientSession, url: str) -> None:
        self.session = session
        self.url = url

    async def post(self, endpoint: str, body: object, query: str = "") -> Json:
        async with self.session.post(f"{self.url}/v1/{endpoint}{query}", json=body) as answer:
            assert answer.status == 200
            decoded: Json = await answer.json()
            return decoded

    async def get(self, path: str) -> Json:
        async with self.session.get(self.url + path) as answer:
            decoded: Json = await answer.json()
            return decoded

    async def try_upload(
        self, content: bytes, filename: str = "sample.wav", purpose: str = "voice_clone"
    ) -> Json:
        form = FormData()
        form.add_field("purpose", purpose)
        form.add_field("file", BytesIO(content), filename=filename)
        async with self.session.post(f"{self.url}/v1/files/upload", data=form) as answer:
            assert answer.status == 200
            decoded: Json = await answer.json()
            return decoded

    async def upload(
        self, content: bytes, filename: str = "sample.wav", purpose: str = "voice_clone"
    ) -> int:
        answer = await self.try_upload(content, filename, purpose)
        file = answer["file"]
        assert isinstance(file, dict)
        return int(file["file_id"])

    async def clone(self, voice_id: str = "Myna-test-1", /, **fields: object) -> Json:
        if "file_id" not in fields:
            fields["file_id"] = await self.upload(sample())
        return await self.post("voice_clone", {"voice_id": voice_id, **fields})

    async def speak(self, voice_id: str, text: str = "Hello.", /, **fields: object) -> Json:
        setting = {"voice_id": voice_id}
        return await self.post(
            "t2a_v2", {"model": "speech-2.8-hd", "text": text, "voice_setting": setting, **fields}
        )


@asynccontextmanager
async def raw_client(stand_in: MiniMaxStandIn) -> AsyncIterator[RawMiniMax]:
    headers = {"Authorization": f"Bearer {SANDBOX_API_KEY}"}
    async with ClientSession(headers=headers) as session:
        yield RawMiniMax(session, stand_in.url)


@asynccontextmanager
async def fast_stand_in() -> AsyncIterator[MiniMaxStandIn]:
    async with MiniMaxStandIn(voice=ToneVoice(), rpm={}) as stand_in:
        yield stand_in


async def download(link: object) -> bytes:
    async with ClientSession() as session, session.get(URL(str(link), encoded=True)) as answer:
        assert answer.status == 200
        return await answer.read()


def status(answer: Json) -> int:
    """Read the status code of the envelope."""
    envelope = answer["base_resp"]
    assert isinstance(envelope, dict)
    return int(envelope["status_code"])


def message(answer: Json) -> str:
    """Read the message of the envelope."""
    envelope = answer["base_resp"]
    assert isinstance(envelope, dict)
    return str(envelope["status_msg"])


def data_of(answer: Json) -> dict[str, Any]:
    """Read what was made, which is always an object here."""
    data = answer["data"]
    assert isinstance(data, dict)
    return data


def info_of(answer: Json) -> dict[str, Any]:
    """Read what was measured and billed."""
    info = answer["extra_info"]
    assert isinstance(info, dict)
    return info


def sound(seconds: float, pitch_hz: float = 140.0) -> Float32Array:
    """Buzz at a pitch, at 16 kHz."""
    spoken = ToneSpeaker(pitch_hz).speak("x" * 200)
    return np.resize(spoken.pcm, int(seconds * spoken.rate))


@lru_cache
def sample(
    seconds: float = 11.0, pitch_hz: float = 140.0, sound_format: SoundFormat = "wav"
) -> bytes:
    """Record something that the service accepts unless told otherwise."""
    return write_sound(sound(seconds, pitch_hz), RATE, sound_format, out_rate=RATE)


@lru_cache
def m4a_sample(seconds: float = 11.0) -> bytes:
    """Record the same as AAC in an m4a file."""
    buffer = BytesIO()
    with av.open(buffer, "w", format="ipod") as container:
        stream = container.add_stream("aac", rate=RATE)
        assert isinstance(stream, AudioStream)
        stream.layout = "mono"
        frame = av.AudioFrame.from_ndarray(sound(seconds)[None], format="fltp", layout="mono")
        frame.sample_rate = RATE
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return buffer.getvalue()
