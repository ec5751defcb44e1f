"""The card of a case with its buttons, and the buttons of who is concerned.

What they act on is in their ids, so they work after a restart; the service decides who may.
"""

import io
import re
from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Self

import discord
from discord import ui

from bot.domain.decisions import can_undo
from bot.domain.moderation import About, Case, CaseKey, CaseReport, Decision
from bot.frontends import wording_cases as words
from bot.frontends.discord.addresses import Place
from bot.frontends.discord.answers import answering
from bot.frontends.discord.asking import asker_of, mention
from bot.frontends.discord.case_forms import AppealForm, DecisionForm, ReportForm, UndoForm
from bot.frontends.discord.face import Press, face_of
from bot.frontends.discord.form_ids import form_id
from bot.frontends.discord.markup import NOBODY, passage, quote


class CaseAction(StrEnum):
    """What a button does; part of its id, so a name is never used for anything else."""

    TAKE = "take"
    EVIDENCE = "evidence"
    APPROVE = "approve"
    REJECT = "reject"
    BAN = "ban"
    UNDO = "undo"
    APPEAL = "appeal"


_LABELS: Final = {
    CaseAction.TAKE: (words.TAKE, discord.ButtonStyle.secondary),
    CaseAction.EVIDENCE: (words.EVIDENCE, discord.ButtonStyle.secondary),
    CaseAction.APPROVE: (words.DECISIONS[Decision.APPROVE], discord.ButtonStyle.success),
    CaseAction.REJECT: (words.DECISIONS[Decision.REJECT], discord.ButtonStyle.danger),
    CaseAction.BAN: (words.DECISIONS[Decision.BAN], discord.ButtonStyle.danger),
    CaseAction.UNDO: (words.UNDO, discord.ButtonStyle.secondary),
    CaseAction.APPEAL: (words.APPEAL, discord.ButtonStyle.primary),
}


class CaseButton(
    ui.DynamicItem[ui.Button[ui.View]],
    template=r"myna-case:(?P<action>[a-z-]{1,10}):(?P<key>[\w.-]{1,75})",
):
    """One button for one case."""

    def __init__(self, action: CaseAction, key: CaseKey, *, label: str | None = None) -> None:
        usual, style = _LABELS[action]
        super().__init__(
            ui.Button(label=label or usual, style=style, custom_id=f"myna-case:{action}:{key}")
        )
        self.action = action
        self.key = key

    @classmethod
    async def from_custom_id(cls, _: Press, __: ui.Item[ui.View], match: re.Match[str]) -> Self:
        """Make the button again from the id that came with a press."""
        return cls(CaseAction(match["action"]), CaseKey(match["key"]))

    async def callback(self, interaction: Press) -> None:
        """Do what the button says, or tell the presser why not."""
        async with answering(interaction):
            await _PRESSED[self.action](interaction, self.key)


class ReportButton(
    ui.DynamicItem[ui.Button[ui.View]],
    template=r"myna-report:(?P<about>voice|speech):(?P<key>[\w.-]{1,70})",
):
    """Reports what stands above it."""

    def __init__(self, about: About, key: str) -> None:
        super().__init__(
            ui.Button(
                label=words.REPORT,
                style=discord.ButtonStyle.secondary,
                custom_id=f"myna-report:{about}:{key}",
            )
        )
        self.about = about
        self.key = key

    @classmethod
    async def from_custom_id(cls, _: Press, __: ui.Item[ui.View], match: re.Match[str]) -> Self:
        """Make the button again from the id that came with a press."""
        return cls(About(match["about"]), match["key"])

    async def callback(self, interaction: Press) -> None:
        """Ask what is wrong."""
        async with answering(interaction):
            form = ReportForm(self.about, self.key, custom_id=form_id(interaction))
            await interaction.response.send_modal(form)


def link_to(case: Case) -> str | None:
    """Return where the card of what a case is about stands, or None."""
    if case.address is None or case.server is None:
        return None
    place = Place.from_address(case.address)
    if not place.message:
        return f"<#{place.channel}>"
    server = case.server.rpartition(":")[2]
    return f"https://discord.com/channels/{server}/{place.channel}/{place.message}"


MARKUP: Final = words.Markup(quote=quote, passage=passage, name=mention, link=link_to)


def case_view(case: Case) -> ui.View:
    """Return the buttons of a case as it stands."""
    view = ui.View(timeout=None)
    if case.is_pending:
        taken = words.TAKE if case.taken_by is None else words.GIVE_BACK
        view.add_item(CaseButton(CaseAction.TAKE, case.key, label=taken))
    view.add_item(CaseButton(CaseAction.EVIDENCE, case.key))
    if case.is_pending:
        for action in (CaseAction.APPROVE, CaseAction.REJECT, CaseAction.BAN):
            view.add_item(CaseButton(action, case.key))
    elif can_undo(case):
        view.add_item(CaseButton(CaseAction.UNDO, case.key))
    return view


def appeal_view(case: Case) -> ui.View:
    """Return what who is concerned can do about a decision."""
    view = ui.View(timeout=None)
    view.add_item(CaseButton(CaseAction.APPEAL, case.key))
    return view


async def show_case(interaction: Press, report: CaseReport) -> None:
    """Show a case to who asked for it alone."""
    await interaction.response.send_message(
        words.case_text(report, MARKUP),
        view=case_view(report.case),
        ephemeral=True,
        allowed_mentions=NOBODY,
    )


async def _take(interaction: Press, key: CaseKey) -> None:
    moderate, asker = face_of(interaction).services.moderate, asker_of(interaction)
    await moderate.take(asker, key)
    report = await moderate.look(asker, key)
    await interaction.response.edit_message(
        content=words.case_text(report, MARKUP),
        view=case_view(report.case),
        allowed_mentions=NOBODY,
    )


async def _evidence(interaction: Press, key: CaseKey) -> None:
    await interaction.response.defer(ephemeral=True, thinking=True)
    moderate = face_of(interaction).services.moderate
    case, heard = await moderate.hear(asker_of(interaction), key)
    files = [discord.File(io.BytesIO(data), name) for name, data in heard.items()]
    if case.text:
        files.append(discord.File(io.BytesIO(case.text.encode()), "text.txt"))
    if not files:
        await interaction.followup.send(words.NOTHING_TO_HEAR, ephemeral=True)
        return
    await interaction.followup.send(
        f"`{case.key}`", files=files, ephemeral=True, allowed_mentions=NOBODY
    )


def _decide(decision: Decision) -> Callable[[Press, CaseKey], Awaitable[None]]:
    async def ask(interaction: Press, key: CaseKey) -> None:
        await face_of(interaction).services.moderate.check(asker_of(interaction), key)
        form = DecisionForm(decision, key, custom_id=form_id(interaction))
        await interaction.response.send_modal(form)

    return ask


async def _undo(interaction: Press, key: CaseKey) -> None:
    await interaction.response.send_modal(UndoForm(key, custom_id=form_id(interaction)))


async def _appeal(interaction: Press, key: CaseKey) -> None:
    await interaction.response.send_modal(AppealForm(key, custom_id=form_id(interaction)))


_PRESSED: Final[Mapping[CaseAction, Callable[[Press, CaseKey], Awaitable[None]]]] = (
    MappingProxyType(
        {
            CaseAction.TAKE: _take,
            CaseAction.EVIDENCE: _evidence,
            CaseAction.APPROVE: _decide(Decision.APPROVE),
            CaseAction.REJECT: _decide(Decision.REJECT),
            CaseAction.BAN: _decide(Decision.BAN),
            CaseAction.UNDO: _undo,
            CaseAction.APPEAL: _appeal,
        }
    )
)
