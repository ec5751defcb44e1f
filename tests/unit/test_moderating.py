"""Who decides a case, what that changes, and what holds it up."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.audit import Act
from bot.domain.decisions import can_appeal, can_undo
from bot.domain.errors import (
    AnotherModerator,
    AppealClosed,
    CannotUndo,
    CaseOver,
    CaseTaken,
    CaseUnknown,
    MynaError,
    OwnCase,
    ReasonInvalid,
    ReviewersOnly,
)
from bot.domain.moderation import (
    APPEAL_WITHIN,
    DIRECT,
    REASON_LIMIT,
    TAKEN_FOR,
    About,
    Case,
    CaseKey,
    CaseState,
    Decision,
    FlagKind,
    Origin,
    case_key,
)
from bot.domain.people import MYNA, Asker, RoleId
from bot.domain.samples import Bubble
from bot.domain.servers import ServerSettings
from bot.domain.voices import VoiceState
from tests.fakes.court import (
    ELSEWHERE,
    HERE,
    KEY,
    MAX,
    MONA,
    OPERATOR,
    RITA,
    STRANGER,
    Court,
)
from tests.fakes.orders import ADA, BOB, NOON, a_consent, a_voice, an_order


@pytest.fixture
async def court() -> Court:
    """Give a court with a held voice."""
    made = Court()
    order = replace(an_order(KEY, owner=BOB), asker=ADA, server=HERE)
    await made.voices.reserve(order, a_voice(order), a_consent(order))
    await made.voices.settle(KEY, VoiceState.HELD)
    return made


@pytest.mark.parametrize(
    ("asker", "error"),
    [
        (STRANGER, ReviewersOnly),
        (ELSEWHERE, ReviewersOnly),
        (RITA, ReviewersOnly),
        (replace(MONA, person=ADA), OwnCase),
        (replace(MONA, person=BOB), OwnCase),
        (replace(OPERATOR, person=ADA), OwnCase),
    ],
)
async def test_who_may_not_decide_changes_nothing(
    court: Court, asker: Asker, error: type[MynaError]
) -> None:
    key = await court.open()

    for decision in Decision:
        with pytest.raises(error):
            await court.moderate.decide(asker, key, decision, reason="why")
    with pytest.raises(error):
        await court.moderate.take(asker, key)
    with pytest.raises(error):
        await court.moderate.undo(asker, key, reason="why")

    assert (await court.state(), court.audit.kept, court.jobs.carried_out) == (
        *(VoiceState.HELD, []),
        [],
    )


async def test_with_a_review_role_moderating_is_not_enough(court: Court) -> None:
    await court.servers.save(HERE, ServerSettings(review_role=RoleId("discord:8")))
    key = await court.open()

    with pytest.raises(ReviewersOnly):
        await court.moderate.decide(MONA, key, Decision.APPROVE, reason="why")
    await court.moderate.decide(RITA, key, Decision.APPROVE, reason="why")

    assert await court.state() is VoiceState.READY


async def test_the_operator_decides_what_came_in_direct_messages_and_bans_there(
    court: Court,
) -> None:
    key = await court.open(server=None)

    with pytest.raises(ReviewersOnly):
        await court.moderate.decide(replace(MONA, server=None), key, Decision.BAN, reason="why")
    await court.moderate.decide(OPERATOR, key, Decision.BAN, reason="why")

    assert await court.bans.find(DIRECT, ADA) is not None


@pytest.mark.parametrize("reason", ["", "  \n ", "x" * (REASON_LIMIT + 1)])
async def test_a_decision_needs_a_reason_of_some_words(court: Court, reason: str) -> None:
    key = await court.open()

    with pytest.raises(ReasonInvalid):
        await court.moderate.decide(MONA, key, Decision.APPROVE, reason=reason)

    assert await court.state() is VoiceState.HELD


async def test_a_decision_is_made_once(court: Court) -> None:
    key = await court.open()
    await court.moderate.decide(MONA, key, Decision.APPROVE, reason="fine")

    with pytest.raises(CaseOver):
        await court.moderate.decide(MAX, key, Decision.REJECT, reason="no")

    assert await court.state() is VoiceState.READY
    assert court.jobs.carried_out == [(key, 1)]
    assert court.acts() == [Act.APPROVED]


async def test_who_takes_a_case_holds_it_for_an_hour(court: Court) -> None:
    key = await court.open()
    await court.moderate.take(MONA, key)

    with pytest.raises(CaseTaken) as raised:
        await court.moderate.decide(MAX, key, Decision.APPROVE, reason="fine")
    assert raised.value.by == MONA.person
    court.now += TAKEN_FOR
    await court.moderate.decide(MAX, key, Decision.APPROVE, reason="fine")

    assert court.acts() == [Act.TAKEN, Act.APPROVED]


async def test_a_case_that_is_given_back_is_anybodys(court: Court) -> None:
    key = await court.open()
    await court.moderate.take(MONA, key)
    await court.moderate.take(MONA, key)

    await court.moderate.decide(MAX, key, Decision.REJECT, reason="no")

    assert court.acts() == [Act.TAKEN, Act.GIVEN_BACK, Act.REJECTED]


async def test_an_appeal_is_made_once_in_time_by_whom_it_concerns(court: Court) -> None:
    key = await court.open()
    await court.moderate.decide(MONA, key, Decision.REJECT, reason="no")

    with pytest.raises(CaseUnknown):
        await court.moderate.appeal(STRANGER.person, key, "mine")
    await court.moderate.appeal(BOB, key, "please")
    with pytest.raises(AppealClosed):
        await court.moderate.appeal(ADA, key, "and me")
    with pytest.raises(AnotherModerator):
        await court.moderate.decide(MONA, key, Decision.APPROVE, reason="well")
    await court.moderate.decide(MAX, key, Decision.REJECT, reason="no")
    with pytest.raises(AppealClosed):
        await court.moderate.appeal(ADA, key, "again")


async def test_too_late_or_against_nothing_there_is_no_appeal(court: Court) -> None:
    key = await court.open()
    with pytest.raises(AppealClosed):
        await court.moderate.appeal(ADA, key, "please")
    await court.moderate.decide(MONA, key, Decision.REJECT, reason="no")
    court.now += APPEAL_WITHIN + timedelta(seconds=1)

    with pytest.raises(AppealClosed):
        await court.moderate.appeal(ADA, key, "please")


async def test_a_ban_that_was_appealed_ends_with_another_decision(court: Court) -> None:
    key = await court.open()
    await court.moderate.decide(MONA, key, Decision.BAN, reason="no", ban_for=timedelta(days=7))
    ban = await court.bans.find(HERE, ADA)
    assert ban is not None
    assert ban.until == NOON + timedelta(days=7)
    court.now += timedelta(hours=1)
    await court.moderate.appeal(ADA, key, "please")

    await court.moderate.decide(MAX, key, Decision.APPROVE, reason="harmless")

    assert await court.bans.find(HERE, ADA) is None


async def test_another_ban_is_not_lifted_with_a_case(court: Court) -> None:
    key, other = await court.open(), await court.open(key=CaseKey("reported-x"), subject="x")
    await court.moderate.decide(MONA, key, Decision.BAN, reason="no")
    court.now += timedelta(hours=1)
    await court.moderate.decide(MONA, other, Decision.BAN, reason="no")

    await court.moderate.undo(MONA, key, reason="once is enough")

    assert await court.bans.find(HERE, ADA) is not None


async def test_an_approval_that_is_undone_holds_the_voice_again(court: Court) -> None:
    key = await court.open()
    await court.moderate.decide(MONA, key, Decision.APPROVE, reason="fine")

    case = await court.moderate.undo(MAX, key, reason="not fine")

    assert (case.state, await court.state()) == (CaseState.OPEN, VoiceState.HELD)
    assert (case.decided_by, case.reason) == (None, None)


async def test_a_severe_violation_that_was_overturned_is_locked_again_when_undone(
    court: Court,
) -> None:
    key = await court.open(
        state=CaseState.LOCKED,
        kind=FlagKind.SEVERE_VIOLATION,
        decided_by=MYNA,
        decided_at=NOON,
    )
    await court.moderate.decide(MONA, key, Decision.APPROVE, reason="fine")
    court.now += timedelta(days=1)

    case = await court.moderate.undo(MAX, key, reason="not fine")

    assert (case.state, case.decided_by, case.decided_at) == (
        *(CaseState.LOCKED, MYNA),
        court.now,
    )


async def test_what_deleted_something_cannot_be_undone(court: Court) -> None:
    key = await court.open()
    await court.moderate.decide(MONA, key, Decision.REJECT, reason="no")

    with pytest.raises(CannotUndo):
        await court.moderate.undo(MAX, key, reason="oh")


@pytest.mark.parametrize("state", [CaseState.OPEN, CaseState.LOCKED, CaseState.APPEALED])
async def test_what_is_not_decided_cannot_be_undone(court: Court, state: CaseState) -> None:
    key = await court.open(state=state, decided_by=MYNA, decided_at=NOON)

    with pytest.raises(CaseOver):
        await court.moderate.undo(MAX, key, reason="oh")


async def test_a_lock_ends_when_nobody_can_appeal_any_more(court: Court) -> None:
    key = await court.open(state=CaseState.LOCKED, decided_by=MYNA, decided_at=NOON)
    court.now += APPEAL_WITHIN - timedelta(seconds=1)
    await court.moderate.sweep()
    assert court.jobs.carried_out == []

    court.now += timedelta(seconds=1)
    await court.moderate.sweep()

    assert court.jobs.carried_out == [(key, 1)]
    assert (await court.cases.get(key)).state is CaseState.REJECTED  # type: ignore[union-attr]  # it is kept


async def test_reminders_come_as_the_server_wants_them_and_never_a_fourth(court: Court) -> None:
    await court.servers.save(HERE, ServerSettings(remind_hours=5))
    key = await court.open()
    for number in (1, 2, 3, 4):
        court.now += timedelta(hours=4, minutes=59)
        await court.moderate.sweep()
        assert len(court.jobs.reminders) == min(number - 1, 3)
        court.now += timedelta(minutes=1)
        await court.moderate.sweep()
        await court.cases.note_reminded(key, min(number, 3), court.now)

    assert court.jobs.reminders == [(key, 1), (key, 2), (key, 3)]


async def test_a_voice_deleted_by_its_owner_meanwhile_stays_deleted(court: Court) -> None:
    key = await court.open()
    await court.voices.settle(KEY, VoiceState.DELETED)

    await court.moderate.decide(MONA, key, Decision.APPROVE, reason="fine")

    assert await court.state() is VoiceState.DELETED


async def test_evidence_is_to_be_forgotten_after_the_decision_and_kept_for_an_appeal(
    court: Court, tmp_path: Path
) -> None:
    sound = tmp_path / "sound.ogg"
    sound.write_bytes(b"OggS")
    await court.evidence.keep(KEY, "sample", Bubble(path=sound, seconds=1.0, waveform=b"1"))
    key = await court.open()

    await court.moderate.decide(MONA, key, Decision.REJECT, reason="no")
    assert court.evidence.kept[KEY, "sample"].forget_at == NOON + timedelta(days=7)
    await court.moderate.appeal(ADA, key, "please")
    assert court.evidence.kept[KEY, "sample"].forget_at is None


@pytest.mark.parametrize("state", CaseState)
@pytest.mark.parametrize("origin", Origin)
def test_what_can_be_undone_or_appealed_is_never_both_pending_and_undone(
    state: CaseState, origin: Origin
) -> None:
    case = Case(
        *(case_key(origin, "x"), origin, About.VOICE, "x", ADA, FlagKind.OTHER, "", NOON),
        state=state,
        decided_by=MONA.person,
        decided_at=NOON,
    )

    assert not (case.is_pending and can_undo(case))
    assert can_appeal(case, NOON) == (
        state in {CaseState.LOCKED, CaseState.REJECTED, CaseState.BANNED}
    )
