"""Links to files that look signed, are signed, and stop working."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from random import Random
from urllib.parse import quote, urlencode

OBJECT_PREFIX = "audio/"
ACCESS_KEY_ID = "LTAI5tStandInSandbox"
_NAME_CHARACTERS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"
_NAME_LENGTH = 16
_OBJECT_STORE_ZONE = timezone(timedelta(hours=8))  # names seen carry the time in UTC+8

CONTENT_TYPES: Mapping[str, str] = {
    "mp3": "audio/mpeg",
    "wav": "audio/wav",
    "m4a": "audio/mp4",
    "flac": "audio/flac",
    "opus": "audio/ogg",
    "tar": "application/x-tar",
}


@dataclass(frozen=True)
class StoredAudio:
    """One object of the store."""

    content: bytes
    content_type: str


class ObjectStore:
    """Keeps audio under names nobody guesses and signs links to it."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._secret = chance.randbytes(32)
        self._objects: dict[str, StoredAudio] = {}

    def keep(self, content: bytes, suffix: str, now: datetime) -> str:
        """Store audio and answer its object name, e.g. `audio/tts-20261123…-….mp3`."""
        stamp = now.astimezone(_OBJECT_STORE_ZONE).strftime("%Y%m%d%H%M%S")
        unguessable = "".join(self._chance.choices(_NAME_CHARACTERS, k=_NAME_LENGTH))
        name = f"{OBJECT_PREFIX}tts-{stamp}-{unguessable}.{suffix}"
        content_type = CONTENT_TYPES.get(suffix, "application/octet-stream")
        self._objects[name] = StoredAudio(content, content_type)
        return name

    def link(self, base_url: str, name: str, expires: datetime) -> str:
        """Sign a link to an object; the slash of its name is escaped, as the real ones are."""
        stamp = int(expires.timestamp())
        query = urlencode(
            {
                "Expires": stamp,
                "OSSAccessKeyId": ACCESS_KEY_ID,
                "Signature": self._sign(name, stamp),
            }
        )
        return f"{base_url}/{quote(name, safe='')}?{query}"

    def fetch(self, name: str, query: Mapping[str, str], now: datetime) -> StoredAudio | str:
        """Answer the object, or the object store's error code (always with HTTP status 403)."""
        expires = query.get("Expires", "")
        signature = query.get("Signature", "")
        if not expires.isdigit() or not signature:
            return "AccessDenied"
        if now.timestamp() >= int(expires):
            return "AccessDenied"
        if not hmac.compare_digest(self._sign(name, int(expires)), signature):
            return "SignatureDoesNotMatch"
        return self._objects.get(name, "NoSuchKey")

    def _sign(self, name: str, expires: int) -> str:
        digest = hmac.new(self._secret, f"GET\n{expires}\n/{name}".encode(), hashlib.sha1).digest()
        return base64.b64encode(digest).decode()
