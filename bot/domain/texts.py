"""A text on its way to being spoken: cleaned, checked, cut into pieces, and held against the sound.

Two kinds of markup may stand in it (docs/minimax.md, "Speech"): pauses, `<#1.5#>`, and
interjections, `(laughs)`.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from enum import IntEnum
from functools import lru_cache
from operator import attrgetter
from typing import Final, NamedTuple

from bot.domain.errors import PauseInvalid
from bot.domain.speech import INTERJECTIONS, ends_with_punctuation, without_invisible

SPOKEN_PER_SECOND: Final = 40
"""Letters and digits a second that no voice exceeds at speed 1.

About 15 are usual, and the one broken answer known had 88 characters in 0.2 s, so that this is far
from both: a good answer, which was paid for, is never taken for a broken one.
"""

WIDE_WEIGHT: Final = 2.5
"""Letters that an East Asian character counts as: it is a whole syllable or word."""

JUDGED_FROM: Final = 5
"""Letters and digits; a shorter text may be over in no time."""

_PAUSE_PATTERN: Final = r"<#(?!0?0(?:\.00?)?#)([0-9]{1,2}(?:\.[0-9]{1,2})?)#>"
_PAUSE: Final = re.compile(_PAUSE_PATTERN)
"""0.01 to 99.99 seconds with at most two decimals."""

_PAUSE_ATTEMPT: Final = re.compile(r"<#[^<>\n]{0,30}>|<#[^\s<>]{0,30}")

_SOUND_PATTERN: Final = rf"\((?:{'|'.join(map(re.escape, INTERJECTIONS))})\)"
_SOUND: Final = re.compile(_SOUND_PATTERN)
_LONGEST_SOUND: Final = max(map(len, INTERJECTIONS)) + 2
_MARKUP: Final = re.compile(rf"{_PAUSE_PATTERN}|{_SOUND_PATTERN}")
_DRAWN_OUT: Final = re.compile(r"(.)\1{2,}")

# --- cleaning: Unicode's emoji-data.txt, and the other pictures of the same blocks. What is a
# --- letter, a number, a bracket, mathematical or musical there (i, circled 1, sharp) is none.

_PICTURES: Final = (
    "\u231a\u231b\u2328\u23cf\u23e9-\u23f3\u23f8-\u23fa\u25aa\u25ab\u25b6\u25c0\u25fb-\u25fe"
    "\u2600-\u266c\u2670-\u2767\u2794-\u27bf\u2b05-\u2b07\u2b1b\u2b1c\u2b50\u2b55\u303d"
    "\U0001f000-\U0001f0ff\U0001f10d-\U0001faff"
)
_PICTURES_IF_SO_MARKED: Final = (
    "\u2139\u2194-\u2199\u21a9\u21aa\u24c2\u2934\u2935\u3030\u3297\u3299"
)
_GOES_WITH_PICTURES: Final = "\ufe0e\ufe0f\u200d\U000e0020-\U000e007f\u0300-\u036f\u20d0-\u20ff"
_KEYCAP: Final = "(?:[0-9#*]\ufe0f?)?\u20e3"
_EMOJI: Final = re.compile(
    f"(?:\u200d?(?:[{_PICTURES}]|[{_PICTURES_IF_SO_MARKED}]\ufe0f|{_KEYCAP})"
    f"[{_GOES_WITH_PICTURES}]*)+"
)
_LINE_BREAK: Final = re.compile("\r\n?|[\v\f\x85\u2028\u2029]")
_BLANK: Final = re.compile("[\u115f\u1160\u2800\u3164\uffa0]")
"""What shows as a space, though Unicode calls it a letter or a symbol."""

_SPACES: Final = re.compile(r"[^\S\n]+")
_AROUND_BREAK: Final = re.compile(r" ?\n ?")
_BLANK_LINES: Final = re.compile(r"\n{3,}")


def clean(text: str) -> str:
    """Return what is left of `text` to be spoken, and to be paid for.

    NFC, without emoji and characters nobody sees, with single spaces, and at most one blank line
    between paragraphs. Cleaning twice changes nothing more.
    """
    text = _BLANK.sub(" ", _LINE_BREAK.sub("\n", text))
    text = without_invisible(_EMOJI.sub(_instead_of_emoji, text))
    text = _SPACES.sub(" ", unicodedata.normalize("NFC", text))
    return _BLANK_LINES.sub("\n\n", _AROUND_BREAK.sub("\n", text)).strip()


def has_anything_to_say(text: str) -> bool:
    """Say whether there is a letter or a digit of any script outside the markup."""
    return _is_heard(_MARKUP.sub("", text))


def check_pauses(text: str) -> None:
    """Check that every pause is written as the service wants it, between two things to be heard.

    Raises:
        PauseInvalid: one is not; or something begins like a pause, and is none.
    """
    done, last = 0, ""
    for attempt in _PAUSE_ATTEMPT.finditer(text):
        last = attempt[0]
        if not _PAUSE.fullmatch(last) or not _is_heard(text[done : attempt.start()]):
            raise PauseInvalid(markup=last)
        done = attempt.end()
    if last and not _is_heard(text[done:]):
        raise PauseInvalid(markup=last)


def expected_seconds(text: str, speed: float) -> float:
    """Return the seconds that `text` takes at the very least, at `speed` (0.5 to 2)."""
    # Whether a pause shrinks with the speed is not documented: the shorter reading is the safe one.
    pauses = sum(float(pause[1]) for pause in _PAUSE.finditer(text)) / max(1.0, speed)
    weight = sum(WIDE_WEIGHT if _is_wide(character) else 1 for character in _letters(text))
    return pauses + weight / (SPOKEN_PER_SECOND * speed)


def is_too_short(seconds: float, text: str, speed: float) -> bool:
    """Say whether `seconds` of sound cannot be all of `text`: nothing, or a snippet."""
    if seconds <= 0:
        return True
    return len(_letters(text)) >= JUDGED_FROM and seconds < expected_seconds(text, speed)


def _instead_of_emoji(found: re.Match[str]) -> str:
    text, start, end = found.string, found.start(), found.end()
    around = text[start - 1 : start], text[end : end + 1]
    return " " if all(_is_of_a_word(character) for character in around) else ""


def _is_of_a_word(character: str) -> bool:
    return bool(character) and unicodedata.category(character)[0] in "LMN"


def _is_heard(text: str) -> bool:
    return any(character.isalnum() for character in text)


def _letters(text: str) -> list[str]:
    words = _DRAWN_OUT.sub(r"\1\1", _MARKUP.sub(" ", text))
    return [character for character in words if character.isalnum()]


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"


# --- cutting


class _Rank(IntEnum):
    """How well a text can be cut at a place."""

    SPACE = 1
    CLAUSE = 2
    SENTENCE = 3
    PARAGRAPH = 4


class _Place(NamedTuple):
    at: int
    rank: _Rank


_AT: Final = attrgetter("at")
_RANK: Final = attrgetter("rank")

_LEAST_FILLED: Final = 4
"""A piece fills at least this fraction of the limit before a good place beats a later one."""

_GAP: Final = re.compile(rf"(?:\s|{_PAUSE_PATTERN})+")
# Outside ASCII, a mark may end a sentence with no space behind it. Inside it may not: 3.14, a.org.
_GAP_OR_MARKS: Final = re.compile(rf"(?:\s|{_PAUSE_PATTERN})+|[^\x00-\x7f\w\s]+")
_MARKS_SEEN: Final = 4
"""How far a place is looked back from: a full stop, and the quotes and brackets it closes."""

_OPENING: Final = frozenset({"Ps", "Pi"})
_CLAUSE_WORDS: Final = ("COMMA", "COLON", "EM DASH", "EN DASH")
_JOINERS: Final = "\u200c\u200d"
_VIRAMA: Final = 9
"""The combining class of marks that bind the next letter (Unicode, "Combining classes")."""


def split(text: str, limit: int) -> list[str]:
    """Cut `text` into few pieces of at most `limit` characters, none of them empty.

    It is cut between paragraphs if possible, else sentences, clauses, words, and else anywhere
    but inside an interjection, or between a letter and its marks. White space at a cut is dropped,
    and so is a pause, because the gap between two pieces is one; nothing else is.

    Raises:
        ValueError: `limit` is not positive.
    """
    if limit < 1:
        raise ValueError(f"a piece has at least 1 character, not {limit}")
    places = _places_in(text)
    start, end = _after_gap(text, 0), len(text)
    if places and _after_gap(text, places[-1].at) == end:
        end = places[-1].at
    pieces = []
    while end - start > limit:
        cut = _best_cut(text, places, start, limit)
        pieces.append(text[start:cut])
        start = _after_gap(text, cut)
    return [*pieces, text[start:end]] if start < end else pieces


def _after_gap(text: str, at: int) -> int:
    gap = _GAP.match(text, at)
    return gap.end() if gap else at


def _places_in(text: str) -> list[_Place]:
    places = []
    for found in _GAP_OR_MARKS.finditer(text):
        if found[0] == " " or _is_gap(found[0]):
            places.append(_Place(found.start(), _rank_of_gap(text, found)))
            continue
        at = _before_opening(text, found)
        rank = _rank_behind(text[max(found.start(), at - _MARKS_SEEN) : at])
        if rank > _Rank.SPACE:
            places.append(_Place(at, rank))
    return places


def _is_gap(found: str) -> bool:
    return found[0] == "<" or found[0].isspace()


def _rank_of_gap(text: str, gap: re.Match[str]) -> _Rank:
    at = gap.start()
    behind = _rank_behind(text[max(0, at - _MARKS_SEEN) : at])
    return behind if gap[0] == " " else max(behind, _rank_in(gap[0]))


def _rank_in(gap: str) -> _Rank:
    breaks = gap.count("\n")
    if breaks:
        return _Rank.SENTENCE if breaks == 1 else _Rank.PARAGRAPH
    return _Rank.CLAUSE if "<" in gap else _Rank.SPACE


@lru_cache(maxsize=1024)
def _rank_behind(text: str) -> _Rank:
    if not text or text[-1].isalnum():
        return _Rank.SPACE
    if ends_with_punctuation(text):
        return _Rank.SENTENCE
    name = unicodedata.name(text[-1], "")
    is_mark = unicodedata.category(text[-1]) in {"Po", "Pd"}
    return _Rank.CLAUSE if is_mark and any(word in name for word in _CLAUSE_WORDS) else _Rank.SPACE


def _before_opening(text: str, marks: re.Match[str]) -> int:
    at = marks.end()
    while at > marks.start() and unicodedata.category(text[at - 1]) in _OPENING:
        at -= 1
    return at


def _best_cut(text: str, places: list[_Place], start: int, limit: int) -> int:
    first = bisect_right(places, start, key=_AT)
    filling = bisect_left(places, start + limit / _LEAST_FILLED, lo=first, key=_AT)
    end = bisect_right(places, start + limit, lo=filling, key=_AT)
    good = places[filling:end] or places[first:filling]
    if not good:
        return _cut_anywhere(text, start, limit)
    return max(reversed(good), key=_RANK).at  # the last one of the best


def _cut_anywhere(text: str, start: int, limit: int) -> int:
    cut = end = start + limit
    while cut > start and _belongs_to_the_one_before(text, cut):
        cut -= 1
    for sound in _SOUND.finditer(text, max(start, cut - _LONGEST_SOUND), cut + _LONGEST_SOUND):
        if sound.start() < cut < sound.end():
            return sound.start() if sound.start() > start else end
    return cut if cut > start else end


def _belongs_to_the_one_before(text: str, at: int) -> bool:
    before, character = text[at - 1], text[at]
    return (
        unicodedata.category(character).startswith("M")
        or character in _JOINERS
        or before in _JOINERS
        or unicodedata.combining(before) == _VIRAMA
    )
