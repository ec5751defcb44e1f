"""The form for further notes."""

from typing import Final

from discord import ui

from bot.domain.voices import VoiceKey
from bot.frontends import wording
from bot.frontends.discord.answers import answering
from bot.frontends.discord.face import Press
from bot.frontends.discord.form_ids import FORM_SECONDS
from bot.frontends.discord.requests import order_again

_MORE_NOTES_MAX: Final = 4


class AddNoteForm(ui.Modal, title=wording.ADD_NOTE_TITLE):
    """Asks for more notes of a voice whose first ones were too short."""

    def __init__(self, key: VoiceKey, *, custom_id: str) -> None:
        super().__init__(timeout=FORM_SECONDS, custom_id=custom_id)
        self._key = key
        self.notes: ui.FileUpload[ui.Modal] = ui.FileUpload(
            custom_id="notes", min_values=1, max_values=_MORE_NOTES_MAX
        )
        self.add_item(
            ui.Label(
                text=wording.ADD_NOTE_LABEL,
                description=wording.ADD_NOTE_HINT,
                component=self.notes,
            )
        )

    async def on_submit(self, interaction: Press) -> None:
        """Order the clone again with the notes that were given."""
        async with answering(interaction):
            await order_again(interaction, self._key, uploads=self.notes.values)
