"""What a voice is found by while somebody types, kept in step with voices and grants.

Everybody who sees a voice has their own rows for it: its owner, and each scope it is shared with.
All rows of a scope that begin alike are one stretch of the primary key, so that finding takes as
long as reading what is shown. A voice that cannot speak has no rows.
"""

import re
import unicodedata
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.people import PersonId
from bot.domain.speech import AUTO
from bot.domain.voices import LABEL_LIMIT, Voice, VoiceState, label_key
from bot.store.schema import grants, voice_terms

LABEL: Final = "0"
WORD: Final = "1"
"""What a term begins with: first come voices whose whole label was typed the beginning of."""

MOST_WORDS: Final = LABEL_LIMIT // 2 + 1
"""How many words and languages one voice can be found by: words of one letter between spaces."""

LAST: Final = "\U0010ffff"
"""Comes after every other character, by bytes too."""

_BETWEEN_WORDS: Final = ("Z", "P", "S")  # separators, punctuation and symbols, in Unicode's words


def own_scope(owner: PersonId) -> str:
    """Return the scope that only holds voices of `owner`; no grant is ever given to it."""
    return f"owner:{owner}"


def typed_key(typed: str) -> str:
    """Return what was typed as terms are written: caseless, single spaces, nothing unprintable."""
    printable = filter(str.isprintable, re.sub(r"\s+", " ", typed).strip())
    return label_key("".join(printable))


def terms_of(label: str, language: str | None) -> set[str]:
    """Return what a voice is found by the beginning of: its label, its words, its language."""
    key = label_key(label)
    parted = "".join(" " if _is_between_words(each) else each for each in key)
    words = {f"{WORD}{word}" for word in parted.split()}
    spoken = set() if language in {None, AUTO} else {f"{WORD}{label_key(str(language))}"}
    return {f"{LABEL}{key}"} | words | spoken


def can_speak(voice: Voice) -> bool:
    """Say whether anybody can speak with the voice: it is ready, and not only proposed."""
    return voice.state is VoiceState.READY and voice.replaces is None


async def index(connection: AsyncConnection, voice: Voice) -> None:
    """Write the voice's rows anew. The caller has locked the voice."""
    await connection.execute(sa.delete(voice_terms).where(voice_terms.c.voice == voice.key))
    if not can_speak(voice):
        return
    shared = await connection.execute(
        sa.select(grants.c.scope, grants.c.expires_at).where(grants.c.voice == voice.key)
    )
    seen_by = [(own_scope(voice.owner), None), *((row.scope, row.expires_at) for row in shared)]
    await connection.execute(
        sa.insert(voice_terms),
        [
            {"scope": scope, "term": term, "voice": voice.key, "expires_at": expires_at}
            for scope, expires_at in seen_by
            for term in sorted(terms_of(voice.label, voice.options.language))
        ],
    )


def _is_between_words(character: str) -> bool:
    return unicodedata.category(character).startswith(_BETWEEN_WORDS)
