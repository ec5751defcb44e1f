"""The forms that take the recording of a sentence."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import discord
from discord import ui

from bot.domain.consent import ConsentRequest
from bot.domain.people import NoteRef
from bot.domain.voices import VoiceKey
from bot.frontends import wording_spoken as words
from bot.frontends.discord.addresses import note
from bot.frontends.discord.answers import answering
from bot.frontends.discord.face import Press
from bot.frontends.discord.form_ids import FORM_SECONDS
from bot.frontends.discord.languages import CHOICES_MAX

_DESCRIPTION_MAX: Final = 100
"""Characters below an option of a select (Discord, string select)."""

Take = Callable[[Press, VoiceKey, NoteRef], Awaitable[None]]
"""Takes a recording for a request."""


class RecordForm(ui.Modal, title=words.FORM_TITLE):
    """Shows the sentence, and takes a file."""

    def __init__(self, request: ConsentRequest, take: Take, *, custom_id: str) -> None:
        super().__init__(timeout=FORM_SECONDS, custom_id=custom_id)
        self._key = request.key
        self._take = take
        self.recording: ui.FileUpload[ui.Modal] = ui.FileUpload(custom_id="recording")
        self.add_item(ui.TextDisplay(words.form_text(request)))
        self.add_item(
            ui.Label(text=words.FORM_LABEL, description=words.FORM_HINT, component=self.recording)
        )

    async def on_submit(self, interaction: Press) -> None:
        """Take the recording that was given."""
        async with answering(interaction):
            await self._take(interaction, self._key, note(self.recording.values[0]))


class ChooseRequestForm(ui.Modal, title=words.FORM_TITLE):
    """Asks for which of several requests a voice message is the recording."""

    def __init__(
        self,
        requests: Sequence[ConsentRequest],
        recording: NoteRef,
        take: Take,
        *,
        custom_id: str,
    ) -> None:
        super().__init__(timeout=FORM_SECONDS, custom_id=custom_id)
        self._recording = recording
        self._take = take
        self.request: ui.Select[ui.Modal] = ui.Select(
            custom_id="request",
            options=[
                discord.SelectOption(
                    label=each.label,
                    value=each.key,
                    description=words.choice_text(each)[:_DESCRIPTION_MAX],
                )
                for each in requests[:CHOICES_MAX]
            ],
        )
        self.add_item(ui.Label(text=words.CHOICE_LABEL, component=self.request))

    async def on_submit(self, interaction: Press) -> None:
        """Take the recording for the request that was chosen."""
        async with answering(interaction):
            await self._take(interaction, VoiceKey(self.request.values[0]), self._recording)
