"""What the commands, forms and buttons of Discord work with."""

import secrets
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias, cast

import discord

from bot.domain.people import PersonId
from bot.frontends.discord.status import StatusBoard
from bot.ports import Clock, NoteSource, OperatorAlerts
from bot.services import Services

Press: TypeAlias = discord.Interaction[discord.Client]
"""Somebody's command, form or button, as discord.py gives it."""


@dataclass(frozen=True, slots=True)
class Face:
    """Discord's side, wired."""

    services: Services
    status: StatusBoard
    alerts: OperatorAlerts
    default_model: str
    notes: NoteSource
    now: Clock
    clone_fee: int
    operators: frozenset[PersonId]
    mark: str = field(default_factory=lambda: secrets.token_hex(4))
    """Tells the forms that this process opened from those of an earlier one."""


class _HasFace(Protocol):
    @property
    def face(self) -> Face: ...


def face_of(interaction: Press) -> Face:
    """Return the face of the bot that got the interaction."""
    return cast("_HasFace", interaction.client).face
