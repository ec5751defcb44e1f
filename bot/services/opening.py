"""Open a case, in the transaction of whoever found a reason for it."""

from dataclasses import replace
from datetime import datetime

from bot.domain.audit import Act, AuditEntry
from bot.domain.moderation import About, Case, CaseState, FlagKind, Origin, case_key
from bot.domain.people import MYNA
from bot.domain.servers import OnFlag
from bot.domain.speeches import Speech
from bot.domain.voices import CloneOrder
from bot.ports import AuditLog, CaseStore, Clock, ServerStore
from bot.services.house_rules import settings_of


class OpenCase:
    """Keeps cases, and decides at once what needs no moderator to be decided."""

    def __init__(
        self, *, cases: CaseStore, servers: ServerStore, audit: AuditLog, now: Clock
    ) -> None:
        self._cases = cases
        self._servers = servers
        self._audit = audit
        self._now = now

    async def open(self, case: Case) -> Case:
        """Keep the case unless there is one of its key; return the one that stands.

        What the provider calls a severe violation is locked, and so is every flagged preview where
        the server wants that; moderators may overturn it.
        """
        if await self._is_to_be_locked(case):
            case = replace(case, state=CaseState.LOCKED, decided_by=MYNA, decided_at=case.opened_at)
        if not await self._cases.open(case):
            return await self._cases.get(case.key) or case
        act = Act.LOCKED if case.state is CaseState.LOCKED else Act.OPENED
        await self._audit.write(
            AuditEntry(
                at=self._now(),
                server=case.server,
                actor=case.reporter or MYNA,
                act=act,
                subject=case.key,
                detail=f"{case.origin.value}, {case.kind.name.lower()}",
                reason=case.report or "",
            )
        )
        return case

    async def _is_to_be_locked(self, case: Case) -> bool:
        if case.origin is not Origin.FLAGGED:
            return False
        if case.kind is FlagKind.SEVERE_VIOLATION:
            return True
        return (await settings_of(self._servers, case.server)).on_flag is OnFlag.REJECT


def case_of_clone(
    order: CloneOrder, origin: Origin, kind: FlagKind, at: datetime, trace_id: str | None
) -> Case:
    """Return the case that is to be opened of a clone."""
    return Case(
        key=case_key(origin, order.key),
        origin=origin,
        about=About.VOICE,
        subject=order.key,
        person=order.payer,
        kind=kind,
        text=order.options.text,
        opened_at=at,
        owner=order.owner,
        server=order.server,
        label=order.label,
        address=order.address,
        trace_id=trace_id,
    )


def case_of_speech(
    speech: Speech, origin: Origin, kind: FlagKind, at: datetime, trace_id: str | None
) -> Case:
    """Return the case that is to be opened of a speech."""
    order = speech.order
    return Case(
        key=case_key(origin, speech.key),
        origin=origin,
        about=About.SPEECH,
        subject=speech.key,
        person=order.asker,
        kind=kind,
        text=order.text,
        opened_at=at,
        owner=speech.owner,
        server=order.server,
        label=speech.label,
        address=order.address,
        trace_id=trace_id,
    )
