"""The client and the stand-in of MiniMax agree: clones, files and keys, over the wire."""

from pathlib import Path

import aiohttp
import pytest

from bot.domain import errors as ours
from bot.domain.moderation import FlagKind
from bot.domain.voices import CloneOptions
from bot.minimax.client import MiniMaxClient
from bot.minimax.errors import VERDICTS, Endpoint, MiniMaxRefusal, verdict_for
from bot.minimax.gateway import MiniMaxSpeechApi
from bot.minimax.models import VoiceType
from bot.minimax.our_errors import our_error
from bot.ports import CloneCall, SpeechApi
from bot.sandbox.minimax import FaultKind, MiniMaxStandIn
from tests.contract.minimax.calls import OPTIONS, VOICE_ID, call_for, client_of, tone


async def test_a_clone_with_every_option_gives_a_preview(api: SpeechApi, tmp_path: Path) -> None:
    options = CloneOptions(
        text=OPTIONS.text,
        model="speech-2.6-turbo",
        language="English",
        noise_reduction=True,
        volume_normalization=True,
        prompt_text="This is how I talk.",
        watermark=True,
    )
    call = await call_for(api, tmp_path, options)
    prompt_id = await api.upload_prompt(tone(tmp_path, 6), filename="prompt.wav")

    answer = await api.clone(
        CloneCall(
            voice_id=VOICE_ID, file_id=call.file_id, options=options, prompt_file_id=prompt_id
        )
    )

    assert answer is not None
    assert answer.preview_url is not None
    assert answer.flag is FlagKind.NORMAL
    assert answer.charged_characters == len(OPTIONS.text)
    assert answer.trace_id
    await api.fetch_preview(answer.preview_url, tmp_path / "preview")
    assert (tmp_path / "preview").stat().st_size > 1000


async def test_uploads_and_voices_can_be_deleted_and_deleted_again(
    api: SpeechApi, tmp_path: Path
) -> None:
    call = await call_for(api, tmp_path)
    await api.clone(call)

    for _ in range(2):
        await api.forget_sample(call.file_id)
        await api.delete_voice(VOICE_ID)


async def test_a_lost_answer_followed_by_the_same_id_is_one_clone(
    api: SpeechApi, stand_in: MiniMaxStandIn, tmp_path: Path
) -> None:
    stand_in.faults.plan(FaultKind.RESET_AFTER, "voice_clone")
    call = await call_for(api, tmp_path)

    with pytest.raises(ours.ServiceDown):
        await api.clone(call)
    answer = await api.clone(call)

    assert answer is None


@pytest.mark.parametrize(
    "likeness",
    [
        {"wide_file_ids": False, "sensitive_as_object": False},
        {"wide_file_ids": True, "sensitive_as_object": True},
    ],
    ids=["seen", "documented"],
)
async def test_a_flag_comes_through_in_both_shapes_and_with_ids_of_any_width(
    api: SpeechApi, stand_in: MiniMaxStandIn, tmp_path: Path, likeness: dict[str, bool]
) -> None:
    for switch, position in likeness.items():
        setattr(stand_in.switches, switch, position)
    stand_in.switches.sensitive_code = 0
    stand_in.faults.plan(FaultKind.FLAG, "voice_clone", code=5)

    answer = await api.clone(await call_for(api, tmp_path))

    assert answer is not None
    assert answer.flag is FlagKind.ABUSE


async def test_a_flag_with_a_refusal_is_the_policys(
    api: SpeechApi, stand_in: MiniMaxStandIn, tmp_path: Path
) -> None:
    stand_in.faults.plan(FaultKind.FLAG, "voice_clone", code=2)
    call = await call_for(api, tmp_path)

    with pytest.raises(ours.ContentRefused):
        await api.clone(call)


@pytest.mark.parametrize("code", [code for code in VERDICTS if code != 2039])
async def test_every_code_is_read_from_the_wire(
    client: MiniMaxClient, stand_in: MiniMaxStandIn, code: int
) -> None:
    stand_in.faults.plan(FaultKind.ANSWER, "voice_clone", code=code)
    api = MiniMaxSpeechApi(client)

    with pytest.raises(ours.MynaError) as caught:
        await api.clone(CloneCall(voice_id=VOICE_ID, file_id=1, options=OPTIONS))

    cause = caught.value.__cause__
    assert isinstance(cause, MiniMaxRefusal)
    assert type(caught.value) is type(our_error(cause))
    assert cause.verdict is verdict_for(code, Endpoint.CLONE)
    assert cause.trace_id


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("bad_gateway", ours.ServiceDown),
        ("too_many_requests", ours.ServiceBusy),
        ("reset_before", ours.ServiceDown),
        ("truncate", ours.ServiceDown),
        ("empty_base_resp", ours.ServiceDown),
    ],
)
async def test_a_broken_answer_is_a_matter_of_time(
    api: SpeechApi,
    stand_in: MiniMaxStandIn,
    tmp_path: Path,
    kind: str,
    error: type[ours.MynaError],
) -> None:
    stand_in.faults.plan(FaultKind(kind), "voice_clone")
    call = await call_for(api, tmp_path)

    with pytest.raises(error):
        await api.clone(call)


@pytest.mark.parametrize("kind", ["reset_before", "reset_after", "truncate"])
async def test_an_upload_survives_one_broken_connection(
    api: SpeechApi, stand_in: MiniMaxStandIn, tmp_path: Path, kind: str
) -> None:
    stand_in.faults.plan(FaultKind(kind), "files/upload")

    assert await api.upload_sample(tone(tmp_path, 11), filename="sample.wav") > 0


async def test_a_sample_too_short_for_the_service_says_so(api: SpeechApi, tmp_path: Path) -> None:
    file_id = await api.upload_sample(tone(tmp_path, 9), filename="sample.wav")

    with pytest.raises(ours.SampleRejected) as caught:
        await api.clone(CloneCall(voice_id=VOICE_ID, file_id=file_id, options=OPTIONS))

    assert caught.value.reason == "too short"


async def test_an_unreadable_sample_is_the_members_file(api: SpeechApi, tmp_path: Path) -> None:
    path = tmp_path / "sample.wav"
    path.write_bytes(b"this is no audio at all" * 1000)
    file_id = await api.upload_sample(path, filename="sample.wav")

    with pytest.raises(ours.SampleRejected) as caught:
        await api.clone(CloneCall(voice_id=VOICE_ID, file_id=file_id, options=OPTIONS))

    assert caught.value.reason == "unreadable"
    assert caught.value.reference


async def test_a_link_that_expired_is_a_lost_preview(
    api: SpeechApi, stand_in: MiniMaxStandIn, tmp_path: Path
) -> None:
    stand_in.faults.plan(FaultKind.EXPIRED_LINK, "voice_clone")
    answer = await api.clone(await call_for(api, tmp_path))
    assert answer is not None
    assert answer.preview_url is not None

    with pytest.raises(ours.PreviewLost):
        await api.fetch_preview(answer.preview_url, tmp_path / "preview")


async def test_the_key_check_tells_a_good_key_from_a_bad_one(stand_in: MiniMaxStandIn) -> None:
    async with aiohttp.ClientSession() as session:
        await MiniMaxSpeechApi(client_of(stand_in, session)).check()
        with pytest.raises(ours.ServiceMisconfigured) as caught:
            await MiniMaxSpeechApi(client_of(stand_in, session, "sk-api-wrong")).check()

    assert caught.value.code == 2049


async def test_a_fresh_clone_is_not_listed(
    client: MiniMaxClient, api: SpeechApi, tmp_path: Path
) -> None:
    await api.clone(await call_for(api, tmp_path))

    listing = await client.get_voices(VoiceType.ALL)

    assert listing.cloned == ()
    assert listing.system
