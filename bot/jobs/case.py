"""The workflow around a case: show it to moderators, do what they decided, tell whom it concerns.

Waiting for a decision holds no run open: each press starts one, and a sweep the reminders.
"""

import logging
from collections.abc import Awaitable, Callable
from enum import StrEnum
from functools import partial
from typing import Any, Final

from bot.domain.errors import CannotPost, FaceDown, MynaError, VoiceGone
from bot.domain.moderation import About, Case, CaseKey, CaseState, Nudge, Origin
from bot.domain.outcomes import (
    CasesUnseen,
    CaseTold,
    Notice,
    PostedAs,
    ReportTold,
    VoiceHeld,
    VoiceReady,
)
from bot.domain.people import Address, ChannelId, PersonId, ServerId
from bot.domain.voices import DELETABLE, VoiceKey, VoiceState
from bot.jobs.alarm import alert
from bot.jobs.delete import DELETE_WORKFLOW
from bot.jobs.evidence import Evidence
from bot.jobs.names import nonce_for
from bot.jobs.remove import REMOVE_WORKFLOW
from bot.jobs.run import Run
from bot.jobs.steps import Retry, Step
from bot.ports import (
    CaseBoard,
    CaseStore,
    Clock,
    Notifier,
    OperatorAlerts,
    ServerStore,
    VoiceStore,
)
from bot.services.house_rules import settings_of

CASE_WORKFLOW: Final = "case_v1"
SHOW: Final = "show"
CARRY_OUT: Final = "carry-out"
REMIND: Final = "remind"

_PATIENTLY: Final = Retry(attempts=36, first=1.0, longest=120.0)  # about an hour
_FACE: Final = Retry(attempts=6, first=1.0, longest=30.0)
PLAN: Final = Step("plan", timeout=60.0, retry=Retry(attempts=4))
GATHER: Final = Step("gather", timeout=120.0, retry=Retry(attempts=2))
BOARD: Final = Step("show", timeout=120.0, retry=_FACE, late=FaceDown)
LATER: Final = Step("show after all", timeout=120.0, retry=_FACE, late=FaceDown)
NUDGE: Final = Step("nudge", timeout=120.0, retry=_FACE, late=FaceDown)
OWNER: Final = Step("owner", timeout=60.0, retry=_FACE, late=FaceDown)
POST: Final = Step("post", timeout=180.0, retry=_PATIENTLY, late=FaceDown)
TAKE_BACK: Final = Step("take back", timeout=120.0, retry=_PATIENTLY, late=FaceDown)
CONCLUDE: Final = Step("conclude", timeout=60.0, retry=_PATIENTLY, late=FaceDown)

_LIVING: Final = frozenset(DELETABLE)
_AGAINST: Final = frozenset({CaseState.REJECTED, CaseState.BANNED})

log = logging.getLogger(__name__)


class Act(StrEnum):
    """What a run does, in this order; which of it is decided once, when the run begins."""

    GATHER = "gather"
    DELETE = "delete"
    REMOVE = "remove"
    POST = "post"
    HIDE = "hide"
    SHOW = "show"
    NUDGE = "nudge"
    TELL = "tell"
    TELL_REPORTER = "tell reporter"


def case_run_key(key: CaseKey, number: int, what: str) -> str:
    """Return the key of a run, from which `CaseWorkflow` reads case and purpose back."""
    return f"{key}#{number}#{what}"


class CaseWorkflow:
    """Fills `case_v1`: its input is a `case_run_key`."""

    def __init__(
        self,
        *,
        cases: CaseStore,
        servers: ServerStore,
        voices: VoiceStore,
        evidence: Evidence,
        board: CaseBoard,
        notifier: Notifier,
        alerts: OperatorAlerts,
        now: Clock,
    ) -> None:
        self._cases = cases
        self._servers = servers
        self._voices = voices
        self._evidence = evidence
        self._board = board
        self._notifier = notifier
        self._alerts = alerts
        self._now = now

    async def __call__(self, run: Run, raw_key: str) -> None:
        """Do one thing for one case; an erased case needs nothing."""
        raw, number, what = raw_key.rsplit("#", 2)
        key = CaseKey(raw)
        # A case may change while it runs: what is to be done is fixed here, so that a run which is
        # taken up after a kill finds its records.
        plan = await run.step(PLAN, self._plan, key, int(number), what)
        for act in plan["acts"]:
            await self._do(run, Act(act), key, int(number), plan)
        if what == REMIND:
            await run.transaction("reminded", self._note_reminded, key, int(number))

    async def _do(
        self, run: Run, act: Act, key: CaseKey, number: int, plan: dict[str, Any]
    ) -> None:
        match act:
            case Act.GATHER:
                await self._try(run, GATHER, partial(self._evidence.gather, key))
            case Act.DELETE | Act.REMOVE:
                workflow = DELETE_WORKFLOW if act is Act.DELETE else REMOVE_WORKFLOW
                await run.start(workflow, plan["subject"], again=True)
            case Act.POST:
                await self._post(run, key)
            case Act.HIDE:
                await self._try(run, TAKE_BACK, partial(self._hide, key))
                await self._try(run, CONCLUDE, partial(self._conclude_held, key))
            case Act.SHOW:
                await self._show(run, key)
            case Act.NUDGE:
                await self._nudge(run, key, number)
            case Act.TELL | Act.TELL_REPORTER:
                await self._tell(run, key, plan, to_reporter=act is Act.TELL_REPORTER)

    async def _plan(self, key: CaseKey, number: int, what: str) -> dict[str, Any]:
        case = await self._cases.get(key)
        if case is None:
            return {"acts": []}
        acts: list[Act] = []
        if what == REMIND:
            if case.is_pending and case.reminders < number:
                acts = [Act.NUDGE] if case.notice is not None else [Act.SHOW, Act.NUDGE]
        elif what == SHOW:
            if case.origin is Origin.REPORTED and case.is_pending:
                acts.append(Act.GATHER)
            if case.is_pending and case.notice is None:  # a kill may have lost what undid it
                acts += await self._effects(case)
            acts.append(Act.SHOW)
        elif case.version == number:  # of an older decision nothing is left to do
            acts = [*await self._effects(case), Act.SHOW]
            if case.state is CaseState.APPEALED:
                acts.append(Act.NUDGE)
            else:
                acts += [Act.TELL, Act.TELL_REPORTER]
        return {
            "acts": [act.value for act in acts],
            "subject": case.subject,
            "state": case.state.value,
            "people": _told(case),
            "reporter": case.reporter,
        }

    async def _effects(self, case: Case) -> list[Act]:
        if case.about is not About.VOICE:
            is_spoken = case.about is About.SPEECH and case.state in _AGAINST
            return [Act.REMOVE] if is_spoken else []
        try:
            voice = await self._voices.get(VoiceKey(case.subject))
        except VoiceGone:
            return []
        if case.state in _AGAINST:
            return [Act.DELETE] if voice.state in _LIVING else []
        if case.origin is not Origin.FLAGGED or case.state is CaseState.APPEALED:
            return []
        if not case.version:  # locked by itself, and concluded by the job of the clone
            return []
        is_shown = case.state is CaseState.APPROVED and voice.state is VoiceState.READY
        return [Act.POST] if is_shown else [Act.HIDE]

    # --- what a decision does

    async def _post(self, run: Run, key: CaseKey) -> None:
        """Post the held preview where it was asked for; the voice may speak in any case."""
        posted = PostedAs.NOTHING
        try:
            posted = PostedAs(await run.step(POST, self._evidence.post_preview, key))
        except MynaError as error:
            log.info("%s: no preview of %s: %s", run.reference, key, type(error).__name__)
        await self._try(run, CONCLUDE, partial(self._conclude_ready, key, posted))

    async def _conclude_ready(self, key: CaseKey, posted: PostedAs) -> None:
        case = await self._cases.get(key)
        if case is None or case.state is not CaseState.APPROVED:
            await self._hide(key)  # undone while it was posted
            return
        voice = await self._voices.get(VoiceKey(case.subject))
        order = await self._voices.order(voice.key)
        if voice.state is not VoiceState.READY:  # its owner deleted it while it was posted
            await self._notifier.remove_bubble(order.address, nonce=nonce_for(order.key))
            return
        cost = self._evidence.cost_of(voice)
        ready = VoiceReady(voice, posted, cost=cost, is_public=order.server is not None)
        await self._notifier.conclude(order.address, ready)

    async def _hide(self, key: CaseKey) -> None:
        case = await self._cases.get(key)
        if case is not None and case.state is not CaseState.APPROVED:
            order = await self._voices.order(VoiceKey(case.subject))
            await self._notifier.remove_bubble(order.address, nonce=nonce_for(order.key))

    async def _conclude_held(self, key: CaseKey) -> None:
        case = await self._cases.get(key)
        if case is None:
            return
        voice = await self._voices.get(VoiceKey(case.subject))
        if voice.state is VoiceState.HELD:
            order = await self._voices.order(voice.key)
            held = VoiceHeld(voice, case.kind, is_locked=case.state is CaseState.LOCKED)
            await self._notifier.conclude(order.address, held)

    # --- shown to moderators

    async def _show(self, run: Run, key: CaseKey) -> None:
        """Show the case as it stands by now, or tell the server's owner that nobody can be."""
        try:
            shown = await run.step(BOARD, self._show_now, key)
        except CannotPost:
            await self._give_up(run, key, is_unset=False)
        except MynaError as error:  # the sweep tries again
            log.warning("%s: %s is not shown: %s", run.reference, key, type(error).__name__)
            await alert(run, self._alerts, error)
        else:
            if shown is None:
                await self._give_up(run, key, is_unset=True)
                # A channel that was chosen meanwhile found this run at work, and started no other.
                shown = await self._shown_after_all(run, key)
            if shown is not None:
                await run.transaction("shown", self._note_shown, key, shown)

    async def _shown_after_all(self, run: Run, key: CaseKey) -> dict[str, str] | None:
        try:
            return await run.step(LATER, self._show_now, key)
        except MynaError as error:  # the sweep tries again
            log.info("%s: %s is not shown: %s", run.reference, key, type(error).__name__)
            return None

    async def _show_now(self, key: CaseKey) -> dict[str, str] | None:
        case = await self._cases.get(key)
        channel = None if case is None else await self._channel(case)
        if case is None or channel is None:
            return None
        report = await self._evidence.report(case)
        nonce = nonce_for(f"{key}#{channel}")
        address = await self._board.show(report, channel, nonce=nonce, repeated=True)
        return {"face": address.face, "token": address.token}

    async def _channel(self, case: Case) -> ChannelId | None:
        if case.server is None:
            return self._board.operators_channel()
        return (await self._servers.settings(case.server)).review_channel

    async def _note_shown(self, key: CaseKey, shown: dict[str, str]) -> None:
        case = await self._cases.get(key)
        if case is None:
            return
        if case.server is not None:
            await self._servers.tell_anew(case.server)
        await self._cases.note_shown(key, Address(**shown))

    async def _give_up(self, run: Run, key: CaseKey, *, is_unset: bool) -> None:
        """Let the sweep show it anew, wherever cases can be shown by then, and tell the owner."""
        await run.transaction("not shown", self._cases.note_shown, key, None)
        await self._tell_owner(run, key, is_unset=is_unset)

    async def _tell_owner(self, run: Run, key: CaseKey, *, is_unset: bool) -> None:
        server = await run.transaction("tell once", self._untold, key)
        if server is None:
            return
        try:
            owner = await run.step(OWNER, self._board.owner_of, ServerId(server))
            if owner is not None:
                unseen = CasesUnseen(ServerId(server), is_unset)
                step = Step("tell owner", timeout=120.0, retry=_FACE, late=FaceDown)
                nonce = nonce_for(f"{key}#unseen")
                await run.step(step, self._notify, PersonId(owner), unseen, nonce, None)
        except MynaError as error:
            log.info("%s: the owner was not told: %s", run.reference, type(error).__name__)

    async def _untold(self, key: CaseKey) -> str | None:
        """Return the server whose owner is to be told, once; None where they were."""
        case = await self._cases.get(key)
        if case is None or case.server is None or not case.is_pending:
            return None
        is_news = await self._servers.tell_once(case.server, self._now())
        return str(case.server) if is_news else None

    # --- told and reminded

    async def _tell(
        self, run: Run, key: CaseKey, plan: dict[str, Any], *, to_reporter: bool
    ) -> None:
        people = [plan["reporter"]] if to_reporter else plan["people"]
        for number, person in enumerate(filter(None, people)):
            name = f"{'report' if to_reporter else 'tell'} {number}"
            step = Step(name, timeout=120.0, retry=_FACE, late=FaceDown)
            told = partial(
                self._tell_one, key, plan["state"], PersonId(person), to_reporter=to_reporter
            )
            await self._try(run, step, told)

    async def _tell_one(
        self, key: CaseKey, state: str, person: PersonId, *, to_reporter: bool
    ) -> None:
        case = await self._cases.get(key)
        if case is None or case.state.value != state:
            return  # changed meanwhile: its own run tells of that
        nonce = nonce_for(f"{key}#{case.version}#{person}#{to_reporter}")
        if not to_reporter:
            await self._notify(person, CaseTold(case), nonce, case.address)
        elif not case.is_pending and case.appealed_at is None:
            await self._notify(person, ReportTold(case), nonce, None)

    async def _notify(
        self, person: PersonId, notice: Notice, nonce: str, otherwise: Address | None
    ) -> None:
        await self._notifier.notify(person, notice, otherwise=otherwise, nonce=nonce, repeated=True)

    async def _nudge(self, run: Run, key: CaseKey, number: int) -> None:
        try:
            await run.step(NUDGE, self._call, key, number)
        except CannotPost:
            await self._give_up(run, key, is_unset=False)
        except MynaError as error:
            log.info("%s: moderators were not called: %s", run.reference, type(error).__name__)

    async def _call(self, key: CaseKey, number: int) -> None:
        case = await self._cases.get(key)
        if case is None or case.notice is None or not case.is_pending:
            return
        why = Nudge.APPEALED if case.state is CaseState.APPEALED else Nudge.WAITING
        role = (await settings_of(self._servers, case.server)).review_role
        nonce = nonce_for(f"{key}#{case.version}#{why}#{number}")
        await self._board.nudge(case, why, role, nonce=nonce)

    async def _note_reminded(self, key: CaseKey, number: int) -> None:
        case = await self._cases.get(key)
        if case is not None and case.notice is not None:  # else nobody could be called
            await self._cases.note_reminded(key, number, self._now())

    async def _try(self, run: Run, step: Step, function: Callable[[], Awaitable[None]]) -> None:
        """Run a step whose failure changes nothing about the case."""
        try:
            await run.step(step, function)
        except MynaError as error:
            log.info("%s: %s failed: %s", run.reference, step.name, type(error).__name__)
            if not isinstance(error, CannotPost):
                await alert(run, self._alerts, error)


def _told(case: Case) -> list[PersonId]:
    """Return who is told what became of it: who asked for it, and whose voice it is.

    Of a report they hear only where it was found true.
    """
    is_news = case.origin is not Origin.REPORTED or case.appealed_at is not None
    if case.state is CaseState.OPEN or not (is_news or case.state in _AGAINST):
        return []
    owner = [case.owner] if case.about is About.VOICE and case.owner is not None else []
    return list(dict.fromkeys([case.person, *owner]))
