"""What the MiniMax client sends."""

import os
import re
import tracemalloc
from pathlib import Path
from typing import Any

import aiohttp
import jsonschema
import pytest
import yaml
from aiohttp import web

from bot.domain import speech
from bot.minimax import limits
from bot.minimax.client import MiniMaxClient
from bot.minimax.models import ClonePrompt, CloneRequest, Purpose, VoiceType
from tests.fakes.minimax_loopback import (
    KEY,
    SMALL_REQUEST,
    SUCCESS,
    TRACE,
    Loopback,
    MakeClient,
    sample_in,
)

OPENAPI = os.environ.get("MINIMAX_OPENAPI")
CLONE = "/v1/voice_clone"
UPLOAD = "/v1/files/upload"
BIG_ID = 2**53 + 1

FULL_REQUEST = CloneRequest(
    file_id=BIG_ID,
    voice_id="Guild42-alice-9f3c1a",
    clone_prompt=ClonePrompt(prompt_audio=311103389282470, prompt_text="This is how I talk."),
    text="Hello there(breath), this is my new voice.",
    model="speech-2.8-hd",
    language_boost="Chinese,Yue",
    need_noise_reduction=True,
    need_volume_normalization=False,
    text_validation="What I say in the sample.",
    accuracy=0.8,
    aigc_watermark=True,
)


@pytest.fixture
def document() -> dict[str, Any]:
    if OPENAPI is None:
        pytest.skip("MINIMAX_OPENAPI names no document")
    loaded: dict[str, Any] = yaml.safe_load(Path(OPENAPI).read_text(encoding="utf-8"))
    return loaded


async def test_a_clone_sends_every_field_with_its_own_json_type(
    client: MiniMaxClient, server: Loopback
) -> None:
    server.answers[CLONE] = SUCCESS

    await client.clone(FULL_REQUEST)

    assert server.asked[0].json == {
        "file_id": 9007199254740993,
        "voice_id": "Guild42-alice-9f3c1a",
        "clone_prompt": {
            "prompt_audio": 311103389282470,
            "prompt_text": "This is how I talk.",
        },
        "text": "Hello there(breath), this is my new voice.",
        "model": "speech-2.8-hd",
        "language_boost": "Chinese,Yue",
        "need_noise_reduction": True,
        "need_volume_normalization": False,
        "text_validation": "What I say in the sample.",
        "accuracy": 0.8,
        "aigc_watermark": True,
    }
    assert b'"file_id": 9007199254740993,' in server.asked[0].body
    assert server.asked[0].headers["Content-Type"] == "application/json"


async def test_what_was_not_asked_for_is_left_out_of_a_clone(
    client: MiniMaxClient, server: Loopback
) -> None:
    server.answers[CLONE] = SUCCESS

    await client.clone(SMALL_REQUEST)

    assert server.asked[0].json.keys() == {"file_id", "voice_id"}


@pytest.mark.parametrize("request_sent", [FULL_REQUEST, SMALL_REQUEST], ids=["full", "small"])
async def test_a_clone_body_is_what_the_services_own_document_describes(
    client: MiniMaxClient,
    server: Loopback,
    document: dict[str, Any],
    request_sent: CloneRequest,
) -> None:
    server.answers[CLONE] = SUCCESS

    await client.clone(request_sent)

    schema = {"$ref": "#/components/schemas/VoiceCloneReq", "components": document["components"]}
    jsonschema.Draft202012Validator(schema).validate(server.asked[0].json)


async def test_every_call_carries_the_key_and_no_group_unless_there_is_one(
    client: MiniMaxClient, server: Loopback, tmp_path: Path
) -> None:
    server.answers = {
        UPLOAD: {"file": {"file_id": 1}, **SUCCESS},
        CLONE: SUCCESS,
        "/v1/get_voice": SUCCESS,
        "/v1/delete_voice": SUCCESS,
        "/v1/files/delete": SUCCESS,
    }

    await client.upload(sample_in(tmp_path), purpose=Purpose.VOICE_CLONE, filename="sample.wav")
    await client.clone(SMALL_REQUEST)
    await client.get_voices()
    await client.delete_voice("Guild42-alice-9f3c1a")
    await client.delete_file(1, purpose=Purpose.VOICE_CLONE)

    assert {asked.path for asked in server.asked} == set(server.answers)
    assert {asked.headers["Authorization"] for asked in server.asked} == {f"Bearer {KEY}"}
    assert [asked.query for asked in server.asked] == [{}] * 5


@pytest.mark.parametrize(
    ("group_id", "query"), [("1234", {"GroupId": "1234"}), ("", {}), ("  ", {}), (None, {})]
)
async def test_an_empty_group_is_never_sent(
    server: Loopback,
    make_client: MakeClient,
    group_id: str | None,
    query: dict[str, str],
) -> None:
    server.answers["/v1/get_voice"] = SUCCESS

    await make_client(group_id=group_id).get_voices(VoiceType.SYSTEM)

    assert server.asked[0].query == query
    assert server.asked[0].json == {"voice_type": "system"}


@pytest.mark.parametrize("key", ["", " \n"])
async def test_a_client_without_a_key_is_not_made(session: aiohttp.ClientSession, key: str) -> None:
    with pytest.raises(ValueError, match="key is empty"):
        MiniMaxClient(session, base_url="https://api.minimax.io", api_key=key)


async def test_an_upload_is_a_named_file_with_its_purpose(
    client: MiniMaxClient, server: Loopback, tmp_path: Path
) -> None:
    parts: list[tuple[str | None, str | None, str | None, bytes]] = []

    async def take(request: web.Request) -> web.StreamResponse:
        async for part in await request.multipart():
            assert isinstance(part, aiohttp.BodyPartReader)
            content_type = part.headers.get("Content-Type")
            parts.append((part.name, part.filename, content_type, bytes(await part.read())))
        payload = {"file": {"file_id": str(BIG_ID), "bytes": 1000, "new": [1]}, **SUCCESS}
        return web.json_response(payload, headers={"Trace-Id": TRACE})

    server.answers[UPLOAD] = take
    path = sample_in(tmp_path)

    uploaded = await client.upload(path, purpose=Purpose.PROMPT_AUDIO, filename="prompt.wav")

    purpose, file = parts
    assert (purpose[0], purpose[3]) == ("purpose", b"prompt_audio")
    assert file == ("file", "prompt.wav", "audio/wav", path.read_bytes())
    assert (uploaded.file_id, uploaded.size, uploaded.trace_id) == (BIG_ID, 1000, TRACE)


async def test_a_sample_of_20_mb_is_read_as_it_is_sent(
    client: MiniMaxClient, server: Loopback, tmp_path: Path
) -> None:
    received = 0

    async def count(request: web.Request) -> web.StreamResponse:
        nonlocal received
        async for chunk in request.content.iter_any():
            received += len(chunk)
        return web.json_response({"file": {"file_id": 7}, **SUCCESS})

    server.answers[UPLOAD] = count
    path = sample_in(tmp_path, limits.UPLOAD_MAX_BYTES)

    tracemalloc.start()
    try:
        await client.upload(path, purpose=Purpose.VOICE_CLONE, filename="sample.wav")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert received > limits.UPLOAD_MAX_BYTES
    assert peak < 3_000_000


@pytest.mark.parametrize("filename", ["note.ogg", "sample", "sample.wav.ogg"])
async def test_a_name_the_service_refuses_is_not_sent(
    client: MiniMaxClient, server: Loopback, tmp_path: Path, filename: str
) -> None:
    with pytest.raises(ValueError, match="named"):
        await client.upload(sample_in(tmp_path), purpose=Purpose.VOICE_CLONE, filename=filename)

    assert server.asked == []


@pytest.mark.parametrize("size", [0, limits.UPLOAD_MAX_BYTES + 1])
async def test_an_empty_or_oversized_file_is_not_sent(
    client: MiniMaxClient, server: Loopback, tmp_path: Path, size: int
) -> None:
    path = tmp_path / "sample.wav"
    with path.open("wb") as file:
        file.truncate(size)

    with pytest.raises(ValueError, match="bytes"):
        await client.upload(path, purpose=Purpose.VOICE_CLONE, filename="sample.wav")

    assert server.asked == []


def test_models_and_languages_are_those_of_the_services_own_document(
    document: dict[str, Any],
) -> None:
    fields = document["components"]["schemas"]["VoiceCloneReq"]["properties"]

    assert tuple(fields["model"]["enum"]) == limits.MODELS
    assert tuple(fields["language_boost"]["enum"]) == limits.LANGUAGES


def test_interjections_are_those_of_the_services_own_document(document: dict[str, Any]) -> None:
    fields = document["components"]["schemas"]["VoiceCloneReq"]["properties"]
    offered = re.findall(r"`\(([a-z-]+)\)`", fields["text"]["description"])

    assert tuple(offered) == speech.INTERJECTIONS


def test_no_field_of_the_services_own_document_is_missing(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]

    assert schemas["VoiceCloneReq"]["properties"].keys() <= CloneRequest.model_fields.keys()
    assert schemas["ClonePrompt"]["properties"].keys() == ClonePrompt.model_fields.keys()
