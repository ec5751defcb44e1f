"""Asking for a clone: the command, the menu with its form, and who is told what."""

import json
from typing import Any

import pytest

from bot.domain.errors import (
    CannotPost,
    ConsentMissing,
    LabelInvalid,
    LabelTaken,
    LanguageUnknown,
    MynaError,
    NoNote,
    TextInvalid,
    TooManyJobs,
)
from bot.frontends import wording, wording_consent
from bot.frontends.discord.markup import quote
from bot.frontends.wording_errors import explain
from bot.sandbox.discord.interactions import Interaction
from bot.sandbox.discord.wire import MEMBER_PERMISSIONS, Permission
from tests.fakes.discord_scene import NOTE, Scene, scene
from tests.fakes.waiting import until

VOICE = (3.0, bytes(range(64)))


async def asked(stage: Scene, **options: Any) -> Interaction:
    given: dict[str, Any] = {"note": NOTE, "name": "Robin", "consent": True} | options
    pressed = await stage.discord.slash(stage.ada, stage.channel, "clone", **given)
    return await pressed.completed()


def told(interaction: Interaction) -> str:
    """Return what only the presser was told."""
    shown = interaction.followups[-1] if interaction.followups else interaction.message
    assert shown is not None
    assert shown["flags"] & 64
    return str(shown["content"])


async def test_a_clone_is_acknowledged_in_the_channel_and_its_job_started() -> None:
    async with scene() as stage, stage.myna():
        pressed = await asked(stage, text="Hello there.", language="german", noise_reduction=True)
        key = await stage.jobs.until_cloning(pressed)

        order = await stage.voices.order(key)
        assert pressed.message is not None
        assert not pressed.is_ephemeral
        assert pressed.message["content"].startswith("Cloning **Robin** …")
        assert order.owner == f"discord:{stage.ada.id}"
        assert order.address.token == f"{stage.channel.id}:{pressed.message['id']}:{stage.ada.id}"
        assert (order.options.text, order.options.language) == ("Hello there.", "German")
        assert order.options.noise_reduction
        assert (await stage.voices.consent(order.key)) is not None


async def test_several_notes_are_one_order() -> None:
    async with scene() as stage, stage.myna():
        key = await stage.jobs.until_cloning(await asked(stage, note2=NOTE, note4=NOTE))

        assert len((await stage.voices.order(key)).notes) == 3


async def test_without_a_text_the_voice_greets_in_the_members_language() -> None:
    async with scene() as stage, stage.myna():
        stage.ada.locale = "fr"
        key = await stage.jobs.until_cloning(await asked(stage))

        assert (await stage.voices.order(key)).options.text == wording.greeting(None, "fr")


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"consent": False}, ConsentMissing()),
        ({"name": "x" * 500}, LabelInvalid(length=500, limit=32)),
        ({"name": "🐦🐦"}, LabelInvalid(length=2, limit=32)),
        ({"text": "x" * 1001}, TextInvalid(length=1001, limit=1000)),
        ({"language": "<@&1> Klingon"}, LanguageUnknown(language="<@&1> Klingon")),
    ],
    ids=["consent", "long name", "emoji name", "long text", "language"],
)
async def test_what_cannot_be_cloned_is_refused_to_the_asker_alone(
    options: dict[str, Any], error: MynaError
) -> None:
    async with scene() as stage, stage.myna():
        pressed = await asked(stage, **options)

        assert told(pressed) == explain(error, quote=quote)
        assert stage.seen() == []
        assert stage.jobs.clones == []


async def test_a_name_of_a_clone_under_way_is_refused_before_the_channel_sees_anything() -> None:
    async with scene() as stage, stage.myna():
        await stage.jobs.until_cloning(await asked(stage, name="Robin"))
        before = stage.seen()
        pressed = await asked(stage, name="robin")
        await pressed.answered()

        assert told(pressed) == explain(LabelTaken(label="robin"), quote=quote)
        assert [each["id"] for each in stage.seen()] == [each["id"] for each in before]


async def test_nobody_has_more_clones_under_way_than_allowed() -> None:
    async with scene() as stage, stage.myna():
        for name in ("One", "Two", "Three"):
            await stage.jobs.until_cloning(await asked(stage, name=name))
        pressed = await asked(stage, name="Four")
        await pressed.answered()

        assert told(pressed) == explain(TooManyJobs(limit=3))
        assert len(stage.jobs.clones) == 3


async def test_a_name_that_mentions_everyone_pings_nobody() -> None:
    async with scene() as stage, stage.myna():
        pressed = await asked(stage, name="@everyone **hi**")

        assert pressed.message is not None
        assert pressed.message["mention_everyone"] is False
        assert "@everyone" not in pressed.message["content"]
        assert r"\*\*hi\*\*" in pressed.message["content"]


@pytest.mark.parametrize(
    ("missing", "named"),
    [
        (Permission.SEND_MESSAGES, "Send Messages"),
        (Permission.ATTACH_FILES, "Attach Files"),
        (Permission.READ_MESSAGE_HISTORY, "Read Message History"),
    ],
)
async def test_missing_rights_are_named_before_anything_else(
    missing: Permission, named: str
) -> None:
    async with scene() as stage, stage.myna():
        stage.discord.set_bot_permissions(stage.channel, MEMBER_PERMISSIONS & ~missing)
        pressed = await asked(stage, consent=False)

        assert told(pressed) == explain(CannotPost(missing=[named]))


async def test_a_clone_can_be_asked_for_in_a_direct_message() -> None:
    async with scene() as stage, stage.myna():
        stage.channel = stage.discord.direct_channel(stage.ada)
        key = await stage.jobs.until_cloning(await asked(stage))

        assert (await stage.voices.order(key)).address.token.startswith(stage.channel.id)


async def test_the_menu_asks_for_the_rest_and_orders_ones_own_voice_message() -> None:
    async with scene() as stage, stage.myna():
        note = await stage.discord.say(stage.ada, stage.channel, files=[NOTE], voice=VOICE)
        opened = await stage.discord.message_menu(stage.ada, wording.COMMAND_MENU, note)
        await opened.answered()
        sent = await stage.discord.submit_modal(
            opened,
            {
                wording.MODAL_NAME: "Robin",
                wording.MODAL_TEXT: "Hello.",
                wording.MODAL_LANGUAGE: ["German"],
                wording.MODAL_CLEAN: ["noise"],
                wording.MODAL_CONSENT: True,
            },
        )
        order = await stage.voices.order(await stage.jobs.until_cloning(sent))

        assert (order.label, order.options.text) == ("Robin", "Hello.")
        assert (order.options.language, order.options.noise_reduction) == ("German", True)
        assert str(note["id"]) in order.notes[0].token


async def test_the_form_without_consent_orders_nothing() -> None:
    async with scene() as stage, stage.myna():
        note = await stage.discord.say(stage.ada, stage.channel, files=[NOTE], voice=VOICE)
        opened = await stage.discord.message_menu(stage.ada, wording.COMMAND_MENU, note)
        await opened.answered()
        sent = await stage.discord.submit_modal(opened, {wording.MODAL_NAME: "Robin"})
        await sent.completed()

        assert told(sent) == explain(ConsentMissing())
        assert stage.jobs.clones == []


async def test_for_somebody_elses_voice_message_the_form_asks_them() -> None:
    async with scene() as stage, stage.myna():
        note = await stage.discord.say(stage.bob, stage.channel, files=[NOTE], voice=VOICE)
        pressed = await stage.discord.message_menu(stage.ada, wording.COMMAND_MENU, note)
        await pressed.completed()

        assert wording_consent.MODAL_ASK in json.dumps(pressed.modal)
        assert wording.MODAL_CONSENT not in json.dumps(pressed.modal)


async def test_a_message_without_audio_is_refused() -> None:
    async with scene() as stage, stage.myna():
        message = await stage.discord.say(stage.ada, stage.channel, "hello")
        pressed = await stage.discord.message_menu(stage.ada, wording.COMMAND_MENU, message)
        await pressed.completed()

        assert told(pressed) == explain(NoNote())


async def test_languages_are_suggested_with_the_members_own_first() -> None:
    async with scene() as stage, stage.myna():
        shown = await stage.discord.autocomplete(stage.bob, stage.channel, "clone", "language", "")
        typed = await stage.discord.autocomplete(
            stage.bob, stage.channel, "clone", "language", "fr"
        )

        assert [each["value"] for each in shown[:2]] == ["German", "auto"]
        assert len(shown) == 25
        assert typed[0]["value"] == "French"


async def test_a_bug_is_apologised_for_with_a_reference_and_the_operator_told() -> None:
    async with scene() as stage, stage.myna():
        stage.jobs.trouble = ZeroDivisionError("secret inside")
        pressed = await asked(stage)
        await pressed.until(lambda it: bool(it.followups))
        await until(lambda: bool(stage.world.alerts))

        assert told(pressed) == explain(stage.jobs.trouble, reference=pressed.id)
        assert [reference for _, reference in stage.world.alerts] == [pressed.id]
        # What was acknowledged is kept: the next start takes it up.
        assert [voice.key for voice in await stage.voices.under_way()] == [f"discord-{pressed.id}"]
