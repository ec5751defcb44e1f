"""What the stand-in refuses, asked with plain HTTP where discord.py would not let one ask."""

from typing import Any

import pytest

from bot.sandbox.discord import MEMBER_PERMISSIONS, Permission
from tests.integration.discord_probe import OGG, Clock, a_plain_client

VOICE = 1 << 13
COMPONENTS_V2 = 1 << 15
NOTE = {"id": 0, "filename": "note.ogg", "duration_secs": 1.0, "waveform": "AAAA"}


def _button(custom_id: str = "press", label: str = "Press") -> dict[str, Any]:
    return {"type": 2, "style": 1, "custom_id": custom_id, "label": label}


def _row(*components: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(components)}


BAD_MESSAGES: dict[str, tuple[dict[str, Any], int]] = {
    "empty": ({}, 50006),
    "too long": ({"content": "x" * 2001}, 50035),
    "too many embeds": ({"embeds": [{"title": "t"}] * 11}, 50035),
    "too much in embeds": ({"embeds": [{"description": "x" * 4000}] * 2}, 50035),
    "long custom_id": ({"content": "x", "components": [_row(_button("i" * 101))]}, 50035),
    "custom_id twice": ({"content": "x", "components": [_row(_button(), _button())]}, 50035),
    "six buttons": (
        {"content": "x", "components": [_row(*(_button(str(i)) for i in range(6)))]},
        50035,
    ),
    "six rows": (
        {"content": "x", "components": [_row(_button(str(i))) for i in range(6)]},
        50035,
    ),
    "text display without the flag": ({"components": [{"type": 10, "content": "x"}]}, 50035),
    "content with the flag": (
        {"content": "x", "flags": COMPONENTS_V2, "components": [{"type": 10, "content": "x"}]},
        50035,
    ),
    "long nonce": ({"content": "x", "nonce": "n" * 26}, 50035),
    "mentions parsed and listed": (
        {"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}},
        50035,
    ),
    "reply to nothing": ({"content": "x", "message_reference": {"message_id": "1"}}, 50035),
    "metadata without a file": ({"content": "x", "attachments": [{"id": 0}]}, 50035),
    "unknown component": ({"content": "x", "components": [{"type": 99}]}, 50035),
    "missing upload": (
        {
            "flags": COMPONENTS_V2,
            "components": [{"type": 13, "file": {"url": "attachment://gone.ogg"}}],
        },
        50035,
    ),
}


@pytest.mark.parametrize(("body", "code"), BAD_MESSAGES.values(), ids=BAD_MESSAGES.keys())
async def test_a_message_that_breaks_a_rule_is_refused(body: dict[str, Any], code: int) -> None:
    async with a_plain_client() as (town, client):
        assert await client.post(body) == code
        assert town.stand_in.messages(town.channel) == []


@pytest.mark.parametrize(
    ("body", "files", "code"),
    [
        ({"flags": VOICE, "attachments": [NOTE]}, (OGG,), 0),
        ({"flags": VOICE, "attachments": [NOTE], "content": "x"}, (OGG,), 50159),
        ({"flags": VOICE, "attachments": [NOTE, {"id": 1}]}, (OGG, OGG), 50160),
        ({"flags": VOICE, "attachments": [{"id": 0}]}, (OGG,), 50161),
    ],
)
async def test_a_voice_message_is_one_audio_file_with_its_data_and_nothing_else(
    body: dict[str, Any], files: tuple[bytes, ...], code: int
) -> None:
    async with a_plain_client(expect_complaints=code != 0) as (_, client):
        assert await client.post(body, files) == code


async def test_a_voice_message_says_in_its_part_that_it_is_audio() -> None:
    async with a_plain_client() as (_, client):
        code = await client.post(
            {"flags": VOICE, "attachments": [NOTE]}, (OGG,), "application/octet-stream"
        )

        assert code == 50160


async def test_a_file_over_the_limit_is_refused() -> None:
    async with a_plain_client(upload_limit=10) as (_, client):
        assert await client.post({"content": "x"}, (b"x" * 10,)) == 0
        assert await client.post({"content": "x"}, (b"x" * 11,)) == 40005


@pytest.mark.parametrize("waveform", ["", "no base64", "A" * 400])
async def test_a_waveform_is_base64_of_at_most_256_bytes(waveform: str) -> None:
    async with a_plain_client() as (_, client):
        note = {**NOTE, "waveform": waveform}

        assert await client.post({"flags": VOICE, "attachments": [note]}, (OGG,)) == 50035


async def test_a_command_is_offered_only_to_those_who_may_use_it() -> None:
    async with a_plain_client(expect_complaints=False) as (town, client):
        ban = {"name": "ban", "description": "Ban", "default_member_permissions": "32"}
        town.stand_in.commands.replace_all(None, [ban])
        mia = town.stand_in.add_person(
            "mia", permissions=MEMBER_PERMISSIONS | Permission.MANAGE_GUILD
        )

        with pytest.raises(LookupError):
            await town.stand_in.slash(town.alice, town.channel, "ban")
        allowed = await town.stand_in.slash(mia, town.channel, "ban")

        assert await client.answer(allowed, {"type": 4, "data": {"content": "done"}}) == 0


async def test_a_voice_message_cannot_be_edited() -> None:
    async with a_plain_client() as (town, client):
        await client.post({"flags": VOICE, "attachments": [NOTE]}, (OGG,))
        (posted,) = town.stand_in.messages(town.channel)

        path = f"/channels/{town.channel.id}/messages/{posted['id']}"
        _, answer = await client.call("PATCH", path, {"content": "x"})

        assert answer["code"] == 50162


async def test_an_unknown_route_is_complained_of() -> None:
    async with a_plain_client() as (town, client):
        status, _ = await client.call("GET", "/guilds/1/emojis")

        assert status == 404
        assert town.stand_in.complaints == ["unknown route GET /api/v10/guilds/1/emojis"]


async def test_an_interaction_is_answered_once_and_within_three_seconds() -> None:
    clock = Clock()
    async with a_plain_client(monotonic=clock) as (town, client):
        hello = {"type": 4, "data": {"content": "hello"}}
        prompt = await town.stand_in.slash(town.alice, town.channel, "hi")
        late = await town.stand_in.slash(town.alice, town.channel, "hi")

        codes = [await client.answer(prompt, hello), await client.answer(prompt, hello)]
        clock.now += 3.1
        codes.append(await client.answer(late, hello))

        assert codes == [0, 40060, 10062]
        assert len(town.stand_in.complaints) == 2


async def test_a_token_is_good_for_fifteen_minutes() -> None:
    clock = Clock()
    async with a_plain_client(monotonic=clock) as (town, client):
        interaction = await town.stand_in.slash(town.alice, town.channel, "hi")
        await client.answer(interaction, {"type": 5})
        path = f"/webhooks/{town.stand_in.world.bot.id}/{interaction.token}"

        in_time, _ = await client.call("POST", path, {"content": "done"})
        clock.now += 901
        too_late, answer = await client.call("POST", path, {"content": "done"})

        assert (in_time, too_late, answer["code"]) == (200, 401, 50027)


async def test_an_interaction_that_is_never_answered_is_complained_of() -> None:
    clock = Clock()
    async with a_plain_client(monotonic=clock) as (town, _):
        await town.stand_in.slash(town.alice, town.channel, "hi")
        clock.now += 4

    assert "never answered" in town.stand_in.complaints[0]


def _modal(**changes: Any) -> dict[str, Any]:
    field = {"type": 4, "custom_id": "name", "style": 1}
    label = {"type": 18, "label": "Name", "component": field}
    return {"custom_id": "form", "title": "Form", "components": [label], **changes}


@pytest.mark.parametrize(
    ("modal", "code"),
    [
        (_modal(), 0),
        (_modal(title="t" * 46), 50035),
        (_modal(components=[]), 50035),
        (_modal(components=_modal()["components"] * 2), 50035),
        (_modal(components=[_row(_button())]), 50035),
        (_modal(custom_id="c" * 101), 50035),
    ],
)
async def test_a_modal_keeps_to_its_limits(modal: dict[str, Any], code: int) -> None:
    async with a_plain_client(expect_complaints=code != 0) as (town, client):
        interaction = await town.stand_in.slash(town.alice, town.channel, "hi")

        assert await client.answer(interaction, {"type": 9, "data": modal}) == code


@pytest.mark.parametrize(
    "command",
    [
        {"name": "Loud", "description": "x"},
        {"name": "two words", "description": "x"},
        {"name": "quiet"},
        {"name": "menu", "type": 3, "description": "x"},
        {
            "name": "order",
            "description": "x",
            "options": [
                {"type": 3, "name": "a", "description": "x"},
                {"type": 3, "name": "b", "description": "x", "required": True},
            ],
        },
    ],
)
async def test_a_malformed_command_is_not_registered(command: dict[str, Any]) -> None:
    async with a_plain_client() as (town, client):
        path = f"/applications/{town.stand_in.world.bot.id}/commands"

        status, answer = await client.call("PUT", path, [command])

        assert (status, answer["code"]) == (400, 50035)


async def test_messages_are_listed_newest_first_around_a_place() -> None:
    async with a_plain_client(expect_complaints=False) as (town, client):
        said = [await town.stand_in.say(town.alice, town.channel, str(n)) for n in range(5)]
        path = f"/channels/{town.channel.id}/messages"

        pages = {
            query: [m["content"] for m in (await client.call("GET", f"{path}?{query}"))[1]]
            for query in (
                "limit=2",
                f"limit=2&after={said[1]['id']}",
                f"limit=2&before={said[3]['id']}",
                f"limit=3&around={said[2]['id']}",
            )
        }

        assert list(pages.values()) == [["4", "3"], ["3", "2"], ["2", "1"], ["3", "2", "1"]]


async def test_an_edit_keeps_the_attachments_it_names_and_drops_the_others() -> None:
    async with a_plain_client(expect_complaints=False) as (town, client):
        await client.post({"content": "x"}, (b"one", b"two"))
        (posted,) = town.stand_in.messages(town.channel)
        first, second = posted["attachments"]
        path = f"/channels/{town.channel.id}/messages/{posted['id']}"

        await client.call("PATCH", path, {"attachments": [{"id": second["id"]}]})

        (edited,) = town.stand_in.messages(town.channel)
        assert [item["id"] for item in edited["attachments"]] == [second["id"]]
        assert first["id"] != second["id"]
        assert edited["content"] == "x"
