"""What may be spoken and how, to the last character and the last tenth."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain import errors
from bot.domain.speech import MODELS
from bot.domain.speeches import Emotion, SpeechSettings
from bot.services.texting import check_settings, checked, is_recording, parts_of
from tests.fakes.orders import a_speech_order

HD = SpeechSettings(model="speech-2.8-hd")


def test_a_text_is_cleaned_before_it_is_measured() -> None:
    order = checked(a_speech_order(text="  He\u200bllo 🦜  there \ufeff"), limit=11)

    assert order.text == "Hello there"


def test_a_text_of_exactly_the_limit_is_taken_and_one_more_is_not() -> None:
    assert checked(a_speech_order(text="x" * 100), limit=100).text == "x" * 100

    with pytest.raises(errors.SpeechTooLong) as refused:
        checked(a_speech_order(text="x" * 101), limit=100)
    assert (refused.value.length, refused.value.limit) == (101, 100)


def test_nothing_but_the_text_is_changed() -> None:
    order = a_speech_order(text=" Hi. ")

    assert checked(order, limit=100) == replace(order, text="Hi.")


@pytest.mark.parametrize("model", [name for name, model in MODELS.items() if model.interjections])
def test_sounds_are_taken_by_models_that_make_them(model: str) -> None:
    order = replace(a_speech_order(text="Hi (laughs)."), settings=SpeechSettings(model=model))

    assert checked(order, limit=100).text == "Hi (laughs)."


@pytest.mark.parametrize("model", [name for name, m in MODELS.items() if not m.interjections])
def test_sounds_are_refused_where_they_would_be_read_out_and_remarks_are_not(model: str) -> None:
    order = replace(a_speech_order(text="Hi (laughs)."), settings=SpeechSettings(model=model))

    with pytest.raises(errors.InterjectionsUnsupported) as refused:
        checked(order, limit=100)
    assert (refused.value.tags, refused.value.model) == (["laughs"], model)
    checked(replace(order, text="Hi (as she said)."), limit=100)


def test_a_pause_between_words_is_taken_as_it_is() -> None:
    assert checked(a_speech_order(text="One <#1.5#> two."), limit=100).text == "One <#1.5#> two."


AT_THE_EDGE: list[dict[str, Any]] = [
    {"speed": 0.5},
    {"speed": 2.0},
    {"pitch": -12},
    {"pitch": 12},
    {"volume": 0.01},
    {"volume": 10.0},
    {"model": "speech-2.6-hd", "emotion": Emotion.WHISPER},
]


@pytest.mark.parametrize("changes", AT_THE_EDGE, ids=str)
def test_settings_at_the_edge_are_taken(changes: dict[str, Any]) -> None:
    check_settings(replace(HD, **changes))


OVER_THE_EDGE: list[tuple[dict[str, Any], str, str]] = [
    ({"speed": 0.49}, "speed", "0.5 to 2"),
    ({"speed": 2.01}, "speed", "0.5 to 2"),
    ({"pitch": -13}, "pitch", "-12 to 12"),
    ({"pitch": 13}, "pitch", "-12 to 12"),
    ({"volume": 0.0}, "volume", "above 0, up to 10"),
    ({"volume": 10.1}, "volume", "above 0, up to 10"),
    ({"speed": float("nan")}, "speed", "0.5 to 2"),
]


@pytest.mark.parametrize(("changes", "name", "allowed"), OVER_THE_EDGE)
def test_settings_beyond_it_are_refused_with_what_is_allowed(
    changes: dict[str, Any], name: str, allowed: str
) -> None:
    with pytest.raises(errors.SettingInvalid) as refused:
        check_settings(replace(HD, **changes))

    assert (refused.value.name, refused.value.allowed) == (name, allowed)


def test_a_text_becomes_a_recording_from_10_000_characters_on() -> None:
    short, long = "x" * 9_999, "x" * 10_000

    assert not is_recording(short)
    assert is_recording(long)
    assert len(parts_of(short)) == 9
    assert parts_of(long) == [long]


def test_a_bubble_has_at_most_1200_characters() -> None:
    parts = parts_of("A sentence of some words. " * 100)

    assert [len(part) <= 1200 for part in parts] == [True] * 3
    assert all(part.endswith(".") for part in parts)
