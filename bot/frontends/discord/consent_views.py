"""The buttons of a request for consent. Their state is in their ids, so they work for 72 hours."""

import re
from collections.abc import Awaitable, Callable
from typing import Final, Self

import discord
from discord import ui

from bot.domain.consent import Answer, ConsentRequest, RequestState
from bot.domain.people import NoteRef, PersonId
from bot.domain.voices import VoiceKey
from bot.frontends import wording_consent as words
from bot.frontends import wording_spoken
from bot.frontends.discord.addresses import person
from bot.frontends.discord.answers import answering
from bot.frontends.discord.asking import mention
from bot.frontends.discord.face import Press, face_of
from bot.frontends.discord.form_ids import form_id
from bot.frontends.discord.markup import NOBODY, quote
from bot.frontends.discord.record_forms import RecordForm
from bot.frontends.discord.speakers import speaker_of

_TAKE_BACK: Final = "take-back"
_WITHDRAW: Final = "withdraw"
_RECORD: Final = "record"

_LABELS: Final = {
    **{answer.value: label for answer, label in words.ANSWERS.items()},
    _TAKE_BACK: words.TAKE_BACK,
    _WITHDRAW: words.WITHDRAW,
    _RECORD: wording_spoken.RECORD,
}
_STYLES: Final = {
    Answer.ONCE.value: discord.ButtonStyle.primary,
    Answer.NEVER.value: discord.ButtonStyle.danger,
    _RECORD: discord.ButtonStyle.primary,
}


class ConsentButton(
    ui.DynamicItem[ui.Button[ui.View]],
    template=r"myna-consent:(?P<action>[a-z-]{1,20}):(?P<key>[\w.-]{1,70})",
):
    """One answer to one request; the service decides whether whoever presses it may give it."""

    def __init__(self, action: str, key: VoiceKey) -> None:
        super().__init__(
            ui.Button(
                label=_LABELS[action],
                style=_STYLES.get(action, discord.ButtonStyle.secondary),
                custom_id=f"myna-consent:{action}:{key}",
            )
        )
        self.action = action
        self.key = key

    @classmethod
    async def from_custom_id(cls, _: Press, __: ui.Item[ui.View], match: re.Match[str]) -> Self:
        """Make the button again from the id that came with a press."""
        return cls(match["action"], VoiceKey(match["key"]))

    async def callback(self, interaction: Press) -> None:
        """Do what the button says, or tell the presser why not."""
        async with answering(interaction):
            special = _SPECIAL.get(self.action)
            if special is None:
                await _answer(interaction, Answer(self.action), self.key)
            else:
                await special(interaction, self.key)


def question_buttons(request: ConsentRequest) -> ui.View:
    """Return the answers that an owner can give."""
    answers = [one for one in Answer if one is not Answer.HERE or request.server is not None]
    return _view(request.key, *(answer.value for answer in answers))


def waiting_buttons(key: VoiceKey) -> ui.View:
    """Return what the asker can do while nobody has answered."""
    return _view(key, _WITHDRAW)


def speaking_buttons(request: ConsentRequest) -> ui.View:
    """Return what an owner can do who is to record a sentence."""
    if request.is_own:
        return own_speaking_buttons(request.key)
    return _view(request.key, _RECORD, Answer.NO.value, Answer.NEVER.value)


def own_speaking_buttons(key: VoiceKey) -> ui.View:
    """Return what somebody can do who is to record a sentence for their own order."""
    return _view(key, _RECORD, _WITHDRAW)


def take_back_buttons(request: ConsentRequest) -> ui.View:
    """Return what an owner can do about a yes that stands."""
    return _view(request.key, _TAKE_BACK)


def _view(key: VoiceKey, *actions: str) -> ui.View:
    view = ui.View(timeout=None)
    for action in actions:
        view.add_item(ConsentButton(action, key))
    return view


async def take_recording(
    interaction: Press, key: VoiceKey, recording: NoteRef, *, by: PersonId | None = None
) -> None:
    """Take a recording that `by`, or the presser, posted; what asked for it says so from now on.

    Raises:
        MynaError: why it is not taken.
    """
    who = person(interaction.user)
    given = await face_of(interaction).services.speak_consent.record(
        key, recording, who=who, spoken_by=by or who
    )
    text, view = wording_spoken.taken_text(given, quote, mention), take_back_buttons(given)
    if interaction.message is None:  # it came from a menu
        await interaction.response.send_message(
            text, view=view, ephemeral=True, allowed_mentions=NOBODY
        )
    else:
        await interaction.response.edit_message(content=text, view=view, allowed_mentions=NOBODY)


async def _answer(interaction: Press, answer: Answer, key: VoiceKey) -> None:
    asking = face_of(interaction).services.ask_consent
    request = await asking.answer(
        key, answer, who=person(interaction.user), speaker=speaker_of(interaction)
    )
    if request.state is RequestState.SPEAKING:
        await interaction.response.edit_message(
            content=wording_spoken.to_speak_text(request, quote, mention),
            view=speaking_buttons(request),
            allowed_mentions=NOBODY,
        )
        return
    is_yes = request.state is RequestState.ALLOWED
    await interaction.response.edit_message(
        content=words.said_text(answer, request, quote, mention),
        view=take_back_buttons(request) if is_yes else None,
        allowed_mentions=NOBODY,
    )


async def _take_back(interaction: Press, key: VoiceKey) -> None:
    await face_of(interaction).services.ask_consent.take_back(key, who=person(interaction.user))
    await interaction.response.edit_message(content=words.TAKEN_BACK, view=None)


async def _withdraw(interaction: Press, key: VoiceKey) -> None:
    await face_of(interaction).services.ask_consent.withdraw(key, who=person(interaction.user))
    await interaction.response.edit_message(content=words.WITHDRAWN, view=None)


async def _record(interaction: Press, key: VoiceKey) -> None:
    speaking = face_of(interaction).services.speak_consent
    request = await speaking.to_speak(key, who=person(interaction.user))
    form = RecordForm(request, take_recording, custom_id=form_id(interaction))
    await interaction.response.send_modal(form)


_SPECIAL: Final[dict[str, Callable[[Press, VoiceKey], Awaitable[None]]]] = {
    _TAKE_BACK: _take_back,
    _WITHDRAW: _withdraw,
    _RECORD: _record,
}
