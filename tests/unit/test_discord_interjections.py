"""Which sounds are offered while a text is typed."""

from bot.domain.speech import INTERJECTIONS
from bot.frontends.discord.interjections import CHOICE_LIMIT, completions

HD = "speech-2.8-hd"


def test_an_opened_bracket_offers_every_sound() -> None:
    assert completions("Hi (", HD) == [f"Hi ({tag})" for tag in INTERJECTIONS]


def test_what_is_typed_narrows_the_offer() -> None:
    assert completions("Hi (Si", HD) == ["Hi (sighs)"]


def test_a_model_that_would_read_them_out_is_offered_none() -> None:
    assert completions("Hi (", "speech-2.6-hd") == []
    assert completions("Hi (", "no such model") == []


def test_text_without_an_open_bracket_is_offered_as_it_is() -> None:
    assert completions("Hi (laughs) there", HD) == ["Hi (laughs) there"]
    assert completions(" ", HD) == []


def test_nothing_is_offered_that_discord_could_not_show() -> None:
    assert completions("x" * CHOICE_LIMIT + "(", HD) == []
    assert completions("x" * (CHOICE_LIMIT + 1), HD) == []


def test_a_pause_before_the_bracket_stays_as_typed() -> None:
    assert completions("Well <#1.5#> then (gr", HD) == ["Well <#1.5#> then (groans)"]


def test_only_the_bracket_left_open_last_is_completed() -> None:
    assert completions("(laughs) Hi (appl", HD) == ["(laughs) Hi (applause)"]
