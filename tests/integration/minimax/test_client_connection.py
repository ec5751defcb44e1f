"""The MiniMax client when connections break, time runs out or the minute is full."""

import asyncio
import logging
import os
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from bot.minimax.client import MiniMaxClient
from bot.minimax.errors import MiniMaxBadAnswer, MiniMaxError, MiniMaxRefusal, MiniMaxUnreachable
from bot.minimax.models import Purpose
from bot.minimax.timeouts import Timeouts
from tests.fakes.minimax_loopback import (
    KEY,
    SMALL_REQUEST,
    SUCCESS,
    Loopback,
    MakeClient,
    ManualTime,
    hang_up,
    refusal,
    sample_in,
)

OPENAPI = os.environ.get("MINIMAX_OPENAPI")
CLONE = "/v1/voice_clone"
UPLOAD = "/v1/files/upload"
BIG_ID = 2**53 + 1


async def test_a_clone_whose_answer_is_lost_is_not_sent_again(
    client: MiniMaxClient, server: Loopback
) -> None:
    server.answers[CLONE] = [hang_up, SUCCESS]

    with pytest.raises(MiniMaxUnreachable):
        await client.clone(SMALL_REQUEST)

    assert server.answers[CLONE] == [SUCCESS]


async def test_an_upload_whose_connection_broke_is_sent_once_more(
    client: MiniMaxClient, server: Loopback, tmp_path: Path
) -> None:
    server.answers[UPLOAD] = [hang_up, {"file": {"file_id": 7}, **SUCCESS}]

    uploaded = await client.upload(
        sample_in(tmp_path), purpose=Purpose.VOICE_CLONE, filename="sample.wav"
    )

    assert uploaded.file_id == 7
    assert b"Z" * 900 in server.asked[-1].body


async def test_a_second_broken_connection_is_an_error(
    client: MiniMaxClient, server: Loopback
) -> None:
    server.answers["/v1/files/delete"] = [hang_up, hang_up, SUCCESS]

    with pytest.raises(MiniMaxUnreachable):
        await client.delete_file(7, purpose=Purpose.VOICE_CLONE)

    assert server.answers["/v1/files/delete"] == [SUCCESS]


async def test_a_service_that_never_answers_is_given_up(
    server: Loopback, make_client: MakeClient
) -> None:
    never = asyncio.Event()
    server.answers[CLONE] = lambda _: never.wait()
    client = make_client(timeouts=Timeouts(clone=0.01))

    with pytest.raises(MiniMaxUnreachable, match="TimeoutError"):
        async with asyncio.timeout(5):
            await client.clone(SMALL_REQUEST)

    never.set()


async def test_what_took_all_its_time_is_not_sent_again(
    server: Loopback, make_client: MakeClient
) -> None:
    never = asyncio.Event()
    server.answers["/v1/get_voice"] = [lambda _: never.wait(), SUCCESS]
    client = make_client(timeouts=Timeouts(other=0.01))

    with pytest.raises(MiniMaxUnreachable, match="TimeoutError"):
        await client.get_voices()

    assert server.answers["/v1/get_voice"] == [SUCCESS]
    never.set()


async def test_an_answer_cut_short_is_an_error(client: MiniMaxClient, server: Loopback) -> None:
    async def cut(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "100"})
        response.content_type = "application/json"
        await response.prepare(request)
        await response.write(b'{"base_resp"')
        return await hang_up(request)

    server.answers[CLONE] = cut

    with pytest.raises(MiniMaxUnreachable):
        await client.clone(SMALL_REQUEST)


@pytest.mark.parametrize("code", [1002, 1039])
async def test_after_a_rate_limit_nothing_is_sent_until_the_minute_is_over(
    client: MiniMaxClient, server: Loopback, time: ManualTime, code: int
) -> None:
    server.answers[CLONE] = [refusal(code, "rate limit"), SUCCESS]

    with pytest.raises(MiniMaxRefusal) as caught:
        await client.clone(SMALL_REQUEST)
    at_refusal = time.now
    await client.clone(SMALL_REQUEST)

    assert caught.value.retry_after is not None
    assert caught.value.retry_after >= 60
    assert time.now - at_refusal >= 60


async def test_a_rate_limit_of_one_endpoint_leaves_the_others_open(
    client: MiniMaxClient, server: Loopback, time: ManualTime
) -> None:
    server.answers = {CLONE: refusal(1002), "/v1/get_voice": SUCCESS}

    with pytest.raises(MiniMaxRefusal):
        await client.clone(SMALL_REQUEST)
    await client.get_voices()

    assert time.slept == []


async def test_http_429_says_when_to_come_back(
    client: MiniMaxClient, server: Loopback, time: ManualTime
) -> None:
    busy = web.Response(status=429, headers={"Retry-After": "7"})
    server.answers["/v1/get_voice"] = [lambda _: asyncio.sleep(0, busy), SUCCESS]

    with pytest.raises(MiniMaxBadAnswer) as caught:
        await client.get_voices()
    await client.get_voices()

    assert caught.value.retry_after == 7
    assert time.slept == [7]


async def test_clones_stay_below_the_configured_rate(
    server: Loopback, make_client: MakeClient, time: ManualTime
) -> None:
    server.answers[CLONE] = SUCCESS
    client = make_client(requests_per_minute={"voice_clone": 3})

    started = time.now
    async with asyncio.TaskGroup() as group:
        for _ in range(7):
            group.create_task(client.clone(SMALL_REQUEST))

    assert 120 <= time.now - started < 125
    assert len(time.slept) == 2


async def test_the_key_and_signed_links_are_never_told(
    client: MiniMaxClient, server: Loopback, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    page = web.Response(text="<html>", content_type="text/html")
    told = [repr(client)]
    server.answers = {
        CLONE: [refusal(1004, f"key {KEY} is wrong"), hang_up],
        "/v1/get_voice": lambda _: asyncio.sleep(0, page),
        "/a.mp3": hang_up,
    }

    for call in (
        client.clone(SMALL_REQUEST),
        client.clone(SMALL_REQUEST),
        client.get_voices(),
        client.download(f"{server.url}/a.mp3?Signature=secret", tmp_path / "preview"),
    ):
        with pytest.raises(MiniMaxError) as caught:
            await call
        told += [str(caught.value), repr(caught.value), repr(caught.value.__cause__)]

    assert len(told) == 13
    logged = [record.getMessage() for record in caplog.records if record.name.startswith("bot.")]
    assert logged
    assert not [line for line in [*told, *logged] if KEY in line or "secret" in line]


async def test_an_answer_that_is_not_http_does_not_tell_the_key(
    session: aiohttp.ClientSession,
) -> None:
    async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"BABBLE\r\n\r\n")
        writer.close()
        await writer.wait_closed()

    listener = await asyncio.start_server(babble, "127.0.0.1", 0)
    async with listener:
        port = listener.sockets[0].getsockname()[1]
        client = MiniMaxClient(session, base_url=f"http://127.0.0.1:{port}", api_key=KEY)
        with pytest.raises(MiniMaxUnreachable) as caught:
            await client.clone(SMALL_REQUEST)

    assert KEY not in f"{caught.value!r} {caught.value.__cause__!r}"
