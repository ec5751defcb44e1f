"""Names derived from a voice's key, so that a repetition finds what the first try made."""

import base64
import hashlib
import hmac
import re
import secrets
from typing import Final

from bot.domain.speeches import SpeechKey
from bot.domain.voices import VoiceKey
from bot.ports import KeyValueStore, VoiceIds

VOICE_ID_FACT: Final = "voice-id-secret"
SECRET_BYTES: Final = 32
_SAFE_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,100}")


async def load_voice_ids(facts: KeyValueStore) -> VoiceIds:
    """Return the derivation of voice ids with the secret of this Myna, made at its first start."""
    secret = await facts.write_once(VOICE_ID_FACT, secrets.token_hex(SECRET_BYTES))
    return voice_ids_with(bytes.fromhex(secret))


def voice_ids_with(secret: bytes) -> VoiceIds:
    """Return the derivation of voice ids with `secret`."""

    def derive(key: VoiceKey, attempt: int) -> str:
        """Return an id of 160 unguessable bits, by the rules of the provider.

        8 to 256 characters, a letter first, not `-` or `_` last, and a digit, which older
        versions of the service demanded (MiniMax API, voice cloning page).
        """
        digest = hmac.digest(secret, f"{key}\n{attempt}".encode(), "sha256")
        return f"Myna-{_letters(digest[:20])}{attempt}"

    return derive


def nonce_for(key: str) -> str:
    """Return what marks the post of this key: 25 characters (Discord, create message)."""
    return f"myna-{_letters(hashlib.sha256(key.encode()).digest())[:20]}"


def nonce_of_part(key: SpeechKey, number: int) -> str:
    """Return what marks the post of one part: 25 characters (Discord, create message)."""
    return nonce_for(f"{key}#{number}")


def reference_for(key: str) -> str:
    """Return the 8 characters by which a member names a run and the operator finds it."""
    return _letters(hashlib.sha256(key.encode()).digest())[:8]


def folder_for(key: str) -> str:
    """Return the name of the folder that the job for this key works in."""
    return key if _SAFE_NAME.fullmatch(key) else nonce_for(key)


def _letters(data: bytes) -> str:
    return base64.b32encode(data).decode("ascii").rstrip("=").lower()
