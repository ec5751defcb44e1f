"""The panel of `/voices list`: a list, a voice, its shares, uses and versions, in one message.

Only its reader sees it, and the services check again whose voice it is. What is shown is in the
ids of its buttons and menus, so it works after a restart.
"""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, Self

import discord
from discord import ui

from bot.domain.sharing import Scope
from bot.domain.voices import VoiceKey, VoiceState
from bot.frontends import wording_library as words
from bot.frontends.discord.answers import answering
from bot.frontends.discord.asking import asker_of, mention
from bot.frontends.discord.face import Press, face_of
from bot.frontends.discord.form_ids import form_id
from bot.frontends.discord.library_forms import RenameForm
from bot.frontends.discord.markup import NOBODY, quote
from bot.frontends.discord.scopes import plain_names, scope_names
from bot.frontends.discord.speech_orders import asking_for_preview
from bot.frontends.discord.speech_views import SpeechAction, SpeechButton, order_speech
from bot.frontends.discord.views import Action, VoiceButton
from bot.frontends.wording_speech import keep_button
from bot.services.choosing import is_in_place
from bot.services.library import GONE, Entry, Page

PAGE: Final = 6
SHARED: Final = 5
"""Voices on a page, and those of others: their lines fit into a message's 2000 characters."""

_OPTIONS_MAX: Final = 25
"""Options of a menu (Discord, component reference)."""

_LABEL_MAX: Final = 100
"""Characters of an option (Discord, component reference)."""


class Shelf(StrEnum):
    """What a button or menu of the panel does; part of its id, so never used for anything else."""

    PAGE = "page"
    PICK = "pick"
    OPEN = "open"
    PREVIEW = "preview"
    RENAME = "rename"
    DEFAULT = "default"
    SHARES = "shares"
    REVOKE = "revoke"
    USES = "uses"
    HISTORY = "history"
    USE = "use"
    TELL = "tell"
    TELL_NOT = "tell-not"


_LABELS: Final = {
    Shelf.PREVIEW: words.PREVIEW,
    Shelf.RENAME: words.RENAME,
    Shelf.DEFAULT: words.MAKE_DEFAULT,
    Shelf.SHARES: words.SHARES,
    Shelf.USES: words.USES,
    Shelf.HISTORY: words.HISTORY,
    Shelf.USE: words.USE_VERSION,
    Shelf.TELL: words.TELL_ME,
    Shelf.TELL_NOT: words.TELL_ME_NOT,
    Shelf.OPEN: words.BACK,
}


class ShelfButton(
    ui.DynamicItem[ui.Button[ui.View]],
    template=r"myna-shelf:(?P<action>[a-z-]{1,20}):(?P<key>[\w.-]{1,70})",
):
    """A button of the panel."""

    def __init__(self, action: Shelf, key: str, *, label: str | None = None) -> None:
        super().__init__(
            ui.Button(
                label=label or _LABELS.get(action, "…"), custom_id=f"myna-shelf:{action}:{key}"
            )
        )
        self.action = action
        self.key = key

    @classmethod
    async def from_custom_id(cls, _: Press, __: ui.Item[ui.View], match: re.Match[str]) -> Self:
        """Make the button again from the id that came with a press."""
        return cls(Shelf(match["action"]), match["key"])

    async def callback(self, interaction: Press) -> None:
        """Show what the button says, or tell the presser why not."""
        async with answering(interaction):
            await _PRESSED[self.action](interaction, self.key, "")


class ShelfMenu(
    ui.DynamicItem[ui.Select[ui.View]],
    template=r"myna-shelf-menu:(?P<action>[a-z-]{1,20}):(?P<key>[\w.-]{1,70})",
):
    """A menu of the panel."""

    def __init__(
        self,
        action: Shelf,
        key: str,
        *,
        placeholder: str = "",
        options: Sequence[discord.SelectOption] = (),
    ) -> None:
        super().__init__(
            ui.Select(
                custom_id=f"myna-shelf-menu:{action}:{key}",
                placeholder=placeholder,
                options=list(options[:_OPTIONS_MAX]),
            )
        )
        self.action = action
        self.key = key

    @classmethod
    async def from_custom_id(cls, _: Press, __: ui.Item[ui.View], match: re.Match[str]) -> Self:
        """Make the menu again from the id that came with a choice."""
        return cls(Shelf(match["action"]), match["key"])

    async def callback(self, interaction: Press) -> None:
        """Do what was chosen, or tell the chooser why not."""
        async with answering(interaction):
            chosen = next(iter(self.item.values), "")
            await _PRESSED[self.action](interaction, self.key, chosen)


async def show_list(interaction: Press) -> None:
    """Answer with the first page of the asker's voices."""
    text, view = await _page(interaction, 0)
    shown: dict[str, Any] = {} if view is None else {"view": view}
    await interaction.response.send_message(text, ephemeral=True, allowed_mentions=NOBODY, **shown)


async def _page(interaction: Press, number: int) -> tuple[str, ui.View | None]:
    page = await face_of(interaction).services.library.page(
        asker_of(interaction), number, size=PAGE, shared=SHARED
    )
    text = words.list_text(page, now=face_of(interaction).now(), quote=quote, name=mention)
    if not page.entries:
        return text, None
    view = ui.View(timeout=None)
    view.add_item(_menu_of(interaction, page))
    if page.number > 0:
        view.add_item(ShelfButton(Shelf.PAGE, f"{page.number - 1}", label=words.EARLIER))
    if not page.is_last:
        view.add_item(ShelfButton(Shelf.PAGE, f"{page.number + 1}", label=words.LATER))
    return text, view


def _menu_of(interaction: Press, page: Page) -> ShelfMenu:
    now = face_of(interaction).now()
    options = [
        discord.SelectOption(
            label=entry.voice.label,
            value=entry.voice.key,
            description=words.option_text(entry, now=now),
        )
        for entry in page.entries
    ]
    return ShelfMenu(Shelf.PICK, f"{page.number}", placeholder=words.PICK, options=options)


async def _show(interaction: Press, text: str, view: ui.View | None) -> None:
    await interaction.response.edit_message(content=text, view=view, allowed_mentions=NOBODY)


async def _turn(interaction: Press, key: str, _: str) -> None:
    await _show(interaction, *await _page(interaction, int(key) if key.isdecimal() else 0))


async def _pick(interaction: Press, _: str, chosen: str) -> None:
    await _open(interaction, chosen, "")


async def _open(interaction: Press, key: str, _: str) -> None:
    entry = await face_of(interaction).services.library.entry(asker_of(interaction), VoiceKey(key))
    now = face_of(interaction).now()
    text = words.detail_text(entry, now=now, quote=quote)
    await _show(interaction, text, _detail(entry, now, face_of(interaction).clone_fee))


def _detail(entry: Entry, now: datetime, clone_fee: int) -> ui.View:
    voice, view = entry.voice, ui.View(timeout=None)
    for action in _offered(entry):
        view.add_item(ShelfButton(action, voice.key))
    if voice.state is VoiceState.LOST or voice.has_run_out(now):
        view.add_item(SpeechButton(SpeechAction.HOW_TO_CLONE, voice.key))
    elif is_in_place(voice) and voice.used_at is None:
        view.add_item(SpeechButton(SpeechAction.KEEP, voice.key, label=keep_button(clone_fee)))
    if voice.state not in {VoiceState.ASKED, VoiceState.CLONING}:
        view.add_item(VoiceButton(Action.DELETE, voice.key))
    view.add_item(ShelfButton(Shelf.PAGE, "0", label=words.BACK))
    return view


def _offered(entry: Entry) -> list[Shelf]:
    voice, offered = entry.voice, [Shelf.USES, Shelf.HISTORY]
    if voice.state is VoiceState.LOST:
        return [*offered, Shelf.SHARES]  # which the next clone of that name inherits
    if is_in_place(voice):
        tell = Shelf.TELL_NOT if voice.tells_uses else Shelf.TELL
        offered = [Shelf.PREVIEW, Shelf.RENAME, *offered, Shelf.SHARES, tell]
        if not entry.is_default:
            offered.insert(2, Shelf.DEFAULT)
    elif voice.state in {VoiceState.READY, VoiceState.RETIRED}:
        offered.insert(0, Shelf.USE)
    return offered


def _back_to(key: str) -> ui.View:
    view = ui.View(timeout=None)
    view.add_item(ShelfButton(Shelf.OPEN, key))
    return view


async def _preview(interaction: Press, key: str, _: str) -> None:
    await order_speech(interaction, asking_for_preview(interaction, VoiceKey(key)))


async def _rename(interaction: Press, key: str, _: str) -> None:
    voice = await face_of(interaction).services.library.own(asker_of(interaction), VoiceKey(key))
    await interaction.response.send_modal(RenameForm(voice, custom_id=form_id(interaction)))


async def _default(interaction: Press, key: str, _: str) -> None:
    library, asker = face_of(interaction).services.library, asker_of(interaction)
    # The panel is of one's own voices: who may only speak with it is refused with nothing changed.
    await library.own(asker, VoiceKey(key))
    await library.set_default(asker, f"voice:{key}")
    await _open(interaction, key, "")


async def _shares(interaction: Press, key: str, _: str) -> None:
    library, asker = face_of(interaction).services.library, asker_of(interaction)
    voice = await library.own(asker, VoiceKey(key))
    grants = await library.grants(asker, voice.key)
    view, shown = ui.View(timeout=None), grants[:_OPTIONS_MAX]
    if shown:
        names = await plain_names(interaction.guild, [grant.to for grant in shown])
        options = [
            discord.SelectOption(label=names[grant.to][:_LABEL_MAX], value=grant.to)
            for grant in shown
        ]
        view.add_item(ShelfMenu(Shelf.REVOKE, key, placeholder=words.PICK_GRANT, options=options))
    view.add_item(ShelfButton(Shelf.OPEN, key))
    name = scope_names(interaction.guild)
    await _show(interaction, words.grants_text(voice, shown, quote=quote, scope=name), view)


async def _revoke(interaction: Press, key: str, chosen: str) -> None:
    library = face_of(interaction).services.library
    await library.revoke(asker_of(interaction), VoiceKey(key), Scope(chosen))
    await _shares(interaction, key, "")


async def _uses(interaction: Press, key: str, _: str) -> None:
    library, asker = face_of(interaction).services.library, asker_of(interaction)
    voice = await library.own(asker, VoiceKey(key))
    uses = await library.uses(asker, voice.key)
    text = words.uses_text(voice, uses, quote=quote, name=mention)
    await _show(interaction, text, _back_to(key))


async def _history(interaction: Press, key: str, _: str) -> None:
    library, asker = face_of(interaction).services.library, asker_of(interaction)
    versions = (await library.history(asker, VoiceKey(key)))[:_OPTIONS_MAX]
    view, now = ui.View(timeout=None), face_of(interaction).now()
    others = [each for each in versions if each.key != key and each.state not in GONE]
    if others:
        options = [
            discord.SelectOption(label=words.version_option(each, now=now), value=each.key)
            for each in others
        ]
        view.add_item(ShelfMenu(Shelf.PICK, key, placeholder=words.PICK_VERSION, options=options))
    view.add_item(ShelfButton(Shelf.OPEN, key))
    await _show(interaction, words.history_text(versions, now=now, quote=quote), view)


async def _use(interaction: Press, key: str, _: str) -> None:
    library = face_of(interaction).services.library
    await library.put_in_place(asker_of(interaction), VoiceKey(key))
    await _open(interaction, key, "")


async def _tell(interaction: Press, key: str, _: str) -> None:
    await _set_tell(interaction, key, told=True)


async def _tell_not(interaction: Press, key: str, _: str) -> None:
    await _set_tell(interaction, key, told=False)


async def _set_tell(interaction: Press, key: str, *, told: bool) -> None:
    library = face_of(interaction).services.library
    await library.tell_uses(asker_of(interaction), VoiceKey(key), told=told)
    await _open(interaction, key, "")


_Pressed = Callable[[Press, str, str], Awaitable[None]]

_PRESSED: Final[Mapping[Shelf, _Pressed]] = MappingProxyType(
    {
        Shelf.PAGE: _turn,
        Shelf.PICK: _pick,
        Shelf.OPEN: _open,
        Shelf.PREVIEW: _preview,
        Shelf.RENAME: _rename,
        Shelf.DEFAULT: _default,
        Shelf.SHARES: _shares,
        Shelf.REVOKE: _revoke,
        Shelf.USES: _uses,
        Shelf.HISTORY: _history,
        Shelf.USE: _use,
        Shelf.TELL: _tell,
        Shelf.TELL_NOT: _tell_not,
    }
)
