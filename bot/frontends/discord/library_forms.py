"""The form that renames a voice."""

from discord import ui

from bot.domain.voices import LABEL_LIMIT, Voice
from bot.frontends import wording_library as words
from bot.frontends.discord.answers import answering
from bot.frontends.discord.asking import asker_of
from bot.frontends.discord.face import Press, face_of
from bot.frontends.discord.form_ids import FORM_SECONDS
from bot.frontends.discord.markup import NOBODY, quote


class RenameForm(ui.Modal, title=words.RENAME_TITLE):
    """Asks for the new name."""

    def __init__(self, voice: Voice, *, custom_id: str) -> None:
        super().__init__(timeout=FORM_SECONDS, custom_id=custom_id)
        self._voice = voice
        self.name: ui.TextInput[ui.Modal] = ui.TextInput(
            custom_id="name", max_length=LABEL_LIMIT, default=voice.label
        )
        self.add_item(ui.Label(text=words.RENAME_LABEL, component=self.name))

    async def on_submit(self, interaction: Press) -> None:
        """Rename it."""
        async with answering(interaction):
            voice = await face_of(interaction).services.library.rename(
                asker_of(interaction), self._voice.key, self.name.value
            )
            await interaction.response.send_message(
                words.renamed_text(voice.label, quote=quote),
                ephemeral=True,
                allowed_mentions=NOBODY,
            )
