"""One readable page of all that is kept about somebody: no scripts, nothing from elsewhere."""

import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

from bot.domain.privacy import Fact, PersonalData, Record, Section
from bot.frontends import wording_data as words
from bot.frontends.wording_money import money

SHOWN: Final = 200
"""Records of one kind on the page: more is for machines."""

_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT[\d:.+Z-]+")

_STYLE: Final = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin: 2.5rem 0 0; }
nav ul { columns: 16rem; padding: 0; list-style: none; } nav b { font-weight: 600; }
p { margin: .25rem 0 .75rem; } .note { opacity: .75; }
dl { display: grid; grid-template-columns: minmax(8rem, 14rem) 1fr; gap: .1rem .75rem;
  margin: .75rem 0; padding: .75rem 1rem; border: 1px solid #8886; border-radius: .5rem; }
dt { opacity: .75; } dd { margin: 0; overflow-wrap: anywhere; white-space: pre-wrap; }
@media (max-width: 34rem) { dl { grid-template-columns: 1fr; } dd { margin: 0 0 .4rem; } }
"""

_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"


def page(data: PersonalData, *, notes: Sequence[str] = ()) -> str:
    """Return the page as HTML; `notes` are sentences about what was left out."""
    title = escape(words.TITLE)
    parts = "".join(
        _section(section, data.sections.get(section, ()), is_cut=section in data.cut)
        for section in Section
    )
    said = "".join(f"<p><b>{escape(note)}</b></p>" for note in notes)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head><body><h1>{title}</h1>"
        f"<p>{escape(data.person)}, {escape(words.moment(data.at.isoformat()))} UTC</p>"
        f"<p>{escape(words.INTRODUCTION)}</p>{said}{_contents(data)}{parts}</body></html>\n"
    )


def _contents(data: PersonalData) -> str:
    lines = "".join(
        f'<li><a href="#{section.value}">{escape(words.SECTIONS[section][0])}</a> '
        f"<b>{len(data.sections.get(section, ()))}</b></li>"
        for section in Section
    )
    return f"<nav><ul>{lines}</ul></nav>"


def _section(section: Section, records: Sequence[Record], *, is_cut: bool) -> str:
    title, explanation = words.SECTIONS[section]
    notes = []
    if len(records) > SHOWN:
        file = f"{section.value}.json"
        notes.append(words.SHOWN_FIRST.format(shown=SHOWN, all=len(records), file=file))
    if is_cut:
        notes.append(words.OLDER_LEFT_OUT)
    if not records:
        notes.append(words.NOTHING)
    said = "".join(f'<p class="note">{escape(note)}</p>' for note in notes)
    shown = "".join(_record(record) for record in records[:SHOWN])
    return (
        f'<section id="{section.value}"><h2>{escape(title)}</h2>'
        f"<p>{escape(explanation)}</p>{said}{shown}</section>"
    )


def _record(record: Record) -> str:
    return f"<dl>{''.join(_field(name, value) for name, value in record.items())}</dl>"


def _field(name: str, value: Fact) -> str:
    is_money = name.endswith("_microdollars") and isinstance(value, int)
    shown = money(int(str(value))) if is_money else _shown(value)
    return f"<dt>{escape(words.field_name(name))}</dt><dd>{escape(shown)}</dd>"


def _shown(value: Fact) -> str:
    match value:
        case bool() | None:
            return words.truth(value)
        case str():
            return words.moment(value) if _MOMENT.fullmatch(value) else value
        case Mapping():
            kept = {name: inner for name, inner in value.items() if inner is not None}
            pairs = (f"{words.field_name(name)}: {_shown(inner)}" for name, inner in kept.items())
            return "\n".join(pairs)
        case int() | float():
            return str(value)
        case _:
            return "\n".join(map(_shown, value)) or words.truth(None)
