"""The forms people fill in: the rest of a clone from the message menu, and further notes."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import discord
from discord import ui

from bot.domain.people import NoteRef
from bot.domain.speech import PREVIEW_TEXT_LIMIT
from bot.domain.voices import LABEL_LIMIT, VoiceKey
from bot.frontends import wording
from bot.frontends.discord.answers import answering
from bot.frontends.discord.face import Press, face_of
from bot.frontends.discord.languages import suggestions
from bot.frontends.discord.requests import Wish, order_again, order_clone

FORM_SECONDS: Final = 900.0
"""A form left open longer is forgotten; pressing again opens it anew."""

_GRACE_SECONDS: Final = 5.0
"""discord.py forgets a form a moment later than `FORM_SECONDS` after the press that opened it."""
_FORM_ID: Final = re.compile(r"myna:form:(?P<mark>\w+):(?P<opened_by>\d+)")
_MORE_NOTES_MAX: Final = 4
_NOISE: Final = "noise"
_VOLUME: Final = "volume"


def form_id(interaction: Press) -> str:
    """Return the id of the form that `interaction` opens."""
    return f"myna:form:{face_of(interaction).mark}:{interaction.id}"


def is_forgotten(custom_id: str, *, mark: str, sent_at: datetime) -> bool:
    """Say whether a form sent at `sent_at` is one that nothing here waits for any more.

    It was opened by another process than the one of `mark`, or longer than `FORM_SECONDS` ago.
    """
    known = _FORM_ID.fullmatch(custom_id)
    if known is None or known["mark"] != mark:
        return True
    opened_at = discord.utils.snowflake_time(int(known["opened_by"]))
    return (sent_at - opened_at).total_seconds() > FORM_SECONDS + _GRACE_SECONDS


class CloneForm(ui.Modal, title=wording.MODAL_TITLE):
    """Asks what the message menu cannot: name, text, language, cleaning, consent."""

    def __init__(self, notes: Sequence[NoteRef], locale: str, *, custom_id: str) -> None:
        super().__init__(timeout=FORM_SECONDS, custom_id=custom_id)
        self._notes = notes
        self.name: ui.TextInput[ui.Modal] = ui.TextInput(custom_id="name", max_length=LABEL_LIMIT)
        self.text: ui.TextInput[ui.Modal] = ui.TextInput(
            custom_id="text",
            style=discord.TextStyle.paragraph,
            required=False,
            max_length=PREVIEW_TEXT_LIMIT,
        )
        self.language: ui.Select[ui.Modal] = ui.Select(
            custom_id="language",
            required=False,
            min_values=0,
            options=[
                discord.SelectOption(label=each.label, value=each.name)
                for each in suggestions("", locale)
            ],
        )
        self.clean: ui.CheckboxGroup[ui.Modal] = ui.CheckboxGroup(
            custom_id="clean",
            required=False,
            min_values=0,
            options=[
                discord.CheckboxGroupOption(label=wording.OPTION_NOISE, value=_NOISE),
                discord.CheckboxGroupOption(label=wording.OPTION_VOLUME, value=_VOLUME),
            ],
        )
        self.consent: ui.Checkbox[ui.Modal] = ui.Checkbox(custom_id="consent")
        for label, hint, component in (
            (wording.MODAL_NAME, None, self.name),
            (wording.MODAL_TEXT, wording.MODAL_TEXT_HINT, self.text),
            (wording.MODAL_LANGUAGE, None, self.language),
            (wording.MODAL_CLEAN, None, self.clean),
            (wording.MODAL_CONSENT, wording.CONSENT, self.consent),
        ):
            self.add_item(ui.Label(text=label, description=hint, component=component))

    async def on_submit(self, interaction: Press) -> None:
        """Order the clone."""
        wish = Wish(
            label=self.name.value,
            notes=self._notes,
            consent=self.consent.value,
            text=self.text.value or None,
            language=next(iter(self.language.values), None),
            noise_reduction=_NOISE in self.clean.values,
            volume_normalization=_VOLUME in self.clean.values,
        )
        async with answering(interaction):
            await order_clone(interaction, wish)


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
