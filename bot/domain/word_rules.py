"""Whether a text has one of the words that a server does not allow.

What is compared are whole words, whatever their case and width: `DARN` and full-width letters are
`darn`, `darned` is not. A rule of several words is found where they follow each other, whatever
marks stand between them. A rule of three characters or more is also found where it is spelled
out, as in `d a r n` or `d.a.r.n`. Scripts that put no spaces between words are compared character
by character. Letters that only look alike, and digits in place of letters, are not seen through:
that is what people who moderate are for.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

_SPELLED_LEAST: Final = 3
"""Characters of the shortest rule that is looked for spelled out: else `I d` would be `id`."""

_UNSPACED: Final = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff]"
)
"""Thai, Lao, Burmese, Khmer, Japanese and Chinese characters."""

_DECORATION: Final = re.compile("[\u0300-\u036f\u180b-\u180d\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""Variation selectors, and accents that belong to no letter in Unicode: stacked for fun."""

_PAUSE: Final = re.compile(r"<#[0-9.]{1,5}#>")
"""A pause in the provider's own markup: nobody hears it as a word."""


def has_a_word(text: str, words: Iterable[str]) -> bool:
    """Say whether `text` has one of the words."""
    rules = [rule for rule in map(_tokens, words) if rule]
    if not rules:
        return False
    for heard in {_PAUSE.sub(" ", text), _PAUSE.sub("", text)}:
        tokens = _tokens(heard)
        line, spelled = _line(tokens), " ".join(_spelled_out(tokens))
        if any(_line(rule) in line or _is_spelled(rule, spelled) for rule in rules):
            return True
    return False


def is_a_word(text: str) -> bool:
    """Say whether there is anything in `text` that could be found."""
    return bool(_tokens(text))


def _tokens(text: str) -> list[str]:
    """Return the words of a text in the form that is compared."""
    # Folding may leave a form that is composed in another way, so it is normalised once more.
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    letters = "".join(map(_as_heard, _DECORATION.sub("", folded)))
    return _UNSPACED.sub(lambda found: f" {found[0]} ", letters).split()


def _as_heard(character: str) -> str:
    """Return letters, digits and their marks as they are, what is invisible as nothing."""
    category = unicodedata.category(character)
    if category[0] in "LMN":
        return character
    return "" if category in {"Cf", "Cs", "Co", "Cn"} else " "


def _line(tokens: Iterable[str]) -> str:
    """Return the words with a space around each, so that only whole ones are found in it."""
    return f" {'  '.join(tokens)} "


def _spelled_out(tokens: Iterable[str]) -> list[str]:
    """Return what stands in single characters, each run of them as one."""
    runs = [""]
    for token in tokens:
        if len(token) == 1 and not _UNSPACED.match(token):
            runs[-1] += token
        elif runs[-1]:
            runs.append("")
    return runs


def _is_spelled(rule: Iterable[str], spelled: str) -> bool:
    word = "".join(rule)
    return len(word) >= _SPELLED_LEAST and word in spelled
