"""Money in words: what a request will cost, what for, and who pays it."""

from bot.domain.money import Microdollars, Quote
from bot.frontends.wording_money import WHO_PAYS, quote_text

MODEL = "speech-2.8-hd"


def test_a_quote_tells_the_length_the_model_the_fee_and_who_pays() -> None:
    quote = Quote(1000, MODEL, Microdollars(100_000), Microdollars(1_500_000))

    assert quote_text(quote) == (
        "It costs about $1.60: 1000 characters on speech-2.8-hd; $1.50 is the cloning fee, "
        f"charged once, at a voice's first speech. {WHO_PAYS}"
    )


def test_a_quote_tells_what_was_spoken_before() -> None:
    quote = Quote(150, MODEL, Microdollars(15_000), kept=1200)

    assert quote_text(quote) == (
        "It costs about $0.015: 150 characters on speech-2.8-hd; "
        f"1200 characters more were spoken before and cost nothing. {WHO_PAYS}"
    )


def test_what_was_all_spoken_before_costs_nothing() -> None:
    quote = Quote(0, MODEL, Microdollars(0), kept=1200)

    assert quote_text(quote) == "It costs nothing: all of it was spoken before."
