"""How voices are looked up: the statements, without the connection they run on."""

from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from bot.domain.people import PersonId
from bot.domain.voices import OCCUPYING, UNUSED_LIFE, Voice, VoiceKey, VoiceState, label_key
from bot.store.schema import occupies, voices

_UNDER_WAY: Final = [VoiceState.ASKED.value, VoiceState.CLONING.value]
_PASSED: Final = [VoiceState.LOST.value, VoiceState.RETIRED.value]
"""What stands for a label that no voice occupies, so that its owner finds the versions."""


def does_occupy(voice: Voice) -> bool:
    """Say of a voice what `bot.store.schema.occupies` says of a row."""
    return voice.state in OCCUPYING and voice.replaces is None


def one(key: VoiceKey) -> sa.Select[Any]:
    """Select the voice."""
    return sa.select(voices).where(voices.c.key == key)


def labelled(owner: PersonId, label: str) -> sa.Select[Any]:
    """Select the voice that occupies the label."""
    return _under(owner, label).where(occupies)


def known_as(owner: PersonId, label: str) -> sa.Select[Any]:
    """Select the voices that make the label one of the owner's: also lost and retired ones."""
    states = [*(state.value for state in OCCUPYING), *_PASSED]
    return _under(owner, label).where(voices.c.state.in_(states))


def history(owner: PersonId, label: str) -> sa.Select[Any]:
    """Select all that was ever asked for under the label, newest first."""
    return _under(owner, label).order_by(voices.c.created_at.desc(), voices.c.key.desc())


def versions(key: VoiceKey) -> sa.Select[Any]:
    """Select all that was ever asked for under the label of the voice, by key."""
    this = voices.alias("this")
    its_label = sa.select(this.c.owner, this.c.label_key).where(this.c.key == key)
    return (
        sa.select(voices)
        .where(sa.tuple_(voices.c.owner, voices.c.label_key).in_(its_label))
        .order_by(voices.c.key)
    )


def of(owner: PersonId) -> sa.Select[Any]:
    """Select the owner's voices that occupy a label, by label."""
    return sa.select(voices).where(voices.c.owner == owner, occupies).order_by(voices.c.label_key)


def listed(owner: PersonId) -> sa.Select[Any]:
    """Select what the owner sees in their list, by label."""
    other = voices.alias("other")
    is_later = sa.and_(other.c.state.in_(_PASSED), other.c.created_at > voices.c.created_at)
    occupies_it = sa.and_(
        other.c.state.in_([state.value for state in OCCUPYING]), other.c.replaces.is_(None)
    )
    superseded = sa.exists().where(
        other.c.owner == owner,
        other.c.label_key == voices.c.label_key,
        sa.or_(occupies_it, is_later),
    )
    return (
        sa.select(voices)
        .where(
            voices.c.owner == owner,
            sa.or_(
                voices.c.state.in_([state.value for state in OCCUPYING]),
                sa.and_(voices.c.state.in_(_PASSED), ~superseded),
            ),
        )
        .order_by(voices.c.label_key, voices.c.created_at, voices.c.key)
    )


def under_way() -> sa.Select[Any]:
    """Select every voice that is asked for or being cloned, oldest first."""
    return (
        sa.select(voices)
        .where(voices.c.state.in_(_UNDER_WAY))
        .order_by(voices.c.created_at, voices.c.key)
    )


def before_reserving(voice: Voice) -> sa.Select[Any]:
    """Select what decides whether `voice` can be kept.

    `is_known` where its key is kept already, `others` that the owner has under way, and the key
    of a ready voice under the same label that is `replaceable`.
    """
    is_known = sa.exists().where(voices.c.key == voice.key)
    others = (
        sa.select(sa.func.count())
        .select_from(voices)
        .where(voices.c.owner == voice.owner, voices.c.state.in_(_UNDER_WAY))
        .scalar_subquery()
    )
    replaceable = (
        sa.select(voices.c.key)
        .where(
            voices.c.owner == voice.owner,
            voices.c.label_key == label_key(voice.label),
            voices.c.state == VoiceState.READY.value,
            voices.c.replaces.is_(None),
        )
        .scalar_subquery()
    )
    return sa.select(
        is_known.label("is_known"), others.label("others"), replaceable.label("replaceable")
    )


def unused(made_before: datetime) -> sa.Select[Any]:
    """Select what can speak and never did, made before then, oldest first."""
    return (
        sa.select(voices)
        .where(
            voices.c.used_at.is_(None),
            voices.c.deadline < made_before + UNUSED_LIFE,
            voices.c.state == VoiceState.READY.value,
        )
        .order_by(voices.c.deadline, voices.c.key)
    )


def _under(owner: PersonId, label: str) -> sa.Select[Any]:
    return sa.select(voices).where(voices.c.owner == owner, voices.c.label_key == label_key(label))
