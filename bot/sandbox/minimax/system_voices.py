"""The service's own voices: a made-up list of the same size and the same kinds of ids.

The languages, the forms of the ids and a few of the ids are the real ones; the rest is plausible.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import cycle
from types import MappingProxyType


@dataclass(frozen=True)
class SystemVoice:
    """One of them; `pitch_hz` is how this stand-in lets it speak."""

    name: str
    description: str
    pitch_hz: float


_LANGUAGES = (
    "English",
    "Chinese (Mandarin)",
    "Japanese",
    "Korean",
    "Spanish",
    "Portuguese",
    "French",
    "German",
    "Italian",
    "Russian",
    "Arabic",
    "Turkish",
    "Dutch",
    "Ukrainian",
    "Vietnamese",
    "Indonesian",
    "Thai",
    "Polish",
    "Romanian",
    "Greek",
    "Czech",
    "Finnish",
    "Hindi",
)
_CHARACTERS = (
    ("Graceful", "Lady"),
    ("Persuasive", "Man"),
    ("News", "Anchor"),
    ("Gentle", "Butler"),
    ("Wise", "Scholar"),
    ("Sweet", "Girl"),
    ("Calm", "Woman"),
    ("Reliable", "Executive"),
    ("Cheerful", "Boy"),
    ("Serene", "Elder"),
    ("Warm", "Bestie"),
    ("Stern", "Captain"),
    ("Bright", "Student"),
)
_JOINED = frozenset({"Japanese", "Korean", "Spanish", "Portuguese"})  # written SereneWoman there
_ODD = {
    "English_expressive_narrator": "Expressive Narrator",
    "Cantonese_GentleLady": "Gentle Lady",
    "Cantonese_ProfessionalHost（F)": "Professional Host (F)",  # noqa: RUF001  brackets as seen
    "Cantonese_PlayfulMan": "Playful Man",
    "Wise_Woman": "Wise Woman",
    "Friendly_Person": "Friendly Person",
    "Deep_Voice_Man": "",
    "male-qn-qingse": "青涩青年音色",
    "female-shaonv": "少女音色",
    "audiobook_male_1": "",
}
"""Ids without a language, with odd brackets, and voices whose name is empty."""

_PITCHES = (205.0, 118.0, 180.0, 132.0, 110.0, 232.0)


def _names() -> Iterator[tuple[str, str]]:
    yield from _ODD.items()
    for language in _LANGUAGES:
        between = "" if language in _JOINED else "_"
        for character in _CHARACTERS:
            yield f"{language}_{between.join(character)}", " ".join(character)


SYSTEM_VOICES: Mapping[str, SystemVoice] = MappingProxyType(
    {
        voice_id: SystemVoice(name, f"A voice of the service itself: {name or voice_id}", pitch_hz)
        for (voice_id, name), pitch_hz in zip(_names(), cycle(_PITCHES), strict=False)
    }
)
"""By id; these ids count as taken."""
