"""Decide cases: who may, what a decision changes, and how it is appealed or undone."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from bot.domain.audit import Act, AuditEntry
from bot.domain.decisions import can_appeal, cleaned_reason, undone
from bot.domain.errors import (
    AnotherModerator,
    AppealClosed,
    CaseOver,
    CaseTaken,
    CaseUnknown,
    OwnCase,
)
from bot.domain.moderation import (
    APPEAL_WITHIN,
    DIRECT,
    REMINDERS_MOST,
    Ban,
    Case,
    CaseKey,
    CaseReport,
    CaseState,
    Decision,
    Origin,
)
from bot.domain.people import MYNA, Asker, PersonId
from bot.ports import (
    Atomic,
    AuditLog,
    BanStore,
    CaseStore,
    Clock,
    EvidenceStore,
    Jobs,
    VoiceStore,
)
from bot.services.consequences import Consequences
from bot.services.house_rules import HouseRules
from bot.services.succession import Succession

RESUME_WITHIN: Final = timedelta(days=1)
"""How long ago a decision may have been whose job a kill may have kept from starting."""

EARLIER_SHOWN: Final = 5

HEARD_MOST: Final = 9
"""Files that are handed out at once: with the text they fit into one message (Discord: 10)."""

_BECOMES: Final = {
    Decision.APPROVE: (CaseState.APPROVED, Act.APPROVED),
    Decision.REJECT: (CaseState.REJECTED, Act.REJECTED),
    Decision.BAN: (CaseState.BANNED, Act.BANNED),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What is kept of cases, and what a decision changes."""

    cases: CaseStore
    bans: BanStore
    voices: VoiceStore
    evidence: EvidenceStore
    audit: AuditLog


class Moderate:
    """Each change is one commit with its line in the audit log; a job does what follows."""

    def __init__(
        self,
        *,
        desk: Desk,
        rules: HouseRules,
        succession: Succession,
        atomic: Atomic,
        jobs: Jobs,
        now: Clock,
    ) -> None:
        self._desk = desk
        self._then = Consequences(
            cases=desk.cases,
            bans=desk.bans,
            voices=desk.voices,
            evidence=desk.evidence,
            succession=succession,
        )
        self._rules = rules
        self._atomic = atomic
        self._jobs = jobs
        self._now = now

    async def find(
        self,
        asker: Asker,
        *,
        states: Collection[CaseState] = (),
        origin: Origin | None = None,
        person: PersonId | None = None,
        limit: int,
    ) -> list[Case]:
        """Return the newest cases of where the asker is.

        Raises:
            ReviewersOnly: they do not decide cases there.
        """
        await self._rules.require_reviewer(asker, asker.server)
        return await self._desk.cases.find(
            asker.server, states=states, origin=origin, person=person, limit=limit
        )

    async def log(self, asker: Asker, *, limit: int, subject: str | None) -> list[AuditEntry]:
        """Return what was done last where the asker is. Raises as `find`."""
        await self._rules.require_reviewer(asker, asker.server)
        return await self._desk.audit.newest(asker.server, limit=limit, subject=subject)

    async def look(self, asker: Asker, key: CaseKey) -> CaseReport:
        """Return a case with what is known beside it.

        Raises:
            CaseUnknown: there is none.
            ReviewersOnly: they do not decide it.
        """
        case = await self._reviewed(asker, key)
        return await report_of(case, self._desk.cases, self._desk.evidence)

    async def hear(self, asker: Asker, key: CaseKey) -> tuple[Case, dict[str, bytes]]:
        """Return the case with its evidence, as Ogg files by name; who heard it is written down.

        Raises:
            CaseUnknown, ReviewersOnly: as `look`.
        """
        case = await self._reviewed(asker, key)
        await self._log(asker.person, Act.HEARD, case)
        names = await self._desk.evidence.names(case.subject)
        found = {
            f"{name}.ogg": await self._desk.evidence.read(case.subject, name)
            for name in names[:HEARD_MOST]
        }
        return case, {name: data for name, data in found.items() if data is not None}

    async def take(self, asker: Asker, key: CaseKey) -> Case:
        """Take a case, so that nobody else decides it, or give it back.

        Raises:
            CaseUnknown, ReviewersOnly, OwnCase, CaseOver, CaseTaken: they cannot.
        """
        case, now = await self._pending(asker, key), self._now()
        is_theirs = case.holder(now) == asker.person

        async def keep() -> Case:
            holder = None if is_theirs else asker.person
            saved = await self._desk.cases.save(
                replace(case, taken_by=holder, taken_at=None if is_theirs else now)
            )
            await self._log(asker.person, Act.GIVEN_BACK if is_theirs else Act.TAKEN, saved)
            return saved

        taken = await self._atomic(keep)
        await self._jobs.show_case(taken.key, taken.version)
        return taken

    async def check(self, asker: Asker, key: CaseKey) -> Case:
        """Return a case if the asker could decide it now. Raises as `take`."""
        return await self._pending(asker, key)

    async def decide(
        self,
        asker: Asker,
        key: CaseKey,
        decision: Decision,
        *,
        reason: str,
        ban_for: timedelta | None = None,
    ) -> Case:
        """Decide a case, once; `ban_for` is how long a ban holds, None for ever.

        Raises:
            CaseUnknown, ReviewersOnly, OwnCase, CaseOver, CaseTaken: they cannot.
            AnotherModerator: an appeal against their own decision was made.
            ReasonInvalid: no reason, or too long a one.
        """
        case, now, reason = await self._pending(asker, key), self._now(), cleaned_reason(reason)
        if case.overruled == asker.person:
            raise AnotherModerator
        state, act = _BECOMES[decision]
        is_ban = decision is Decision.BAN
        until = now + ban_for if is_ban and ban_for is not None else None
        decided = replace(
            case,
            state=state,
            decided_by=asker.person,
            decided_at=now,
            reason=reason,
            banned_until=until,
            taken_by=None,
            taken_at=None,
        )
        days = (await self._rules.settings(case.server)).evidence_days

        async def keep() -> Case:
            saved = await self._desk.cases.save(decided)
            await self._then.lift_ban_of(case)
            if is_ban:
                server = case.server or DIRECT
                ban = Ban(server, case.person, asker.person, now, until, reason)
                await self._then.ban(ban)
            if decision is Decision.APPROVE:
                await self._then.release(saved)
            else:  # deleting it may take long, or fail
                await self._then.hold(saved)
            await self._then.forget_evidence(saved, now + timedelta(days=days))
            await self._log(asker.person, act, saved, reason=reason)
            return saved

        saved = await self._atomic(keep)
        await self._jobs.carry_out(saved.key, saved.version)
        return saved

    async def appeal(self, who: PersonId, key: CaseKey, text: str) -> Case:
        """Have a decision looked at by another moderator, once.

        Raises:
            CaseUnknown: there is no such case of theirs.
            AppealClosed: there is nothing to appeal, or no longer.
            ReasonInvalid: they say nothing, or too much.
        """
        case, now, text = await self._desk.cases.get(key), self._now(), cleaned_reason(text)
        if case is None or who not in {case.person, case.owner}:
            raise CaseUnknown
        if not can_appeal(case, now):
            raise AppealClosed
        appealed = replace(
            case,
            state=CaseState.APPEALED,
            appeal=text,
            appealed_at=now,
            overruled=case.decided_by,
            reminded_at=None,
            reminders=0,
        )

        async def keep() -> Case:
            saved = await self._desk.cases.save(appealed)
            await self._desk.cases.note_shown(key, None)  # so the sweep shows it if a kill comes
            await self._then.forget_evidence(saved, None)
            await self._log(who, Act.APPEALED, saved, reason=text)
            return saved

        saved = await self._atomic(keep)
        await self._jobs.carry_out(saved.key, saved.version)
        return saved

    async def undo(self, asker: Asker, key: CaseKey, *, reason: str) -> Case:
        """Undo a decision as far as it can be: the case waits again, or a ban is lifted.

        Raises:
            CaseUnknown, ReviewersOnly, OwnCase: they cannot.
            CaseOver: it is not decided.
            AnotherModerator: an appeal was decided against them.
            CannotUndo: it deleted something.
            ReasonInvalid: no reason, or too long a one.
        """
        case, now, reason = await self._judged(asker, key), self._now(), cleaned_reason(reason)
        if case.is_pending:
            raise CaseOver
        if case.overruled == asker.person:
            raise AnotherModerator
        reopened = undone(case, now)

        async def keep() -> Case:
            saved = await self._desk.cases.save(reopened)
            await self._then.lift_ban_of(case)
            if saved.is_pending:
                await self._desk.cases.note_shown(key, None)  # as for an appeal
                if saved.origin is Origin.FLAGGED:
                    await self._then.hold(saved)
                await self._then.forget_evidence(saved, None)
            await self._log(asker.person, Act.UNDONE, saved, detail=case.state.value, reason=reason)
            return saved

        saved = await self._atomic(keep)
        await self._jobs.carry_out(saved.key, saved.version)
        return saved

    async def sweep(self) -> None:
        """Show what nobody was shown, remind of what waits, and end what was locked long ago.

        What was decided lately is carried out, unless that was begun: a kill may have lost it.
        """
        now = self._now()
        for case in await self._desk.cases.decided_since(now - RESUME_WITHIN):
            await self._jobs.carry_out(case.key, case.version)
        for case in await self._desk.cases.unseen():
            await self._jobs.show_case(case.key, case.version)
        for case in await self._desk.cases.pending(quiet_since=now - timedelta(hours=1)):
            hours = (await self._rules.settings(case.server)).remind_hours
            said = case.reminded_at or case.appealed_at or case.opened_at
            if case.reminders < REMINDERS_MOST and now - said >= timedelta(hours=hours):
                await self._jobs.remind(case.key, case.reminders + 1)
        for case in await self._desk.cases.locked(now - APPEAL_WITHIN):
            with suppress(CaseOver):  # overturned or appealed in this moment
                await self._end_lock(case)

    async def _end_lock(self, case: Case) -> None:
        days = (await self._rules.settings(case.server)).evidence_days

        async def keep() -> Case:
            saved = await self._desk.cases.save(replace(case, state=CaseState.REJECTED))
            forget_at = self._now() + timedelta(days=days)
            await self._then.forget_evidence(saved, forget_at)
            await self._log(MYNA, Act.REJECTED, saved)
            return saved

        saved = await self._atomic(keep)
        await self._jobs.carry_out(saved.key, saved.version)

    async def _reviewed(self, asker: Asker, key: CaseKey) -> Case:
        case = await self._desk.cases.get(key)
        if case is None:
            raise CaseUnknown
        await self._rules.require_reviewer(asker, case.server)
        return case

    async def _judged(self, asker: Asker, key: CaseKey) -> Case:
        case = await self._reviewed(asker, key)
        if asker.person in {case.person, case.owner}:
            raise OwnCase
        return case

    async def _pending(self, asker: Asker, key: CaseKey) -> Case:
        case = await self._judged(asker, key)
        if not case.is_pending:
            raise CaseOver
        holder = case.holder(self._now())
        if holder not in {None, asker.person}:
            raise CaseTaken(by=str(holder))
        return case

    async def _log(
        self, actor: PersonId, act: Act, case: Case, *, detail: str = "", reason: str = ""
    ) -> None:
        until = case.banned_until
        if act is Act.BANNED:
            detail = f"{case.person} " + ("for ever" if until is None else f"until {until:%F %R}")
        await self._desk.audit.write(
            AuditEntry(self._now(), case.server, actor, act, case.key, detail, reason)
        )


async def report_of(case: Case, cases: CaseStore, evidence: EvidenceStore) -> CaseReport:
    """Return the case with what is known beside it."""
    found = await cases.find(case.server, person=case.person, limit=EARLIER_SHOWN + 1)
    earlier = tuple(other for other in found if other.key != case.key)[:EARLIER_SHOWN]
    return CaseReport(case, earlier, tuple(await evidence.names(case.subject)))
