"""MiniMax as the core's `SpeechApi`."""

from pathlib import Path

import pytest

from bot.domain import errors as ours
from bot.domain.moderation import FlagKind
from bot.domain.voices import CloneOptions
from bot.minimax.client import MiniMaxClient
from bot.minimax.errors import MiniMaxRefusal
from bot.minimax.gateway import MiniMaxSpeechApi
from bot.ports import CloneCall, SpeechApi
from tests.fakes.files import names_in
from tests.fakes.minimax_loopback import (
    KEY,
    SUCCESS,
    TRACE,
    Loopback,
    ManualTime,
    hang_up,
    refusal,
    sample_in,
)

CLONE = "/v1/voice_clone"
VOICE_ID = "Guild42-alice-9f3c1a"
SMALL_CALL = CloneCall(
    voice_id=VOICE_ID, file_id=1, options=CloneOptions(text="Hello.", model="speech-2.8-hd")
)


@pytest.fixture
def api(client: MiniMaxClient) -> SpeechApi:
    return MiniMaxSpeechApi(client)


async def test_what_the_owner_chose_is_what_is_sent(api: SpeechApi, server: Loopback) -> None:
    server.answers[CLONE] = SUCCESS

    await api.clone(
        CloneCall(
            voice_id=VOICE_ID,
            file_id=311103389282466,
            prompt_file_id=311103389282470,
            options=CloneOptions(
                text="Hello.",
                model="speech-2.6-turbo",
                language="Croatian",
                noise_reduction=True,
                volume_normalization=True,
                prompt_text="This is how I talk.",
                text_validation="What I say.",
                accuracy=0.5,
                watermark=True,
            ),
        )
    )

    assert server.asked[0].json == {
        "file_id": 311103389282466,
        "voice_id": VOICE_ID,
        "clone_prompt": {
            "prompt_audio": 311103389282470,
            "prompt_text": "This is how I talk.",
        },
        "text": "Hello.",
        "model": "speech-2.6-turbo",
        "language_boost": "Croatian",
        "need_noise_reduction": True,
        "need_volume_normalization": True,
        "text_validation": "What I say.",
        "accuracy": 0.5,
        "aigc_watermark": True,
    }


async def test_a_clone_without_extras_sends_none(api: SpeechApi, server: Loopback) -> None:
    server.answers[CLONE] = SUCCESS

    await api.clone(SMALL_CALL)

    assert server.asked[0].json == {
        "file_id": 1,
        "voice_id": VOICE_ID,
        "text": "Hello.",
        "model": "speech-2.8-hd",
        "need_noise_reduction": False,
        "need_volume_normalization": False,
        "aigc_watermark": False,
    }


async def test_a_clone_answers_with_link_bill_flag_and_trace(
    api: SpeechApi, server: Loopback
) -> None:
    server.answers[CLONE] = {
        "input_sensitive": True,
        "input_sensitive_type": 5,
        "demo_audio": "https://files.minimax.io/a.mp3?Signature=s",
        "extra_info": {"usage_characters": 6},
        **SUCCESS,
    }

    answer = await api.clone(SMALL_CALL)

    assert answer is not None
    assert answer.preview_url == "https://files.minimax.io/a.mp3?Signature=s"
    assert answer.charged_characters == 6
    assert answer.flag is FlagKind.ABUSE
    assert answer.trace_id == TRACE


async def test_a_clone_without_preview_has_no_link(api: SpeechApi, server: Loopback) -> None:
    server.answers[CLONE] = {"demo_audio": "", **SUCCESS}

    answer = await api.clone(SMALL_CALL)

    assert answer is not None
    assert answer.preview_url is None
    assert answer.flag is FlagKind.NORMAL


async def test_an_id_the_service_has_already_is_no_error(api: SpeechApi, server: Loopback) -> None:
    server.answers[CLONE] = refusal(2039, "voice clone voice id duplicate")

    assert await api.clone(SMALL_CALL) is None


async def test_a_refused_clone_is_our_error_with_its_cause(
    api: SpeechApi, server: Loopback
) -> None:
    server.answers[CLONE] = refusal(1000, "unknown error", input_sensitive=False, demo_audio="")

    with pytest.raises(ours.SampleRejected) as caught:
        await api.clone(SMALL_CALL)

    assert caught.value.reference == TRACE
    assert isinstance(caught.value.__cause__, MiniMaxRefusal)


async def test_a_refused_clone_that_names_its_flag_is_the_policys(
    api: SpeechApi, server: Loopback
) -> None:
    server.answers[CLONE] = refusal(
        1026, "input new_sensitive", input_sensitive=True, input_sensitive_type=2
    )

    with pytest.raises(ours.ContentRefused) as caught:
        await api.clone(SMALL_CALL)

    assert caught.value.reference == TRACE


@pytest.mark.parametrize("code", [1002, 1039])
async def test_a_busy_service_says_when_to_come_back(
    api: SpeechApi, server: Loopback, code: int
) -> None:
    server.answers[CLONE] = refusal(code, "rate limit exceeded(RPM)")

    with pytest.raises(ours.ServiceBusy) as caught:
        await api.clone(SMALL_CALL)

    assert caught.value.retry_after is not None
    assert caught.value.retry_after >= 60


async def test_a_lost_answer_is_a_matter_of_time(api: SpeechApi, server: Loopback) -> None:
    server.answers[CLONE] = hang_up

    with pytest.raises(ours.ServiceDown):
        await api.clone(SMALL_CALL)


async def test_a_request_the_core_should_never_make_is_a_bug_and_repeats_no_words(
    api: SpeechApi, server: Loopback
) -> None:
    options = CloneOptions(text="very private" * 100, model="speech-2.8-hd", language="Klingon")

    with pytest.raises(ours.Unexpected) as caught:
        await api.clone(CloneCall(voice_id=VOICE_ID, file_id=1, options=options))

    assert caught.value.what == "a request with wrong text, language_boost"
    assert server.asked == []


async def test_samples_and_prompts_are_uploaded_and_forgotten_for_their_purpose(
    api: SpeechApi, server: Loopback, tmp_path: Path
) -> None:
    server.answers = {
        "/v1/files/upload": {"file": {"file_id": 7}, **SUCCESS},
        "/v1/files/delete": SUCCESS,
    }
    sample = sample_in(tmp_path)

    assert await api.upload_sample(sample, filename="sample.wav") == 7
    assert await api.upload_prompt(sample, filename="prompt.wav") == 7
    await api.forget_sample(7)
    await api.forget_prompt(7)

    as_sample, as_prompt, no_sample, no_prompt = server.asked
    assert b"\r\n\r\nvoice_clone\r\n" in as_sample.body
    assert b"\r\n\r\nprompt_audio\r\n" in as_prompt.body
    assert no_sample.json == {"file_id": 7, "purpose": "voice_clone"}
    assert no_prompt.json == {"file_id": 7, "purpose": "prompt_audio"}


async def test_an_upload_of_the_wrong_kind_is_a_bug(api: SpeechApi, tmp_path: Path) -> None:
    with pytest.raises(ours.Unexpected) as caught:
        await api.upload_sample(sample_in(tmp_path), filename="note.ogg")

    assert caught.value.what == "an upload is named *.mp3, *.m4a or *.wav"


async def test_forgetting_what_is_gone_succeeds(api: SpeechApi, server: Loopback) -> None:
    server.answers = {
        "/v1/files/delete": refusal(2013, "invalid params, file_id not exist"),
        "/v1/delete_voice": refusal(2013, "invalid params, voice_id does not exist"),
    }

    await api.forget_sample(7)
    await api.delete_voice(VOICE_ID)

    assert [asked.path for asked in server.asked] == ["/v1/files/delete", "/v1/delete_voice"]


async def test_a_preview_from_a_host_nobody_allowed_is_lost(api: SpeechApi, tmp_path: Path) -> None:
    with pytest.raises(ours.PreviewLost) as caught:
        await api.fetch_preview("https://example.com/a.mp3?Signature=secret", tmp_path / "preview")

    assert caught.value.reason == "host example.com is not allowed"
    assert names_in(tmp_path) == []


async def test_the_check_asks_for_system_voices_only(api: SpeechApi, server: Loopback) -> None:
    server.answers["/v1/get_voice"] = {"system_voice": [], **SUCCESS}

    await api.check()

    assert server.asked[0].json == {"voice_type": "system"}


async def test_a_key_of_the_wrong_region_is_the_operators_to_mend(
    api: SpeechApi, server: Loopback, time: ManualTime
) -> None:
    server.answers["/v1/get_voice"] = refusal(2049, "invalid api key")

    with pytest.raises(ours.ServiceMisconfigured) as caught:
        await api.check()

    assert (caught.value.code, caught.value.reference) == (2049, TRACE)
    assert KEY not in str(caught.value)
    assert time.slept == []
