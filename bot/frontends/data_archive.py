"""Pack what is kept about somebody: a JSON file for each kind, and a page to read."""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.domain.privacy import PersonalData, Record, Section
from bot.frontends import wording_data as words
from bot.frontends.data_page import page

BYTES_MOST: Final = 8_000_000
"""Below the 10 MB that Discord takes from a bot (Discord, uploading files)."""

PAGE_FILE: Final = "index.html"
README_FILE: Final = "readme.txt"
_TEXT: Final = "text"


@dataclass(frozen=True, slots=True)
class Archive:
    """A zip, and whether something was left out of it to make it small enough."""

    content: bytes
    is_cut: bool


def pack(data: PersonalData, *, at_most: int = BYTES_MOST) -> Archive:
    """Return it as a zip of at most so many bytes; the oldest texts go first, then old records.

    Takes seconds where there is much: not for the event loop.
    """
    data = _explained(data)
    texts = sum(_has_text(one) for records in data.sections.values() for one in records)
    dropped = 0
    content = _zip(data, dropped)
    while len(content) > at_most and dropped < texts:
        dropped += max(1, (texts - dropped) // 4)
        content = _zip(_without_texts(data, dropped), dropped)
    bare = _without_texts(data, dropped)
    while len(content) > at_most:
        bare = _halved(bare)
        content = _zip(bare, dropped)
    return Archive(content, is_cut=bool(dropped or bare.cut))


def _explained(data: PersonalData) -> PersonalData:
    """Return it with the wording of each consent."""
    sections = dict(data.sections)
    for section in (Section.CONSENTS_GIVEN, Section.CONSENTS_RECEIVED):
        sections[section] = [
            {**one, "wording": words.STATEMENTS.get(str(one.get("statement")))}
            for one in sections.get(section, ())
        ]
    return replace(data, sections=sections)


def _has_text(record: Record) -> bool:
    return bool(record.get(_TEXT))


def _without_texts(data: PersonalData, number: int) -> PersonalData:
    """Return it without so many texts, the oldest of all kinds."""
    if not number:
        return data
    dated = sorted(
        (_when(one), section, place)
        for section, records in data.sections.items()
        for place, one in enumerate(records)
        if _has_text(one)
    )
    doomed = {(section, place) for _, section, place in dated[:number]}
    sections: Mapping[Section, Sequence[Record]] = {
        section: [
            {**one, _TEXT: None} if (section, place) in doomed else one
            for place, one in enumerate(records)
        ]
        for section, records in data.sections.items()
    }
    return replace(data, sections=sections)


def _when(record: Record) -> str:
    times = (record.get(name) for name in ("created_at", "asked_at", "opened_at"))
    return next((str(at) for at in times if at), "")


def _halved(data: PersonalData) -> PersonalData:
    """Return it with the newer half of its longest section."""
    longest = max(data.sections, key=lambda section: len(data.sections[section]))
    records = data.sections[longest]
    sections = {**data.sections, longest: records[: len(records) // 2]}
    return replace(data, sections=sections, cut=data.cut | {longest})


def _zip(data: PersonalData, dropped: int) -> bytes:
    notes = _notes(data, dropped)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(PAGE_FILE, page(data, notes=notes))
        archive.writestr(README_FILE, "\n\n".join([words.TITLE, words.INTRODUCTION, *notes]) + "\n")
        for section, records in data.sections.items():
            text = json.dumps(list(records), ensure_ascii=False, indent=1)
            archive.writestr(f"{section.value}.json", text)
    return buffer.getvalue()


def _notes(data: PersonalData, dropped: int) -> list[str]:
    notes = [words.TEXTS_LEFT_OUT.format(number=dropped)] if dropped else []
    cut = [words.SECTIONS[section][0] for section in Section if section in data.cut]
    return [*notes, *(f"{title}: {words.OLDER_LEFT_OUT}" for title in cut)]
