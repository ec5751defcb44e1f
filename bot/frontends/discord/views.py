"""The buttons under a card. Their state is in their ids, so they work after a restart."""

import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from enum import StrEnum
from typing import Self

import discord
from discord import ui

from bot.domain.consent import RequestState
from bot.domain.voices import VoiceKey
from bot.frontends import wording, wording_consent, wording_speech, wording_spoken
from bot.frontends.discord.addresses import Place, person
from bot.frontends.discord.answers import answering
from bot.frontends.discord.asking import asker_of, mention
from bot.frontends.discord.consent_views import speaking_buttons, waiting_buttons
from bot.frontends.discord.face import Press, face_of
from bot.frontends.discord.form_ids import form_id
from bot.frontends.discord.forms import AddNoteForm
from bot.frontends.discord.markup import NOBODY, quote
from bot.frontends.discord.requests import (
    Wish,
    ask_owner,
    ask_self,
    confirm_clone,
    order_again,
    order_clone,
)
from bot.frontends.wording_money import quote_text


class Action(StrEnum):
    """What a button does; part of its id, so a name is never used for anything else."""

    DELETE = "delete"
    CONFIRM_DELETE = "confirm-delete"
    AGAIN = "again"
    BEST_PART = "best-part"
    ADD_NOTE = "add-note"
    APPROVE = "approve"
    CONFIRM_CLONE = "confirm-clone"
    DECLINE_CLONE = "decline-clone"


_LABELS = {
    Action.DELETE: (wording.DELETE, discord.ButtonStyle.secondary),
    Action.CONFIRM_DELETE: (wording.DELETE_CONFIRM, discord.ButtonStyle.danger),
    Action.AGAIN: (wording.TRY_AGAIN, discord.ButtonStyle.primary),
    Action.BEST_PART: (wording.BEST_PART, discord.ButtonStyle.primary),
    Action.ADD_NOTE: (wording.ADD_NOTE, discord.ButtonStyle.primary),
    Action.APPROVE: (wording.APPROVE, discord.ButtonStyle.primary),
    Action.CONFIRM_CLONE: (wording.CLONE_IT, discord.ButtonStyle.primary),
    Action.DECLINE_CLONE: (wording.NEVER_MIND, discord.ButtonStyle.secondary),
}


class VoiceButton(
    ui.DynamicItem[ui.Button[ui.View]],
    template=r"myna:(?P<action>[a-z-]{1,20}):(?P<key>[\w.-]{1,70})",
):
    """One button for one voice; the service decides whether whoever presses it may."""

    def __init__(self, action: Action, key: VoiceKey) -> None:
        label, style = _LABELS[action]
        super().__init__(ui.Button(label=label, style=style, custom_id=f"myna:{action}:{key}"))
        self.action = action
        self.key = key

    @classmethod
    async def from_custom_id(cls, _: Press, __: ui.Item[ui.View], match: re.Match[str]) -> Self:
        """Make the button again from the id that came with a press."""
        return cls(Action(match["action"]), VoiceKey(match["key"]))

    async def callback(self, interaction: Press) -> None:
        """Do what the button says, or tell the presser why not."""
        async with answering(interaction):
            await _PRESSED[self.action](interaction, self.key)


def buttons(key: VoiceKey, *actions: Action) -> ui.View:
    """Return a row of buttons for one voice."""
    view = ui.View(timeout=None)
    for action in actions:
        view.add_item(VoiceButton(action, key))
    return view


async def order_or_offer(interaction: Press, wish: Wish) -> None:
    """Order a clone, or tell the asker alone what its preview would cost.

    Where it is somebody else's voice they are asked first, and the asker alone is told so; where
    the server wants one's own yes to be spoken, they alone are told the sentence.

    Raises:
        MynaError: why there will be no clone; the channel has seen nothing.
    """
    if wish.owner not in {None, person(interaction.user)}:
        await _ask_owner(interaction, wish)
        return
    asked = await ask_self(interaction, wish)
    if asked is not None:
        await interaction.response.send_message(
            wording_spoken.own_text(*asked, quote, mention),
            view=speaking_buttons(asked[0]),
            ephemeral=True,
            allowed_mentions=NOBODY,
        )
        return
    offer = await order_clone(interaction, wish)
    if offer is None:
        return
    await interaction.response.send_message(
        wording.CLONE_OFFER.format(label=quote(offer.label), price=quote_text(offer.quote)),
        view=buttons(offer.key, Action.CONFIRM_CLONE, Action.DECLINE_CLONE),
        ephemeral=True,
        allowed_mentions=NOBODY,
    )


async def _ask_owner(interaction: Press, wish: Wish) -> None:
    request = await ask_owner(interaction, wish)
    text = wording_consent.kept_text(request, mention)
    if request.state is RequestState.OPEN:
        await interaction.response.send_message(
            text, view=waiting_buttons(request.key), ephemeral=True, allowed_mentions=NOBODY
        )
    else:
        await interaction.response.send_message(text, ephemeral=True, allowed_mentions=NOBODY)


async def _confirm_clone(interaction: Press, key: VoiceKey) -> None:
    await confirm_clone(interaction, key)
    with suppress(discord.HTTPException):  # a second press is refused anyway
        await interaction.edit_original_response(content=wording_speech.TAKEN, view=None)


async def _decline_clone(interaction: Press, key: VoiceKey) -> None:
    await face_of(interaction).services.clone_voice.decline(key, who=person(interaction.user))
    await interaction.response.edit_message(content=wording_speech.DECLINED, view=None)


async def _delete(interaction: Press, key: VoiceKey) -> None:
    await interaction.response.defer(ephemeral=True, thinking=True)
    voice = await face_of(interaction).services.delete_voice.check(
        key, who=person(interaction.user)
    )
    await interaction.followup.send(
        wording.DELETE_QUESTION.format(label=quote(voice.label)),
        view=buttons(key, Action.CONFIRM_DELETE),
        ephemeral=True,
        allowed_mentions=NOBODY,
    )


async def _confirm_delete(interaction: Press, key: VoiceKey) -> None:
    await interaction.response.defer()
    delete_voice, who = face_of(interaction).services.delete_voice, person(interaction.user)
    voice = await delete_voice.submit(key, who=who)
    card = Place.from_address(await delete_voice.receipt_at(key))
    await interaction.edit_original_response(
        content=wording.DELETING.format(label=quote(voice.label), place=f"<#{card.channel}>"),
        view=None,
        allowed_mentions=NOBODY,
    )


async def _again(interaction: Press, key: VoiceKey) -> None:
    await order_again(interaction, key)


async def _best_part(interaction: Press, key: VoiceKey) -> None:
    await order_again(interaction, key, best_part=True)


async def _add_note(interaction: Press, key: VoiceKey) -> None:
    await interaction.response.send_modal(AddNoteForm(key, custom_id=form_id(interaction)))


async def _approve(interaction: Press, key: VoiceKey) -> None:
    asker = asker_of(interaction)
    voice = await face_of(interaction).services.library.put_in_place(asker, key)
    await interaction.response.edit_message(
        content=wording.APPROVED.format(label=quote(voice.label)),
        view=buttons(key, Action.DELETE),
        allowed_mentions=NOBODY,
    )


_PRESSED: dict[Action, Callable[[Press, VoiceKey], Awaitable[None]]] = {
    Action.DELETE: _delete,
    Action.CONFIRM_DELETE: _confirm_delete,
    Action.AGAIN: _again,
    Action.BEST_PART: _best_part,
    Action.ADD_NOTE: _add_note,
    Action.APPROVE: _approve,
    Action.CONFIRM_CLONE: _confirm_clone,
    Action.DECLINE_CLONE: _decline_clone,
}
