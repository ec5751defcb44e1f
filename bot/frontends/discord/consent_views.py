"""The buttons of a request for consent. Their state is in their ids, so they work for 72 hours."""

import re
from collections.abc import Awaitable, Callable
from typing import Final, Self

import discord
from discord import ui

from bot.domain.consent import Answer, ConsentRequest, RequestState
from bot.domain.voices import VoiceKey
from bot.frontends import wording_consent as words
from bot.frontends.discord.addresses import person
from bot.frontends.discord.answers import answering
from bot.frontends.discord.asking import mention
from bot.frontends.discord.face import Press, face_of
from bot.frontends.discord.markup import NOBODY, quote

_TAKE_BACK: Final = "take-back"
_WITHDRAW: Final = "withdraw"

_LABELS: Final = {
    **{answer.value: label for answer, label in words.ANSWERS.items()},
    _TAKE_BACK: words.TAKE_BACK,
    _WITHDRAW: words.WITHDRAW,
}
_STYLES: Final = {
    Answer.ONCE.value: discord.ButtonStyle.primary,
    Answer.NEVER.value: discord.ButtonStyle.danger,
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


def waiting_buttons(request: ConsentRequest) -> ui.View:
    """Return what the asker can do while nobody has answered."""
    return _view(request.key, _WITHDRAW)


def take_back_buttons(request: ConsentRequest) -> ui.View:
    """Return what an owner can do about a yes that stands."""
    return _view(request.key, _TAKE_BACK)


def _view(key: VoiceKey, *actions: str) -> ui.View:
    view = ui.View(timeout=None)
    for action in actions:
        view.add_item(ConsentButton(action, key))
    return view


async def _answer(interaction: Press, answer: Answer, key: VoiceKey) -> None:
    asking = face_of(interaction).services.ask_consent
    request = await asking.answer(key, answer, who=person(interaction.user))
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


_SPECIAL: Final[dict[str, Callable[[Press, VoiceKey], Awaitable[None]]]] = {
    _TAKE_BACK: _take_back,
    _WITHDRAW: _withdraw,
}
