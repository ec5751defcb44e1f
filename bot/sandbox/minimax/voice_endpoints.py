"""`POST /v1/get_voice` and `POST /v1/delete_voice`."""

from aiohttp import web

from bot.sandbox.minimax.answers import Json, invalid, success
from bot.sandbox.minimax.desk import Desk
from bot.sandbox.minimax.gate import read_json
from bot.sandbox.minimax.requests import VoiceDeletion, VoiceListing, parse
from bot.sandbox.minimax.system_voices import SYSTEM_VOICES


class VoiceEndpoints:
    """Shows and removes voices."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def get(self, request: web.Request) -> Json:
        """List voices; a clone shows only after its first use, an empty category is null."""
        body = parse(VoiceListing, await read_json(request))
        categories: dict[str, list[Json]] = {
            "system": _system_voices(),
            "voice_cloning": self._used_clones(),
            "voice_generation": [],
        }
        wanted = set(categories) if body.voice_type == "all" else {body.voice_type}
        return success(
            {
                "system_voice" if name == "system" else name: (name in wanted and voices) or None
                for name, voices in categories.items()
            }
        )

    async def delete(self, request: web.Request) -> Json:
        """Delete a clone and burn its id."""
        body = parse(VoiceDeletion, await read_json(request))
        desk = self._desk
        voice = None
        if body.voice_type == "voice_cloning":
            voice = desk.voices.find(body.voice_id, desk.clock.now())
        if voice is None or not (voice.used or desk.switches.unused_voices_deletable):
            raise invalid("voice_id does not exist")
        desk.voices.delete(voice)
        desk.ledger.voices[voice.voice_id].deletions += 1
        created = str(int(voice.created_at.timestamp()))
        return success({"voice_id": voice.voice_id, "created_time": created})

    def _used_clones(self) -> list[Json]:
        return [
            {
                "voice_id": voice.voice_id,
                "description": [],
                "created_time": voice.created_at.date().isoformat(),
            }
            for voice in self._desk.voices.listed(self._desk.clock.now())
        ]


def _system_voices() -> list[Json]:
    return [
        {
            "voice_id": voice_id,
            "voice_name": voice.name,
            "description": [voice.description],
            "created_time": "1970-01-01",
        }
        for voice_id, voice in SYSTEM_VOICES.items()
    ]
