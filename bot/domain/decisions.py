"""What can still be done about a case, and how it stands after: rules without anything kept."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.domain.errors import CannotUndo, ReasonInvalid
from bot.domain.moderation import (
    APPEAL_WITHIN,
    REASON_LIMIT,
    About,
    Case,
    CaseState,
    FlagKind,
    Origin,
)
from bot.domain.people import MYNA

_APPEALABLE: Final = frozenset({CaseState.LOCKED, CaseState.REJECTED, CaseState.BANNED})


def can_appeal(case: Case, now: datetime) -> bool:
    """Say whether a decision can be appealed now."""
    if case.state not in _APPEALABLE or case.appealed_at is not None or case.decided_at is None:
        return False
    return now <= case.decided_at + APPEAL_WITHIN


def can_undo(case: Case) -> bool:
    """Say whether a decision can be undone: nothing was deleted because of it."""
    if case.state is CaseState.REJECTED:
        return case.origin is Origin.REFUSED or case.about is About.TEXT
    return case.state in {CaseState.APPROVED, CaseState.BANNED}


def undone(case: Case, now: datetime) -> Case:
    """Return the case as it stands when its decision is undone."""
    if not can_undo(case):
        raise CannotUndo
    if case.state is CaseState.BANNED:
        return replace(case, state=CaseState.REJECTED, banned_until=None)
    plain = replace(case, state=CaseState.OPEN, decided_by=None, decided_at=None, reason=None)
    if case.origin is Origin.FLAGGED and case.kind is FlagKind.SEVERE_VIOLATION:
        return replace(plain, state=CaseState.LOCKED, decided_by=MYNA, decided_at=now)
    return plain


def cleaned_reason(text: str) -> str:
    """Return a reason, a report or an appeal as it is kept: on one line.

    Raises:
        ReasonInvalid: it is empty, or longer than `REASON_LIMIT`.
    """
    cleaned = " ".join(text.split())
    if not 1 <= len(cleaned) <= REASON_LIMIT:
        raise ReasonInvalid(length=len(cleaned), limit=REASON_LIMIT)
    return cleaned
