"""What a decision does to a voice that its owner changes too."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.errors import LabelTaken, VoiceGone
from bot.domain.moderation import About, Case, CaseState, FlagKind, Origin, case_key
from bot.domain.voices import Voice, VoiceKey, VoiceState
from bot.services.consequences import Consequences
from bot.services.succession import Succession
from bot.store import Database
from tests.fakes.databases import sqlite_in
from tests.fakes.myna import Kept
from tests.fakes.orders import ADA, NOON, SERVER, a_consent, a_voice, an_order
from tests.fakes.world import FakeSpeechCache

OLD, NEW = VoiceKey("discord-1"), VoiceKey("discord-2")


def then(kept: Kept) -> Consequences:
    """Return the service over what is really kept."""
    return Consequences(
        cases=kept.cases,
        bans=kept.bans,
        voices=kept.voices,
        evidence=kept.evidence,
        succession=Succession(voices=kept.voices, grants=kept.grants),
    )


def a_case(state: CaseState) -> Case:
    """Return a case about the old voice."""
    return Case(
        *(case_key(Origin.FLAGGED, OLD), Origin.FLAGGED, About.VOICE, OLD, ADA),
        *(FlagKind.ABUSE, "text", NOON),
        server=SERVER,
        state=state,
    )


async def keep(kept: Kept, key: VoiceKey, state: VoiceState) -> Voice:
    """Keep a voice of Ada's, in place of an earlier one if there is one."""
    order = replace(an_order(key), server=SERVER)
    await kept.voices.reserve(order, a_voice(order), a_consent(order), may_replace=True)
    return await kept.voices.settle(key, state)


async def test_a_voice_that_is_deleted_in_the_moment_of_its_approval_stays_deleted(
    postgres: str,
) -> None:
    async with Database(postgres) as database:
        kept = Kept.on(database, FakeSpeechCache())
        await keep(kept, OLD, VoiceState.HELD)
        case = a_case(CaseState.APPROVED)
        deleted, about = asyncio.Event(), asyncio.Event()

        async def delete() -> None:
            await kept.voices.settle(OLD, VoiceState.DELETED)
            about.set()
            await asyncio.sleep(0.2)  # the approval waits for this commit
            deleted.set()

        async def approve() -> None:
            await then(kept).release(case)

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(kept.atomic(delete))
            await about.wait()
            await kept.atomic(approve)

        assert deleted.is_set()
        assert (await kept.voices.get(OLD)).state is VoiceState.DELETED


async def test_a_retired_voice_that_was_rejected_cannot_be_put_in_place_again(
    tmp_path: Path,
) -> None:
    async with Database(sqlite_in(tmp_path)) as database:
        kept = Kept.on(database, FakeSpeechCache())
        await keep(kept, OLD, VoiceState.READY)
        await keep(kept, NEW, VoiceState.READY)
        await kept.voices.put_in_place(NEW)

        await then(kept).hold(a_case(CaseState.REJECTED))

        with pytest.raises((VoiceGone, LabelTaken)):
            await kept.voices.put_in_place(OLD)
        assert (await kept.voices.get(NEW)).state is VoiceState.READY
        await then(kept).release(a_case(CaseState.APPROVED))
        assert (await kept.voices.put_in_place(OLD)).state is VoiceState.READY
