"""What a person can do, and what Discord's client would not let a person do."""

from typing import Any

import pytest

from bot.sandbox.discord.modal_form import FieldValue
from tests.integration.discord_probe import OGG, a_bot, a_plain_client, a_town

CLIP = {"type": 11, "name": "clip", "description": "x", "required": True}
ORDER = {
    "name": "order",
    "description": "x",
    "type": 1,
    "options": [
        {"type": 3, "name": "size", "description": "x", "choices": [{"name": "S", "value": "s"}]},
        {"type": 3, "name": "note", "description": "x", "min_length": 2, "max_length": 4},
        {"type": 4, "name": "count", "description": "x", "min_value": 1, "max_value": 3},
    ],
}


@pytest.mark.parametrize(
    "options",
    [
        {"colour": "red"},
        {"size": "xl"},
        {"note": "x"},
        {"note": "xxxxx"},
        {"count": 0},
        {"count": 4},
        {"count": "2"},
        {"count": True},
    ],
)
async def test_a_person_cannot_send_what_the_command_does_not_take(options: dict[str, Any]) -> None:
    async with a_plain_client(expect_complaints=False) as (town, _):
        town.stand_in.commands.replace_all(None, [ORDER])

        with pytest.raises(ValueError, match=next(iter(options))):
            await town.stand_in.slash(town.alice, town.channel, "order", **options)


async def test_a_subcommand_is_reached_by_its_words() -> None:
    sub = {"type": 1, "name": "clone", "description": "x", "options": [CLIP]}
    voice = {"name": "voice", "description": "x", "type": 1, "options": [sub]}
    async with a_plain_client(expect_complaints=False) as (town, client):
        town.stand_in.commands.replace_all(town.server.id, [voice])

        sent = await town.stand_in.slash(town.alice, town.channel, "voice clone", clip=("a", OGG))
        with pytest.raises(LookupError):
            await town.stand_in.slash(town.alice, town.channel, "voice sing")

        assert await client.answer(sent, {"type": 4, "data": {"content": "done"}}) == 0


async def test_a_command_works_in_a_direct_channel() -> None:
    async with a_town() as town, a_bot(town):
        direct = town.stand_in.direct_channel(town.alice)

        interaction = await town.stand_in.slash(town.alice, direct, "whisper", text="psst")
        await interaction.answered()

        assert interaction.message is not None
        assert interaction.message["channel_id"] == direct.id


async def test_nobody_can_press_a_button_on_a_message_meant_for_another() -> None:
    button = {"type": 2, "style": 1, "custom_id": "b", "label": "Press"}
    secret = {
        "type": 4,
        "data": {"content": "x", "flags": 64, "components": [{"type": 1, "components": [button]}]},
    }
    async with a_plain_client(expect_complaints=False) as (town, client):
        sent = await town.stand_in.slash(town.alice, town.channel, "hi")
        await client.answer(sent, secret)
        assert sent.message is not None

        with pytest.raises(LookupError):
            await town.stand_in.click(town.bob, sent.message, "Press")
        pressed = await town.stand_in.click(town.alice, sent.message, "Press")

        assert await client.answer(pressed, {"type": 7, "data": {"content": "y"}}) == 0
        assert sent.message["content"] == "y"


async def test_a_disabled_button_and_an_unoffered_choice_cannot_be_used() -> None:
    option = {"label": "Calm", "value": "calm"}
    rows = [
        {"type": 2, "style": 1, "custom_id": "off", "label": "Off", "disabled": True},
        {"type": 3, "custom_id": "kind", "options": [option]},
    ]
    body = {"content": "x", "components": [{"type": 1, "components": [row]} for row in rows]}
    async with a_plain_client(expect_complaints=False) as (town, client):
        await client.post(body)
        (shown,) = town.stand_in.messages(town.channel)

        with pytest.raises(ValueError, match="disabled"):
            await town.stand_in.click(town.alice, shown, "Off")
        with pytest.raises(ValueError, match="no choice"):
            await town.stand_in.click(town.alice, shown, "kind", ["lively"])
        chosen = await town.stand_in.click(town.alice, shown, "kind", ["calm"])

        assert await client.answer(chosen, {"type": 6}) == 0


async def test_a_modal_cannot_be_sent_without_what_it_requires() -> None:
    async with a_town() as town, a_bot(town):
        opened = await (await town.stand_in.slash(town.alice, town.channel, "new")).answered()
        good: dict[str, FieldValue] = {"Name": "Bea", "Kind": ["Calm"], "Clip": [("c.ogg", OGG)]}

        mistakes: list[dict[str, FieldValue]] = [
            {"Name": ""},
            {"Name": "x" * 21},
            {"Kind": ["Wild"]},
            {"Clip": []},
        ]

        for wrong in mistakes:
            with pytest.raises(ValueError, match=next(iter(wrong))):
                await town.stand_in.submit_modal(opened, {**good, **wrong})
        with pytest.raises(ValueError, match="no fields"):
            await town.stand_in.submit_modal(opened, {**good, "Age": "3"})


async def test_commands_are_registered_changed_and_removed_one_by_one() -> None:
    async with a_plain_client(expect_complaints=False) as (town, client):
        path = f"/applications/{town.stand_in.world.bot.id}/guilds/{town.server.id}/commands"

        status, made = await client.call("POST", path, {"name": "one", "description": "x"})
        one = f"{path}/{made['id']}"
        _, changed = await client.call("PATCH", one, {"description": "y"})
        _, listed = await client.call("GET", path)
        gone, _ = await client.call("DELETE", one)

        assert (status, gone) == (201, 204)
        assert listed == [changed]
        assert changed["description"] == "y"
        assert town.stand_in.commands.registered(town.server.id) == []
