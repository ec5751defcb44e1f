"""The check of the bot's requests against an OpenAPI document, with a small one."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.discord import BotRequest
from bot.sandbox.discord.openapi_check import OpenApiCheck

SNOWFLAKE = {"type": "string", "pattern": "^[0-9]+$"}
MESSAGE = {
    "type": "object",
    "properties": {
        "content": {"type": "string", "maxLength": 5},
        "components": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "default_values": {
                        "type": "array",
                        "items": {"properties": {"id": {"$ref": "#/components/schemas/Id"}}},
                    }
                },
            },
        },
        "attachments": {
            "type": "array",
            "items": {"type": "object", "properties": {"id": {"$ref": "#/components/schemas/Id"}}},
        },
    },
}


@pytest.fixture
def check(tmp_path: Path) -> OpenApiCheck:
    body = {"content": {"application/json": {"schema": MESSAGE}}}
    document = {
        "paths": {"/channels/{channel_id}/messages": {"post": {"requestBody": body}}},
        "components": {"schemas": {"Id": SNOWFLAKE}},
    }
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(document))
    return OpenApiCheck(path)


def _post(body: Any, path: str = "/api/v10/channels/1/messages") -> BotRequest:
    return BotRequest("POST", path, {}, body)


def test_a_good_body_is_counted_and_nothing_said(check: OpenApiCheck) -> None:
    check(_post({"content": "hello"}))

    assert (check.bodies_checked, check.problems) == (1, [])


def test_a_bad_body_is_told_with_its_place(check: OpenApiCheck) -> None:
    check(_post({"content": "too long"}))

    assert check.problems[0].startswith("POST /channels/{channel_id}/messages: content: ")


def test_a_route_that_is_not_described_is_told(check: OpenApiCheck) -> None:
    check(_post({}, "/api/v10/elsewhere"))

    assert check.problems == ["POST /api/v10/elsewhere is not in the document"]


def test_integer_attachment_ids_are_tolerated_and_counted(check: OpenApiCheck) -> None:
    check(_post({"attachments": [{"id": 0}, {"id": "1"}]}))

    assert check.problems == []
    assert check.tolerated == {"integer attachment ids": 1}


def test_integer_ids_of_preset_choices_are_found_within_components(check: OpenApiCheck) -> None:
    check(_post({"components": [{"default_values": [{"id": 1, "type": "user"}]}]}))

    assert check.problems == []
    assert check.tolerated == {"integer ids of preset choices": 1}
