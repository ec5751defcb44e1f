"""Long texts in the MiniMax stand-in: taken, spoken in a while, fetched as an archive."""

import asyncio
import io
import json
import tarfile
import zipfile
from datetime import timedelta

import pytest
from aiohttp import ClientSession
from yarl import URL

from bot.sandbox.minimax import FaultKind, MiniMaxStandIn
from bot.sandbox.voice.sound_files import read_mono
from tests.integration.minimax_stand_in.raw_minimax import (
    VOICE,
    Json,
    RawMiniMax,
    download,
    message,
    status,
)

pytestmark = pytest.mark.usefixtures("cloned_voice")

SENTENCE = "This is a sentence of a long text. "


async def begin(client: RawMiniMax, **fields: object) -> Json:
    good = {"model": "speech-2.8-hd", "text": SENTENCE, "voice_setting": {"voice_id": VOICE}}
    body = {**good, **fields}
    return await client.post("t2a_async_v2", {k: v for k, v in body.items() if v is not None})


async def query(client: RawMiniMax, task: Json) -> Json:
    return await client.get(f"/v1/query/t2a_async_query_v2?task_id={task['task_id']}")


async def finished(stand_in: MiniMaxStandIn, client: RawMiniMax, task: Json) -> Json:
    """Let the stand-in's clock run until the task is no longer spoken."""
    async with asyncio.timeout(60):
        while True:
            stand_in.clock.advance(timedelta(seconds=1))
            answer = await query(client, task)
            if answer["status"] != "Processing":
                return answer
            await asyncio.sleep(0.01)  # the speaker needs the processor, too


async def link_to(client: RawMiniMax, answer: Json) -> object:
    retrieved = await client.get(f"/v1/files/retrieve?file_id={answer['file_id']}")
    file = retrieved["file"]
    assert isinstance(file, dict)
    return file["download_url"]


def unpacked(content: bytes) -> dict[str, bytes]:
    """Answer the files of an archive by their endings."""
    members = {}
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        for name in archive.getnames():
            file = archive.extractfile(name)
            assert file is not None
            members[name.rpartition(".")[2]] = file.read()
    return members


async def test_a_long_text_is_taken_spoken_and_fetched(
    stand_in: MiniMaxStandIn, client: RawMiniMax
) -> None:
    text = SENTENCE * 60

    task = await begin(client, text=text, audio_setting={"channel": 1, "bitrate": 64000})
    meanwhile = await query(client, task)
    early = await client.get(f"/v1/files/retrieve?file_id={task['file_id']}")
    answer = await finished(stand_in, client, task)
    members = unpacked(await download(await link_to(client, answer)))

    assert task["usage_characters"] == len(text)
    assert (meanwhile["status"], meanwhile["file_id"]) == ("Processing", 0)
    assert status(early) == 2013
    assert (answer["status"], answer["file_id"]) == ("Success", task["file_id"])
    assert set(members) == {"mp3", "titles", "extra"}
    heard, rate = read_mono(members["mp3"], 8000)
    assert rate == 32_000
    assert len(heard) / 8000 == pytest.approx(len(text) / 15, rel=0.01)
    assert "".join(entry["text"] for entry in json.loads(members["titles"])) == text


async def test_a_long_text_charges_the_fee_once_and_keeps_the_voice(
    stand_in: MiniMaxStandIn, client: RawMiniMax
) -> None:
    await begin(client)
    await begin(client)
    await client.speak(VOICE)

    stand_in.clock.advance(timedelta(days=30))

    assert stand_in.ledger.fees == 1
    assert status(await client.speak(VOICE)) == 0


async def test_the_link_works_for_nine_hours(stand_in: MiniMaxStandIn, client: RawMiniMax) -> None:
    answer = await finished(stand_in, client, await begin(client))
    link = URL(str(await link_to(client, answer)), encoded=True)

    async with ClientSession() as session:
        stand_in.clock.advance(timedelta(hours=8, minutes=59))
        in_time = (await session.get(link)).status
        stand_in.clock.advance(timedelta(minutes=2))
        too_late = (await session.get(link)).status

    assert (in_time, too_late) == (200, 403)


async def test_a_long_text_may_be_an_upload(stand_in: MiniMaxStandIn, client: RawMiniMax) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("book/one.txt", SENTENCE)
    plain = await client.upload(SENTENCE.encode(), "book.txt", "t2a_async_input")
    zipped = await client.upload(packed.getvalue(), "book.zip", "t2a_async_input")

    for file_id in (plain, zipped):
        task = await begin(client, text=None, text_file_id=file_id)
        assert task["usage_characters"] == len(SENTENCE)
        assert (await finished(stand_in, client, task))["status"] == "Success"


@pytest.mark.parametrize(
    "fields",
    [
        {"text": None},
        {"text_file_id": 7},
        {"text": None, "text_file_id": 7},
        {"text": "x" * 50_001},
        {"audio_setting": {"sample_rate": 32000}},
        {"audio_setting": {"format": "opus"}},
        {"voice_setting": {"voice_id": VOICE, "text_normalization": True}},
        {"voice_setting": {"voice_id": VOICE, "emotion": "whisper"}},
        {"output_format": "url"},
        {"subtitle_enable": True},
        {"text": "One.<#1#>"},
    ],
    ids=str,
)
async def test_a_long_text_against_the_page_is_refused_and_free(
    stand_in: MiniMaxStandIn, client: RawMiniMax, fields: Json
) -> None:
    answer = await begin(client, **fields)

    assert status(answer) == 2013
    assert stand_in.ledger.bill == []


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\xff", b"PK no zip"])
@pytest.mark.parametrize("filename", ["book.txt", "book.zip"])
async def test_an_upload_that_is_no_text_is_refused(
    client: RawMiniMax, content: bytes, filename: str
) -> None:
    file_id = await client.upload(content, filename, "t2a_async_input")
    answer = await begin(client, text=None, text_file_id=file_id)

    assert status(answer) == (0 if content.startswith(b"PK") and "txt" in filename else 2013)


async def test_a_sample_is_no_long_text(client: RawMiniMax) -> None:
    file_id = await client.upload(SENTENCE.encode(), "book.txt", "voice_clone")

    assert status(await begin(client, text=None, text_file_id=file_id)) == 2013


@pytest.mark.parametrize(
    ("fields", "code"),
    [({"voice_setting": {"voice_id": "nobody"}}, 2054), ({"text": "badword-flagged"}, 1026)],
)
async def test_a_long_text_is_refused_as_a_short_one_is(
    client: RawMiniMax, fields: Json, code: int
) -> None:
    assert status(await begin(client, **fields)) == code


async def test_a_task_may_fail_after_it_was_charged(
    stand_in: MiniMaxStandIn, client: RawMiniMax
) -> None:
    stand_in.faults.plan(FaultKind.FAILED_TASK, "t2a_async_v2")

    answer = await finished(stand_in, client, await begin(client))

    assert (answer["status"], answer["file_id"]) == ("Failed", 0)
    assert stand_in.ledger.voices[VOICE].speech_characters == len(SENTENCE)


async def test_a_result_expires_after_a_week(stand_in: MiniMaxStandIn, client: RawMiniMax) -> None:
    task = await begin(client)
    await finished(stand_in, client, task)

    stand_in.clock.advance(timedelta(days=7))

    assert (await query(client, task))["status"] == "Expired"
    gone = await client.get(f"/v1/files/retrieve?file_id={task['file_id']}")
    assert status(gone) == 2013


async def test_a_result_may_be_bare_and_may_be_deleted(
    stand_in: MiniMaxStandIn, client: RawMiniMax
) -> None:
    stand_in.switches.long_speech_as_tar = False

    answer = await finished(stand_in, client, await begin(client))
    heard, _rate = read_mono(await download(await link_to(client, answer)), 8000)
    body = {"file_id": answer["file_id"], "purpose": "t2a_async"}
    deleted = await client.post("files/delete", body)

    assert len(heard) / 8000 == pytest.approx(len(SENTENCE) / 15, abs=0.2)
    assert status(deleted) == 0


async def test_a_task_takes_as_long_as_it_is_told_to(
    stand_in: MiniMaxStandIn, client: RawMiniMax
) -> None:
    stand_in.switches.task_seconds = 3600
    task = await begin(client)

    stand_in.clock.advance(timedelta(seconds=3598))
    early = await query(client, task)
    stand_in.clock.advance(timedelta(seconds=2))

    assert early["status"] == "Processing"
    assert (await finished(stand_in, client, task))["status"] == "Success"


async def test_an_unknown_task_is_a_wrong_parameter(client: RawMiniMax) -> None:
    assert message(await query(client, {"task_id": "7"})) == "invalid params, task_id not exist"


async def test_more_than_ten_queries_in_a_second_are_too_many(client: RawMiniMax) -> None:
    task = await begin(client)

    codes = [status(await query(client, task)) for _ in range(200)]

    assert codes[:10] == [0] * 10
    assert 1002 in codes
