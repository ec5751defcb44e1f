"""The buttons of speeches. Their state is in their ids, so they work after a restart."""

import re
from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Self

import discord
from discord import ui

from bot.domain.speeches import SpeechKey
from bot.domain.voices import VoiceKey
from bot.frontends import wording_speech
from bot.frontends.discord.answers import answering
from bot.frontends.discord.asking import asker_of
from bot.frontends.discord.face import Press, face_of
from bot.frontends.discord.markup import NOBODY, quote
from bot.frontends.discord.speech_orders import Ask, asking_again, asking_to_keep, confirm, take


class SpeechAction(StrEnum):
    """What a button does; part of its id, so a name is never used for anything else."""

    CONFIRM = "confirm"
    DECLINE = "decline"
    AGAIN = "again"
    REMOVE = "remove"
    KEEP = "keep"
    HOW_TO_CLONE = "how-to-clone"


_LABELS = {
    SpeechAction.CONFIRM: (wording_speech.SPEAK_IT, discord.ButtonStyle.primary),
    SpeechAction.DECLINE: (wording_speech.NEVER_MIND, discord.ButtonStyle.secondary),
    SpeechAction.AGAIN: (wording_speech.AGAIN, discord.ButtonStyle.secondary),
    SpeechAction.REMOVE: (wording_speech.REMOVE, discord.ButtonStyle.secondary),
    SpeechAction.KEEP: (wording_speech.KEEP_IT, discord.ButtonStyle.primary),
    SpeechAction.HOW_TO_CLONE: (wording_speech.CLONE_AGAIN, discord.ButtonStyle.primary),
}


class SpeechButton(
    ui.DynamicItem[ui.Button[ui.View]],
    template=r"myna-speech:(?P<action>[a-z-]{1,20}):(?P<key>[\w.-]{1,70})",
):
    """One button for one speech or voice; the service decides whether who presses it may."""

    def __init__(self, action: SpeechAction, key: str, *, label: str | None = None) -> None:
        usual, style = _LABELS[action]
        super().__init__(
            ui.Button(label=label or usual, style=style, custom_id=f"myna-speech:{action}:{key}")
        )
        self.action = action
        self.key = key

    @classmethod
    async def from_custom_id(cls, _: Press, __: ui.Item[ui.View], match: re.Match[str]) -> Self:
        """Make the button again from the id that came with a press."""
        return cls(SpeechAction(match["action"]), match["key"])

    async def callback(self, interaction: Press) -> None:
        """Do what the button says, or tell the presser why not."""
        async with answering(interaction):
            await _PRESSED[self.action](interaction, self.key)


async def order_speech(interaction: Press, ask: Ask) -> None:
    """Have it spoken, or show the asker alone what it would cost.

    Raises:
        MynaError: why it is not spoken; the channel has seen nothing.
    """
    offered = await take(interaction, ask)
    if offered is None:
        return
    text = wording_speech.offer_text(offered.speech, offered.quote, quote)
    view = offer_buttons(offered.speech.key)
    if interaction.response.is_done():
        await interaction.followup.send(text, view=view, ephemeral=True, allowed_mentions=NOBODY)
    else:
        await interaction.response.send_message(
            text, view=view, ephemeral=True, allowed_mentions=NOBODY
        )


def offer_buttons(key: SpeechKey) -> ui.View:
    """Return the buttons of an offer."""
    return _view(SpeechButton(SpeechAction.CONFIRM, key), SpeechButton(SpeechAction.DECLINE, key))


def done_buttons(key: SpeechKey) -> ui.View:
    """Return the buttons of a speech that was posted."""
    return _view(SpeechButton(SpeechAction.AGAIN, key), SpeechButton(SpeechAction.REMOVE, key))


def failed_buttons(key: SpeechKey, *, can_repeat: bool, is_lost: bool) -> ui.View | None:
    """Return what may help where nothing was spoken, or None."""
    if is_lost:
        return _view(SpeechButton(SpeechAction.HOW_TO_CLONE, key))
    return _view(SpeechButton(SpeechAction.AGAIN, key)) if can_repeat else None


def keep_buttons(voice: VoiceKey, price: int) -> ui.View:
    """Return the button that keeps an unused voice, and says what that costs."""
    label = wording_speech.keep_button(price)
    return _view(SpeechButton(SpeechAction.KEEP, voice, label=label))


def _view(*items: SpeechButton) -> ui.View:
    view = ui.View(timeout=None)
    for item in items:
        view.add_item(item)
    return view


async def _confirm(interaction: Press, key: str) -> None:
    dearer = await confirm(interaction, SpeechKey(key))
    if dearer is not None:
        await interaction.edit_original_response(
            content=wording_speech.dearer_text(dearer.speech, dearer.quote, quote),
            view=offer_buttons(dearer.speech.key),
            allowed_mentions=NOBODY,
        )


async def _decline(interaction: Press, key: str) -> None:
    await face_of(interaction).services.speak_text.decline(
        SpeechKey(key), asker=asker_of(interaction)
    )
    await interaction.response.edit_message(content=wording_speech.DECLINED, view=None)


async def _again(interaction: Press, key: str) -> None:
    await order_speech(interaction, asking_again(interaction, SpeechKey(key)))


async def _remove(interaction: Press, key: str) -> None:
    await interaction.response.defer(ephemeral=True, thinking=True)
    await face_of(interaction).services.speak_text.remove(
        SpeechKey(key), asker=asker_of(interaction)
    )
    await interaction.followup.send(wording_speech.REMOVING, ephemeral=True)


async def _keep(interaction: Press, key: str) -> None:
    await order_speech(interaction, asking_to_keep(interaction, VoiceKey(key)))


async def _how_to_clone(interaction: Press, _: str) -> None:
    await interaction.response.send_message(wording_speech.CLONE_AGAIN_HOW, ephemeral=True)


_PRESSED: Final[Mapping[SpeechAction, Callable[[Press, str], Awaitable[None]]]] = MappingProxyType(
    {
        SpeechAction.CONFIRM: _confirm,
        SpeechAction.DECLINE: _decline,
        SpeechAction.AGAIN: _again,
        SpeechAction.REMOVE: _remove,
        SpeechAction.KEEP: _keep,
        SpeechAction.HOW_TO_CLONE: _how_to_clone,
    }
)
