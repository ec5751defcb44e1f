"""What can be said with a voice: models, languages, interjections and the checks of a text.

The lists and limits are those of the speech service (docs/minimax.md, "Voice clone" and
"Languages"); a test keeps them equal to the ones its client sends.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from bot.domain.speeches import Emotion

PREVIEW_TEXT_LIMIT: Final = 1000
"""Most characters of a preview text (docs/minimax.md, "Voice clone")."""

TRANSCRIPT_LIMIT: Final = 200
"""Most characters of the expected transcript of a sample (docs/minimax.md, "Voice clone")."""

AUTO: Final = "auto"
"""The language value that lets the service detect the language."""


@dataclass(frozen=True, slots=True)
class Model:
    """A speech model."""

    name: str
    family: str
    interjections: bool


@dataclass(frozen=True, slots=True)
class Language:
    """A language the service can be told to expect: its name there, its label, its BCP 47 tags."""

    name: str
    label: str
    tags: tuple[str, ...]


MODELS: Final[Mapping[str, Model]] = MappingProxyType(
    {
        model.name: model
        for model in (
            Model("speech-2.8-hd", "2.8", interjections=True),
            Model("speech-2.8-turbo", "2.8", interjections=True),
            Model("speech-2.6-hd", "2.6", interjections=False),
            Model("speech-2.6-turbo", "2.6", interjections=False),
            Model("speech-02-hd", "02", interjections=False),
            Model("speech-02-turbo", "02", interjections=False),
            Model("speech-01-hd", "01", interjections=False),
            Model("speech-01-turbo", "01", interjections=False),
        )
    }
)
"""The models by name, newest first."""

_TAGS: Final[Mapping[str, tuple[str, ...]]] = {
    "Chinese": ("zh", "cmn"),
    "Chinese,Yue": ("yue", "zh-hk", "zh-mo"),
    "English": ("en",),
    "Arabic": ("ar",),
    "Russian": ("ru",),
    "Spanish": ("es",),
    "French": ("fr",),
    "Portuguese": ("pt",),
    "German": ("de",),
    "Turkish": ("tr",),
    "Dutch": ("nl",),
    "Ukrainian": ("uk",),
    "Vietnamese": ("vi",),
    "Indonesian": ("id", "in"),
    "Japanese": ("ja",),
    "Italian": ("it",),
    "Korean": ("ko",),
    "Thai": ("th",),
    "Polish": ("pl",),
    "Romanian": ("ro",),
    "Greek": ("el",),
    "Czech": ("cs",),
    "Finnish": ("fi",),
    "Hindi": ("hi",),
    "Bulgarian": ("bg",),
    "Danish": ("da",),
    "Hebrew": ("he", "iw"),
    "Malay": ("ms",),
    "Persian": ("fa",),
    "Slovak": ("sk",),
    "Swedish": ("sv",),
    "Croatian": ("hr",),
    "Filipino": ("fil", "tl"),
    "Hungarian": ("hu",),
    "Norwegian": ("no", "nb"),
    "Slovenian": ("sl",),
    "Catalan": ("ca",),
    "Nynorsk": ("nn",),
    "Tamil": ("ta",),
    "Afrikaans": ("af",),
    AUTO: (),
}
_LABELS: Final = {
    "Chinese": "Chinese (Mandarin)",
    "Chinese,Yue": "Chinese (Cantonese)",
    "Nynorsk": "Norwegian (Nynorsk)",
    AUTO: "Detect automatically",
}

LANGUAGES: Final[Mapping[str, Language]] = MappingProxyType(
    {name: Language(name, _LABELS.get(name, name), tags) for name, tags in _TAGS.items()}
)
"""The languages by the service's own names, in its order; `AUTO` is the last."""

_BY_TAG: Final = {tag: language for language in LANGUAGES.values() for tag in language.tags}

_NOT_BEFORE_2_6: Final = frozenset({"Persian", "Filipino", "Tamil"})
_OLD_FAMILIES: Final = frozenset({"01", "02"})

_NOT_ALL_KNOW: Final = frozenset({Emotion.FLUENT, Emotion.WHISPER})
_FAMILY_OF_ALL_EMOTIONS: Final = "2.6"

INTERJECTIONS: Final[tuple[str, ...]] = (
    "laughs",
    "chuckle",
    "coughs",
    "clear-throat",
    "groans",
    "breath",
    "pant",
    "inhale",
    "exhale",
    "gasps",
    "sniffs",
    "sighs",
    "snorts",
    "burps",
    "lip-smacking",
    "humming",
    "hissing",
    "emm",
    "whistles",
    "sneezes",
    "crying",
    "applause",
)
"""The sounds a text may ask for, written in round brackets: `(laughs)`."""

# Both kinds of brackets: an East Asian keyboard types the full-width ones.
_BRACKETED: Final = re.compile(r"[(\uFF08]([^()\uFF08\uFF09\n]{1,40})[)\uFF09]")
_ONE_WORD: Final = re.compile(r"[A-Za-z]+(-[A-Za-z]+)*")

_TERMINAL_WORDS: Final = (
    "FULL STOP",
    "QUESTION MARK",
    "EXCLAMATION MARK",
    "ELLIPSIS",
    "INTERROBANG",
    "DANDA",
    "KHMER SIGN KHAN",
    "MYANMAR SIGN SECTION",
    "TIBETAN MARK SHAD",
)
_CLOSING: Final = frozenset({"Pe", "Pf", "Pi"})  # some languages close a quotation with an Pi
_JOINERS: Final = "\u200c\u200d"


def language_for_locale(locale: str) -> Language | None:
    """Return the language of a BCP 47 locale (`pt-BR`, `zh_TW`, `ko`), or None if it has none."""
    tag = locale.replace("_", "-").casefold()
    return _BY_TAG.get(tag) or _BY_TAG.get(tag.partition("-")[0])


def supports_interjections(model: str) -> bool:
    """Say whether a model speaks interjections instead of reading them out.

    Raises: KeyError for a name that is not in `MODELS`.
    """
    return MODELS[model].interjections


def supports_language(model: str, language: str) -> bool:
    """Say whether a model takes a language, both by the service's names.

    Raises: KeyError for a name that is not in `MODELS`.
    """
    old = MODELS[model].family in _OLD_FAMILIES
    return language in LANGUAGES and not (old and language in _NOT_BEFORE_2_6)


def supports_emotion(model: str, emotion: Emotion) -> bool:
    """Say whether a model can speak with an emotion (docs/minimax.md, "Speech").

    Raises: KeyError for a name that is not in `MODELS`.
    """
    return MODELS[model].family == _FAMILY_OF_ALL_EMOTIONS or emotion not in _NOT_ALL_KNOW


def interjections_in(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Find what a text asks for in brackets: known interjections, and what only looks like one.

    Both are given without brackets, once each, in order. A bracketed remark of several words is
    ordinary text, unless it is a known interjection spelled differently (`(Clear throat)`).
    """
    inside = dict.fromkeys(match.group(0) for match in _BRACKETED.finditer(text))
    known = tuple(found[1:-1] for found in inside if _is_interjection(found))
    unknown = tuple(
        found[1:-1] for found in inside if not _is_interjection(found) and _looks_like_one(found)
    )
    return known, tuple(dict.fromkeys(unknown))


def ends_with_punctuation(text: str) -> bool:
    """Say whether a text ends as a sentence does, in any script; closing quotes may follow."""
    rest = text.rstrip()
    while rest and (rest[-1] in "\"'" or unicodedata.category(rest[-1]) in _CLOSING):
        rest = rest[:-1]
    return bool(rest) and _is_terminal(rest[-1])


def without_invisible(text: str) -> str:
    """Drop characters nobody sees, which the service counts against a text (over 10 %: refused).

    Joiners inside a word stay, because Persian and Indic spelling needs them.
    """
    return "".join(
        character
        for index, character in enumerate(text)
        if not _is_invisible(character) or _joins_letters(text, index)
    )


def _is_interjection(bracketed: str) -> bool:
    return bracketed[0] == "(" and bracketed[-1] == ")" and bracketed[1:-1] in INTERJECTIONS


def _looks_like_one(bracketed: str) -> bool:
    inner = bracketed[1:-1]
    spelled = re.sub(r"[\s_-]+", "-", inner.strip().casefold())
    return spelled in INTERJECTIONS or _ONE_WORD.fullmatch(inner) is not None


def _is_terminal(character: str) -> bool:
    name = unicodedata.name(character, "")
    return (
        unicodedata.category(character) == "Po"
        and not name.startswith("INVERTED")
        and any(word in name for word in _TERMINAL_WORDS)
    )


def _is_invisible(character: str) -> bool:
    if character in "\n\t":
        return False
    category = unicodedata.category(character)
    is_variation_selector = category == "Mn" and _is_variation_selector(character)
    return category.startswith("C") or is_variation_selector


def _is_variation_selector(character: str) -> bool:
    return "VARIATION SELECTOR" in unicodedata.name(character, "")


def _joins_letters(text: str, index: int) -> bool:
    if text[index] not in _JOINERS or not 0 < index < len(text) - 1:
        return False
    neighbours = text[index - 1], text[index + 1]
    return all(_is_seen_in_a_word(neighbour) for neighbour in neighbours)


def _is_seen_in_a_word(character: str) -> bool:
    return unicodedata.category(character)[0] in "LM" and not _is_variation_selector(character)
