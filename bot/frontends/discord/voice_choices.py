"""Offer voices while a member types."""

from typing import Final

from discord import app_commands

from bot.domain.speech import language_for_locale
from bot.frontends.discord.asking import asker_of
from bot.frontends.discord.face import Press, face_of
from bot.services.choosing import Chosen

CHOICES_MAX: Final = 25
"""Discord shows so many suggestions (Discord, application commands)."""

_NAME_MAX: Final = 100


async def voice_choices(interaction: Press, typed: str) -> list[app_commands.Choice[str]]:
    """Return the suggestions for what was typed."""
    spoken = language_for_locale(str(interaction.locale))
    found = await face_of(interaction).services.choose_voice.suggestions(
        asker_of(interaction),
        typed,
        limit=CHOICES_MAX,
        language=None if spoken is None else spoken.name,
    )
    offered = [app_commands.Choice(name=_title(each), value=each.token) for each in found]
    # The token of a stock voice is the service's own id, of whatever length.
    return [each for each in offered if len(each.value) <= _NAME_MAX]


async def own_voice_choices(interaction: Press, typed: str) -> list[app_commands.Choice[str]]:
    """Return the suggestions among the asker's own voices."""
    found = await face_of(interaction).services.choose_voice.own_suggestions(
        asker_of(interaction), typed, limit=CHOICES_MAX
    )
    return [app_commands.Choice(name=_title(each), value=each.token) for each in found]


def _title(chosen: Chosen) -> str:
    language = f" · {chosen.language}" if chosen.language else ""
    kind = "" if chosen.voice is not None else " · stock voice"
    return f"{chosen.label}{language}{kind}"[:_NAME_MAX]
