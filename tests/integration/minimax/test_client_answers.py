"""What the MiniMax client makes of answers."""

import asyncio
import json
import os
from pathlib import Path

import pytest
from aiohttp import web

from bot.minimax.client import MiniMaxClient
from bot.minimax.errors import Endpoint, MiniMaxBadAnswer, MiniMaxRefusal
from bot.minimax.models import Purpose
from tests.fakes.minimax_loopback import SMALL_REQUEST, SUCCESS, TRACE, Loopback, refusal, sample_in

OPENAPI = os.environ.get("MINIMAX_OPENAPI")
CLONE = "/v1/voice_clone"
UPLOAD = "/v1/files/upload"
BIG_ID = 2**53 + 1


async def test_a_clone_result_says_what_was_billed_and_where_the_preview_is(
    client: MiniMaxClient, server: Loopback
) -> None:
    server.answers[CLONE] = {
        "input_sensitive": False,
        "input_sensitive_type": 0,
        "demo_audio": "https://files.example/a.mp3?Signature=s",
        "extra_info": {"usage_characters": 36, "audio_length": 3120},
        **SUCCESS,
    }

    result = await client.clone(SMALL_REQUEST)

    assert result.demo_audio == "https://files.example/a.mp3?Signature=s"
    assert result.extra_info.usage_characters == 36
    assert result.input_sensitive_type == 0
    assert result.trace_id == TRACE
    assert "Signature" not in repr(result)


@pytest.mark.parametrize(
    ("payload", "error"),
    [
        (web.Response(status=502, text="<html>Bad Gateway", content_type="text/html"), 502),
        (web.Response(status=404, text="404 page not found"), 404),
        (web.json_response({"detail": "?"}, status=400), 400),
        (web.Response(status=302, headers={"Location": "/v1/elsewhere"}), 302),
        (web.Response(text="<html>", content_type="text/html"), 200),
        (web.Response(text='{"base_resp":', content_type="application/json"), 200),
        (web.Response(text="[" * 200_000, content_type="application/json"), 200),
        (web.json_response([SUCCESS]), 200),
        (web.json_response({"demo_audio": ""}), 200),
        (web.json_response({"base_resp": None}), 200),
        (web.json_response({"base_resp": {"status_msg": "success"}}), 200),
        (web.json_response({"base_resp": {"status_code": None}}), 200),
        (web.Response(text=json.dumps(SUCCESS), content_type="text/plain"), 200),
        (web.json_response(dict(SUCCESS), status=500), 500),
    ],
)
async def test_an_answer_without_the_envelope_is_an_error(
    client: MiniMaxClient, server: Loopback, payload: web.Response, error: int
) -> None:
    payload.headers["Trace-Id"] = TRACE
    server.answers[CLONE] = lambda _: asyncio.sleep(0, payload)

    with pytest.raises(MiniMaxBadAnswer) as caught:
        await client.clone(SMALL_REQUEST)

    assert caught.value.http_status == error
    assert caught.value.trace_id == TRACE
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [200, 400, 401, 500])
async def test_a_code_is_read_whatever_the_http_status(
    client: MiniMaxClient, server: Loopback, status: int
) -> None:
    answer = web.json_response(refusal(2049, "invalid api key"), status=status)
    server.answers["/v1/get_voice"] = lambda _: asyncio.sleep(0, answer)

    with pytest.raises(MiniMaxRefusal) as caught:
        await client.get_voices()

    assert caught.value.code == 2049
    assert caught.value.message == "invalid api key"
    assert caught.value.http_status == status
    assert caught.value.endpoint is Endpoint.GET_VOICE


@pytest.mark.parametrize(
    ("headers", "trace_id"),
    [
        ({"Trace-Id": "abc", "minimax-request-id": "def"}, "abc"),
        ({"minimax-request-id": "def", "alb_request_id": "ghi"}, "def"),
        ({"X-MM-Request-Id": "jkl"}, "jkl"),
        ({"alb_request_id": "a@b <c>"}, "abc"),
        ({}, None),
    ],
)
async def test_a_refusal_keeps_the_best_trace_id_there_is(
    client: MiniMaxClient, server: Loopback, headers: dict[str, str], trace_id: str | None
) -> None:
    answer = web.json_response(refusal(1000, "unknown error"), headers=headers)
    server.answers[CLONE] = lambda _: asyncio.sleep(0, answer)

    with pytest.raises(MiniMaxRefusal) as caught:
        await client.clone(SMALL_REQUEST)

    assert caught.value.trace_id == trace_id


async def test_a_trace_id_in_the_body_is_better_than_none(
    client: MiniMaxClient, server: Loopback
) -> None:
    answer = web.json_response({"trace_id": "0815", **SUCCESS})
    server.answers[CLONE] = lambda _: asyncio.sleep(0, answer)

    assert (await client.clone(SMALL_REQUEST)).trace_id == "0815"


@pytest.mark.parametrize("file", [None, {}, [], "x", {"file_id": "x"}, {"file_id": 1.5e17}])
async def test_an_upload_without_a_usable_id_is_an_error(
    client: MiniMaxClient, server: Loopback, tmp_path: Path, file: object
) -> None:
    server.answers[UPLOAD] = {"file": file, **SUCCESS}

    with pytest.raises(MiniMaxBadAnswer) as caught:
        await client.upload(sample_in(tmp_path), purpose=Purpose.VOICE_CLONE, filename="a.wav")

    assert caught.value.trace_id == TRACE


async def test_an_endless_answer_is_cut_off(client: MiniMaxClient, server: Loopback) -> None:
    answer = web.Response(body=b" " * 5_000_000, content_type="application/json")
    server.answers["/v1/get_voice"] = lambda _: asyncio.sleep(0, answer)

    with pytest.raises(MiniMaxBadAnswer, match="too long"):
        await client.get_voices()


async def test_a_category_without_voices_may_be_null(
    client: MiniMaxClient, server: Loopback
) -> None:
    server.answers["/v1/get_voice"] = {
        "system_voice": [{"voice_id": "Chinese (Mandarin)_News_Anchor", "description": None}],
        "voice_cloning": None,
        **SUCCESS,
    }

    voices = await client.get_voices()

    assert [voice.voice_id for voice in voices.system] == ["Chinese (Mandarin)_News_Anchor"]
    assert voices.cloned == ()
    assert voices.designed == ()


@pytest.mark.parametrize(
    "answer",
    [
        refusal(2013, "invalid params, voice_id does not exist", voice_id="", description=None),
        refusal(2054, "voice id not exist"),
    ],
)
async def test_deleting_a_voice_that_is_gone_succeeds(
    client: MiniMaxClient, server: Loopback, answer: dict[str, object]
) -> None:
    server.answers["/v1/delete_voice"] = answer

    deletion = await client.delete_voice("Guild42-alice-9f3c1a")

    assert deletion.was_gone
    assert deletion.trace_id == TRACE
    assert server.asked[0].json == {
        "voice_type": "voice_cloning",
        "voice_id": "Guild42-alice-9f3c1a",
    }


async def test_deleting_says_when_something_was_there(
    client: MiniMaxClient, server: Loopback
) -> None:
    server.answers["/v1/files/delete"] = {"file_id": BIG_ID, **SUCCESS}

    deletion = await client.delete_file(BIG_ID, purpose=Purpose.PROMPT_AUDIO)

    assert not deletion.was_gone
    assert server.asked[0].json == {"file_id": BIG_ID, "purpose": "prompt_audio"}


async def test_another_refusal_to_delete_is_an_error(
    client: MiniMaxClient, server: Loopback
) -> None:
    server.answers["/v1/delete_voice"] = refusal(2013, "invalid params, voice_type")

    with pytest.raises(MiniMaxRefusal, match="voice_type"):
        await client.delete_voice("Guild42-alice-9f3c1a")
