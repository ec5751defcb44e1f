"""What MiniMax itself accepts in a request, as data and checks (docs/minimax.md)."""

import re
import unicodedata
from collections.abc import Mapping
from pathlib import PurePath
from typing import Final

MODELS: Final = (
    "speech-2.8-hd",
    "speech-2.8-turbo",
    "speech-2.6-hd",
    "speech-2.6-turbo",
    "speech-02-hd",
    "speech-02-turbo",
    "speech-01-hd",
    "speech-01-turbo",
)
"""Values of `model` (docs/minimax.md, "Voice clone")."""

LANGUAGES: Final = (
    "Chinese",
    "Chinese,Yue",
    "English",
    "Arabic",
    "Russian",
    "Spanish",
    "French",
    "Portuguese",
    "German",
    "Turkish",
    "Dutch",
    "Ukrainian",
    "Vietnamese",
    "Indonesian",
    "Japanese",
    "Italian",
    "Korean",
    "Thai",
    "Polish",
    "Romanian",
    "Greek",
    "Czech",
    "Finnish",
    "Hindi",
    "Bulgarian",
    "Danish",
    "Hebrew",
    "Malay",
    "Persian",
    "Slovak",
    "Swedish",
    "Croatian",
    "Filipino",
    "Hungarian",
    "Norwegian",
    "Slovenian",
    "Catalan",
    "Nynorsk",
    "Tamil",
    "Afrikaans",
    "auto",
)
"""Values of `language_boost` (docs/minimax.md, "Languages")."""

TEXT_LIMIT: Final = 1000
"""Characters of a preview text (docs/minimax.md, "Voice clone")."""

SPEECH_TEXT_LIMIT: Final = 10_000
"""A text spoken in one go has fewer characters than this (docs/minimax.md, "Speech")."""

LONG_TEXT_LIMIT: Final = 50_000
"""Most characters of a text spoken in the service's own time (docs/minimax.md, "Long speech")."""

TRANSCRIPT_LIMIT: Final = 200
"""Characters of `text_validation` (docs/minimax.md, "Voice clone")."""

INT64_MAX: Final = 2**63 - 1
"""File ids are int64, and real ones exceed what a double holds (docs/minimax.md, "Files")."""

UPLOAD_MAX_BYTES: Final = 20_000_000
"""Bytes of an upload; "20 MB" is read the narrower way (docs/minimax.md, "Files")."""

AUDIO_TYPES: Final = {".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".wav": "audio/wav"}
"""Endings a file name may have, with their content types; content alone does not convince."""

TEXT_TYPES: Final = {".txt": "text/plain", ".zip": "application/zip"}
"""The same for long texts (docs/minimax.md, "Long speech")."""

VOICE_ID_LEAST: Final = 8
VOICE_ID_MOST: Final = 256
_VOICE_ID: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]*[A-Za-z0-9]")


def check_voice_id(voice_id: str) -> str:
    """Return `voice_id` if the service accepts it as a new one (docs/minimax.md, "Voice ids").

    Raises:
        ValueError: it breaks a rule. The older rule, that there must be a digit, counts too.
    """
    if not VOICE_ID_LEAST <= len(voice_id) <= VOICE_ID_MOST:
        raise ValueError(f"a voice id has {VOICE_ID_LEAST} to {VOICE_ID_MOST} characters")
    if not _VOICE_ID.fullmatch(voice_id):
        raise ValueError(
            "a voice id starts with an English letter, goes on with letters, digits, - and _, "
            "and ends with a letter or digit"
        )
    if not any(character.isdigit() for character in voice_id):
        raise ValueError("a voice id contains a digit")
    return voice_id


def check_prompt_text(text: str) -> str:
    """Return `text` if it ends with punctuation of any script, as a prompt clip's must.

    Raises:
        ValueError: it does not.
    """
    last = text.rstrip()[-1:]
    if not last or not unicodedata.category(last).startswith("P"):
        raise ValueError("the transcript of a prompt clip ends with punctuation")
    return text


def content_type_of(filename: str, types: Mapping[str, str] = AUDIO_TYPES) -> str:
    """Return the content type that goes with the ending of an upload's name.

    Raises:
        ValueError: the service refuses files of that ending.
    """
    content_type = types.get(PurePath(filename).suffix.lower())
    if content_type is None:
        *others, last = (f"*{ending}" for ending in types)
        raise ValueError(f"an upload is named {', '.join(others)} or {last}")
    return content_type


def check_upload_size(size: int) -> None:
    """Check the size of an upload in bytes.

    Raises:
        ValueError: it is empty or over `UPLOAD_MAX_BYTES`.
    """
    if not 0 < size <= UPLOAD_MAX_BYTES:
        raise ValueError(f"an upload has 1 to {UPLOAD_MAX_BYTES} bytes, not {size}")
