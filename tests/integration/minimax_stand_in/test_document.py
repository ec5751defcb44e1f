"""The stand-in accepts of a clone request exactly what the official OpenAPI document accepts.

Needs a copy of the "Voice Clone" document, named by the environment variable MINIMAX_OPENAPI.
"""

import os
from pathlib import Path
from typing import get_args

import pytest
import yaml
from jsonschema import Draft202012Validator

from bot.sandbox.minimax import MiniMaxStandIn
from bot.sandbox.minimax.requests import ClonePrompt, VoiceCloneRequest
from bot.sandbox.minimax.vocabulary import Language, Model
from tests.integration.minimax_stand_in.raw_minimax import Json, RawMiniMax, message, raw_client

DOCUMENT = os.environ.get("MINIMAX_OPENAPI", "")
LATER_FIELDS = {"text_validation", "accuracy", "aigc_watermark"}
"""On later pages of the documentation than the OpenAPI document."""

pytestmark = pytest.mark.skipif(
    not DOCUMENT, reason="MINIMAX_OPENAPI names no copy of the Voice Clone OpenAPI document"
)

MINIMAL: Json = {"file_id": 1, "voice_id": "Myna-test-1"}
PREVIEW: Json = {**MINIMAL, "text": "Hello.", "model": "speech-2.8-hd"}


@pytest.fixture
def document() -> Json:
    parsed: Json = yaml.safe_load(Path(DOCUMENT).read_text(encoding="utf-8"))
    return parsed


def schema(document: Json, name: str) -> Json:
    """Take one schema out, with what it refers to."""
    assert isinstance(document["components"], dict)
    return {"$ref": f"#/components/schemas/{name}", "components": document["components"]}


def properties(document: Json, name: str) -> dict[str, Json]:
    components = document["components"]
    assert isinstance(components, dict)
    found: dict[str, Json] = components["schemas"][name]["properties"]
    return found


async def is_accepted(client: RawMiniMax, body: Json) -> bool:
    """Say whether the body passed every check of its form: the file is looked for next."""
    return message(await client.post("voice_clone", body)) == "invalid params, file_id not exist"


def test_the_fields_are_those_of_the_document(document: Json) -> None:
    assert set(VoiceCloneRequest.model_fields) - LATER_FIELDS == set(
        properties(document, "VoiceCloneReq")
    )
    assert set(ClonePrompt.model_fields) == set(properties(document, "ClonePrompt"))


def test_the_enumerations_are_those_of_the_document(document: Json) -> None:
    fields = properties(document, "VoiceCloneReq")

    assert list(get_args(Model)) == fields["model"]["enum"]
    assert list(get_args(Language)) == fields["language_boost"]["enum"]


@pytest.mark.parametrize("language", get_args(Language))
async def test_a_language_is_accepted_by_both(
    document: Json, client: RawMiniMax, language: str
) -> None:
    body: Json = {**MINIMAL, "language_boost": language}

    assert Draft202012Validator(schema(document, "VoiceCloneReq")).is_valid(body)
    assert await is_accepted(client, body)


@pytest.mark.parametrize("model", get_args(Model))
async def test_a_model_is_accepted_by_both(document: Json, client: RawMiniMax, model: str) -> None:
    body: Json = {**PREVIEW, "model": model}

    assert Draft202012Validator(schema(document, "VoiceCloneReq")).is_valid(body)
    assert await is_accepted(client, body)


@pytest.mark.parametrize(
    "fields",
    [
        {"file_id": "1"},
        {"file_id": None},
        {"file_id": True},
        {"voice_id": 12345678},
        {"clone_prompt": "a string"},
        {"clone_prompt": {"prompt_audio": "2", "prompt_text": "Hello."}},
        {"clone_prompt": {"prompt_audio": 2, "prompt_text": 3}},
        {"text": 1},
        {"model": "speech-2.8"},
        {"language_boost": "en"},
        {"need_noise_reduction": "false"},
        {"need_volume_normalization": 0},
    ],
)
async def test_a_wrong_type_or_value_is_refused_by_both(
    document: Json, client: RawMiniMax, fields: Json
) -> None:
    body: Json = {**PREVIEW, **fields}

    assert not Draft202012Validator(schema(document, "VoiceCloneReq")).is_valid(body)
    assert not await is_accepted(client, body)


@pytest.mark.parametrize("missing", ["file_id", "voice_id"])
async def test_a_required_field_is_required_by_both(
    document: Json, client: RawMiniMax, missing: str
) -> None:
    body = {name: value for name, value in MINIMAL.items() if name != missing}

    assert not Draft202012Validator(schema(document, "VoiceCloneReq")).is_valid(body)
    assert not await is_accepted(client, body)


async def test_the_answers_fit_the_document_but_for_the_live_boolean(
    document: Json, client: RawMiniMax
) -> None:
    answer = await client.clone(text="Hello.", model="speech-2.8-hd")
    flag = answer.pop("input_sensitive")

    Draft202012Validator(schema(document, "VoiceCloneResp")).validate(answer)

    assert flag is False


async def test_the_object_form_of_a_flag_fits_the_document(document: Json) -> None:
    async with MiniMaxStandIn() as stand_in, raw_client(stand_in) as client:
        stand_in.switches.sensitive_as_object = True
        answer = await client.clone(text="badword-flagged", model="speech-2.8-hd")

    Draft202012Validator(schema(document, "VoiceCloneResp")).validate(answer)

    assert answer["input_sensitive"] == {"type": 5}
