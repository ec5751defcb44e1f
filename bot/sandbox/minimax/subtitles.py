"""Subtitles: a JSON array of sentences, or of sentences with their words, timed in milliseconds."""

import json
import re
from collections.abc import Iterator

from bot.sandbox.minimax.answers import Json
from bot.sandbox.minimax.performance import Performance, Stretch

LONGEST_SENTENCE = 50
"""Characters of one entry, as seen."""

_SENTENCE = re.compile(r"[^.!?。！？\n]+[.!?。！？\n]*|[.!?。！？\n]+")  # noqa: RUF001  Chinese marks
_WORD = re.compile(r"\s+|[^\s]+")


def subtitles(text: str, performance: Performance, *, with_words: bool) -> bytes:
    """Write the file behind `subtitle_file`."""
    entries = [
        _entry(text, begin, end, stretch, with_words=with_words)
        for stretch in performance.stretches
        for begin, end in _sentences(text, stretch)
    ]
    if entries:
        entries[-1]["is_final_segment"] = True
    return json.dumps(entries, ensure_ascii=False).encode()


def _sentences(text: str, stretch: Stretch) -> Iterator[tuple[int, int]]:
    for found in _SENTENCE.finditer(text, stretch.begin, stretch.end):
        for begin in range(found.start(), found.end(), LONGEST_SENTENCE):
            yield begin, min(begin + LONGEST_SENTENCE, found.end())


def _entry(text: str, begin: int, end: int, stretch: Stretch, *, with_words: bool) -> Json:
    entry: Json = {
        "text": text[begin:end],
        "pronounce_text": text[begin:end],
        **_times(begin, end, stretch),
        "text_begin": begin,
        "text_end": end,
        "pronounce_text_begin": begin,
        "pronounce_text_end": end,
        "is_final_segment": False,
    }
    if with_words:
        entry["timestamped_words"] = [
            {
                "word": found.group(),
                "word_begin": found.start(),
                "word_end": found.end(),
                "pronounce_word": found.group(),
                "pronounce_word_begin": found.start(),
                "pronounce_word_end": found.end(),
                **_times(found.start(), found.end(), stretch),
            }
            for found in _WORD.finditer(text, begin, end)
        ]
    return entry


def _times(begin: int, end: int, stretch: Stretch) -> Json:
    """Time characters as though each took equally long."""
    pace = (stretch.stop - stretch.start) / (stretch.end - stretch.begin)
    first, last = (stretch.start + pace * (at - stretch.begin) for at in (begin, end))
    return {"time_begin": round(1000 * first), "time_end": round(1000 * last)}
