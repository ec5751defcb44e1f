"""The form for a long text: it is offered with length and price before anything is spent."""

import discord
from discord import ui

from bot.frontends import wording_speech
from bot.frontends.discord.answers import answering
from bot.frontends.discord.face import Press
from bot.frontends.discord.form_ids import FORM_SECONDS
from bot.frontends.discord.names import spoken_text
from bot.frontends.discord.speech_orders import SpeechWish, asking_for
from bot.frontends.discord.speech_views import order_speech

_TEXT_MAX = 4000
"""Characters of a text input (Discord, component reference)."""


class SpeakForm(ui.Modal, title=wording_speech.MODAL_TITLE):
    """Asks for the text; all else was chosen with the command."""

    def __init__(self, wish: SpeechWish, *, custom_id: str) -> None:
        super().__init__(timeout=FORM_SECONDS, custom_id=custom_id)
        self._wish = wish
        self.text: ui.TextInput[ui.Modal] = ui.TextInput(
            custom_id="text", style=discord.TextStyle.paragraph, max_length=_TEXT_MAX
        )
        self.add_item(
            ui.Label(
                text=wording_speech.MODAL_TEXT,
                description=wording_speech.MODAL_TEXT_HINT,
                component=self.text,
            )
        )

    async def on_submit(self, interaction: Press) -> None:
        """Offer the speech."""
        async with answering(interaction):
            text = await spoken_text(interaction, self.text.value)
            await order_speech(interaction, asking_for(interaction, text, self._wish, offer=True))
