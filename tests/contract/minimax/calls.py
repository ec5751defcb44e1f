"""What is asked of MiniMax here, and the client that asks it."""

import struct
import wave
from math import pi, sin
from pathlib import Path

import aiohttp

from bot.domain.speeches import SpeechSettings
from bot.domain.voices import CloneOptions
from bot.minimax.client import MiniMaxClient
from bot.ports import CloneCall, SpeechApi, SpeechCall, SpeechFormat
from bot.sandbox.minimax import SANDBOX_API_KEY, MiniMaxStandIn
from tests.fakes.minimax_loopback import ManualTime

VOICE_ID = "Guild42-alice-9f3c1a"
TEXT = "Hello there, this is what I want to say."
STOCK = "English_Graceful_Lady"
PLAIN = SpeechSettings(model="speech-2.8-hd")
OPTIONS = CloneOptions(text="Hello there, this is my new voice.", model="speech-2.8-hd")
RATE = 8000


def client_of(
    stand_in: MiniMaxStandIn, session: aiohttp.ClientSession, key: str = SANDBOX_API_KEY
) -> MiniMaxClient:
    time = ManualTime()
    return MiniMaxClient(
        session,
        base_url=stand_in.url,
        api_key=key,
        download_hosts=["127.0.0.1"],
        clock=time.clock,
        sleep=time.sleep,
    )


def tone(folder: Path, seconds: float) -> Path:
    """Write a wav file of a rising tone."""
    path = folder / f"tone-{seconds}.wav"
    count = int(seconds * RATE)
    levels = (int(9000 * sin(2 * pi * (120 + at / RATE) * at / RATE)) for at in range(count))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(struct.pack(f"<{count}h", *levels))
    return path


async def call_for(api: SpeechApi, folder: Path, options: CloneOptions = OPTIONS) -> CloneCall:
    file_id = await api.upload_sample(tone(folder, 11), filename="sample.wav")
    return CloneCall(voice_id=VOICE_ID, file_id=file_id, options=options)


def spoken_call(
    settings: SpeechSettings = PLAIN, audio_format: SpeechFormat = SpeechFormat.OPUS
) -> SpeechCall:
    return SpeechCall(STOCK, TEXT, settings, audio_format)
