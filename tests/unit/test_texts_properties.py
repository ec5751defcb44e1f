"""What holds for every text, whatever people paste."""

import re
import unicodedata
from collections import Counter
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.speech import INTERJECTIONS
from bot.domain.texts import clean, split

SETTINGS = settings(max_examples=300, deadline=None, derandomize=True, database=None)

PAUSE = re.compile(r"<#[0-9]{1,2}(?:\.[0-9]{1,2})?#>")
GAP = re.compile(rf"(?:\s|{PAUSE.pattern})*")
EMOJI = [
    "😀", "👍🏽", "👨\u200d👩\u200d👧", "🇩🇪", "🏳\ufe0f\u200d🌈", "1\ufe0f\u20e3", "❤\ufe0f",
    "☎", "↔\ufe0f",
]  # fmt: skip
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u202e\u00ad\ufe0f\ufe0e\U000e0101\U000e0067\x00\x7f"
UNSPOKEN = f"{INVISIBLE}\ue000\U000f0000\ud800\u20e3\u3164\u2800🏽🇩"
SPACES = [" ", "  ", "\n", "\n\n", "\n\n\n", "\r\n", "\t", "\u00a0", "\u3000", "\u2028"]
MARKS = [
    ". ", "! ", "? ", "… ", ", ", "; ", ": ", " — ", "。", "\uff01", "\uff0c", "、", "।",
    "「", "」", "”", "“",
]  # fmt: skip
LETTERS = [
    "a", "Z", "é", "e\u0301", "ß", "я", "ع", "ש", "क", "क्ष", "ก", "กำ", "中", "か", "한",
    "\u1112\u1161\u11ab", "7", "٣", "²", "\u2139",
]  # fmt: skip
COMBINING = "\u0301\u0323\u0308\u094d\u093f\u0e31\u05b0"
SIGNS = [
    "©", "®", "™", "€", "$", "+", "=", "≠", "→", "#", "*", "<", ">", "(", ")", "<#",
    "#>", "^", "`",
]  # fmt: skip

pauses = st.sampled_from(["<#1#>", "<#0.5#>", "<#99.99#>", "<#2.50#>"])
sounds = st.sampled_from([f"({tag})" for tag in INTERJECTIONS])
words = st.text(st.sampled_from("abcdefg"), min_size=1, max_size=12)
long_words = st.integers(10, 80).map("w".__mul__)
oddities = st.sampled_from([*EMOJI, *UNSPOKEN, *COMBINING])
ordinary = st.sampled_from([*SPACES, *MARKS, *LETTERS, *SIGNS])
anything = st.characters().map(str)

texts = st.lists(
    st.one_of(words, ordinary, ordinary, pauses, sounds, oddities, oddities, long_words, anything),
    max_size=40,
).map("".join)
limits = st.integers(20, 120)
tiny_limits = st.integers(1, 12)


def letters_in(text: str) -> Counter[str]:
    decomposed = unicodedata.normalize("NFD", text)
    return Counter(each for each in decomposed if unicodedata.category(each)[0] in "LN")


def lost_in(text: str, pieces: list[str]) -> list[str]:
    """Return the gaps around the pieces; fail where anything else is missing."""
    gaps, at = [], 0
    for piece in pieces:
        gap = GAP.match(text, at)
        assert gap
        gaps.append(gap[0])
        assert text.startswith(piece, gap.end())
        at = gap.end() + len(piece)
    gap = GAP.fullmatch(text, at)
    assert gap
    return [*gaps, gap[0]]


def pauses_in(texts: list[str]) -> int:
    return sum(len(PAUSE.findall(text)) for text in texts)


@SETTINGS
@given(texts)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@SETTINGS
@given(texts)
def test_nothing_that_cannot_be_spoken_is_left(text: str) -> None:
    cleaned = clean(text)

    for index, character in enumerate(cleaned):
        category = unicodedata.category(character)
        joins = character in "\u200c\u200d" and 0 < index < len(cleaned) - 1
        assert category[0] != "C" or character == "\n" or joins
        assert "VARIATION SELECTOR" not in unicodedata.name(character, "")
        assert not "\U0001f000" <= character <= "\U0001faff" or category == "No"
        assert character not in "\u20e3\u3164\u2764\u260e"


@SETTINGS
@given(texts)
def test_cleaning_leaves_normal_text_with_single_spaces_and_blank_lines(text: str) -> None:
    cleaned = clean(text)

    assert unicodedata.is_normalized("NFC", cleaned)
    assert not re.search(r"[^\S \n]|  | \n|\n |\n{3}", cleaned)
    assert cleaned == cleaned.strip()


@SETTINGS
@given(texts)
def test_cleaning_adds_no_letter(text: str) -> None:
    assert letters_in(clean(text)) <= letters_in(text)


@SETTINGS
@given(st.lists(st.one_of(words, pauses, sounds), max_size=20).map(" ".join))
def test_cleaning_takes_nothing_from_plain_text(text: str) -> None:
    assert clean(text) == text


@SETTINGS
@given(texts, st.one_of(limits, tiny_limits))
def test_no_piece_is_empty_or_over_the_limit(text: str, limit: int) -> None:
    pieces = split(text, limit)

    assert all(0 < len(piece) <= limit for piece in pieces)
    assert all(piece == piece.strip() for piece in pieces)


@SETTINGS
@given(texts, st.one_of(limits, tiny_limits))
def test_only_white_space_and_pauses_at_cuts_are_lost_and_no_pause_is_cut(
    text: str, limit: int
) -> None:
    pieces = split(text, limit)

    assert pauses_in([*pieces, *lost_in(text, pieces)]) == pauses_in([text])


@SETTINGS
@given(texts, st.one_of(limits, tiny_limits))
def test_no_piece_begins_or_ends_with_a_pause(text: str, limit: int) -> None:
    for piece in split(text, limit):
        assert not PAUSE.match(piece)
        assert not re.search(rf"{PAUSE.pattern}\Z", piece)


@SETTINGS
@given(texts, limits)
def test_no_interjection_is_cut(text: str, limit: int) -> None:
    together = sum(piece.count(f"({tag})") for piece in split(text, limit) for tag in INTERJECTIONS)

    assert together == sum(text.count(f"({tag})") for tag in INTERJECTIONS)


@SETTINGS
@given(st.lists(st.sampled_from([*LETTERS, *COMBINING]), min_size=1).map("".join), limits)
def test_no_letter_is_cut_from_its_marks(text: str, limit: int) -> None:
    for piece in split(text, limit)[1:]:
        assert not unicodedata.category(piece[0]).startswith("M")


@SETTINGS
@given(st.lists(words, min_size=1, max_size=80).map(" ".join), limits)
def test_pieces_are_packed(text: str, limit: int) -> None:
    pieces = split(text, limit)

    for piece, following in pairwise(pieces):
        assert len(f"{piece} {following.split()[0]}") > limit


@SETTINGS
@given(texts, limits)
def test_cutting_the_same_text_again_gives_the_same_pieces(text: str, limit: int) -> None:
    pieces = split(text, limit)

    assert split(text, limit) == pieces
    assert [part for piece in pieces for part in split(piece, limit)] == pieces
