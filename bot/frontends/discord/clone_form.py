"""The form of the message menu: the rest of a clone."""

from collections.abc import Sequence
from typing import Final

import discord
from discord import ui

from bot.domain.people import NoteRef, PersonId
from bot.domain.speech import PREVIEW_TEXT_LIMIT
from bot.domain.voices import LABEL_LIMIT
from bot.frontends import wording, wording_consent
from bot.frontends.discord.answers import answering
from bot.frontends.discord.face import Press
from bot.frontends.discord.form_ids import FORM_SECONDS
from bot.frontends.discord.languages import suggestions
from bot.frontends.discord.requests import Wish
from bot.frontends.discord.views import order_or_offer

_NOISE: Final = "noise"
_VOLUME: Final = "volume"


class CloneForm(ui.Modal, title=wording.MODAL_TITLE):
    """Asks what the message menu cannot: name, text, language, cleaning, consent."""

    def __init__(
        self,
        notes: Sequence[NoteRef],
        locale: str,
        *,
        custom_id: str,
        owner: PersonId | None = None,
        source: str | None = None,
    ) -> None:
        """Make the form; `owner` is whose voice it is where that is somebody else."""
        super().__init__(timeout=FORM_SECONDS, custom_id=custom_id)
        self._notes = notes
        self._owner = owner
        self._source = source
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
            (*_consent_of(owner), self.consent),
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
            owner=self._owner,
            source=self._source,
        )
        async with answering(interaction):
            await order_or_offer(interaction, wish)


def _consent_of(owner: PersonId | None) -> tuple[str, str]:
    if owner is None:
        return wording.MODAL_CONSENT, wording.CONSENT
    return wording_consent.MODAL_ASK, wording_consent.MODAL_ASK_HINT
