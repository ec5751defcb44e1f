"""Long texts through the MiniMax client."""

from pathlib import Path

import pytest

from bot.minimax.client import MiniMaxClient
from bot.minimax.errors import MiniMaxBadAnswer, MiniMaxRefusal, MiniMaxUnreachable
from bot.minimax.long_speech_models import (
    LongAudioSetting,
    LongSpeechRequest,
    LongVoiceSetting,
    TaskState,
)
from bot.minimax.models import Purpose
from tests.fakes.minimax_loopback import (
    SUCCESS,
    TRACE,
    Loopback,
    MakeClient,
    ManualTime,
    hang_up,
    refusal,
)

BEGIN = "/v1/t2a_async_v2"
QUERY = "/v1/query/t2a_async_query_v2"
RETRIEVE = "/v1/files/retrieve"
BIG_ID = 2**53 + 1
REQUEST = LongSpeechRequest(
    model="speech-2.8-hd", text="Hello.", voice_setting=LongVoiceSetting(voice_id="alice-9f3c1a")
)


async def test_a_long_text_is_sent_under_the_names_of_its_endpoint(
    client: MiniMaxClient, server: Loopback
) -> None:
    server.answers[BEGIN] = {"task_id": "t1", "file_id": 7, "usage_characters": 6, **SUCCESS}

    task = await client.begin_long_speech(
        LongSpeechRequest(
            model="speech-2.8-turbo",
            text_file_id=BIG_ID,
            voice_setting=LongVoiceSetting(voice_id="alice-9f3c1a", english_normalization=True),
            audio_setting=LongAudioSetting(
                format="mp3", audio_sample_rate=32000, bitrate=64000, channel=1
            ),
        )
    )

    assert server.asked[0].json == {
        "model": "speech-2.8-turbo",
        "text_file_id": BIG_ID,
        "voice_setting": {"voice_id": "alice-9f3c1a", "english_normalization": True},
        "audio_setting": {
            "format": "mp3",
            "audio_sample_rate": 32000,
            "bitrate": 64000,
            "channel": 1,
        },
    }
    assert (task.task_id, task.usage_characters, task.trace_id) == ("t1", 6, TRACE)


async def test_a_task_id_may_be_a_number(client: MiniMaxClient, server: Loopback) -> None:
    server.answers[BEGIN] = {"task_id": BIG_ID, **SUCCESS}

    assert (await client.begin_long_speech(REQUEST)).task_id == str(BIG_ID)


@pytest.mark.parametrize("task_id", [None, "", True, 1.5])
async def test_an_answer_without_a_task_is_an_error(
    client: MiniMaxClient, server: Loopback, task_id: object
) -> None:
    server.answers[BEGIN] = {"task_id": task_id, **SUCCESS}

    with pytest.raises(MiniMaxBadAnswer):
        await client.begin_long_speech(REQUEST)


async def test_a_long_text_whose_answer_is_lost_is_not_sent_again(
    client: MiniMaxClient, server: Loopback
) -> None:
    server.answers[BEGIN] = [hang_up, {"task_id": "t1", **SUCCESS}]

    with pytest.raises(MiniMaxUnreachable):
        await client.begin_long_speech(REQUEST)

    assert len(server.answers[BEGIN]) == 1


async def test_a_query_is_a_get_that_survives_a_broken_connection(
    client: MiniMaxClient, server: Loopback
) -> None:
    server.answers[QUERY] = [hang_up, {"status": "Success", "file_id": str(BIG_ID), **SUCCESS}]

    status = await client.long_speech_status("t 1&x")

    assert (status.status, status.file_id) == (TaskState.SUCCESS, BIG_ID)
    assert server.asked[-1].query == {"task_id": "t 1&x"}
    assert server.asked[-1].body == b""


async def test_queries_stay_below_ten_a_second(
    client: MiniMaxClient, server: Loopback, time: ManualTime
) -> None:
    server.answers[QUERY] = {"status": "Processing", **SUCCESS}

    for _ in range(10):
        await client.long_speech_status("t1")
    assert time.slept == []
    await client.long_speech_status("t1")

    assert time.slept
    assert 1 <= time.slept[0] < 3


async def test_a_group_goes_with_every_query(server: Loopback, make_client: MakeClient) -> None:
    server.answers[QUERY] = {"status": "Processing", **SUCCESS}

    await make_client(group_id="1234").long_speech_status("t1")

    assert server.asked[0].query == {"GroupId": "1234", "task_id": "t1"}


async def test_a_retrieved_file_has_a_link_that_is_not_shown(
    client: MiniMaxClient, server: Loopback
) -> None:
    link = "https://files.minimax.io/7.tar?Signature=secret"
    server.answers[RETRIEVE] = {"file": {"file_id": 7, "download_url": link}, **SUCCESS}

    file = await client.retrieve_file(7)

    assert file.download_url == link
    assert "secret" not in repr(file)
    assert server.asked[0].query == {"file_id": "7"}


@pytest.mark.parametrize("file", [None, {}, {"file_id": 7}, {"file_id": 7, "download_url": ""}])
async def test_a_file_without_a_link_is_an_error(
    client: MiniMaxClient, server: Loopback, file: object
) -> None:
    server.answers[RETRIEVE] = {"file": file, **SUCCESS}

    with pytest.raises(MiniMaxBadAnswer):
        await client.retrieve_file(7)


async def test_a_refused_query_is_that_refusal(client: MiniMaxClient, server: Loopback) -> None:
    server.answers[QUERY] = refusal(2013, "invalid params, task_id not exist")

    with pytest.raises(MiniMaxRefusal, match="task_id"):
        await client.long_speech_status("t1")


async def test_a_text_is_uploaded_for_its_purpose(
    client: MiniMaxClient, server: Loopback, tmp_path: Path
) -> None:
    server.answers["/v1/files/upload"] = {"file": {"file_id": 7}, **SUCCESS}
    book = tmp_path / "book.txt"
    book.write_text("Once upon a time.", encoding="utf-8")

    await client.upload(book, purpose=Purpose.LONG_TEXT, filename="book.txt")

    assert b"t2a_async_input" in server.asked[0].body
    assert b"Once upon a time." in server.asked[0].body
    with pytest.raises(ValueError, match="named"):
        await client.upload(book, purpose=Purpose.LONG_TEXT, filename="book.mp3")
