"""The panel of `/settings`: all settings, one of them, and what changes it, in one message.

Only its reader sees it, and the service checks at each press that they may manage the server. What
is shown is in the ids of its buttons and menus, so it works after a restart.
"""

import re
from collections.abc import Iterable
from typing import Any, Final, Self

import discord
from discord import ui

from bot.domain.errors import ReviewChannelUnusable
from bot.domain.people import channel_on, role_on
from bot.domain.server_limits import LIST_MOST, NAMES, SPOKEN_LANGUAGES
from bot.domain.servers import ServerSettings
from bot.domain.speech import LANGUAGES, MODELS
from bot.frontends import wording_settings as words
from bot.frontends.discord.addresses import FACE
from bot.frontends.discord.answers import answering
from bot.frontends.discord.asking import asker_of, native_id
from bot.frontends.discord.face import Press, face_of
from bot.frontends.discord.form_ids import form_id
from bot.frontends.discord.markup import NOBODY, mention_of, quote
from bot.frontends.discord.permissions import missing_rights
from bot.frontends.discord.settings_forms import TYPED, RuleForm

_ANY: Final = "any"
_CHANNELS: Final = frozenset({"review_channel", "channels"})
_ROLES: Final = frozenset({"review_role", "clone_roles"})
_SEVERAL: Final = frozenset({"channels", "clone_roles"})
_CHOICES: Final = frozenset(NAMES) - _CHANNELS - _ROLES - TYPED


def _of(names: Iterable[str]) -> str:
    """Return the pattern of these settings in an id: another one is no button of Myna's."""
    return f"(?P<name>{'|'.join(sorted(names))})"


_HALVES: Final = SPOKEN_LANGUAGES[:LIST_MOST], SPOKEN_LANGUAGES[LIST_MOST:]
"""The languages of the two menus: one has 25 options at most (Discord, component reference)."""

_REVIEW_TYPES: Final = [
    discord.ChannelType.text,
    discord.ChannelType.public_thread,
    discord.ChannelType.private_thread,
]
_SPEAK_TYPES: Final = [
    *_REVIEW_TYPES,
    discord.ChannelType.news,
    discord.ChannelType.forum,
    discord.ChannelType.voice,
    discord.ChannelType.stage_voice,
]


class RuleButton(
    ui.DynamicItem[ui.Button[ui.View]],
    template=rf"myna-rule:(?P<action>all|reset|form):{_of(NAMES)}",
):
    """A button of the panel: back to all settings, reset one, or open its form."""

    def __init__(self, action: str, name: str) -> None:
        label = {"all": words.BACK, "reset": words.RESET, "form": words.CHANGE}[action]
        style = discord.ButtonStyle.primary if action == "form" else discord.ButtonStyle.secondary
        super().__init__(
            ui.Button(label=label, style=style, custom_id=f"myna-rule:{action}:{name}")
        )
        self.action = action
        self.name = name

    @classmethod
    async def from_custom_id(cls, _: Press, __: ui.Item[ui.View], match: re.Match[str]) -> Self:
        """Make the button again from the id that came with a press."""
        return cls(match["action"], match["name"])

    async def callback(self, interaction: Press) -> None:
        """Do what the button says, or tell the presser why not."""
        async with answering(interaction):
            rules, asker = face_of(interaction).services.server_rules, asker_of(interaction)
            if self.action == "reset":
                await _show_one(interaction, self.name, await rules.reset(asker, self.name))
            elif self.action == "form" and self.name in TYPED:
                settings = await rules.show(asker)
                form = RuleForm(self.name, settings, _change, custom_id=form_id(interaction))
                await interaction.response.send_modal(form)
            else:
                await _show_all(interaction, await rules.show(asker))


class RuleMenu(
    ui.DynamicItem[ui.Select[ui.View]],
    template=rf"myna-rule-menu:(?P<part>pick|set|more):{_of({_ANY, *_CHOICES})}",
):
    """A menu of the panel: which setting, or what it is to be; `more` has further languages."""

    def __init__(
        self,
        part: str,
        name: str,
        *,
        placeholder: str = "",
        options: Iterable[discord.SelectOption] = (),
        is_several: bool = False,
    ) -> None:
        shown = list(options)
        super().__init__(
            ui.Select(
                custom_id=f"myna-rule-menu:{part}:{name}",
                placeholder=placeholder,
                options=shown,
                min_values=0 if is_several else 1,
                max_values=max(1, len(shown)) if is_several else 1,
            )
        )
        self.part = part
        self.name = name

    @classmethod
    async def from_custom_id(cls, _: Press, __: ui.Item[ui.View], match: re.Match[str]) -> Self:
        """Make the menu again from the id that came with a choice."""
        return cls(match["part"], match["name"])

    async def callback(self, interaction: Press) -> None:
        """Do what was chosen, or tell the chooser why not."""
        async with answering(interaction):
            chosen = self.item.values
            if self.part == "pick":
                settings = await face_of(interaction).services.server_rules.show(
                    asker_of(interaction)
                )
                name = next(iter(chosen), "")
                if name in NAMES:
                    await _show_one(interaction, name, settings)
                else:
                    await _show_all(interaction, settings)
            elif self.name == "languages":
                await _change_languages(interaction, chosen, second=self.part == "more")
            elif self.name == "watermark":
                await _change(interaction, self.name, chosen == ["on"])
            elif self.name != _ANY:
                await _change(interaction, self.name, next(iter(chosen), None))


class RuleChannels(
    ui.DynamicItem[ui.ChannelSelect[ui.View]], template=rf"myna-rule-channels:{_of(_CHANNELS)}"
):
    """A menu of the server's channels."""

    def __init__(self, name: str, chosen: Iterable[str] = ()) -> None:
        is_several = name in _SEVERAL
        super().__init__(
            ui.ChannelSelect(
                custom_id=f"myna-rule-channels:{name}",
                placeholder=words.PICK_CHANNELS if is_several else words.PICK_CHANNEL,
                channel_types=_SPEAK_TYPES if is_several else _REVIEW_TYPES,
                min_values=0 if is_several else 1,
                max_values=LIST_MOST if is_several else 1,
                default_values=[discord.Object(native_id(each)) for each in chosen],
            )
        )
        self.name = name

    @classmethod
    async def from_custom_id(cls, _: Press, __: ui.Item[ui.View], match: re.Match[str]) -> Self:
        """Make the menu again from the id that came with a choice."""
        return cls(match["name"])

    async def callback(self, interaction: Press) -> None:
        """Set what was chosen, or tell the chooser why not."""
        async with answering(interaction):
            chosen = [each.id for each in self.item.values]
            if self.name in _SEVERAL:
                ids = [channel_on(FACE, each) for each in chosen]
                await _change(interaction, self.name, ids)
            else:
                await _change_review(interaction, chosen)


class RuleRoles(ui.DynamicItem[ui.RoleSelect[ui.View]], template=rf"myna-rule-roles:{_of(_ROLES)}"):
    """A menu of the server's roles."""

    def __init__(self, name: str, chosen: Iterable[str] = ()) -> None:
        is_several = name in _SEVERAL
        super().__init__(
            ui.RoleSelect(
                custom_id=f"myna-rule-roles:{name}",
                placeholder=words.PICK_ROLES if is_several else words.PICK_ROLE,
                min_values=0 if is_several else 1,
                max_values=LIST_MOST if is_several else 1,
                default_values=[discord.Object(native_id(each)) for each in chosen],
            )
        )
        self.name = name

    @classmethod
    async def from_custom_id(cls, _: Press, __: ui.Item[ui.View], match: re.Match[str]) -> Self:
        """Make the menu again from the id that came with a choice."""
        return cls(match["name"])

    async def callback(self, interaction: Press) -> None:
        """Set what was chosen, or tell the chooser why not."""
        async with answering(interaction):
            ids = [role_on(FACE, each.id) for each in self.item.values]
            await _change(
                interaction, self.name, ids if self.name in _SEVERAL else next(iter(ids), None)
            )


async def show_settings(interaction: Press) -> None:
    """Answer with all settings, to be changed.

    Raises:
        AdministratorsOnly: the asker may not manage the server.
    """
    settings = await face_of(interaction).services.server_rules.show(asker_of(interaction))
    await interaction.response.send_message(
        words.panel_text(settings, mention_of),
        view=_all(),
        ephemeral=True,
        allowed_mentions=NOBODY,
    )


def _all() -> ui.View:
    options = [
        discord.SelectOption(label=words.TITLES[name], value=name, description=words.HINTS[name])
        for name in NAMES
    ]
    view = ui.View(timeout=None)
    view.add_item(RuleMenu("pick", _ANY, placeholder=words.PICK, options=options))
    return view


async def _show_all(interaction: Press, settings: ServerSettings) -> None:
    await interaction.response.edit_message(
        content=words.panel_text(settings, mention_of), view=_all(), allowed_mentions=NOBODY
    )


async def _show_one(
    interaction: Press, name: str, settings: ServerSettings, note: str = ""
) -> None:
    text = words.detail_text(name, settings, mention_of, quote)
    await interaction.response.edit_message(
        content=f"{text}\n\n{note}" if note else text,
        view=_one(name, settings),
        allowed_mentions=NOBODY,
    )


def _one(name: str, settings: ServerSettings) -> ui.View:
    view, value = ui.View(timeout=None), getattr(settings, name)
    chosen = value if isinstance(value, tuple) else () if value is None else (value,)
    if name in TYPED:
        view.add_item(RuleButton("form", name))
    elif name in _CHANNELS:
        view.add_item(RuleChannels(name, chosen))
    elif name in _ROLES:
        view.add_item(RuleRoles(name, chosen))
    elif name == "languages":
        for part, half in zip(("set", "more"), _HALVES, strict=True):
            view.add_item(_languages(part, half, chosen))
    else:
        options = _options(name, value)
        view.add_item(RuleMenu("set", name, placeholder=words.PICK_ONE, options=options))
    if value != getattr(ServerSettings(), name):
        view.add_item(RuleButton("reset", name))
    view.add_item(RuleButton("all", name))
    return view


def _options(name: str, value: Any) -> list[discord.SelectOption]:  # noqa: ANN401  any setting's
    if name == "default_model":
        labels = {model: model for model in MODELS}
    else:
        labels = dict(words.LABELS[name])
    now = words.chosen_of(name, value)
    return [
        discord.SelectOption(label=label, value=each, default=each == now)
        for each, label in labels.items()
    ]


def _languages(part: str, half: tuple[str, ...], chosen: Iterable[str]) -> RuleMenu:
    first, last = LANGUAGES[half[0]].label, LANGUAGES[half[-1]].label
    options = [
        discord.SelectOption(label=LANGUAGES[each].label, value=each, default=each in chosen)
        for each in half
    ]
    return RuleMenu(
        part,
        "languages",
        placeholder=words.PICK_LANGUAGES.format(first=first, last=last),
        options=options,
        is_several=True,
    )


async def _change(interaction: Press, name: str, value: Any) -> None:  # noqa: ANN401  any setting's
    settings = await face_of(interaction).services.server_rules.change(
        asker_of(interaction), **{name: value}
    )
    await _show_one(interaction, name, settings)


async def _change_languages(interaction: Press, chosen: list[str], *, second: bool) -> None:
    """Set the languages of one menu, and leave those of the other as they are."""
    rules, asker = face_of(interaction).services.server_rules, asker_of(interaction)
    others = _HALVES[0] if second else _HALVES[1]
    kept = [each for each in (await rules.show(asker)).languages if each in others]
    await _change(interaction, "languages", [*kept, *chosen])


async def _change_review(interaction: Press, chosen: list[int]) -> None:
    """Set the review channel, where Myna can post into it.

    Raises:
        ReviewChannelUnusable: it cannot.
    """
    rules, asker = face_of(interaction).services.server_rules, asker_of(interaction)
    settings, note = await rules.show(asker), ""  # who may not is told so, not what Myna lacks
    for one in chosen[:1]:
        note = _note_on(interaction.guild, one)
        settings = await rules.change(asker, review_channel=channel_on(FACE, one))
    await _show_one(interaction, "review_channel", settings, note)


def _note_on(guild: discord.Guild | None, channel: int) -> str:
    """Return what to say about a review channel: nothing, or that it is open to all.

    Raises:
        ReviewChannelUnusable: Myna cannot post there.
    """
    place = None if guild is None else guild.get_channel_or_thread(channel)
    if guild is None or place is None:
        raise ReviewChannelUnusable(channel=channel_on(FACE, channel), missing=["View Channel"])
    in_thread = isinstance(place, discord.Thread)
    missing = missing_rights(place.permissions_for(guild.me), in_thread=in_thread)
    if missing:
        raise ReviewChannelUnusable(channel=channel_on(FACE, channel), missing=missing)
    is_open = not in_thread and place.permissions_for(guild.default_role).view_channel
    return words.EVERYBODY_SEES if is_open else ""
