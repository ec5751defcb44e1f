"""How money is told: amounts, quotes, and what a request came to."""

from decimal import Decimal
from typing import Final

from bot.domain.money import MICRO, Microdollars, Quote

COMMAND_USAGE: Final = "See what was spent, and what is left of the budgets"
OPTION_USAGE_DAYS: Final = "How many days back, today included; 7 if left out"
OPTION_EVERYONE: Final = "All of this server, for moderators"

WHO_PAYS: Final = "Whoever runs me pays it. It counts towards what you may spend, see /usage."

_DIME: Final = Decimal("0.1")


def dollars(amount: Decimal) -> str:
    """Round to a cent, and below a dime to two digits that say something."""
    if amount >= _DIME:
        return f"${amount:.2f}"
    if amount == 0:
        return "$0"
    places = 1 - amount.adjusted()
    return f"${amount:.{places}f}"


def money(amount: int) -> str:
    """Return micro-dollars as dollars."""
    return dollars(Decimal(amount) / MICRO)


def counted(characters: int) -> str:
    """Return a number of characters in words."""
    return f"{characters} character" + ("" if characters == 1 else "s")


def quote_text(quote: Quote) -> str:
    """Return what something will cost, and what for."""
    if not quote.total:
        return "It costs nothing: all of it was spoken before."
    reasons = f"{counted(quote.characters)} on {quote.model}"
    if quote.fee:
        fee = money(quote.fee)
        reasons += f"; {fee} is the cloning fee, charged once, at a voice's first speech"
    if quote.kept:
        reasons += f"; {counted(quote.kept)} more were spoken before and cost nothing"
    return f"It costs about {money(quote.total)}: {reasons}. {WHO_PAYS}"


def cost_text(spent: int, characters: int, *, fee: Microdollars | int = 0) -> str:
    """Return what something came to."""
    text = f"{counted(characters)}, {money(spent)}"
    return f"{text} with the cloning fee of {money(fee)}" if fee else text
