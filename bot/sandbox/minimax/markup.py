"""Pauses in a text, `<#1.5#>`: where they may stand, and what is spoken between them."""

import re
from dataclasses import dataclass

from bot.sandbox.minimax.answers import invalid

SHORTEST_PAUSE = 0.01
LONGEST_PAUSE = 99.99
"""Seconds (T2A page, "Pause")."""

_MARK = re.compile(r"<#(.*?)#>", re.DOTALL)
_SECONDS = re.compile(r"\d{1,2}(?:\.\d{1,2})?", re.ASCII)


@dataclass(frozen=True)
class Passage:
    """What is spoken in one go, where it stands in the text, and the silence after it."""

    text: str
    begin: int
    pause_seconds: float = 0.0


def passages_in(text: str) -> list[Passage]:
    """Split a text at its pauses.

    Raises:
        Refusal: 2013, a pause of no valid length, or one that is not between two things to say.
    """
    found: list[Passage] = []
    begin = 0
    for mark in _MARK.finditer(text):
        seconds = _seconds(mark.group(1))
        found.append(Passage(text[begin : mark.start()], begin, seconds))
        begin = mark.end()
    found.append(Passage(text[begin:], begin))
    if len(found) > 1 and not all(_is_speakable(passage.text) for passage in found):
        raise invalid("text: a pause must stand between two pieces of text")
    return found


def _seconds(written: str) -> float:
    seconds = float(written) if _SECONDS.fullmatch(written) else 0.0
    if not SHORTEST_PAUSE <= seconds <= LONGEST_PAUSE:
        raise invalid("text: pause length")
    return seconds


def _is_speakable(text: str) -> bool:
    return any(character.isalnum() for character in text)
