"""The peer of `latency`: the shortest script that turns a note into a bubble, with no safety.

The documented calls of MiniMax one after the other, pydub's README way for the sample, the ffmpeg
command for the bubble, one message to Discord. Nothing is checked, repeated, queued, kept or
acknowledged. A process of its own: takes one JSON object a line (`note`, `channel`, `text`,
`voice_id`) and answers each with an empty line when the bubble is posted.
"""

import asyncio
import base64
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import aiohttp
from pydub import AudioSegment

MINIMAX = os.environ.get("MINIMAX_BASE_URL", "")
KEY = {"Authorization": f"Bearer {os.environ.get('MINIMAX_API_KEY')}"}
DISCORD = "https://discord.com/api/v10"
TOKEN = {"Authorization": f"Bot {os.environ.get('DISCORD_TOKEN')}"}
PROXY = os.environ.get("DISCORD_PROXY")
VOICE_MESSAGE = 1 << 13


async def clone(session: aiohttp.ClientSession, order: dict[str, str], folder: Path) -> None:
    """Do everything for one order."""
    async with session.get(order["note"], proxy=PROXY) as answer:
        (folder / "note.ogg").write_bytes(await answer.read())
    AudioSegment.from_file(folder / "note.ogg").export(folder / "sample.mp3", format="mp3")
    form = aiohttp.FormData({"purpose": "voice_clone"})
    form.add_field("file", (folder / "sample.mp3").read_bytes(), filename="sample.mp3")
    async with session.post(f"{MINIMAX}/v1/files/upload", data=form, headers=KEY) as answer:
        file_id = (await answer.json())["file"]["file_id"]
    wanted = {
        "file_id": file_id,
        "voice_id": order["voice_id"],
        "text": order["text"],
        "model": "speech-2.8-hd",
    }
    async with session.post(f"{MINIMAX}/v1/voice_clone", json=wanted, headers=KEY) as answer:
        preview = (await answer.json())["demo_audio"]
    async with session.get(preview) as answer:
        (folder / "preview.mp3").write_bytes(await answer.read())
    convert = ["ffmpeg", "-v", "error", "-y", "-i", "preview.mp3", "-ac", "1", "-c:a", "libopus"]
    subprocess.run([*convert, "bubble.ogg"], check=True, cwd=folder)  # noqa: ASYNC221  inline is the point
    async with session.post(
        f"{DISCORD}/channels/{order['channel']}/messages",
        data=_bubble((folder / "bubble.ogg").read_bytes()),
        headers=TOKEN,
        proxy=PROXY,
    ) as answer:
        answer.raise_for_status()


def _bubble(audio: bytes) -> aiohttp.FormData:
    attachment: dict[str, Any] = {
        "id": "0",
        "filename": "bubble.ogg",
        "duration_secs": 2.0,
        "waveform": base64.b64encode(bytes(64)).decode(),
    }
    form = aiohttp.FormData()
    form.add_field(
        "payload_json", json.dumps({"flags": VOICE_MESSAGE, "attachments": [attachment]})
    )
    form.add_field("files[0]", audio, filename="bubble.ogg", content_type="audio/ogg")
    return form


async def main() -> None:
    """Serve orders until standard input ends."""
    with tempfile.TemporaryDirectory() as folder:
        async with aiohttp.ClientSession() as session:
            while line := await asyncio.to_thread(sys.stdin.readline):
                await clone(session, json.loads(line), Path(folder))
                print(flush=True)


if __name__ == "__main__":
    asyncio.run(main())
