"""What the panel of `/settings` says: each setting, its value and its choices in words."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, Literal

from bot.domain.server_limits import NAMES
from bot.domain.servers import OnFlag, OnLeave, ServerSettings, SpokenConsent
from bot.domain.speech import LANGUAGES
from bot.frontends.wording_money import money

Mention = Callable[[Literal["channel", "role", "person"], str], str]
"""Shows a channel, a role or a person as their face does, by the id that the core has."""

COMMAND: Final = "Set the rules of this server: who, where, budgets, review, words, privacy"
PICK: Final = "What do you want to change?"
BACK: Final = "Back to all settings"
RESET: Final = "Reset to default"
CHANGE: Final = "Change…"
PICK_CHANNEL: Final = "Pick a channel"
PICK_CHANNELS: Final = "Pick channels, or none for everywhere"
PICK_ROLE: Final = "Pick a role"
PICK_ROLES: Final = "Pick roles, or none for everybody"
PICK_ONE: Final = "Pick one"
PICK_LANGUAGES: Final = "Languages from {first} to {last}"
MORE: Final = "{shown} and {more} more"

REVIEW_UNUSABLE: Final = (
    "I cannot show cases in {channel}: I lack {rights}. "
    "Give me that in the channel's settings, or pick another channel."
)
EVERYBODY_SEES: Final = (
    "⚠️ Everybody on this server can see that channel, and with it what was flagged and by whom."
)

_TITLE: Final = "**The rules of this server**\n"
_DEFAULT: Final = " *(default)*"

TITLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "review_channel": "Review channel",
        "review_role": "Review role",
        "clone_roles": "Who may clone",
        "channels": "Where",
        "spoken_consent": "Spoken consent",
        "default_model": "Default model",
        "languages": "Languages",
        "day_limit": "Budget of a day",
        "month_limit": "Budget of a month",
        "words": "Refused words",
        "on_flag": "Flagged previews",
        "on_leave": "Who leaves",
        "watermark": "Watermark",
        "evidence_days": "Evidence",
        "remind_hours": "Reminders",
        "case_days": "Old cases",
    }
)

HINTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "review_channel": "Where I show moderators what was flagged or reported",
        "review_role": "Who decides cases; without one, who may manage messages everywhere",
        "clone_roles": "Only members with one of these roles may clone; speaking is for all",
        "channels": "Only in these channels and their threads may one clone and speak",
        "spoken_consent": "Whether the owner of a voice has to record a sentence that I make",
        "default_model": "The model of who names none",
        "languages": "Only these may be named when one clones or speaks",
        "day_limit": "Most that members may spend in a day; lowers the limit of who runs me",
        "month_limit": "Most that members may spend in a month; lowers the limit of who runs me",
        "words": "Texts with one of these words are refused, and moderators get a case",
        "on_flag": "What becomes of a preview that the speech service flagged",
        "on_leave": "What becomes of the voices of members who leave or are banned",
        "watermark": "Whether all that is made here carries an inaudible mark",
        "evidence_days": "How long moderators can hear what a case is about, once it is decided",
        "remind_hours": "After how long moderators are reminded of a case",
        "case_days": "How long a decided case is kept",
    }
)
"""One line each: they stand in a menu too, which shows 100 characters."""

LABELS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "spoken_consent": {
            SpokenConsent.OFF: "Off: a press of a button is enough",
            SpokenConsent.OTHERS: "For voices that somebody else asks for",
            SpokenConsent.ALWAYS: "Always, for one's own voice too",
        },
        "on_flag": {
            OnFlag.HOLD: "Held until a moderator decides",
            OnFlag.REJECT: "Rejected at once; a moderator may overturn that",
        },
        "on_leave": {
            OnLeave.KEEP: "They stay as they are",
            OnLeave.UNSHARE: "Nobody here may speak with them any more",
            OnLeave.DELETE: "Those that were cloned here are deleted",
        },
        "watermark": {"off": "Off", "on": "On"},
    }
)
"""The choices of a setting, the default first."""

FORM_HINTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "day_limit": "US dollars, such as 2.50; nothing for no limit of its own",
        "month_limit": "US dollars, such as 20; nothing for no limit of its own",
        "words": "One word or phrase on each line, whole words, in any case",
        "evidence_days": "Days, 0 to 3650",
        "remind_hours": "Hours, 1 to 720",
        "case_days": "Days, 4 to 3650",
    }
)

_LISTED: Final = 6
"""Items of a list that are shown, so that all settings fit into one message."""

_WORDS_SHOWN: Final = 700
"""Characters of the words that are shown where their setting is looked at."""


def panel_text(settings: ServerSettings, mention: Mention) -> str:
    """Return every setting in words, with what is the default marked."""
    usual, lines = ServerSettings(), []
    for name in NAMES:
        value = getattr(settings, name)
        mark = _DEFAULT if value == getattr(usual, name) else ""
        lines.append(f"{TITLES[name]}: {value_text(name, value, mention)}{mark}")
    return _TITLE + "\n".join(lines)


def detail_text(
    name: str, settings: ServerSettings, mention: Mention, quote: Callable[[str], str]
) -> str:
    """Return one setting in words, and what it is for."""
    value = getattr(settings, name)
    text = f"**{TITLES[name]}**\n{HINTS[name]}.\n\nNow: {value_text(name, value, mention)}"
    if value == getattr(ServerSettings(), name):
        text += _DEFAULT
    if name == "words" and value:
        text += f"\n{_cut(value, quote)}"
    return text


def value_text(name: str, value: Any, mention: Mention) -> str:  # noqa: ANN401  any setting's
    """Return the value of a setting in words."""
    if name in LABELS:
        label = LABELS[name][chosen_of(name, value)]
        return label[:1].lower() + label[1:]
    return _VALUES[name](value, mention)


def chosen_of(name: str, value: Any) -> str:  # noqa: ANN401  any setting's
    """Return which of the choices of a setting its value is."""
    return ("on" if value else "off") if name == "watermark" else str(value)


def _one(kind: Literal["channel", "role"], nothing: str) -> Callable[[Any, Mention], str]:
    return lambda value, mention: nothing if value is None else mention(kind, value)


def _many(kind: Literal["channel", "role"], nothing: str) -> Callable[[Any, Mention], str]:
    return lambda value, mention: _some([mention(kind, each) for each in value]) or nothing


def _some(items: list[str]) -> str:
    shown = ", ".join(items[:_LISTED])
    more = len(items) - _LISTED
    return MORE.format(shown=shown, more=more) if more > 0 else shown


def _limit(value: Any, _: Mention) -> str:  # noqa: ANN401  any setting's
    return "none of its own" if value is None else money(value)


def _counted(one: str) -> Callable[[Any, Mention], str]:
    return lambda value, _: f"{value} {one}" if value == 1 else f"{value} {one}s"


def _cut(words: tuple[str, ...], quote: Callable[[str], str]) -> str:
    shown = ", ".join(map(quote, words))
    return shown if len(shown) <= _WORDS_SHOWN else f"{shown[: _WORDS_SHOWN - 1]}…"


_VALUES: Final[Mapping[str, Callable[[Any, Mention], str]]] = MappingProxyType(
    {
        "review_channel": _one("channel", "none: nobody is shown cases but by /cases"),
        "review_role": _one("role", "none: who may manage messages everywhere"),
        "clone_roles": _many("role", "everybody"),
        "channels": _many("channel", "everywhere"),
        "default_model": lambda value, _: value or "what whoever runs me has chosen",
        "languages": lambda value, _: _some([LANGUAGES[each].label for each in value]) or "all",
        "day_limit": _limit,
        "month_limit": _limit,
        "words": lambda value, _: _counted("word")(len(value), _) if value else "none",
        "evidence_days": _counted("day"),
        "remind_hours": _counted("hour"),
        "case_days": _counted("day"),
    }
)
