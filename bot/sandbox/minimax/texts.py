"""What the service reads off a text: its length on the bill, its words, what must not be said."""

import re
import unicodedata

MOST_INVISIBLE = 0.10
"""Share of invisible characters above which a text is refused with 1042 (T2A page)."""

MISMATCH_WORD = "transcript-mismatch"
"""A transcript that holds it is taken not to match its audio (1043 or 1044)."""

_FLAGGED = re.compile(r"badword-flagged(?:-([1-7]))?")
_DEFAULT_FLAG = 5  # abuse
_CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_INVISIBLE_CATEGORIES = {"Cf", "Cc", "Co", "Cn"}
_CLOSING_CATEGORIES = {"Pe", "Pf"}  # brackets and quotes that may follow the last mark
_CLOSING_QUOTES = "\"'"


def usage_characters(text: str) -> int:
    """Count what is billed: a Chinese character is 2, everything else 1 (mainland T2A page)."""
    return len(text) + len(_CHINESE.findall(text))


def word_count(text: str) -> int:
    """Answer the same number as the bill: live answers do, though the page says otherwise."""
    return usage_characters(text)


def flag_type(text: str) -> int:
    """Find a trigger word: "badword-flagged" is type 5, "badword-flagged-3" type 3; 0 is clean."""
    found = _FLAGGED.search(text)
    if found is None:
        return 0
    return int(found.group(1) or _DEFAULT_FLAG)


def invisible_ratio(text: str) -> float:
    """Answer the share of characters that show nothing; line breaks and tabs are not counted."""
    if not text:
        return 0.0
    hidden = sum(
        unicodedata.category(character) in _INVISIBLE_CATEGORIES
        for character in text
        if character not in "\n\r\t"
    )
    return hidden / len(text)


def ends_with_punctuation(text: str) -> bool:
    """Say whether a transcript ends the way `prompt_text` must."""
    for character in reversed(text.rstrip()):
        category = unicodedata.category(character)
        if category not in _CLOSING_CATEGORIES and character not in _CLOSING_QUOTES:
            return category == "Po"
    return False


def could_be_said(text: str, seconds: float) -> bool:
    """Say whether a transcript may belong to audio of this length.

    The stand-in does not listen: it refuses `MISMATCH_WORD`, and more than 40 characters a second
    (about twice the fastest speech).
    """
    return MISMATCH_WORD not in text and len(text) <= 40 * max(seconds, 0.1)
