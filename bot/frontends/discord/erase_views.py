"""The button under the question whether to erase everything, for whoever was asked alone."""

import re
from typing import Final, Self

import discord
from discord import ui

from bot.domain.erasure import Erasure, ErasureKey, ErasureState
from bot.domain.people import PersonId
from bot.frontends import wording_erase as words
from bot.frontends.discord.addresses import key_of, person
from bot.frontends.discord.answers import answering
from bot.frontends.discord.face import Press, face_of
from bot.frontends.discord.markup import NOBODY, quote

_ERASE: Final = "erase"
_KEEP: Final = "keep"
_LOOKS: Final = {
    _ERASE: (words.ERASE, discord.ButtonStyle.danger),
    _KEEP: (words.KEEP, discord.ButtonStyle.secondary),
}


class EraseButton(
    ui.DynamicItem[ui.Button[ui.View]],
    template=r"myna-erase:(?P<action>erase|keep):(?P<key>[\w.-]{1,40}):(?P<person>\w+:\d{1,20})",
):
    """Yes or no to one question; the service decides whether it was theirs to answer."""

    def __init__(self, action: str, key: ErasureKey, of: PersonId) -> None:
        label, style = _LOOKS[action]
        custom_id = f"myna-erase:{action}:{key}:{of}"
        super().__init__(ui.Button(label=label, style=style, custom_id=custom_id))
        self.action = action
        self.key = key
        self.of = of

    @classmethod
    async def from_custom_id(cls, _: Press, __: ui.Item[ui.View], match: re.Match[str]) -> Self:
        """Make the button again from the id that came with a press."""
        return cls(match["action"], ErasureKey(match["key"]), PersonId(match["person"]))

    async def callback(self, interaction: Press) -> None:
        """Erase, or leave it."""
        async with answering(interaction):
            text = words.KEPT
            if self.action == _ERASE:
                privacy = face_of(interaction).services.privacy
                who = person(interaction.user)
                erasure = await privacy.erase(self.key, self.of, who=who)
                text = words.STARTED if erasure.key == self.key else words.RUNNING
            await interaction.response.edit_message(content=text, view=None)


async def ask_or_tell(interaction: Press) -> None:
    """Ask whether to erase; where that was asked for before, tell how far it is."""
    privacy, who = face_of(interaction).services.privacy, person(interaction.user)
    text = words.question(await privacy.voices(who))
    for erasure in await privacy.erasures(who):
        if erasure.state is ErasureState.PENDING:  # what they did since can be erased too
            text = f"{words.PENDING}\n\n{text}"
            continue
        await _tell(interaction, erasure)
        if erasure.state is ErasureState.UNTOLD:
            await privacy.hand_over(erasure.key)
        return
    view = ui.View(timeout=None)
    for action in (_ERASE, _KEEP):
        view.add_item(EraseButton(action, ErasureKey(key_of(interaction.id)), who))
    await interaction.response.send_message(
        text,
        view=view,
        ephemeral=True,
        allowed_mentions=NOBODY,
    )


async def _tell(interaction: Press, erasure: Erasure) -> None:
    text = words.standing_text(erasure, quote)
    await interaction.response.send_message(text, ephemeral=True, allowed_mentions=NOBODY)
