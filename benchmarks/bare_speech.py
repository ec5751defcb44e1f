"""The peer of `speaking`: the shortest script that has a text spoken, with no safety.

The documented call of MiniMax, and one voice message to Discord. Nothing is checked, repeated,
queued, kept, counted or acknowledged. A process of its own: takes one JSON object a line
(`channel`, `text`, `voice_id`, `format`) and answers each with an empty line when the bubble is
posted. The format `opus` is posted as it comes, as Myna does; `mp3`, the service's default, goes
through the ffmpeg command first.
"""

import asyncio
import base64
import json
import os
import subprocess
import sys
from typing import Any

import aiohttp

MINIMAX = os.environ.get("MINIMAX_BASE_URL", "")
KEY = {"Authorization": f"Bearer {os.environ.get('MINIMAX_API_KEY')}"}
DISCORD = "https://discord.com/api/v10"
TOKEN = {"Authorization": f"Bot {os.environ.get('DISCORD_TOKEN')}"}
PROXY = os.environ.get("DISCORD_PROXY")
VOICE_MESSAGE = 1 << 13
AUDIO = {
    "opus": {"format": "opus", "sample_rate": 24000, "channel": 1},
    "mp3": {"format": "mp3", "sample_rate": 32000, "bitrate": 128000, "channel": 1},
}
CONVERT = ("ffmpeg", "-v", "error", "-i", "-", "-ac", "1", "-c:a", "libopus", "-f", "ogg", "-")


async def speak(session: aiohttp.ClientSession, order: dict[str, str]) -> None:
    """Do everything for one order."""
    wanted = {
        "model": "speech-2.8-hd",
        "text": order["text"],
        "voice_setting": {"voice_id": order["voice_id"]},
        "audio_setting": AUDIO[order["format"]],
    }
    async with session.post(f"{MINIMAX}/v1/t2a_v2", json=wanted, headers=KEY) as answer:
        audio = bytes.fromhex((await answer.json())["data"]["audio"])
    if order["format"] == "mp3":
        done = subprocess.run(CONVERT, input=audio, check=True, capture_output=True)  # noqa: ASYNC221  inline is the point
        audio = done.stdout
    async with session.post(
        f"{DISCORD}/channels/{order['channel']}/messages",
        data=_bubble(audio),
        headers=TOKEN,
        proxy=PROXY,
    ) as answer:
        answer.raise_for_status()


def _bubble(audio: bytes) -> aiohttp.FormData:
    attachment: dict[str, Any] = {
        "id": "0",
        "filename": "bubble.ogg",
        "duration_secs": _seconds(audio),
        "waveform": base64.b64encode(bytes(64)).decode(),
    }
    form = aiohttp.FormData()
    form.add_field(
        "payload_json", json.dumps({"flags": VOICE_MESSAGE, "attachments": [attachment]})
    )
    form.add_field("files[0]", audio, filename="bubble.ogg", content_type="audio/ogg")
    return form


def _seconds(ogg: bytes) -> float:
    """Return the length of Ogg/Opus: the last page's position, at 48 kHz (RFC 7845, 4)."""
    page = ogg.rfind(b"OggS")
    return int.from_bytes(ogg[page + 6 : page + 14], "little") / 48_000


async def main() -> None:
    """Serve orders until standard input ends."""
    async with aiohttp.ClientSession() as session:
        while line := await asyncio.to_thread(sys.stdin.readline):
            await speak(session, json.loads(line))
            print(flush=True)


if __name__ == "__main__":
    asyncio.run(main())
