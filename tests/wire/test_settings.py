"""The rules of a server: set in the panel of `/settings`, and felt by everybody at once."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from bot.domain.server_limits import NAMES
from bot.frontends import wording_settings as words
from bot.sandbox.discord import MEMBER_PERMISSIONS, Channel, Permission
from tests.wire.halls import Hall, log_of
from tests.wire.speeches import (
    asked_of_minimax,
    cloned,
    custom_ids,
    options,
    refused,
    rows,
    sentence_of,
    shown,
    spoken,
    told,
)
from tests.wire.world import PATIENCE, World, whispered

pytestmark = pytest.mark.asyncio(loop_scope="module")

SETTINGS = {"MYNA_PERSON_DAY_USD": "none", "MYNA_SERVER_DAY_USD": "5"}
ADMINISTRATOR = MEMBER_PERMISSIONS | Permission.MANAGE_GUILD


@pytest_asyncio.fixture(loop_scope="module")
async def hall(scene: World, request: pytest.FixtureRequest) -> AsyncIterator[Hall]:
    """Yield a server of the test's own, since rules are those of a whole server."""
    server = scene.discord.add_server(request.node.name)
    channel = scene.discord.add_channel(server, request.node.name)
    owner = scene.discord.add_person(f"owner-{request.node.name}", permissions=ADMINISTRATOR)
    yield Hall(replace(scene, server=server, channel=channel), owner)


def in_(hall: Hall, channel: Channel) -> World:
    """Return the same people in another channel."""
    return replace(hall.world, channel=channel)


# --- the panel


async def test_everything_has_a_default_that_is_marked_and_fits_into_one_message(
    hall: Hall,
) -> None:
    panel = shown(await hall.open())

    lines = panel["content"].splitlines()[1:]
    assert [line.partition(":")[0] for line in lines] == [words.TITLES[name] for name in NAMES]
    assert all(line.endswith("*(default)*") for line in lines)
    assert options(panel) == [words.TITLES[name] for name in NAMES]
    assert panel["flags"] & 64  # only its reader sees it


async def test_only_who_may_manage_the_server_is_offered_the_command(hall: Hall) -> None:
    with pytest.raises(LookupError):
        await hall.world.discord.slash(hall.world.ada, hall.world.channel, "settings")


@pytest.mark.parametrize("name", NAMES)
async def test_each_setting_can_be_looked_at_and_left_again(hall: Hall, name: str) -> None:
    panel = await hall.open(name)
    assert words.HINTS[name] in shown(panel)["content"]
    assert words.RESET not in custom_ids(shown(panel))

    assert await hall.press(panel, words.BACK) == shown(await hall.open())["content"]


async def test_what_is_set_is_shown_kept_over_a_restart_logged_and_reset(hall: Hall) -> None:
    said = await hall.set("on_leave", words.PICK_ONE, "delete")
    assert "those that were cloned here are deleted" in said
    panel = await hall.open("on_leave")

    await hall.restart()

    assert "are deleted" in await hall.says("on_leave")
    assert "*(default)*" in await hall.press(panel, words.RESET)
    assert (await hall.says("on_leave")).endswith("*(default)*")
    owner = f"discord:{hall.owner.id}"
    assert log_of(hall) == [
        (owner, "setting changed", "on_leave", "unshare → delete"),
        (owner, "setting changed", "on_leave", "delete → unshare"),
    ]


async def test_a_panel_that_was_open_during_a_restart_goes_on(hall: Hall) -> None:
    panel = await hall.open()
    await hall.restart()

    await hall.choose(panel, words.PICK, "watermark")
    await hall.restart()
    await hall.choose(panel, words.PICK_ONE, "on")

    assert "Now: on" in shown(panel)["content"]


# --- review


async def test_a_review_channel_is_taken_where_myna_can_post_and_else_it_says_what_it_lacks(
    hall: Hall,
) -> None:
    discord, server = hall.world.discord, hall.world.server
    rights = MEMBER_PERMISSIONS & ~Permission.ATTACH_FILES
    closed = discord.add_channel(server, "closed", bot_permissions=rights)
    panel = await hall.open("review_channel")

    told_off = await told(await hall.choose(panel, words.PICK_CHANNEL, closed))
    assert f"I cannot show cases in <#{closed.id}>: I lack Attach Files." in told_off
    assert (await hall.says("review_channel")).endswith("*(default)*")

    await hall.choose(panel, words.PICK_CHANNEL, hall.world.channel)
    assert f"Now: <#{hall.world.channel.id}>" in shown(panel)["content"]
    assert words.EVERYBODY_SEES in shown(panel)["content"]
    assert f"<#{hall.world.channel.id}>" in await hall.says("review_channel")


async def test_the_review_role_is_a_role_of_the_server(hall: Hall) -> None:
    role = hall.world.discord.add_role(hall.world.server, "judges")

    assert f"Now: <@&{role.id}>" in await hall.set("review_role", words.PICK_ROLE, role)


# --- who, where, languages


async def test_one_clones_and_speaks_where_the_server_wants_it(hall: Hall) -> None:
    other = hall.world.discord.add_channel(hall.world.server, "elsewhere")
    await hall.set("channels", words.PICK_CHANNELS, other)

    sentence = await whispered(await hall.world.clone())
    assert sentence == f"On this server I clone and speak elsewhere only: <#{other.id}>."
    assert f"<#{other.id}>" in await refused(hall.world, "Hello there.")
    assert hall.world.bill().uploads == 0
    assert asked_of_minimax(hall.world) == []

    await cloned(in_(hall, other))
    await hall.set("channels", words.PICK_CHANNELS)
    assert (await hall.says("channels")).endswith("everywhere *(default)*")
    await spoken(hall.world, sentence_of(hall.world))


async def test_cloning_is_for_a_role_where_the_server_wants_it(hall: Hall) -> None:
    role = hall.world.discord.add_role(hall.world.server, "singers", hall.world.bob)
    await hall.set("clone_roles", words.PICK_ROLES, role)

    sentence = await whispered(await hall.world.clone())
    assert f"<@&{role.id}>" in sentence
    assert hall.world.bill().uploads == 0
    await spoken(hall.world, sentence_of(hall.world))
    await cloned(hall.world, person=hall.world.bob)


async def test_languages_of_both_menus_count_together(hall: Hall) -> None:
    panel = await hall.open("languages")
    first, second = [name for name in custom_ids(shown(panel)) if name.startswith("Languages")]
    await hall.choose(panel, first, "German", "English")
    await hall.choose(panel, second, "Danish")
    assert "English, German, Danish" in shown(panel)["content"]
    await hall.choose(panel, first, "German")
    assert "Now: German, Danish" in shown(panel)["content"]

    said = await refused(hall.world, sentence_of(hall.world), language="English")
    assert said == "On this server I clone and speak these languages only: German, Danish."
    assert asked_of_minimax(hall.world) == []
    await spoken(hall.world, sentence_of(hall.world), language="Danish")
    assert asked_of_minimax(hall.world)[0]["language_boost"] == "Danish"


# --- how it is made


async def test_who_names_no_model_gets_that_of_the_server(hall: Hall) -> None:
    await hall.set("default_model", words.PICK_ONE, "speech-2.6-turbo")

    await cloned(hall.world)
    await spoken(hall.world, sentence_of(hall.world))
    await spoken(hall.world, f"{sentence_of(hall.world)} Again.", model="speech-02-hd")

    (call,) = hall.world.arrived("/v1/voice_clone")
    assert isinstance(call.json, dict)
    assert call.json["model"] == "speech-2.6-turbo"
    sent = [body["model"] for body in asked_of_minimax(hall.world)]
    assert sent == ["speech-2.6-turbo", "speech-02-hd"]


async def test_the_watermark_is_asked_of_the_provider(hall: Hall) -> None:
    await hall.set("watermark", words.PICK_ONE, "on")

    await cloned(hall.world)
    await spoken(hall.world, sentence_of(hall.world))
    await hall.set("watermark", words.PICK_ONE, "off")
    await spoken(hall.world, f"{sentence_of(hall.world)} Again.")

    (call,) = hall.world.arrived("/v1/voice_clone")
    assert isinstance(call.json, dict)
    assert call.json["aigc_watermark"] is True
    sent = [body.get("aigc_watermark", False) for body in asked_of_minimax(hall.world)]
    assert sent == [True, False]


# --- money and numbers


async def test_a_budget_is_lowered_by_the_server_but_not_raised(hall: Hall) -> None:
    await hall.type("day_limit", "$0,001")
    assert "$0.0010" in await hall.says("day_limit")
    said = await refused(hall.world, sentence_of(hall.world))
    assert "This server has $0.0010 left of $0.0010 today" in said
    assert asked_of_minimax(hall.world) == []

    await hall.type("day_limit", "100")
    assert "of $5.00" in await usage(hall)
    await hall.type("day_limit", "")
    assert (await hall.says("day_limit")).endswith("none of its own *(default)*")
    details = [entry[3] for entry in log_of(hall)]
    assert details == ["none → $0.001", "$0.001 → $100", "$100 → none"]


async def usage(hall: Hall) -> str:
    """Return what `/usage` says."""
    pressed = await hall.world.discord.slash(hall.world.ada, hall.world.channel, "usage")
    return await whispered(pressed)


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("day_limit", "much", "Budget of a day: I need an amount such as 5 or 2.50"),
        ("month_limit", "-1", "Budget of a month: I need an amount from $0 to $1000000"),
        ("remind_hours", "0", "Reminders: I need a whole number from 1 to 720."),
        ("evidence_days", "3651", "Evidence: I need a whole number from 0 to 3650."),
        ("case_days", "many", "Old cases: I need a whole number from 4 to 3650."),
        ("words", "darn\n!!", "Refused words: I need words of at most 64 characters"),
    ],
)
async def test_what_makes_no_sense_is_refused_and_nothing_changes(
    hall: Hall, name: str, text: str, sentence: str
) -> None:
    assert sentence in await told(await hall.type(name, text))

    assert (await hall.says(name)).endswith("*(default)*")
    assert log_of(hall) == []


# --- words


async def test_a_refused_word_reaches_nobody_but_moderators(hall: Hall) -> None:
    await hall.type("words", "Darn\nheck  no\ndarn")
    assert (await hall.says("words")).endswith("3 words")

    said = await refused(hall.world, "Well, d a r n it all.")
    assert "does not allow a word in that text" in said
    clone = await whispered(await hall.world.clone(text="Heck, no."))
    assert "does not allow a word in that text" in clone
    assert "darn" not in (said + clone).casefold()

    assert hall.world.bill().uploads == 0
    assert asked_of_minimax(hall.world) == []
    assert hall.world.posted_by_myna() == []
    query = "SELECT origin, about, person, text FROM cases WHERE server = ? ORDER BY opened_at"
    ada = f"discord:{hall.world.ada.id}"
    assert rows(hall.world, query, f"discord:{hall.world.server.id}") == [
        ("words", "text", ada, "Well, d a r n it all."),
        ("words", "text", ada, "Heck, no."),
    ]

    await spoken(hall.world, sentence_of(hall.world))


async def test_what_nobody_could_be_shown_is_shown_once_there_is_a_review_channel(
    hall: Hall,
) -> None:
    await hall.type("words", "darn")
    await refused(hall.world, "Oh darn.")
    mods = hall.world.discord.add_channel(hall.world.server, "mods")

    await hall.set("review_channel", words.PICK_CHANNEL, mods)

    await hall.world.says("Oh darn.", channel=mods)
    assert hall.world.posted_by_myna() == []


# --- who may not


async def test_who_may_not_manage_the_server_changes_nothing_by_forging_presses(
    hall: Hall,
) -> None:
    await hall.set("watermark", words.PICK_ONE, "on")
    panel = shown(await hall.open("watermark"))
    before = log_of(hall)
    moderator = hall.world.discord.add_person(
        "mod", permissions=MEMBER_PERMISSIONS | Permission.MANAGE_MESSAGES
    )
    presses: list[tuple[str, tuple[str, ...]]] = [
        ("myna-rule:all:watermark", ()),
        ("myna-rule:reset:watermark", ()),
        ("myna-rule:form:day_limit", ()),
        ("myna-rule:form:words", ()),
        ("myna-rule-menu:pick:any", ("watermark",)),
        ("myna-rule-menu:set:watermark", ("off",)),
        ("myna-rule-menu:set:default_model", ("speech-02-hd",)),
        ("myna-rule-menu:set:on_flag", ("reject",)),
        ("myna-rule-menu:set:languages", ("German",)),
        ("myna-rule-menu:more:languages", ("Danish",)),
    ]

    role = hall.world.discord.add_role(hall.world.server, "judges")
    forged = [(panel, *press) for press in presses]
    for name, kind in (
        ("review_channel", "channels"),
        ("channels", "channels"),
        ("review_role", "roles"),
        ("clone_roles", "roles"),
    ):
        where = shown(await hall.open(name))
        chosen = role.id if kind == "roles" else hall.world.channel.id
        forged.append((where, f"myna-rule-{kind}:{name}", (chosen,)))

    for person in (hall.world.ada, moderator):
        for where, custom_id, values in forged:
            pressed = await hall.world.discord.forge_click(person, where, custom_id, values)
            sentence = await told(pressed)
            assert "Only who may manage this server" in sentence, custom_id
            assert pressed.modal is None, custom_id

    assert log_of(hall) == before
    assert (await hall.says("watermark")).endswith(": on")


async def test_an_administrator_of_another_server_manages_nothing_here(hall: Hall) -> None:
    await hall.set("watermark", words.PICK_ONE, "on")
    stranger = hall.world.discord.add_person("stranger")
    elsewhere = hall.world.discord.add_server("Elsewhere", owner=stranger)
    channel = hall.world.discord.add_channel(elsewhere, "elsewhere")
    await (await hall.world.discord.slash(stranger, channel, "settings")).answered(PATIENCE)

    panel = shown(await hall.open("watermark"))
    pressed = await hall.world.discord.forge_click(stranger, panel, "myna-rule:reset:watermark")

    assert "Only who may manage this server" in await told(pressed)
    assert (await hall.says("watermark")).endswith(": on")


async def test_nobody_forges_a_value_that_does_not_exist(hall: Hall) -> None:
    panel = await hall.open("on_flag")
    menu = custom_ids(shown(panel))[words.PICK_ONE]

    pressed = await hall.world.discord.forge_click(hall.owner, shown(panel), menu, ("nothing",))

    assert "Flagged previews: I need one of hold, reject." in await told(pressed)
    assert log_of(hall) == []
