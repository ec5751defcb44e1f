"""What is told of audio that somebody wants to know the origin of."""

from collections.abc import Callable, Sequence
from typing import Final

from bot.domain.fingerprints import Fingerprint, Made

_Quote = Callable[[str], str]
_Name = Callable[[str], str]

COMMAND_VERIFY: Final = "Verify this audio"
COMMAND_VERIFY_FILE: Final = "Did I make this audio, with whose voice, and who asked for it?"
OPTION_FILE: Final = "The audio file, just as it was downloaded"
NOT_MINE: Final = (
    "I did not post this audio. A copy that was cut, converted or recorded anew "
    "would be another file, so it may still come from an AI voice."
)
_MOST: Final = 10
"""Files that are told of: as many as a Discord message has attachments."""


def verified_text(found: Sequence[Fingerprint], *, quote: _Quote, name: _Name) -> str:
    """Return what is known of a message's files: whether Myna made them, for whom, whose voice."""
    if not found:
        return NOT_MINE
    return "\n".join(_line(one, quote, name) for one in found[:_MOST])


def _line(one: Fingerprint, quote: _Quote, name: _Name) -> str:
    what = "the preview of a cloned voice" if one.made is Made.PREVIEW else "a speech"
    whose = (
        f"the stock voice {quote(one.label)}"
        if one.owner is None
        else f"the voice {quote(one.label)} of {name(one.owner)}"
    )
    return (
        f"I made this: {what}, with {whose}, asked for by {name(one.asker)} "
        f"on {one.at:%d %b %Y, %H:%M} UTC. No person said it."
    )
