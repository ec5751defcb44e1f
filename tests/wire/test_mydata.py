"""What Myna keeps about somebody: handed to them, and erased, through the whole product."""

import io
import json
import zipfile

import pytest

from bot.frontends import wording_data, wording_erase, wording_verify
from bot.sandbox.discord import Interaction, Person
from bot.sandbox.minimax.faults import FaultKind
from tests.wire.reviews import case_about, flag, open_review, ungovern
from tests.wire.speeches import (
    STOCK,
    activated,
    cloned,
    custom_ids,
    rows,
    sentence_of,
    shown,
    speak,
    spent,
    spoken,
    told,
)
from tests.wire.world import PATIENCE, Message, World, eventually, whispered

pytestmark = pytest.mark.asyncio(loop_scope="module")

SETTINGS = {"MYNA_PERSON_DAY_USD": "none", "MYNA_SERVER_DAY_USD": "none"}


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


# --- erased


async def ask_to_erase(world: World) -> Interaction:
    """Let ada ask for all about her to be erased; return the question."""
    pressed = await world.discord.slash(world.ada, world.channel, "mydata erase")
    return await pressed.answered(PATIENCE)


async def erase(world: World) -> Interaction:
    """Let ada have all about her erased."""
    asked = await ask_to_erase(world)
    return await world.press(world.ada, shown(asked), wording_erase.ERASE)


def receipts(world: World) -> list[str]:
    """Return what ada was told when it was done."""
    sent = [each["content"] for each in world.discord.direct_messages(world.ada)]
    return [each for each in sent if "All that I kept about you is erased" in each]


async def receipt(world: World) -> str:
    """Return the receipt as soon as she has one."""
    await eventually(lambda: receipts(world) != [])
    (text,) = receipts(world)
    return text


def deletions(world: World) -> list[str]:
    """Return the voice ids that MiniMax was asked to delete."""
    bodies = [each.json for each in world.arrived("/v1/delete_voice")]
    return [body["voice_id"] for body in bodies if isinstance(body, dict)]


def traces(world: World, person: Person) -> list[str]:
    """Return the columns of Myna's database in which somebody's number is found."""
    found = set()
    tables = rows(world, "SELECT name FROM sqlite_master WHERE type = 'table'")
    for (table,) in tables:
        for number, (_, column, *_) in enumerate(rows(world, f"PRAGMA table_info({table})")):
            for row in rows(world, f"SELECT * FROM {table}"):  # noqa: S608  its own names
                if person.id in str(row[number]):
                    found.add(f"{table}.{column}")
    return sorted(found - {"counters.scope"})  # a budget is not given back by erasing


async def test_whoever_is_erased_leaves_nothing_here_or_at_the_provider(scene: World) -> None:
    await activated(scene)
    assert traces(scene, scene.ada) != []
    asked = await ask_to_erase(scene)
    question = await whispered(asked)
    assert "This cannot be undone" in question
    assert "Your one voice is deleted" in question
    assert deletions(scene) == []

    pressed = await scene.press(scene.ada, shown(asked), wording_erase.ERASE)

    assert pressed.message is not None
    assert pressed.message["content"] == wording_erase.STARTED
    text = await receipt(scene)
    assert "**Deleted**: 1 voice, 1 consent, " in text
    assert "3 charges, as bookkeeping" in text
    assert "with your Discord id**: how much of your budgets is used" in text
    assert spent(scene, scene.ada) > 0
    assert deletions(scene) == scene.voice_ids_sent()
    await eventually(lambda: traces(scene, scene.ada) == [])
    assert rows(scene, "SELECT count(*) FROM charges WHERE person LIKE 'erased:%'") == [(3,)]
    spoken_ = rows(scene, "SELECT DISTINCT text FROM speeches WHERE asker LIKE 'erased:%'")
    assert spoken_ == [("",)]
    assert len(scene.bubbles()) == 1  # the speech; the preview is gone
    assert scene.ada.id not in scene.myna.log


async def test_what_was_posted_still_says_that_no_person_said_it(scene: World) -> None:
    await cloned(scene)
    await spoken(scene, sentence_of(scene), voice="Robin")
    said = scene.bubbles()[-1]
    await erase(scene)
    await receipt(scene)

    pressed = await scene.discord.message_menu(scene.bob, wording_verify.COMMAND_VERIFY, said)

    text = await whispered(await pressed.answered(PATIENCE))
    assert f"the voice **erased voice** of {wording_erase.SOMEBODY}" in text
    assert "No person said it" in text


async def test_nobody_erases_somebody_else_and_no_is_no(scene: World) -> None:
    await activated(scene)
    asked = await ask_to_erase(scene)
    before = traces(scene, scene.ada)

    forged = await scene.discord.forge_click(
        scene.bob, shown(asked), custom_ids(shown(asked))[wording_erase.ERASE]
    )
    assert "somebody else's data" in await told(forged)
    kept = await scene.press(scene.ada, shown(asked), wording_erase.KEEP)

    assert kept.message is not None
    assert kept.message["content"] == wording_erase.KEPT
    assert (traces(scene, scene.ada), deletions(scene)) == (before, [])


async def test_a_clone_under_way_leaves_no_voice_at_the_provider(scene: World) -> None:
    with scene.minimax.faults.hold("voice_clone"):
        await scene.clone()
        await eventually(lambda: bool(scene.voice_ids_sent()))
        await erase(scene)

    assert "took their yes back" in (await scene.says("I could not clone"))["content"]
    await receipt(scene)
    assert deletions(scene) == scene.voice_ids_sent()
    assert scene.bubbles() == []
    await scene.settled()
    await eventually(lambda: traces(scene, scene.ada) == [])


async def test_while_it_runs_nothing_new_begins(scene: World) -> None:
    await activated(scene)
    with scene.minimax.faults.hold("delete_voice"):
        await erase(scene)

        refused_ = await speak(scene, "One more.", voice=STOCK)
        assert "being erased" in await whispered(refused_)
        again = await ask_to_erase(scene)
        assert await whispered(again) == wording_erase.RUNNING

    await receipt(scene)
    assert len(deletions(scene)) == 1


async def test_a_kill_in_the_middle_loses_nothing(scene: World) -> None:
    await activated(scene)
    with scene.minimax.faults.hold("delete_voice"):
        await erase(scene)
        await eventually(lambda: deletions(scene) != [])
        await scene.myna.kill()
    await scene.myna.start()

    await receipt(scene)
    assert set(deletions(scene)) == set(scene.voice_ids_sent())
    await eventually(lambda: traces(scene, scene.ada) == [])
    assert len(receipts(scene)) == 1


async def test_moderators_no_longer_see_what_she_wrote(scene: World) -> None:
    review = await open_review(scene)
    key = await flag(scene)
    card = await case_about(scene, review, key)
    assert "Hello there." in card["content"]

    await erase(scene)

    assert "1 undecided case" in await receipt(scene)
    await eventually(lambda: scene.discord.messages(review) == [])
    assert deletions(scene) == scene.voice_ids_sent()
    await eventually(lambda: traces(scene, scene.ada) == [])
    await ungovern(scene)


async def test_what_the_provider_refuses_is_told_and_deleted_later(scene: World) -> None:
    await activated(scene)
    scene.minimax.faults.plan(FaultKind.ANSWER, "delete_voice", code=1004)
    await erase(scene)

    text = await receipt(scene)
    assert "**Not deleted yet**" in text
    assert "**Robin**, reference: " in text
    standing = await ask_to_erase(scene)
    assert wording_erase.PENDING in await whispered(standing)

    await eventually(
        lambda: rows(scene, "SELECT told FROM erasures WHERE state = 'pending'") == [(1,)]
    )
    assert await scene.myna.stop() == 0
    await scene.myna.start()  # what is due is done at a start, too

    await eventually(lambda: any("voices that were left" in each for each in letters(scene)))
    assert deletions(scene) == scene.voice_ids_sent() * 2
    await eventually(lambda: traces(scene, scene.ada) == [])


async def test_who_takes_no_direct_messages_asks_for_the_receipt(scene: World) -> None:
    await activated(scene)
    scene.ada.accepts_direct_messages = False
    await erase(scene)
    untold = "SELECT count(*) FROM erasures WHERE state = 'untold'"
    await eventually(lambda: rows(scene, untold) == [(1,)])

    asked = await ask_to_erase(scene)

    assert "**Deleted**: 1 voice" in await whispered(asked)
    assert not [each for each in scene.posted_by_myna() if "erased" in each["content"]]
    await eventually(lambda: traces(scene, scene.ada) == [])
    assert "You have no voice to delete" in await whispered(await ask_to_erase(scene))


def letters(world: World) -> list[str]:
    """Return all that ada was written."""
    return [each["content"] for each in world.discord.direct_messages(world.ada)]


def _attachments(pressed: Interaction) -> list[Message]:
    answers = [pressed.message, *pressed.followups]
    return [each for one in answers if one for each in one["attachments"]]


def _unpacked(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}
