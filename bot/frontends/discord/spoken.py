"""Put a message of Discord into the words that a person would read out.

`discord.utils.remove_markdown` is not used: it takes every `*` and `_` away, from snake_case and
from 2*3 as well. The markup is Discord's ("Message formatting", and the help page on Markdown).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Final

_NONE: Final[Mapping[int, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Names:
    """What people see for the ids in a message."""

    users: Mapping[int, str] = field(default_factory=lambda: _NONE)
    roles: Mapping[int, str] = field(default_factory=lambda: _NONE)
    channels: Mapping[int, str] = field(default_factory=lambda: _NONE)


@dataclass(frozen=True, slots=True)
class Ids:
    """Whom and what a message mentions: once each, in order."""

    users: tuple[int, ...] = ()
    roles: tuple[int, ...] = ()
    channels: tuple[int, ...] = ()


_SNOWFLAKE_LEAST: Final = 15
"""Digits; a shorter number in `<#5>` is more likely a pause that lacks its second `#`."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

_ATOMS: Final = re.compile(
    r"""
      ```.*?```(?P<block>)
    | ``(?P<code2>(?:[^`]|`(?!`))+)``(?!`)
    | `(?P<code>[^`]+)`(?!`)
    | \\(?P<escaped>[!-/:-@\[-`{-~])
    | \[(?P<masked>[^\[\]\n]+)\]\(\s*<?https?://(?:[^\s<>()]|\([^\s<>()]*\))+>?(?:\s+"[^"\n]*")?\s*\)
    | <?(?P<url>https?://[^\s<>|]+)>?
    | <@!?(?P<user>[0-9]{1,20})>
    | <@&(?P<role>[0-9]{1,20})>
    | <\#(?P<channel>[0-9]{1,20})>
    | </(?P<command>[^<>:\n]+):[0-9]+>
    | <t:(?P<time>-?[0-9]{1,15})(?::(?P<style>[A-Za-z]))?>
    | <(?:a?:\w+:[0-9]+|id:[a-z:0-9-]+|sound:[0-9:]+)>(?P<picture>)
    """,
    re.VERBOSE | re.DOTALL,
)
_MENTION: Final = re.compile(
    r"<(?:@!?(?P<users>[0-9]{1,20})|@&(?P<roles>[0-9]{1,20})|#(?P<channels>[0-9]{1,20}))>"
)

# The words that replace an atom are set aside, so that what is in them is taken for no markup.
_SET_ASIDE: Final = re.compile("[\U000f0000-\U0010ffff]")
_FIRST_ASIDE: Final = 0xF0000

_SPOILER: Final = re.compile(r"\|\|.+?\|\|", re.DOTALL)
_LINE_STARTS: Final = (
    re.compile(r"^[ ]*>(?:>>)?[ ]+", re.MULTILINE),  # quote
    re.compile(r"^[ ]*[-*][ ]+(?=\S)", re.MULTILINE),  # list
    re.compile(r"^[ ]*(?:-\#|\#{1,3})[ ]+(?=\S)", re.MULTILINE),  # subtext, heading
)
_EMPHASIS: Final = re.compile(r"\*+|_+|~~")
_EMPHASIS_MARKS: Final = {
    "*": ("*",),
    "**": ("**",),
    "***": ("**", "*"),
    "_": ("_",),
    "__": ("__",),
    "___": ("__", "_"),
    "~~": ("~~",),
}
_URL_HOST: Final = re.compile(r"https?://(?:[^/?#@]*@)?(?:www\.)?(?P<host>[^/?#:@]*)")
_NOT_OF_A_URL: Final = ".,:;!?\"')]*_~`"
_SPACES: Final = re.compile(r"[ \t]+")


def spoken(text: str, names: Names) -> str:
    """Return the message `text` in plain words; pauses and interjections stay as they are."""
    aside: list[str] = []

    def set_aside(words: str) -> str:
        aside.append(words)
        return chr(_FIRST_ASIDE + len(aside) - 1)

    text = _without_atoms(_SET_ASIDE.sub("", text), names, set_aside)
    text = _SPOILER.sub("spoiler", text)
    for start in _LINE_STARTS:
        text = start.sub("", text)
    text = _SET_ASIDE.sub(lambda mark: aside[ord(mark[0]) - _FIRST_ASIDE], _without_emphasis(text))
    return _SPACES.sub(" ", text).strip()


def ids_in(text: str) -> Ids:
    """Return whom and what `text` mentions, so that their names can be looked up."""
    found: dict[str, dict[int, None]] = {"users": {}, "roles": {}, "channels": {}}
    for mention in _MENTION.finditer(text):
        kind = str(mention.lastgroup)
        found[kind][int(mention[kind])] = None
    return Ids(**{kind: tuple(ids) for kind, ids in found.items()})


def _without_atoms(text: str, names: Names, set_aside: Callable[[str], str]) -> str:
    def replace(atom: re.Match[str]) -> str:
        if atom["masked"] is not None:
            return _without_atoms(atom["masked"], names, set_aside)
        if atom["url"] is not None:
            url = atom["url"].rstrip(_NOT_OF_A_URL)
            closing = "" if atom[0].startswith("<") else atom["url"][len(url) :]
            return set_aside(_link(url)) + closing
        return set_aside(_words_for(atom, names))

    return _ATOMS.sub(replace, text)


def _words_for(atom: re.Match[str], names: Names) -> str:
    kind = str(atom.lastgroup)
    match kind:
        case "user" | "role" | "channel":
            return _mentioned(kind, atom, names)
        case "block":
            return "a block of code"
        case "picture":
            return " "
        case "command":
            return f"/{atom[kind]}"
        case "time" | "style":
            return _moment(int(atom["time"]), atom["style"])
        case _:
            return atom[kind]


def _mentioned(kind: str, atom: re.Match[str], names: Names) -> str:
    known, missing = {
        "user": (names.users, "someone"),
        "role": (names.roles, "a role"),
        "channel": (names.channels, "a channel"),
    }[kind]
    name = known.get(int(atom[kind]))
    if name is not None:
        # A name must not smuggle a pause into what somebody else pays for.
        return re.sub(r"[<>]", "", name)
    is_one = kind != "channel" or len(atom[kind]) >= _SNOWFLAKE_LEAST
    return missing if is_one else atom[0]


def _link(url: str) -> str:
    found = _URL_HOST.match(url)
    host = found["host"].casefold() if found else ""
    return f"a link to {host}" if host else "a link"


def _moment(seconds: int, style: str | None) -> str:
    try:
        at = _EPOCH + timedelta(seconds=seconds)
    except OverflowError:
        return "some time"
    date, time = f"{at.day} {at:%B} {at.year}", f"{at:%H:%M} UTC"
    match style:
        case "t" | "T":
            return time
        case None | "f" | "F":
            return f"{date}, {time}"
        case _:
            return date


@dataclass(frozen=True, slots=True)
class _Mark:
    kind: str
    start: int
    opens: bool
    closes: bool


def _without_emphasis(text: str) -> str:
    opened: dict[str, _Mark] = {}
    dropped: list[_Mark] = []
    for mark in _marks_in(text):
        if mark.closes and mark.kind in opened:
            dropped += [opened.pop(mark.kind), mark]
        elif mark.opens:
            opened[mark.kind] = mark
    kept, done = [], 0
    for mark in sorted(dropped, key=lambda each: each.start):
        kept.append(text[done : mark.start])
        done = mark.start + len(mark.kind)
    return "".join([*kept, text[done:]])


def _marks_in(text: str) -> list[_Mark]:
    marks = []
    for run in _EMPHASIS.finditer(text):
        before, behind = text[run.start() - 1 : run.start()], text[run.end() : run.end() + 1]
        opens = bool(behind.strip()) and not _holds_fast(run[0], before)
        closes = bool(before.strip()) and not _holds_fast(run[0], behind)
        start = run.start()
        for kind in _EMPHASIS_MARKS.get(run[0], ()):
            marks.append(_Mark(kind, start, opens, closes))
            start += len(kind)
    return marks


def _holds_fast(run: str, outside: str) -> bool:
    """Say whether a run belongs to a name like snake_case or a sum like 2*3."""
    return (outside.isalnum() and run[0] == "_") or (outside.isdigit() and run[0] == "*")
