"""The form for further notes, and what all forms share: their ids, and how long they are known."""

import re
from datetime import datetime
from typing import Final

import discord
from discord import ui

from bot.domain.voices import VoiceKey
from bot.frontends import wording
from bot.frontends.discord.answers import answering
from bot.frontends.discord.face import Press, face_of
from bot.frontends.discord.requests import order_again

FORM_SECONDS: Final = 900.0
"""A form left open longer is forgotten; pressing again opens it anew."""

_GRACE_SECONDS: Final = 5.0
"""discord.py forgets a form a moment later than `FORM_SECONDS` after the press that opened it."""
_FORM_ID: Final = re.compile(r"myna:form:(?P<mark>\w+):(?P<opened_by>\d+)")
_MORE_NOTES_MAX: Final = 4


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
