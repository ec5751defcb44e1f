"""Which language is meant, and which are suggested."""

import pytest

from bot.frontends.discord.languages import CHOICES_MAX, language_named, suggestions


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("German", "German"),
        (" german ", "German"),
        ("de", "German"),
        ("pt-BR", "Portuguese"),
        ("Chinese (Cantonese)", "Chinese,Yue"),
        ("AUTO", "auto"),
        ("Klingon", "Klingon"),
    ],
)
def test_a_language_is_known_by_name_label_or_locale(typed: str, name: str) -> None:
    assert language_named(typed) == name


def test_nothing_typed_suggests_the_members_own_then_detection() -> None:
    shown = [language.name for language in suggestions("", "ja")]

    assert shown[:2] == ["Japanese", "auto"]
    assert len(shown) == len(set(shown)) == CHOICES_MAX


def test_a_locale_without_a_language_suggests_detection_first() -> None:
    assert suggestions("", "xx")[0].name == "auto"


def test_what_starts_as_typed_comes_before_what_contains_it() -> None:
    assert suggestions("rom", "en")[0].name == "Romanian"
    assert suggestions("ko", "en")[0].name == "Korean"


def test_nonsense_suggests_nothing() -> None:
    assert suggestions("zzz", "en") == []
