"""Uploads to the MiniMax stand-in: what is kept, listed, handed out and forgotten."""

import pytest
from aiohttp import FormData

from bot.sandbox.minimax import MiniMaxStandIn
from tests.integration.minimax_stand_in.raw_minimax import (
    RawMiniMax,
    download,
    message,
    sample,
    status,
)


async def test_an_upload_is_answered_with_the_documented_file_object(
    stand_in: MiniMaxStandIn, client: RawMiniMax
) -> None:
    answer = await client.try_upload(b"any bytes", "note.mp3")

    file = answer["file"]
    assert isinstance(file, dict)
    assert len(str(file.pop("file_id"))) == 15
    assert file == {
        "bytes": 9,
        "created_at": pytest.approx(int(stand_in.clock.now().timestamp()), abs=5),
        "filename": "note.mp3",
        "purpose": "voice_clone",
    }
    assert answer["base_resp"] == {"status_code": 0, "status_msg": "success"}
    assert stand_in.ledger.uploads == 1


async def test_file_ids_can_be_made_too_wide_for_a_double(
    stand_in: MiniMaxStandIn, client: RawMiniMax
) -> None:
    stand_in.switches.wide_file_ids = True

    assert await client.upload(b"any bytes") > 2**53


async def test_the_parts_of_an_upload_may_come_in_either_order(client: RawMiniMax) -> None:
    form = FormData()
    form.add_field("file", sample(), filename="sample.wav")
    form.add_field("purpose", "prompt_audio")

    async with client.session.post(f"{client.url}/v1/files/upload", data=form) as response:
        answer = await response.json()

    assert answer["file"]["purpose"] == "prompt_audio"


async def test_an_upload_for_another_purpose_is_refused(client: RawMiniMax) -> None:
    answer = await client.try_upload(b"any bytes", purpose="holiday")

    assert answer == {"base_resp": {"status_code": 2013, "status_msg": "invalid params, purpose"}}


async def test_an_upload_without_a_file_is_refused(client: RawMiniMax) -> None:
    form = FormData({"purpose": "voice_clone"})

    async with client.session.post(f"{client.url}/v1/files/upload", data=form()) as response:
        answer = await response.json()

    assert status(answer) == 2013


async def test_an_upload_over_20_mb_is_refused_and_not_kept(
    stand_in: MiniMaxStandIn, client: RawMiniMax
) -> None:
    answer = await client.try_upload(bytes(20 * 1024 * 1024 + 1))

    assert status(answer) == 2013
    assert "20MB" in message(answer)
    assert stand_in.ledger.uploads == 0


async def test_no_files_are_listed_as_null(client: RawMiniMax) -> None:
    answer = await client.get("/v1/files/list?purpose=voice_clone")

    assert answer["files"] is None
    assert status(answer) == 0


async def test_files_are_listed_by_purpose(client: RawMiniMax) -> None:
    kept = await client.upload(b"one")
    await client.upload(b"two", purpose="prompt_audio")

    answer = await client.get("/v1/files/list?purpose=voice_clone")

    files = answer["files"]
    assert isinstance(files, list)
    assert [file["file_id"] for file in files] == [kept]


async def test_a_retrieved_file_comes_with_a_link_to_its_bytes(client: RawMiniMax) -> None:
    file_id = await client.upload(sample())

    answer = await client.get(f"/v1/files/retrieve?file_id={file_id}")

    file = answer["file"]
    assert isinstance(file, dict)
    assert await download(file["download_url"]) == sample()


async def test_a_deleted_file_is_gone(stand_in: MiniMaxStandIn, client: RawMiniMax) -> None:
    file_id = await client.upload(b"any bytes")
    body = {"file_id": file_id, "purpose": "voice_clone"}

    first = await client.post("files/delete", body)
    second = await client.post("files/delete", body)

    assert first == {"file_id": file_id, "base_resp": {"status_code": 0, "status_msg": "success"}}
    assert message(second) == "invalid params, file_id not exist"
    assert stand_in.ledger.file_deletions == 1


async def test_a_file_is_not_deleted_for_another_purpose(client: RawMiniMax) -> None:
    file_id = await client.upload(b"any bytes")

    answer = await client.post("files/delete", {"file_id": file_id, "purpose": "prompt_audio"})

    assert status(answer) == 2013


async def test_a_file_id_must_be_a_number(client: RawMiniMax) -> None:
    file_id = await client.upload(b"any bytes")
    body = {"file_id": str(file_id), "purpose": "voice_clone"}

    assert status(await client.post("files/delete", body)) == 2013
