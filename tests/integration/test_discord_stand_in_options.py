"""Options of slash commands, roles and permissions, as a real discord.py bot meets them."""

import asyncio
from typing import Any

import discord
import pytest
from discord import app_commands

from bot.sandbox.discord import MEMBER_PERMISSIONS, Channel, Permission, Person, Role
from tests.integration.discord_probe import (
    Clock,
    PlainClient,
    a_bot,
    a_plain_client,
    a_town,
    content_of,
)

Asked = discord.Interaction[Any]
Suggestions = list[app_commands.Choice[str]]


def _add_commands(tree: app_commands.CommandTree[Any]) -> None:
    voice = app_commands.Group(name="voice", description="Use a voice")
    say = app_commands.Group(name="say", description="Say something", parent=voice)

    @say.command(description="Say it aloud")
    async def aloud(
        interaction: Asked,
        text: app_commands.Range[str, 2, 10],
        voice: str,
        speed: app_commands.Range[float, 0.5, 2.0] = 1.0,
        loud: bool = False,  # noqa: FBT001, FBT002  a command's options are told so
    ) -> None:
        await interaction.response.send_message(f"{text} {voice} {speed} {loud}")

    @aloud.autocomplete("voice")
    async def voices(interaction: Asked, current: str) -> Suggestions:
        filled = interaction.namespace
        name = f"{filled.text} {filled.speed} {filled.loud} {current}"
        return [app_commands.Choice(name=name, value=current)]

    @aloud.autocomplete("text")
    async def texts(interaction: Asked, current: str) -> Suggestions:
        return [app_commands.Choice(name=f"{interaction.namespace.voice}: {current}", value="x")]

    @tree.command(description="Share with somebody")
    async def share(
        interaction: Asked,
        person: discord.Member | None = None,
        role: discord.Role | None = None,
        anybody: discord.Member | discord.Role | None = None,
        where: discord.TextChannel | None = None,
    ) -> None:
        given = [person, role, anybody, where]
        await interaction.response.send_message(
            " ".join(f"{type(each).__name__}:{each.name}" for each in given if each)
        )

    @tree.command(description="Who am I?")
    async def who(interaction: Asked) -> None:
        assert isinstance(interaction.user, discord.Member)
        roles = [role.name for role in interaction.user.roles]
        may = interaction.permissions
        await interaction.response.send_message(
            f"{roles} {may.manage_messages} {may.manage_guild} {may.administrator}"
        )

    tree.add_command(voice)


async def test_the_roles_of_a_member_come_with_the_interaction() -> None:
    async with a_town() as town, a_bot(town, _add_commands):
        role = town.stand_in.add_role(town.server, "singers", town.alice)

        held = await content_of(await town.stand_in.slash(town.alice, town.channel, "who"))
        town.stand_in.take_role(town.alice, role)
        taken = await content_of(await town.stand_in.slash(town.alice, town.channel, "who"))

        assert held == "['@everyone', 'singers'] False False False"
        assert taken == "['@everyone'] False False False"


async def test_a_bot_that_sees_members_sees_their_roles_and_how_they_change() -> None:
    intents = discord.Intents.default()
    intents.members = True
    changed: asyncio.Queue[list[str]] = asyncio.Queue()

    async def on_member_update(_before: discord.Member, after: discord.Member) -> None:
        changed.put_nowait([role.name for role in after.roles])

    async with a_town() as town:
        town.stand_in.add_role(town.server, "singers", town.alice)
        async with a_bot(town, intents=intents) as bot:
            bot.add_listener(on_member_update)
            server = bot.get_guild(int(town.server.id))
            assert server is not None
            alice = server.get_member(int(town.alice.id))
            assert alice is not None
            before = [role.name for role in alice.roles]
            owls = town.stand_in.add_role(town.server, "owls")
            town.stand_in.give_role(town.alice, owls)

            async with asyncio.timeout(5):
                after = await changed.get()

    assert before == ["@everyone", "singers"]
    assert after == ["@everyone", "singers", "owls"]


async def test_the_permissions_of_a_role_are_those_of_its_holders() -> None:
    async with a_town() as town, a_bot(town, _add_commands):
        powers = Permission.MANAGE_MESSAGES | Permission.MANAGE_GUILD
        town.stand_in.add_role(town.server, "keepers", town.alice, permissions=powers)
        everything = MEMBER_PERMISSIONS | Permission.ADMINISTRATOR
        mia = town.stand_in.add_person("mia", permissions=everything)

        keeper = await content_of(await town.stand_in.slash(town.alice, town.channel, "who"))
        ordinary = await content_of(await town.stand_in.slash(town.bob, town.channel, "who"))
        administrator = await content_of(await town.stand_in.slash(mia, town.channel, "who"))

        assert keeper.endswith("True True False")
        assert ordinary.endswith("False False False")
        assert administrator == "['@everyone', 'mia'] True True True"


async def test_members_roles_and_channels_are_given_as_options() -> None:
    async with a_town() as town, a_bot(town, _add_commands):
        role = town.stand_in.add_role(town.server, "singers")
        given: list[tuple[dict[str, Person | Role | Channel], str]] = [
            ({"person": town.bob}, "Member:bob"),
            ({"role": role}, "Role:singers"),
            ({"anybody": role}, "Role:singers"),
            ({"anybody": town.bob}, "Member:bob"),
            ({"where": town.channel}, "TextChannel:general"),
        ]

        for options, told in given:
            asked = await town.stand_in.slash(town.alice, town.channel, "share", **options)
            assert await content_of(asked) == told


async def test_a_member_given_as_an_option_has_roles_and_permissions() -> None:
    seen: list[discord.Member] = []

    def add_commands(tree: app_commands.CommandTree[Any]) -> None:
        @tree.command(description="Look at somebody")
        async def look(interaction: Asked, person: discord.Member) -> None:
            seen.append(person)
            await interaction.response.send_message("seen")

    async with a_town() as town, a_bot(town, add_commands):
        town.stand_in.add_role(
            town.server, "keepers", town.bob, permissions=Permission.MANAGE_MESSAGES
        )
        await content_of(
            await town.stand_in.slash(town.alice, town.channel, "look", person=town.bob)
        )

    assert [role.name for role in seen[0].roles] == ["@everyone", "keepers"]
    assert seen[0].resolved_permissions is not None
    assert seen[0].resolved_permissions.manage_messages


@pytest.mark.parametrize("option", ["person", "where", "role"])
async def test_an_option_takes_nothing_of_another_kind_or_place(option: str) -> None:
    async with a_town() as town, a_bot(town, _add_commands):
        elsewhere = town.stand_in.add_server("Roost")
        wrong: dict[str, Person | Role | Channel] = {
            "person": town.stand_in.add_role(town.server, "singers"),
            "where": town.stand_in.add_channel(elsewhere, "loft"),
            "role": town.stand_in.add_role(elsewhere, "owls"),
        }

        with pytest.raises(ValueError, match=r"takes another type|can be chosen here"):
            await town.stand_in.slash(town.alice, town.channel, "share", **{option: wrong[option]})


async def test_a_subcommand_of_a_group_takes_options_of_every_plain_type() -> None:
    async with a_town() as town, a_bot(town, _add_commands):
        asked = await town.stand_in.slash(
            town.alice,
            town.channel,
            "voice say aloud",
            text="hey",
            voice="v1",
            speed=1.5,
            loud=True,
        )

        assert await content_of(asked) == "hey v1 1.5 True"


@pytest.mark.parametrize(
    "wrong", [{"text": "h"}, {"text": "h" * 11}, {"speed": 0.4}, {"speed": 2.1}, {"loud": 1}]
)
async def test_what_is_outside_the_bounds_of_an_option_cannot_be_sent(
    wrong: dict[str, Any],
) -> None:
    async with a_town() as town, a_bot(town, _add_commands):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            await town.stand_in.slash(
                town.alice,
                town.channel,
                "voice say aloud",
                **{"text": "hey", "voice": "v1", **wrong},
            )


async def test_suggestions_are_told_what_is_filled_in_already() -> None:
    async with a_town() as town, a_bot(town, _add_commands):
        place = (town.alice, town.channel, "voice say aloud")

        for_voice = await town.stand_in.autocomplete(
            *place, "voice", "ro", text="hey", speed=1.5, loud=True
        )
        for_text = await town.stand_in.autocomplete(*place, "text", "h", voice="v1")

        assert for_voice == [{"name": "hey 1.5 True ro", "value": "ro"}]
        assert for_text == [{"name": "v1: h", "value": "x"}]


async def test_a_role_is_known_by_its_id_alone_while_typing() -> None:
    seen: list[Any] = []

    def add_commands(tree: app_commands.CommandTree[Any]) -> None:
        @tree.command(description="Give to a role")
        async def give(interaction: Asked, role: discord.Role, voice: str) -> None:
            await interaction.response.send_message(f"{role.name} {voice}")

        @give.autocomplete("voice")
        async def voices(interaction: Asked, _current: str) -> Suggestions:
            seen.append(interaction.namespace.role)
            return []

    async with a_town() as town, a_bot(town, add_commands):
        role = town.stand_in.add_role(town.server, "singers")
        suggested = await town.stand_in.autocomplete(
            town.alice, town.channel, "give", "voice", "", role=role
        )

        assert suggested == []
        assert seen == [discord.Object(id=int(role.id))]
        assert type(seen[0]) is discord.Object


STRING, INTEGER, NUMBER = 3, 4, 10


def _pick(kind: int) -> dict[str, Any]:
    option = {"type": kind, "name": "what", "description": "x", "autocomplete": True}
    return {"name": "pick", "description": "x", "type": 1, "options": [option]}


async def _suggest(kind: int, choices: list[dict[str, Any]]) -> int:
    """Return the code that an answer with ``choices`` meets, 0 for none."""
    async with a_plain_client() as (town, client):
        town.stand_in.commands.replace_all(None, [_pick(kind)])
        typing = await town.stand_in.type_into(town.alice, town.channel, "pick", "what", "x")
        code = await client.answer(typing, {"type": 8, "data": {"choices": choices}})
        assert bool(town.stand_in.complaints) == (code != 0)
        return code


@pytest.mark.parametrize(
    ("kind", "choices", "code"),
    [
        (STRING, [{"name": "n" * 100, "value": "v" * 100}] * 25, 0),
        (STRING, [], 0),
        (STRING, [{"name": "n", "value": "v"}] * 26, 50035),
        (STRING, [{"name": "", "value": "v"}], 50035),
        (STRING, [{"name": "n" * 101, "value": "v"}], 50035),
        (STRING, [{"name": "n", "value": ""}], 50035),
        (STRING, [{"name": "n", "value": "v" * 101}], 50035),
        (STRING, [{"name": "n", "value": 1}], 50035),
        (INTEGER, [{"name": "n", "value": 2**53}], 0),
        (INTEGER, [{"name": "n", "value": 2**53 + 1}], 50035),
        (INTEGER, [{"name": "n", "value": "1"}], 50035),
        (INTEGER, [{"name": "n", "value": 1.5}], 50035),
        (NUMBER, [{"name": "n", "value": 1.5}, {"name": "m", "value": 1}], 0),
    ],
)
async def test_suggestions_keep_to_their_limits(
    kind: int, choices: list[dict[str, Any]], code: int
) -> None:
    assert await _suggest(kind, choices) == code


async def test_suggestions_after_three_seconds_are_complained_of() -> None:
    clock = Clock()
    async with a_plain_client(monotonic=clock) as (town, client):
        town.stand_in.commands.replace_all(None, [_pick(STRING)])
        typing = await town.stand_in.type_into(town.alice, town.channel, "pick", "what", "x")
        clock.now += 3.1

        assert await client.answer(typing, {"type": 8, "data": {"choices": []}}) == 10062
        assert "Unknown interaction" in town.stand_in.complaints[0]


async def _register(client: PlainClient, bot_id: str, *options: dict[str, Any]) -> int:
    command = {"name": "order", "description": "x", "options": list(options)}
    status, _ = await client.call("PUT", f"/applications/{bot_id}/commands", [command])
    return status


def _option(kind: int, **changes: Any) -> dict[str, Any]:
    return {"type": kind, "name": "what", "description": "x", **changes}


@pytest.mark.parametrize(
    "option",
    [
        _option(5, autocomplete=True),
        _option(STRING, min_value=1),
        _option(INTEGER, max_length=5),
        _option(INTEGER, min_value=3, max_value=2),
        _option(STRING, min_length=3, max_length=2),
        _option(STRING, max_length=6001),
        _option(STRING, channel_types=[0]),
        _option(STRING, choices=[{"name": "n", "value": 1}]),
        _option(INTEGER, choices=[{"name": "n", "value": "1"}]),
        _option(STRING, options=[_option(STRING)]),
        _option(2, options=[_option(STRING)]),
        _option(2, options=[]),
        _option(1, options=[_option(1)]),
    ],
)
async def test_an_option_that_cannot_be_is_not_registered(option: dict[str, Any]) -> None:
    async with a_plain_client() as (town, client):
        assert await _register(client, town.stand_in.world.bot.id, option) == 400


async def test_subcommands_do_not_stand_beside_other_options() -> None:
    async with a_plain_client() as (town, client):
        sub = _option(1, name="sub", options=[_option(STRING)])

        assert await _register(client, town.stand_in.world.bot.id, sub) == 200
        assert await _register(client, town.stand_in.world.bot.id, sub, _option(STRING)) == 400


async def test_a_command_has_at_most_8000_characters_in_all() -> None:
    async with a_plain_client() as (town, client):
        choices = [{"name": f"{n:050}", "value": f"{n:050}"} for n in range(25)]
        bulky = [_option(STRING, name=f"o{n}", choices=choices) for n in range(4)]

        assert await _register(client, town.stand_in.world.bot.id, *bulky[:3]) == 200
        assert await _register(client, town.stand_in.world.bot.id, *bulky) == 400


async def test_people_and_roles_are_looked_up_one_by_one() -> None:
    async with a_town() as town, a_bot(town) as bot:
        role = town.stand_in.add_role(town.server, "singers", town.alice)
        server = await bot.fetch_guild(int(town.server.id))

        user = await bot.fetch_user(int(town.alice.id))
        member = await server.fetch_member(int(town.alice.id))
        found = await server.fetch_role(int(role.id))
        with pytest.raises(discord.NotFound) as unknown:
            await server.fetch_role(1)

        assert (user.name, member.name, found.name) == ("alice", "alice", "singers")
        assert member._roles.has(found.id)
        assert "singers" in [each.name for each in await server.fetch_roles()]
        assert unknown.value.code == 10011


async def test_a_role_is_pinged_if_it_is_mentionable() -> None:
    async with a_town() as town, a_bot(town) as bot:
        singers = town.stand_in.add_role(town.server, "singers", mentionable=True)
        owls = town.stand_in.add_role(town.server, "owls")
        channel = bot.get_partial_messageable(int(town.channel.id))

        sent = await channel.send(f"<@&{singers.id}> <@&{owls.id}>")

        assert sent.raw_role_mentions == [int(singers.id), int(owls.id)]
        (shown,) = town.stand_in.messages(town.channel)
        assert shown["mention_roles"] == [singers.id]
