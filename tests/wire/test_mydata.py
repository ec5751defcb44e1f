"""What Myna keeps about somebody, handed to them, through the whole product."""

import io
import json
import zipfile

import pytest

from bot.frontends import wording_data
from bot.sandbox.discord import Interaction
from tests.wire.speeches import activated
from tests.wire.world import PATIENCE, Message, World, eventually, whispered

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def export(world: World) -> Interaction:
    """Let ada ask for what is kept about her."""
    pressed = await world.discord.slash(world.ada, world.channel, "mydata export")
    return await pressed.answered(PATIENCE)


async def test_everything_comes_by_direct_message_and_once_an_hour(scene: World) -> None:
    await activated(scene)

    pressed = await export(scene)

    assert wording_data.SENT in await whispered(pressed)
    (letter,) = scene.discord.direct_messages(scene.ada)
    assert letter["content"] == wording_data.SENT_FOR
    (attached,) = letter["attachments"]
    files = _unpacked(scene.discord.read_file(attached))
    assert set(files) >= {"index.html", "voices.json", "charges.json", "speeches.json"}
    (voice,) = json.loads(files["voices.json"])
    assert (voice["label"], voice["owner"]) == ("Robin", f"discord:{scene.ada.id}")
    assert {one["text"] for one in json.loads(files["speeches.json"])} == {"First words."}
    assert len(json.loads(files["posted_files.json"])) == 2
    assert "First words." in files["index.html"]
    assert "First words." not in scene.myna.log

    again = await export(scene)
    assert "less than an hour ago" in await whispered(again)
    assert len(scene.discord.direct_messages(scene.ada)) == 1


async def test_who_takes_no_direct_messages_gets_it_where_only_they_see_it(scene: World) -> None:
    scene.ada.accepts_direct_messages = False

    pressed = await export(scene)
    await pressed.until(lambda each: bool(_attachments(each)), PATIENCE)

    assert wording_data.SENT_HERE in await whispered(pressed)
    assert pressed.is_ephemeral
    attached = _attachments(pressed)[0]
    files = _unpacked(scene.discord.read_file(attached))
    assert json.loads(files["voices.json"]) == []
    assert scene.posted_by_myna() == []
    await eventually(lambda: scene.discord.direct_messages(scene.ada) == [])


def _attachments(pressed: Interaction) -> list[Message]:
    answers = [pressed.message, *pressed.followups]
    return [each for one in answers if one for each in one["attachments"]]


def _unpacked(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}
