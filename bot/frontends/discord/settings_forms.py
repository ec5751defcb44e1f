"""The forms of `/settings`: amounts, numbers and words that are typed."""

from collections.abc import Awaitable, Callable
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import discord
from discord import ui

from bot.domain.errors import RuleInvalid
from bot.domain.money import MICRO
from bot.domain.servers import ServerSettings
from bot.frontends import wording_settings as words
from bot.frontends.discord.answers import answering
from bot.frontends.discord.face import Press
from bot.frontends.discord.form_ids import FORM_SECONDS

AMOUNTS: Final = frozenset({"day_limit", "month_limit"})
NUMBERS: Final = frozenset({"evidence_days", "remind_hours", "case_days"})
WORDS: Final = "words"
TYPED: Final = AMOUNTS | NUMBERS | {WORDS}
"""The settings that are typed."""

_TEXT_MOST: Final = 4000
"""Characters of a text input (Discord, component reference)."""

Change = Callable[[Press, str, Any], Awaitable[None]]
"""Changes a setting, and shows it."""


class RuleForm(ui.Modal):
    """Asks for the value of one setting."""

    def __init__(
        self, name: str, settings: ServerSettings, change: Change, *, custom_id: str
    ) -> None:
        super().__init__(title=words.TITLES[name], timeout=FORM_SECONDS, custom_id=custom_id)
        self._name = name
        self._change = change
        is_long = name == WORDS
        self.value: ui.TextInput[ui.Modal] = ui.TextInput(
            custom_id="value",
            style=discord.TextStyle.paragraph if is_long else discord.TextStyle.short,
            required=name in NUMBERS,
            max_length=_TEXT_MOST if is_long else 20,
            default=_typed(name, getattr(settings, name))[:_TEXT_MOST],
        )
        label = ui.Label(
            text=words.TITLES[name], description=words.FORM_HINTS[name], component=self.value
        )
        self.add_item(label)

    async def on_submit(self, interaction: Press) -> None:
        """Change the setting."""
        async with answering(interaction):
            await self._change(interaction, self._name, read(self._name, self.value.value))


def read(name: str, text: str) -> object:
    """Return the value that somebody typed for a setting; what is no number stays text.

    Raises:
        RuleInvalid: it is no amount of money.
    """
    typed = text.strip()
    if name == WORDS:
        return text.splitlines()
    if name in AMOUNTS:
        return _amount(name, typed)
    return int(typed) if typed.isdecimal() else typed


def _amount(name: str, typed: str) -> int | None:
    plain = typed.strip("$ ").replace(",", ".")
    if plain.casefold() in {"", "none"}:
        return None
    try:
        amount = Decimal(plain)
    except InvalidOperation:
        return _refuse(name)
    is_sensible = amount.is_finite() and amount.copy_abs() < MICRO**2
    return int(amount * MICRO) if is_sensible else _refuse(name)


def _refuse(name: str) -> int:
    raise RuleInvalid(name=name, allowed="an amount such as 5 or 2.50, or nothing for no limit")


def _typed(name: str, value: Any) -> str:  # noqa: ANN401  any setting's
    if value is None:
        return ""
    if name == WORDS:
        return "\n".join(value)
    return f"{Decimal(value) / MICRO:f}" if name in AMOUNTS else str(value)
