"""What each setting of a server can be: checked and cleaned before it is kept."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from bot.domain.errors import RuleInvalid
from bot.domain.servers import OnFlag, OnLeave, ServerSettings, SpokenConsent
from bot.domain.speech import AUTO, LANGUAGES, MODELS
from bot.domain.word_rules import is_a_word

NAMES: Final = tuple(each.name for each in fields(ServerSettings))
"""Every setting, in the order in which it is shown."""

LIST_MOST: Final = 25
"""Roles or channels of one setting: as many as one menu takes (Discord, component reference)."""

WORDS_MOST: Final = 100
WORD_MOST: Final = 64
"""Characters of one word rule."""

AMOUNT_MOST: Final = 10**12
"""Micro-dollars of a limit: a million dollars."""

DAYS_MOST: Final = 3650
HOURS_MOST: Final = 720

SPOKEN_LANGUAGES: Final = tuple(name for name in LANGUAGES if name != AUTO)
"""What the languages of a server are chosen from."""


def checked(name: str, value: object) -> Any:  # noqa: ANN401  each setting has a type of its own
    """Return what the setting `name` is to be, cleaned.

    Raises:
        RuleInvalid: it cannot be that, or there is no such setting.
    """
    check = _CHECKS.get(name)
    if check is None:
        raise RuleInvalid(name=name, allowed="the name of a setting")
    return check(name, value)


def _one_id(name: str, value: object) -> str | None:
    if value is not None and not (isinstance(value, str) and value):
        raise RuleInvalid(name=name, allowed="one of this server, or nothing")
    return value


def _ids(name: str, value: object) -> tuple[str, ...]:
    found = _several(name, value)
    if len(found) > LIST_MOST:
        raise RuleInvalid(name=name, allowed=f"at most {LIST_MOST}")
    return found


def _words(name: str, value: object) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(" ".join(word.split()) for word in _several(name, value)))
    found = tuple(word for word in found if word)
    if len(found) > WORDS_MOST:
        raise RuleInvalid(name=name, allowed=f"at most {WORDS_MOST} words, one on each line")
    if any(len(word) > WORD_MOST or not is_a_word(word) for word in found):
        raise RuleInvalid(
            name=name,
            allowed=f"words of at most {WORD_MOST} characters, each with a letter or a digit",
        )
    return found


def _languages(name: str, value: object) -> tuple[str, ...]:
    found = set(_several(name, value))
    if not found.issubset(SPOKEN_LANGUAGES):
        raise RuleInvalid(name=name, allowed="languages that the speech service knows")
    return tuple(each for each in SPOKEN_LANGUAGES if each in found)


def _model(name: str, value: object) -> str | None:
    if value is not None and value not in MODELS:
        raise RuleInvalid(name=name, allowed="a model that the speech service knows")
    return None if value is None else str(value)


def _is_on(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise RuleInvalid(name=name, allowed="on or off")
    return value


def _several(name: str, value: object) -> tuple[str, ...]:
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise RuleInvalid(name=name, allowed="a list")
    found = tuple(dict.fromkeys(value))
    if not all(isinstance(each, str) for each in found):
        raise RuleInvalid(name=name, allowed="a list of words or ids")
    return found


def _choice(kind: type[StrEnum]) -> Callable[[str, object], StrEnum]:
    def check(name: str, value: object) -> StrEnum:
        try:
            return kind(str(value))
        except ValueError:
            raise RuleInvalid(name=name, allowed=f"one of {', '.join(kind)}") from None

    return check


def _amount(name: str, value: object) -> int | None:
    allowed = f"an amount from $0 to ${AMOUNT_MOST // 10**6}, or no limit"
    return None if value is None else _whole(name, value, 0, AMOUNT_MOST, allowed)


def _number(least: int, most: int) -> Callable[[str, object], int]:
    def check(name: str, value: object) -> int:
        return _whole(name, value, least, most, f"a whole number from {least} to {most}")

    return check


def _whole(name: str, value: object, least: int, most: int, allowed: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise RuleInvalid(name=name, allowed=allowed)
    return value


_CHECKS: Final[Mapping[str, Callable[[str, object], Any]]] = MappingProxyType(
    {
        "review_channel": _one_id,
        "review_role": _one_id,
        "clone_roles": _ids,
        "channels": _ids,
        "spoken_consent": _choice(SpokenConsent),
        "default_model": _model,
        "languages": _languages,
        "day_limit": _amount,
        "month_limit": _amount,
        "words": _words,
        "on_flag": _choice(OnFlag),
        "on_leave": _choice(OnLeave),
        "watermark": _is_on,
        "evidence_days": _number(0, DAYS_MOST),
        "remind_hours": _number(1, HOURS_MOST),
        # An appeal may come 72 hours after the decision, and needs the case.
        "case_days": _number(4, DAYS_MOST),
    }
)
