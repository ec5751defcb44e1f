"""The buttons under a card: they work after a restart and ask who presses."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from bot.domain.errors import (
    LabelTaken,
    MynaError,
    NoteRefused,
    NotYours,
    ServiceDown,
    VoiceGone,
)
from bot.domain.outcomes import CloneFailed, PostedAs, VoiceReady
from bot.domain.samples import NoteReport, Problem
from bot.domain.voices import CloneOrder, VoiceState
from bot.frontends import wording
from bot.frontends.discord.markup import quote
from bot.frontends.wording_errors import explain
from bot.sandbox.discord.interactions import Interaction
from tests.fakes.discord_scene import NOTE, Scene, scene

DOWN = ServiceDown(reason="down")


@asynccontextmanager
async def after_restart(error: MynaError | None = None) -> AsyncIterator[tuple[Scene, CloneOrder]]:
    """Show a card (ready, or failed with `error`), then start the bot again."""
    async with scene() as stage:
        async with stage.myna() as running:
            order, voice = await stage.cloned()
            if error is None:
                await running.delivery.conclude(order.address, VoiceReady(voice, PostedAs.BUBBLE))
            else:
                await stage.voices.settle(order.key, VoiceState.FAILED)
                failed = CloneFailed(order.key, order.owner, order.label, error, "r-1")
                await running.delivery.conclude(order.address, failed)
        async with stage.myna():
            yield stage, order


def refused(problem: Problem) -> NoteRefused:
    return NoteRefused(report=NoteReport(problem=problem, seconds=6.2))


def card(stage: Scene) -> dict[str, Any]:
    return stage.seen()[0]


def told(interaction: Interaction) -> str:
    shown = interaction.followups[-1] if interaction.followups else interaction.message
    assert shown is not None
    assert shown["flags"] & 64
    return str(shown["content"])


async def test_delete_asks_first_and_only_its_owner() -> None:
    async with after_restart() as (stage, order):
        pressed = await stage.discord.click(stage.ada, card(stage), wording.DELETE)
        await pressed.completed()
        question = told(pressed)
        before = list(stage.jobs.deletions)
        assert pressed.message is not None
        confirmed = await stage.discord.click(stage.ada, pressed.message, wording.DELETE_CONFIRM)
        await stage.jobs.until_deleting(order.key)
        await confirmed.until(lambda it: "Deleting" in str(it.message and it.message["content"]))

        assert question == wording.DELETE_QUESTION.format(label="**Robin**")
        assert before == []
        assert stage.jobs.deletions == [order.key]


async def test_nobody_else_can_delete_a_voice() -> None:
    async with after_restart() as (stage, _):
        pressed = await stage.discord.click(stage.bob, card(stage), wording.DELETE)
        await pressed.completed()

        assert told(pressed) == explain(NotYours())


async def test_a_voice_that_is_gone_is_not_deleted_twice() -> None:
    async with after_restart() as (stage, order):
        await stage.voices.settle(order.key, VoiceState.DELETED)
        pressed = await stage.discord.click(stage.ada, card(stage), wording.DELETE)
        await pressed.completed()

        assert told(pressed) == explain(VoiceGone())


async def test_try_again_orders_the_same_once_more_under_the_same_card() -> None:
    async with after_restart(DOWN) as (stage, order):
        pressed = await stage.discord.click(stage.ada, card(stage), wording.TRY_AGAIN)
        again = await stage.voices.order(await stage.jobs.until_cloning(pressed))

        assert (again.label, again.notes, again.options) == (
            order.label,
            order.notes,
            order.options,
        )
        assert again.address == order.address
        assert again.key != order.key


async def test_nobody_else_can_try_again_and_the_card_stays() -> None:
    async with after_restart(DOWN) as (stage, order):
        before = card(stage)["content"]
        pressed = await stage.discord.click(stage.bob, card(stage), wording.TRY_AGAIN)
        await pressed.until(lambda it: bool(it.followups))

        assert told(pressed) == explain(NotYours())
        assert card(stage)["content"] == before
        assert stage.jobs.clones == [order.key]


async def test_pressing_try_again_twice_is_one_clone() -> None:
    async with after_restart(DOWN) as (stage, _):
        first = await stage.discord.click(stage.ada, card(stage), wording.TRY_AGAIN)
        await stage.jobs.until_cloning(first)
        second = await stage.discord.click(stage.ada, card(stage), wording.TRY_AGAIN)
        await second.until(lambda it: bool(it.followups))

        assert told(second) == explain(LabelTaken(label="Robin"), quote=quote)


async def test_a_long_note_may_be_cut_to_its_best_part() -> None:
    async with after_restart(refused(Problem.TOO_LONG)) as (stage, order):
        pressed = await stage.discord.click(stage.ada, card(stage), wording.BEST_PART)
        again = await stage.voices.order(await stage.jobs.until_cloning(pressed))

        assert not order.best_part
        assert again.best_part


async def test_a_short_note_is_joined_with_another_one() -> None:
    async with after_restart(refused(Problem.TOO_SHORT)) as (stage, order):
        opened = await stage.discord.click(stage.ada, card(stage), wording.ADD_NOTE)
        await opened.answered()
        sent = await stage.discord.submit_modal(opened, {wording.ADD_NOTE_LABEL: [NOTE[:2]]})
        again = await stage.voices.order(await stage.jobs.until_cloning(sent))

        assert again.notes[:1] == order.notes
        assert len(again.notes) == 2


async def test_nobody_else_can_add_a_note() -> None:
    async with after_restart(refused(Problem.TOO_SHORT)) as (stage, order):
        opened = await stage.discord.click(stage.bob, card(stage), wording.ADD_NOTE)
        await opened.answered()
        sent = await stage.discord.submit_modal(opened, {wording.ADD_NOTE_LABEL: [NOTE[:2]]})
        await sent.until(lambda it: bool(it.followups))

        assert told(sent) == explain(NotYours())
        assert stage.jobs.clones == [order.key]
