"""What all forms share: their ids, and how long they are known."""

import re
from datetime import datetime
from typing import Final

import discord

from bot.frontends.discord.face import Press, face_of

FORM_SECONDS: Final = 900.0
"""A form left open longer is forgotten; pressing again opens it anew."""

_GRACE_SECONDS: Final = 5.0
"""discord.py forgets a form a moment later than `FORM_SECONDS` after the press that opened it."""
_FORM_ID: Final = re.compile(r"myna:form:(?P<mark>\w+):(?P<opened_by>\d+)")


def form_id(interaction: Press) -> str:
    """Return the id of the form that `interaction` opens."""
    return f"myna:form:{face_of(interaction).mark}:{interaction.id}"


def is_forgotten(custom_id: str, *, mark: str, sent_at: datetime) -> bool:
    """Say whether a form sent at `sent_at` is one that nothing here waits for any more.

    It was opened by another process than the one of `mark`, or longer than `FORM_SECONDS` ago.
    """
    known = _FORM_ID.fullmatch(custom_id)
    if known is None or known["mark"] != mark:
        return True
    opened_at = discord.utils.snowflake_time(int(known["opened_by"]))
    return (sent_at - opened_at).total_seconds() > FORM_SECONDS + _GRACE_SECONDS
