"""The use cases: what people may do with Myna, and the rules that decide it."""

from dataclasses import dataclass

from bot.services.cloning import CloneVoice
from bot.services.deleting import DeleteVoice


@dataclass(frozen=True, slots=True)
class Services:
    """All use cases, wired. Every face gets exactly this."""

    clone_voice: CloneVoice
    delete_voice: DeleteVoice
