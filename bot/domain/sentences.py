"""The random sentence that the owner of a voice records as their yes.

It names the day and the people, and ends in random words: a recording from elsewhere cannot fit.
The words are most of it, because the service lets a part of a transcript differ.
"""

import random
import unicodedata
from datetime import date
from typing import Final

from bot.domain.sentence_words import ENGLISH, TONGUES, Tongue
from bot.domain.speech import TRANSCRIPT_LIMIT, language_for_locale

NAME_LIMIT: Final = 20
"""Characters of a name that have to be spoken; the rest is left out."""

WORDS_MIN: Final = 6
"""Random words in any sentence: of 50 and more that is one of ten thousand millions."""

_MARKS_MAX: Final = 2
"""Combining marks in a row that are spoken; more are decoration."""

_INSIDE: Final = "'-"
"""What a name may have between its letters."""

_UNSEEN: Final = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"
    + "".join(map(chr, [*range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)]))
)
"""Letters and marks that Unicode has nobody see (Default_Ignorable_Code_Point)."""


def sentence(
    *, locale: str, day: date, owner: str, asker: str | None, chance: random.Random
) -> str:
    """Return a sentence in the language of `locale`; `asker` is None for the owner's own voice.

    It has at most `TRANSCRIPT_LIMIT` characters and no markup, whatever the names are.
    """
    tongue = _tongue_of(locale)
    frame = tongue.own if asker is None else tongue.other
    words = tongue.words.split()
    chance.shuffle(words)
    spoken = {
        "date": _date(day, tongue),
        "owner": speakable(owner, otherwise=tongue.nobody),
        "asker": speakable(asker or "", otherwise=tongue.nobody),
    }

    def with_words(count: int) -> str:
        return frame.format(**spoken, words=tongue.comma.join(words[:count]))

    count = WORDS_MIN
    while count < len(words) and len(with_words(count + 1)) <= tongue.at_most:
        count += 1
    while len(with_words(count)) > TRANSCRIPT_LIMIT:
        count -= 1
    return with_words(count)


def speakable(name: str, *, otherwise: str) -> str:
    """Return what can be spoken of a name: letters, digits, spaces, at most `NAME_LIMIT` of them.

    `otherwise` stands for a name in which there is nothing of that.
    """
    kept = [" "]
    marks = 0
    for character in unicodedata.normalize("NFKC", name):
        kind = unicodedata.category(character)
        marks = marks + 1 if kind.startswith("M") else 0
        if character in _UNSEEN:
            continue
        if kind.startswith("L") or kind == "Nd" or character in _INSIDE:
            kept.append(character)
        elif not marks:
            kept.append(" ")
        elif marks <= _MARKS_MAX and kept[-1] not in f"{_INSIDE} ":
            kept.append(character)
    parts = (part.strip(_INSIDE) for part in "".join(kept).split())
    line = " ".join(part for part in parts if part)[:NAME_LIMIT].strip(f"{_INSIDE} ")
    return line or otherwise


def _tongue_of(locale: str) -> Tongue:
    language = language_for_locale(locale)
    return TONGUES.get(language.name if language else ENGLISH, TONGUES[ENGLISH])


def _date(day: date, tongue: Tongue) -> str:
    months = tongue.months.split()
    month = months[day.month - 1] if months else day.month
    return tongue.date.format(day=day.day, month=month, year=day.year)
