"""MiniMax's requests are strict, its answers are read leniently."""

from typing import Any

import pytest
from pydantic import ValidationError

from bot.minimax.models import BaseResp, CloneRequest, CloneResult, UploadedFile, VoiceListing

GOOD: dict[str, Any] = {"file_id": 311103389282466, "voice_id": "Guild42-alice-9f3c1a"}


@pytest.mark.parametrize(
    "field",
    [
        {"file_id": 0},
        {"file_id": 2**63},
        {"file_id": "311103389282466"},
        {"voice_id": "short1"},
        {"text": "Hello."},
        {"text": "", "model": "speech-2.8-hd"},
        {"text": "x" * 1001, "model": "speech-2.8-hd"},
        {"model": "Speech-2.8-HD"},
        {"language_boost": "en-US"},
        {"need_noise_reduction": "yes"},
        {"text_validation": "x" * 201},
        {"accuracy": 1.1},
        {"accuracy": -0.1},
        {"clone_prompt": {"prompt_audio": 1}},
        {"clone_prompt": {"prompt_text": "So."}},
        {"clone_prompt": {"prompt_audio": 1, "prompt_text": "So"}},
        {"typo": 1},
    ],
    ids=str,
)
def test_a_clone_the_service_would_refuse_is_not_made(field: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        CloneRequest(**{**GOOD, **field})


@pytest.mark.parametrize(
    "field",
    [
        {"file_id": 2**63 - 1},
        {"text": "x" * 1000, "model": "speech-01-turbo"},
        {"model": "speech-2.8-hd"},
        {"language_boost": "auto"},
        {"text_validation": "x" * 200},
        {"accuracy": 0},
        {"accuracy": 1.0},
        {"need_noise_reduction": False},
        {"clone_prompt": {"prompt_audio": 1, "prompt_text": "これです。"}},
    ],
    ids=str,
)
def test_a_clone_at_the_limits_is_sent_as_it_is(field: dict[str, Any]) -> None:
    assert CloneRequest(**{**GOOD, **field}).body() == {**GOOD, **field}


@pytest.mark.parametrize(
    ("payload", "kind"),
    [
        ({"input_sensitive": False, "input_sensitive_type": 0}, 0),
        ({"input_sensitive": True, "input_sensitive_type": 2}, 2),
        ({"input_sensitive": True, "input_sensitive_type": 0}, 7),
        ({"input_sensitive": True}, 7),
        ({"input_sensitive": True, "input_sensitive_type": None}, 7),
        ({"input_sensitive": "true", "input_sensitive_type": "3"}, 3),
        ({"input_sensitive": 1}, 7),
        ({"input_sensitive": False, "input_sensitive_type": 4}, 4),
        ({"input_sensitive": {"type": 5}}, 5),
        ({"input_sensitive": {"type": 0}}, 0),
        ({"input_sensitive": {}}, 0),
        ({"input_sensitive": None, "input_sensitive_type": None}, 0),
        ({"input_sensitive": []}, 0),
        ({}, 0),
    ],
    ids=str,
)
def test_the_content_flag_is_read_in_both_its_shapes(payload: dict[str, Any], kind: int) -> None:
    assert CloneResult.model_validate(payload).input_sensitive_type == kind


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"demo_audio": None, "extra_info": None},
        {"demo_audio": "", "extra_info": {"usage_characters": None, "new": 1}, "new": {}},
    ],
)
def test_a_clone_without_preview_costs_nothing(payload: dict[str, Any]) -> None:
    result = CloneResult.model_validate(payload)

    assert result.demo_audio == ""
    assert result.extra_info.usage_characters == 0


def test_a_result_read_again_is_the_same() -> None:
    result = CloneResult.model_validate({"input_sensitive": True, "trace_id": "04b2"})

    assert CloneResult.model_validate(result.model_dump()) == result


@pytest.mark.parametrize("file_id", [2**53 + 1, str(2**53 + 1)])
def test_an_id_beyond_a_double_keeps_its_digits(file_id: object) -> None:
    assert UploadedFile.model_validate({"file_id": file_id}).file_id == 9007199254740993


@pytest.mark.parametrize("file_id", [1.5e17, 12.0, True, "", "0x10", "²", -1, 0, None, [1]])
def test_what_is_not_an_id_is_not_taken_for_one(file_id: object) -> None:
    with pytest.raises(ValidationError):
        UploadedFile.model_validate({"file_id": file_id})


def test_a_listing_may_have_nulls_and_unknown_lists() -> None:
    listing = VoiceListing.model_validate(
        {
            "system_voice": None,
            "voice_cloning": [{"voice_id": "a", "voice_name": None, "description": []}],
            "voice_slots": [],
        }
    )

    assert listing.system == ()
    assert [voice.voice_id for voice in listing.cloned] == ["a"]
    assert listing.designed == ()


@pytest.mark.parametrize("status_code", [None, "x", 0.5, True, []])
def test_a_verdict_without_a_number_is_no_verdict(status_code: object) -> None:
    with pytest.raises(ValidationError):
        BaseResp.model_validate({"status_code": status_code})


def test_a_wrong_answer_or_request_is_not_quoted() -> None:
    with pytest.raises(ValidationError) as of_answer:
        CloneResult.model_validate({"demo_audio": ["https://x/?Signature=secret"]})
    with pytest.raises(ValidationError) as of_request:
        CloneRequest(**GOOD, text="secret", model="secret")

    assert "secret" not in str(of_answer.value) + str(of_request.value)
