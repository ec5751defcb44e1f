"""What becomes of an order, whatever the world answers."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.errors import (
    ContentRefused,
    MynaError,
    NoteMissing,
    NoteRefused,
    PromptRefused,
    SampleRejected,
    ServiceBusy,
    ServiceDown,
    ServiceMisconfigured,
    Unexpected,
)
from bot.domain.moderation import FlagKind
from bot.domain.outcomes import CloneFailed, PostedAs, Progress, Stage, VoiceHeld, VoiceReady
from bot.domain.samples import NoteReport, Problem
from bot.domain.voices import VoiceState
from tests.fakes.cloning import KEY, clone, outcome_of
from tests.fakes.myna import an_order_of, ended, running, voice_id
from tests.fakes.orders import NOON, a_consent, a_voice
from tests.fakes.world import World


async def test_a_good_note_becomes_a_voice_and_a_bubble(tmp_path: Path, world: World) -> None:
    async with running(tmp_path, world) as myna:
        await myna.order(KEY, prompt=True)
        outcome = await outcome_of(world)
        voice = await myna.voices.get(KEY)

    assert isinstance(outcome, VoiceReady)
    assert outcome == VoiceReady(voice, PostedAs.BUBBLE, outcome.concerns, ("giggles",), cost=2_600)
    assert [concern.value for concern in outcome.concerns] == ["quiet"]
    assert (voice.state, voice.charged_characters, voice.trace_id) == (
        VoiceState.READY,
        26,
        "trace-1",
    )
    assert voice.deadline == NOON + timedelta(hours=168)
    assert world.charges[KEY] == 1
    assert world.posts[KEY] == [False]


async def test_nothing_is_left_behind(tmp_path: Path, world: World) -> None:
    await clone(tmp_path, world, prompt=True)

    assert world.files == {}
    assert list((tmp_path / "work").iterdir()) == []


async def test_progress_goes_through_every_stage(tmp_path: Path, world: World) -> None:
    await clone(tmp_path, world)

    shown = [each for each in world.progress[KEY] if isinstance(each, Progress)]
    assert [progress.stage for progress in shown] == [
        Stage.DOWNLOADING,
        Stage.PREPARING,
        Stage.UPLOADING,
        Stage.CLONING,
        Stage.POSTING,
    ]


@pytest.mark.parametrize(
    ("step", "error"),
    [
        ("fetch", NoteMissing()),
        ("prepare", NoteRefused(report=NoteReport(seconds=6.2, problem=Problem.TOO_SHORT))),
        ("clone", SampleRejected(reason="voice duration too short", reference="t")),
    ],
)
async def test_what_the_member_can_fix_is_told_and_never_tried_again(
    tmp_path: Path, world: World, step: str, error: MynaError
) -> None:
    world.fail(step, error)

    outcome, state = await clone(tmp_path, world)

    assert isinstance(outcome, CloneFailed)
    assert repr(outcome.error) == repr(error)
    assert len(outcome.reference) == 8
    assert state is VoiceState.FAILED
    assert world.calls(KEY).count(step) == 1
    assert world.alerts == []
    assert world.files == {}
    assert list((tmp_path / "work").iterdir()) == []


async def test_an_unusable_prompt_clip_is_refused_before_anything_is_uploaded(
    tmp_path: Path, world: World
) -> None:
    world.fail("prepare_prompt", PromptRefused(NoteReport(problem=Problem.PROMPT_TOO_SHORT)))

    outcome, _ = await clone(tmp_path, world, prompt=True)

    assert isinstance(outcome, CloneFailed)
    assert world.uploads == 0


async def test_a_prompt_that_is_refused_takes_the_sample_with_it(
    tmp_path: Path, world: World
) -> None:
    world.fail("upload_prompt", SampleRejected(reason="too long"))

    outcome, _ = await clone(tmp_path, world, prompt=True)

    assert isinstance(outcome, CloneFailed)
    assert world.files == {}


async def test_refused_content_is_final_and_waits_for_a_moderator(
    tmp_path: Path, world: World
) -> None:
    world.fail("clone", ContentRefused(reference="trace-9"))

    async with running(tmp_path, world) as myna:
        await myna.order(KEY)
        outcome = await outcome_of(world)
        (case,) = await myna.kept.cases.about(KEY)

    assert isinstance(outcome, CloneFailed)
    assert (case.kind, case.text, case.trace_id) == (
        FlagKind.OTHER,
        "Hello (laughs) and (giggles).",
        "trace-9",
    )
    assert world.alerts == []


async def test_what_the_operator_must_fix_is_alerted_once_with_the_reference_of_the_member(
    tmp_path: Path, world: World
) -> None:
    world.fail("upload_sample", ServiceMisconfigured(code=1008, message="insufficient balance"))

    outcome, state = await clone(tmp_path, world)

    assert isinstance(outcome, CloneFailed)
    assert state is VoiceState.FAILED
    assert [(type(error), reference) for error, reference in world.alerts] == [
        (ServiceMisconfigured, outcome.reference)
    ]


async def test_a_busy_provider_is_tried_again_only_when_due(tmp_path: Path, world: World) -> None:
    world.fail("clone", ServiceBusy(retry_after=60.0), ServiceBusy())

    async with running(tmp_path, world) as myna:
        await myna.order(KEY)
        outcome = await outcome_of(world)

    assert isinstance(outcome, VoiceReady)
    assert myna.slept == [60.0, 4.0]
    assert world.charges[KEY] == 1


async def test_a_provider_that_stays_down_ends_the_job(tmp_path: Path, world: World) -> None:
    world.fail("upload_sample", *(ServiceDown(reason="502") for _ in range(4)))

    outcome, state = await clone(tmp_path, world)

    assert isinstance(outcome, CloneFailed)
    assert isinstance(outcome.error, ServiceDown)
    assert state is VoiceState.FAILED


async def test_a_bug_becomes_unexpected_and_its_traceback_is_logged(
    tmp_path: Path, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.fail("prepare", ZeroDivisionError("secret words"))

    outcome, _ = await clone(tmp_path, world)

    assert isinstance(outcome, CloneFailed)
    assert isinstance(outcome.error, Unexpected)
    assert outcome.error.what == "ZeroDivisionError in prepare"
    (record,) = [record for record in caplog.records if record.exc_info]
    assert outcome.reference in record.getMessage()
    assert len(world.alerts) == 1


async def test_a_flagged_preview_is_sealed_and_not_shown(tmp_path: Path, world: World) -> None:
    world.flag = FlagKind.ABUSE

    async with running(tmp_path, world) as myna:
        await myna.order(KEY)
        outcome = await outcome_of(world)
        (case,) = await myna.kept.cases.about(KEY)
        voice = await myna.voices.get(KEY)
        sealed = await myna.kept.evidence.names(KEY)

    assert outcome == VoiceHeld(voice, FlagKind.ABUSE)
    assert voice.state is VoiceState.HELD
    assert case.kind is FlagKind.ABUSE
    assert sealed == ["preview", "sample"]
    assert "post_bubble" not in world.calls(KEY)


async def test_a_sample_that_cannot_be_deleted_never_fails_the_job(
    tmp_path: Path, world: World
) -> None:
    world.fail("forget_sample", *(ServiceDown(reason="502") for _ in range(4)))

    outcome, _ = await clone(tmp_path, world)

    assert isinstance(outcome, VoiceReady)
    assert world.calls(KEY).count("forget_sample") == 4
    assert list((tmp_path / "work").iterdir()) == []


async def test_a_sample_is_deleted_as_soon_as_the_provider_lets_it(
    tmp_path: Path, world: World
) -> None:
    world.fail("forget_sample", ServiceDown(reason="502"))

    await clone(tmp_path, world)

    assert world.files == {}


async def test_the_same_request_twice_is_one_job(tmp_path: Path, world: World) -> None:
    async with running(tmp_path, world) as myna:
        await asyncio.gather(*(myna.order(KEY) for _ in range(5)))
        await outcome_of(world)
        await myna.order(KEY)
        await ended("clone_v1", KEY)

    assert world.calls(KEY).count("clone") == 1
    assert len(world.outcomes[KEY]) == 1


async def test_an_order_whose_job_was_never_started_waits_for_it(
    tmp_path: Path, world: World
) -> None:
    order = an_order_of(KEY)
    async with running(tmp_path, world) as myna:
        await myna.voices.reserve(
            order, a_voice(order, voice_id=voice_id(KEY, 1)), a_consent(order)
        )

    async with running(tmp_path, world) as myna:
        for voice in await myna.voices.under_way():
            await myna.jobs.clone(voice.key, voice.owner)
        assert isinstance(await outcome_of(world), VoiceReady)
