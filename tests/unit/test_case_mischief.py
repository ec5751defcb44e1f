"""What nobody gets around a case by pressing in another order, and no crash leaves half done."""

import asyncio
from contextvars import Context
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.errors import AnotherModerator, CannotPost, FaceDown
from bot.domain.moderation import CaseKey, CaseState, Decision, FlagKind, Nudge, Origin, case_key
from bot.domain.outcomes import CaseTold, CloneFailed, VoiceReady
from bot.domain.samples import Bubble
from bot.domain.servers import ServerSettings
from bot.domain.voices import VoiceState
from bot.jobs import Evidence, Provenance, Workbench
from bot.jobs.case import CASE_WORKFLOW
from bot.jobs.names import folder_for
from tests.fakes.court import HERE, KEY, MAX, MONA, Court
from tests.fakes.fingerprints import FakeFingerprintStore
from tests.fakes.jobs import RecordingJobs
from tests.fakes.myna import PRICES, ended, running
from tests.fakes.orders import ADA, NOON
from tests.fakes.stores import FakeSpeechStore, FakeVoiceStore
from tests.fakes.trust import FakeCaseStore, FakeEvidenceStore
from tests.fakes.world import (
    FakeAlerts,
    FakeAudioPrep,
    FakeNoteSource,
    FakeNotifier,
    FakeSpeechApi,
    FakeSpeechCache,
    World,
)
from tests.unit.test_case_workflow import CASE, flagged, moderating, reviewed
from tests.unit.test_moderating import court

__all__ = ["court"]

REPORT = case_key(Origin.REPORTED, KEY)


@pytest.fixture
def world() -> World:
    return World()


# --- moderators


async def test_who_was_overruled_can_neither_undo_that_nor_decide_after_it_was(
    court: Court,
) -> None:
    key = await court.open()
    await court.moderate.decide(MONA, key, Decision.BAN, reason="no")
    await court.moderate.appeal(ADA, key, "please")
    await court.moderate.decide(MAX, key, Decision.APPROVE, reason="harmless")

    with pytest.raises(AnotherModerator):
        await court.moderate.undo(MONA, key, reason="I said no")
    await court.moderate.undo(MAX, key, reason="let me look again")
    with pytest.raises(AnotherModerator):
        await court.moderate.decide(MONA, key, Decision.REJECT, reason="I said no")


async def test_a_shorter_ban_does_not_end_a_longer_one(court: Court) -> None:
    key, other = await court.open(), await court.open(key=CaseKey("reported-x"), subject="x")
    await court.moderate.decide(MONA, key, Decision.BAN, reason="no")
    court.now += timedelta(hours=1)

    await court.moderate.decide(MAX, other, Decision.BAN, reason="no", ban_for=timedelta(days=1))

    ban = await court.bans.find(HERE, ADA)
    assert ban is not None
    assert ban.until is None


@pytest.mark.parametrize("first", [True, False])
async def test_of_two_bans_the_other_holds_when_one_is_undone(court: Court, *, first: bool) -> None:
    key, other = await court.open(), await court.open(key=CaseKey("reported-x"), subject="x")
    await court.moderate.decide(MONA, key, Decision.BAN, reason="no")
    court.now += timedelta(hours=1)
    await court.moderate.decide(MAX, other, Decision.BAN, reason="no", ban_for=timedelta(days=1))

    await court.moderate.undo(MAX, key if first else other, reason="once is enough")

    ban = await court.bans.find(HERE, ADA)
    assert ban is not None
    assert ban.until == (court.now + timedelta(days=1) if first else None)


@pytest.mark.parametrize("decision", [Decision.REJECT, Decision.BAN])
async def test_a_voice_that_was_reported_is_silent_as_soon_as_it_is_rejected(
    court: Court, decision: Decision
) -> None:
    await court.voices.settle(KEY, VoiceState.READY)
    key = await court.open(key=REPORT, origin=Origin.REPORTED)

    await court.moderate.decide(MONA, key, decision, reason="no")

    assert await court.state() is VoiceState.HELD


async def test_a_reported_voice_that_could_not_be_deleted_speaks_again_after_an_appeal(
    court: Court,
) -> None:
    await court.voices.settle(KEY, VoiceState.READY)
    key = await court.open(key=REPORT, origin=Origin.REPORTED)
    await court.moderate.decide(MONA, key, Decision.REJECT, reason="no")
    await court.moderate.appeal(ADA, key, "please")

    await court.moderate.decide(MAX, key, Decision.APPROVE, reason="harmless")

    assert await court.state() is VoiceState.READY


async def test_a_report_that_is_let_stand_does_not_release_what_is_held_for_another_case(
    court: Court,
) -> None:
    await court.open()
    key = await court.open(key=REPORT, origin=Origin.REPORTED)

    await court.moderate.decide(MONA, key, Decision.APPROVE, reason="harmless")

    assert await court.state() is VoiceState.HELD


async def test_a_decision_whose_job_was_lost_in_a_kill_is_carried_out_later(court: Court) -> None:
    key = await court.open()
    await court.moderate.decide(MONA, key, Decision.REJECT, reason="no")
    court.jobs.carried_out.clear()

    await court.moderate.sweep()

    assert court.jobs.carried_out == [(key, 1)]


async def test_an_approval_whose_undoing_was_lost_in_a_kill_is_hidden_later(
    tmp_path: Path, world: World
) -> None:
    async with running(tmp_path, world) as myna:
        await reviewed(myna)
        key = await flagged(myna, world)
        await moderating(myna).decide(MONA, key, Decision.APPROVE, reason="fine")
        await ended(CASE_WORKFLOW, f"{key}#1#carry-out")
        assert KEY in world.nonces.values()

        await moderating(myna, RecordingJobs()).undo(MONA, key, reason="not fine")
        await moderating(myna).sweep()
        await ended(CASE_WORKFLOW, f"{key}#2#show")

    assert KEY not in world.nonces.values()
    assert world.calls(KEY)[-2:] == ["remove_bubble", "conclude"]
    assert world.board[key].case.state is CaseState.OPEN


async def test_an_appeal_whose_job_was_lost_in_a_kill_is_shown_later(
    tmp_path: Path, world: World
) -> None:
    async with running(tmp_path, world) as myna:
        await reviewed(myna)
        key = await flagged(myna, world)
        await moderating(myna).decide(MONA, key, Decision.REJECT, reason="no")
        await ended(CASE_WORKFLOW, f"{key}#1#carry-out")

        await moderating(myna, RecordingJobs()).appeal(ADA, key, "please")
        await moderating(myna).sweep()
        await ended(CASE_WORKFLOW, f"{key}#2#show")

    assert world.board[key].case.state is CaseState.APPEALED


# --- evidence


async def test_evidence_stays_while_another_case_about_it_waits(
    court: Court, tmp_path: Path
) -> None:
    sound = tmp_path / "sound.ogg"
    sound.write_bytes(b"OggS")
    await court.evidence.keep(KEY, "preview", Bubble(path=sound, seconds=1.0, waveform=b"1"))
    key = await court.open()
    await court.open(key=REPORT, origin=Origin.REPORTED)

    await court.moderate.decide(MONA, key, Decision.APPROVE, reason="fine")

    assert court.evidence.kept[KEY, "preview"].forget_at is None


async def test_what_is_sealed_after_the_decision_is_not_kept(tmp_path: Path, world: World) -> None:
    async with running(tmp_path, world) as myna:
        await reviewed(myna)

        async def decide() -> None:
            decision = moderating(myna).decide(MONA, CASE, Decision.REJECT, reason="no")
            # A moderator's press, which is no part of the run that it comes in between.
            await asyncio.get_running_loop().create_task(decision, context=Context())

        world.meanwhile["bubble"] = decide
        await flagged(myna, world)
        await ended(CASE_WORKFLOW, f"{CASE}#1#carry-out")

        assert await myna.kept.evidence.names(KEY) == []


@pytest.mark.parametrize("what", ["gather", "post_preview"])
async def test_what_a_kill_left_in_the_work_folder_goes_though_the_case_is_erased(
    tmp_path: Path, world: World, what: str
) -> None:
    left = tmp_path / folder_for(CASE) / "preview.ogg"
    left.parent.mkdir()
    left.write_bytes(b"OggS")
    voices, cache, notifier = FakeVoiceStore(), FakeSpeechCache(), FakeNotifier(world)
    evidence = Evidence(
        folder=tmp_path,
        evidence=FakeEvidenceStore(),
        cases=FakeCaseStore(),
        prices=PRICES,
        voices=voices,
        speeches=FakeSpeechStore(now=lambda: NOON),
        cache=cache,
        workbench=Workbench(
            folder=tmp_path,
            notes=FakeNoteSource(world),
            audio=FakeAudioPrep(world),
            speech=FakeSpeechApi(world),
        ),
        notifier=notifier,
        provenance=Provenance(fingerprints=FakeFingerprintStore(), now=lambda: NOON),
        alerts=FakeAlerts(world),
    )

    await getattr(evidence, what)(CASE)

    assert not list(tmp_path.iterdir())


# --- owners and members


async def test_nobody_holds_a_flagged_voice_whose_owner_took_their_yes_back_meanwhile(
    tmp_path: Path, world: World
) -> None:
    async with running(tmp_path, world) as myna:
        await reviewed(myna)

        async def take_back() -> None:
            await myna.kept.consents.withdraw(KEY, NOON)

        world.meanwhile["clone"] = take_back
        await flagged(myna, world)

        assert (await myna.voices.get(KEY)).state is VoiceState.DELETED
        assert await myna.kept.evidence.names(KEY) == []
    assert world.voices == {}
    assert isinstance(world.outcomes[KEY][-1], CloneFailed)
    assert world.board[CASE].case.kind is FlagKind.ABUSE


async def test_the_preview_of_a_voice_that_its_owner_deleted_meanwhile_is_not_posted(
    tmp_path: Path, world: World
) -> None:
    cache = FakeSpeechCache()
    async with running(tmp_path, world, cache=cache) as myna:
        await reviewed(myna)
        key = await flagged(myna, world)

        async def delete() -> None:
            await myna.voices.settle(KEY, VoiceState.DELETED)

        world.meanwhile["post_bubble"] = delete
        world.fail("post_bubble", FaceDown(reason="down"))
        await moderating(myna).decide(MONA, key, Decision.APPROVE, reason="fine")
        await ended(CASE_WORKFLOW, f"{key}#1#carry-out")

    assert [at for at in world.nonces.values() if at == KEY] == []
    assert not [one for one in world.outcomes[KEY] if isinstance(one, VoiceReady)]
    assert cache.kept == {}


# --- Discord in trouble


async def test_a_case_whose_channel_was_lost_is_shown_in_the_next_one(
    tmp_path: Path, world: World
) -> None:
    async with running(tmp_path, world) as myna:
        await reviewed(myna)
        key = await flagged(myna, world)
        world.fail("nudge", CannotPost(missing=[]))
        await myna.jobs.remind(key, 1)
        await ended(CASE_WORKFLOW, f"{key}#1#remind")

        assert [case.key for case in await myna.kept.cases.unseen()] == [key]


async def test_a_reminder_of_what_nobody_can_be_shown_is_not_used_up(
    tmp_path: Path, world: World
) -> None:
    async with running(tmp_path, world) as myna:
        key = await flagged(myna, world)
        for _ in range(2):
            await myna.jobs.remind(key, 1)
            await ended(CASE_WORKFLOW, f"{key}#1#remind")
            await reviewed(myna)
        case = await myna.kept.cases.get(key)

    assert world.nudges == [(key, Nudge.WAITING, None)]
    assert case is not None
    assert case.reminders == 1


async def test_of_a_lock_they_are_told_once_though_nobody_can_be_shown_it(
    tmp_path: Path, world: World
) -> None:
    async with running(tmp_path, world) as myna:
        await myna.kept.servers.save(HERE, ServerSettings())
        await flagged(myna, world, kind=FlagKind.SEVERE_VIOLATION)
        told = world.touched[ADA].count("notify")
        for _ in range(2):
            await moderating(myna).sweep()
            await ended(CASE_WORKFLOW, f"{CASE}#0#show")

    assert [type(notice) for person, notice in world.notices if person == ADA] == [CaseTold]
    assert world.touched[ADA].count("notify") == told
