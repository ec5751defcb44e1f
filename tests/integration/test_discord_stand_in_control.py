"""The person's side over HTTP."""

import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import discord
import pytest

from tests.integration.discord_probe import OGG, Town, a_bot, a_town


class Hand:
    """Sends orders to the control side."""

    def __init__(self, town: Town, session: aiohttp.ClientSession) -> None:
        self.base = f"{town.stand_in.url}/_stand-in"
        self.session = session

    async def post(self, path: str, **order: Any) -> Any:
        async with self.session.post(f"{self.base}/{path}", json=order) as response:
            return await response.json()

    async def get(self, path: str) -> Any:
        async with self.session.get(f"{self.base}/{path}") as response:
            return await response.json()


@asynccontextmanager
async def a_hand() -> AsyncIterator[tuple[Town, Hand]]:
    """Run a town with the probe bot in it, and a hand on its control side."""
    async with a_town() as town, a_bot(town, _add_share) as bot, aiohttp.ClientSession() as session:
        bot.add_view(_Sharing(timeout=None))
        yield town, Hand(town, session)


class _Sharing(discord.ui.View):
    @discord.ui.select(cls=discord.ui.MentionableSelect, custom_id="with", max_values=2)
    async def chosen(self, interaction: discord.Interaction[Any], menu: Any) -> None:
        names = sorted(each.name for each in menu.values)
        await interaction.response.edit_message(content=" ".join(names))


def _add_share(tree: discord.app_commands.CommandTree[Any]) -> None:
    @tree.command(description="Share")
    async def share(
        interaction: discord.Interaction[Any], role: discord.Role, voice: str = "none"
    ) -> None:
        await interaction.response.send_message(f"{role.name} {voice}", view=_Sharing())

    @share.autocomplete("voice")
    async def voices(
        interaction: discord.Interaction[Any], current: str
    ) -> list[discord.app_commands.Choice[str]]:
        name = f"{current} for {interaction.namespace.role.id}"
        return [discord.app_commands.Choice(name=name, value="v")]


def _file(data: bytes) -> dict[str, str]:
    return {
        "name": "in.ogg",
        "content_type": "audio/ogg",
        "base64": base64.b64encode(data).decode(),
    }


async def test_a_command_with_a_file_is_run_over_http() -> None:
    async with a_hand() as (town, hand):
        done = await hand.post(
            "slash",
            person="alice",
            channel="general",
            name="reverse",
            options={"clip": _file(OGG), "shift": 2},
        )

        assert done["message"]["content"] == "shift 2"
        assert town.stand_in.read_file(done["message"]["attachments"][0]) == OGG[::-1]
        async with hand.session.get(done["message"]["attachments"][0]["url"]) as download:
            assert await download.read() == OGG[::-1]


async def test_a_modal_is_opened_and_sent_over_http_with_its_file_as_a_part() -> None:
    async with a_hand() as (_, hand):
        opened = await hand.post("slash", person="alice", channel="general", name="new")
        form = aiohttp.FormData()
        values = {"Name": "Bea", "Kind": ["Calm"], "Clip": [{"part": "clip"}], "I agree": True}
        form.add_field("payload_json", json.dumps({"interaction": opened["id"], "values": values}))
        form.add_field("clip", OGG, filename="c.ogg", content_type="audio/ogg")

        async with hand.session.post(f"{hand.base}/modal", data=form) as response:
            sent = await response.json()

        assert opened["modal"]["title"] == "New voice"
        assert sent["message"]["content"] == f"Bea Calm {len(OGG)} True"


async def test_buttons_menus_and_suggestions_work_over_http() -> None:
    async with a_hand() as (_, hand):
        panel = await hand.post("slash", person="alice", channel="general", name="panel")
        pressed = await hand.post(
            "click", person="alice", message=panel["message"]["id"], component="Again"
        )
        note = await hand.post(
            "say", person="bob", channel="general", files=[_file(OGG)], voice={"seconds": 2.5}
        )
        measured = await hand.post("menu", person="alice", name="Measure", message=note["id"])
        suggested = await hand.post(
            "autocomplete",
            person="alice",
            channel="general",
            name="whisper",
            option="text",
            typed="a",
        )

        assert pressed["message"]["content"] == "again 7"
        assert measured["message"]["content"] == "True 2.5"
        assert suggested["choices"] == [{"name": "a!", "value": "a"}]


async def test_a_channel_is_streamed_with_only_what_the_person_sees() -> None:
    async with a_hand() as (_, hand):
        await hand.post(
            "slash", person="alice", channel="general", name="whisper", options={"text": "psst"}
        )
        await hand.post("say", person="alice", channel="general", content="aloud")

        url = f"{hand.base}/channels/general/events?person=bob"
        async with hand.session.get(url) as stream:
            lines = [await stream.content.readline() for _ in range(3)]

        assert lines[1] == b"event: MESSAGE_CREATE\n"
        assert json.loads(lines[2].removeprefix(b"data: "))["content"] == "aloud"
        assert [m["content"] for m in await hand.get("channels/general/messages?person=bob")] == [
            "aloud"
        ]
        assert len(await hand.get("channels/general/messages?person=alice")) == 2


async def test_roles_are_added_and_chosen_over_http() -> None:
    async with a_hand() as (_, hand):
        role = await hand.post("roles", server="Nest", name="singers", members=["alice"])
        place = {"person": "alice", "channel": "general", "name": "share"}
        options = {"role": {"role": "singers"}}

        suggested = await hand.post(
            "autocomplete", **place, option="voice", typed="ro", options=options
        )
        shared = await hand.post("slash", **place, options=options)
        message = shared["message"]["id"]
        chosen = await hand.post(
            "click",
            person="bob",
            message=message,
            component="with",
            values=[{"person": "alice"}, {"role": "singers"}],
        )

        assert suggested["choices"][0]["name"] == f"ro for {role['id']}"
        assert shared["message"]["content"] == "singers none"
        assert chosen["message"]["content"] == "alice singers"


async def test_a_press_is_forged_over_http_where_none_is_offered() -> None:
    async with a_hand() as (town, hand):
        said = await town.stand_in.slash(town.alice, town.channel, "whisper", text="psst")
        await said.answered()
        assert said.message is not None
        order = {"person": "bob", "message": said.message["id"], "component": "again:3"}

        refused = await hand.post("click", **order)
        forged = await hand.post("click", **order, forge=True)

        assert "does not see" in refused["error"]
        assert forged["message"]["content"] == "again 3"


@pytest.mark.parametrize(
    ("path", "order", "told"),
    [
        ("slash", {"person": "nobody", "channel": "general", "name": "new"}, "nobody"),
        ("slash", {"person": "alice", "channel": "general", "name": "nothing"}, "nothing"),
        ("slash", {"person": "alice", "channel": "general"}, "bad order"),
        ("slash", {"person": "alice", "channel": "general", "name": "whisper"}, "required"),
        ("modal", {"interaction": "1"}, "no interaction"),
    ],
)
async def test_a_bad_order_is_answered_with_what_is_wrong(
    path: str, order: dict[str, Any], told: str
) -> None:
    async with a_hand() as (_, hand):
        assert told in (await hand.post(path, **order))["error"]


async def test_the_world_can_be_changed_and_looked_at_over_http() -> None:
    async with a_hand() as (_, hand):
        await hand.post("servers", name="Roost")
        await hand.post("people", name="carol", locale="de", permissions=["MANAGE_GUILD"])
        await hand.post("channels", server="Roost", name="quiet", bot_permissions=["VIEW_CHANNEL"])

        world = await hand.get("world")

        assert [server["name"] for server in world["servers"]] == ["Nest", "Roost"]
        assert world["people"][-1]["locale"] == "de"
        assert world["connected"]
        assert {"reverse", "Measure"} <= {command["name"] for command in world["commands"]}


async def test_the_bot_cannot_reach_the_persons_side_under_discords_name() -> None:
    async with a_town(expect_complaints=True) as town, aiohttp.ClientSession() as session:
        url = "https://discord.com/_stand-in/world"
        async with session.get(url, proxy=town.stand_in.proxy_url, ssl=False) as response:
            assert response.status == 404
        assert len(town.stand_in.complaints) == 1


async def test_the_proxy_leads_nowhere_but_to_discord() -> None:
    async with a_town(expect_complaints=True) as town, aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.ClientHttpProxyError):
            await session.get("https://example.org/", proxy=town.stand_in.proxy_url)

        assert "example.org" in town.stand_in.complaints[0]


async def test_members_and_the_bot_come_and_go_by_order() -> None:
    async with a_hand() as (town, hand):
        alice, bob = town.alice.id, town.bob.id

        async def sent(path: str, **order: str) -> tuple[bool, bool, bool]:
            shown = await hand.post(path, server="Nest", **order)
            return alice in shown["members"], alice in shown["bans"], shown["has_bot"]

        assert await sent("leave", person="alice") == (False, False, True)
        assert await sent("join", person="alice") == (True, False, True)
        assert await sent("ban", person="alice", reason="spam") == (False, True, True)
        assert await sent("unban", person="alice") == (False, False, True)
        assert (await hand.post("owner", server="Nest", person="bob"))["owner_id"] == bob
        refused = await hand.post("leave", server="Nest", person="bob")
        assert "bob" in refused["error"]
        assert await sent("remove-bot") == (False, False, False)
        assert await sent("add-bot") == (False, False, True)
        made = await hand.post("servers", name="Own", owner="alice")
        (_, own) = (await hand.get("world"))["servers"]
        assert (own["id"], own["owner_id"]) == (made["id"], alice)


async def test_a_channel_is_deleted_by_order() -> None:
    async with a_hand() as (_, hand):
        async with hand.session.delete(f"{hand.base}/channels/general") as response:
            assert (await response.json())["name"] == "general"

        assert (await hand.get("world"))["servers"][0]["channels"] == []
        async with hand.session.delete(f"{hand.base}/channels/general") as response:
            assert response.status == 400
