"""The forms that ask why: for a decision, for undoing one, for an appeal, for a report."""

from abc import ABC, abstractmethod
from datetime import timedelta
from typing import Final

import discord
from discord import ui

from bot.domain.moderation import REASON_LIMIT, About, CaseKey, Decision
from bot.frontends import wording_cases as words
from bot.frontends.discord.addresses import person
from bot.frontends.discord.answers import answering
from bot.frontends.discord.asking import asker_of
from bot.frontends.discord.face import Press, face_of
from bot.frontends.discord.form_ids import FORM_SECONDS

_REASON: Final = "reason"


class _ReasonForm(ui.Modal, ABC):
    """A form with one field for words of one's own."""

    def __init__(self, title: str, label: str, hint: str, *, custom_id: str) -> None:
        super().__init__(title=title, timeout=FORM_SECONDS, custom_id=custom_id)
        self.reason: ui.TextInput[ui.Modal] = ui.TextInput(
            custom_id=_REASON, style=discord.TextStyle.paragraph, max_length=REASON_LIMIT
        )
        self.add_item(ui.Label(text=label, description=hint, component=self.reason))

    async def on_submit(self, interaction: Press) -> None:
        """Hand over what was written."""
        async with answering(interaction):
            await interaction.response.defer(ephemeral=True, thinking=True)
            said = await self.submit(interaction, self.reason.value)
            await interaction.followup.send(said, ephemeral=True)

    @abstractmethod
    async def submit(self, interaction: Press, reason: str) -> str:
        """Do it, and return what the presser reads."""


class DecisionForm(_ReasonForm):
    """Asks for the reason of a decision, and of a ban how long it holds."""

    def __init__(self, decision: Decision, key: CaseKey, *, custom_id: str) -> None:
        super().__init__(
            words.reason_title(decision),
            words.REASON_LABEL,
            words.REASON_HINT,
            custom_id=custom_id,
        )
        self._decision = decision
        self._key = key
        self.days: ui.Select[ui.Modal] | None = None
        if decision is Decision.BAN:
            options = [
                discord.SelectOption(label=label, value=str(days), default=days == _USUAL_DAYS)
                for days, label in words.BAN_DAYS.items()
            ]
            self.days = ui.Select(custom_id="days", options=options)
            self.add_item(
                ui.Label(text=words.BAN_LABEL, description=words.BAN_HINT, component=self.days)
            )

    async def submit(self, interaction: Press, reason: str) -> str:
        """Decide the case."""
        days = 0 if self.days is None else int(self.days.values[0])
        case = await face_of(interaction).services.moderate.decide(
            asker_of(interaction),
            self._key,
            self._decision,
            reason=reason,
            ban_for=timedelta(days=days) if days else None,
        )
        return words.decided_text(case)


_USUAL_DAYS: Final = 7


class UndoForm(_ReasonForm):
    """Asks why a decision is undone."""

    def __init__(self, key: CaseKey, *, custom_id: str) -> None:
        super().__init__(words.UNDO, words.REASON_LABEL, words.REASON_HINT, custom_id=custom_id)
        self._key = key

    async def submit(self, interaction: Press, reason: str) -> str:
        """Undo it."""
        case = await face_of(interaction).services.moderate.undo(
            asker_of(interaction), self._key, reason=reason
        )
        return words.decided_text(case)


class AppealForm(_ReasonForm):
    """Asks what another moderator should know."""

    def __init__(self, key: CaseKey, *, custom_id: str) -> None:
        super().__init__(
            words.APPEAL_TITLE, words.APPEAL_LABEL, words.APPEAL_HINT, custom_id=custom_id
        )
        self._key = key

    async def submit(self, interaction: Press, reason: str) -> str:
        """Appeal."""
        moderate = face_of(interaction).services.moderate
        await moderate.appeal(person(interaction.user), self._key, reason)
        return words.APPEALED


class ReportForm(_ReasonForm):
    """Asks what is wrong with what was posted."""

    def __init__(self, about: About, key: str, *, custom_id: str) -> None:
        super().__init__(
            words.REPORT_TITLE, words.REPORT_LABEL, words.REPORT_HINT, custom_id=custom_id
        )
        self._about = about
        self._key = key

    async def submit(self, interaction: Press, reason: str) -> str:
        """Report it."""
        report_audio = face_of(interaction).services.report_audio
        await report_audio.report(asker_of(interaction), self._about, self._key, reason)
        return words.REPORTED
