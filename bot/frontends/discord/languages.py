"""Offer languages to a member: their own first, then whatever matches what they type."""

from typing import Final

from bot.domain.speech import AUTO, LANGUAGES, Language, language_for_locale

CHOICES_MAX: Final = 25
"""Discord shows so many suggestions, and options of a select (Discord, application commands)."""


def language_named(typed: str) -> str:
    """Return the service's name for what somebody typed: name, label or locale, in any case.

    What matches none is returned as it is, for the service to refuse.
    """
    wanted = typed.strip().casefold()
    for language in LANGUAGES.values():
        if wanted in {language.name.casefold(), language.label.casefold()}:
            return language.name
    known = language_for_locale(wanted)
    return known.name if known else typed.strip()


def suggestions(typed: str, locale: str) -> list[Language]:
    """Return at most 25 languages for what was typed so far, the best guess first."""
    wanted = typed.strip().casefold()
    matching = [each for each in LANGUAGES.values() if _matches(each, wanted)]
    own = language_for_locale(locale)
    return sorted(matching, key=lambda each: _rank(each, wanted, own))[:CHOICES_MAX]


def _matches(language: Language, wanted: str) -> bool:
    names = (language.name.casefold(), language.label.casefold())
    return any(wanted in name for name in names) or wanted in language.tags


def _rank(language: Language, wanted: str, own: Language | None) -> tuple[bool, bool, bool]:
    starts = language.label.casefold().startswith(wanted) or wanted in language.tags
    return (language != own, language.name != AUTO, not starts)
