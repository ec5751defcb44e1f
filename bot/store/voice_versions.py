"""The versions under one label: locked, retired and found anew, inside the caller's transaction."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.errors import LabelTaken, VoiceGone
from bot.domain.voices import Voice, VoiceKey, VoiceState, label_key
from bot.store import rows
from bot.store import voice_queries as queries
from bot.store.schema import voices
from bot.store.voice_terms import index


async def locked_versions(connection: AsyncConnection, key: VoiceKey) -> dict[VoiceKey, Voice]:
    """Return all that was ever asked for under the label of the voice, by key.

    Locked in the order of their keys, so that two who change one label wait for each other.

    Raises:
        VoiceGone: there is no such voice.
    """
    found = await connection.execute(queries.versions(key).with_for_update())
    versions = {voice.key: voice for voice in map(rows.to_voice, found.mappings())}
    if key not in versions:
        raise VoiceGone
    return versions


async def is_taken(connection: AsyncConnection, voice: Voice, label: str) -> bool:
    """Say whether the label is another one's: a lost or retired voice's too, which has a past."""
    if label_key(label) == label_key(voice.label):
        return False
    return (await connection.execute(queries.known_as(voice.owner, label))).first() is not None


async def retire(connection: AsyncConnection, occupant: Voice) -> None:
    """Retire what occupies a label.

    Raises:
        LabelTaken: it is still being made, or held.
    """
    if occupant.state is not VoiceState.READY:
        raise LabelTaken(label=occupant.label)
    retired = await connection.execute(
        sa.update(voices)
        .where(voices.c.key == occupant.key)
        .values(state=VoiceState.RETIRED.value)
        .returning(voices)
    )
    await indexed(connection, retired, occupant.key)


async def indexed(
    connection: AsyncConnection, changed: sa.CursorResult[Any], key: VoiceKey
) -> Voice:
    """Let the changed voices be found as what they are now; return that with the key.

    Raises:
        VoiceGone: it is not among them.
    """
    became = {voice.key: voice for voice in map(rows.to_voice, changed.mappings().all())}
    if key not in became:
        raise VoiceGone
    for voice in became.values():
        await index(connection, voice)
    return became[key]
