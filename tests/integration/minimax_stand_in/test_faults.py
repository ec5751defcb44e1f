"""The way into the MiniMax stand-in: keys, limits, links, and everything that can go wrong."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from aiohttp import ClientError, ClientPayloadError, ClientSession
from yarl import URL

from bot.sandbox.minimax import SANDBOX_GROUP_ID, FaultKind, MiniMaxStandIn, ToneVoice, serve
from bot.sandbox.minimax.serving import introduction
from bot.sandbox.voice.sound_files import read_mono
from tests.integration.minimax_stand_in.raw_minimax import (
    Json,
    RawMiniMax,
    download,
    message,
    raw_client,
    status,
)

KEY_CHECK: Json = {"voice_type": "system"}
PREVIEW: Json = {"text": "Hello there, this is my new voice.", "model": "speech-2.8-hd"}


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, 1004),
        ({"Authorization": "sk-api-sandbox"}, 1004),
        ({"Authorization": "Bearer sk-api-wrong"}, 2049),
        ({"Authorization": "Bearer sk-api-sandbox"}, 0),
    ],
)
async def test_the_key_is_checked_at_http_status_200(
    stand_in: MiniMaxStandIn, headers: dict[str, str], code: int
) -> None:
    async with (
        ClientSession(headers=headers) as session,
        session.post(f"{stand_in.url}/v1/get_voice", json=KEY_CHECK) as response,
    ):
        answer = await response.json()

    assert response.status == 200
    assert status(answer) == code


async def test_several_keys_can_be_accepted() -> None:
    async with (
        MiniMaxStandIn(api_keys={"one", "two"}, voice=ToneVoice(150)) as stand_in,
        ClientSession(headers={"Authorization": "Bearer two"}) as session,
        session.post(f"{stand_in.url}/v1/get_voice", json=KEY_CHECK) as response,
    ):
        answer = await response.json()

    assert status(answer) == 0


@pytest.mark.parametrize(
    ("query", "code"),
    [("", 0), (f"?GroupId={SANDBOX_GROUP_ID}", 0), ("?GroupId=12", 1004), ("?GroupId=", 1008)],
)
async def test_the_group_id_is_optional_right_wrong_or_misleading(
    client: RawMiniMax, query: str, code: int
) -> None:
    assert status(await client.post("get_voice", KEY_CHECK, query)) == code


@pytest.mark.parametrize(("method", "path"), [("POST", "/v1/nothing"), ("GET", "/v1/get_voice")])
async def test_an_unknown_route_is_plain_text_404_with_a_trace_id(
    client: RawMiniMax, method: str, path: str
) -> None:
    async with client.session.request(method, client.url + path) as response:
        body = await response.text()

    assert response.status == 404
    assert response.content_type == "text/plain"
    assert body == "404 page not found"
    assert len(response.headers["Trace-Id"]) == 32


async def test_calls_over_the_limit_wait_for_the_minute() -> None:
    now = datetime(2026, 11, 1, tzinfo=UTC)
    async with (
        MiniMaxStandIn(clock=lambda: now, rpm={"get_voice": 2}, voice=ToneVoice()) as stand_in,
        raw_client(stand_in) as client,
    ):
        burst = [await client.post("get_voice", KEY_CHECK) for _ in range(3)]
        stand_in.clock.advance(timedelta(seconds=59))
        early = await client.post("get_voice", KEY_CHECK)
        stand_in.clock.advance(timedelta(seconds=1))
        after = await client.post("get_voice", KEY_CHECK)

    assert [status(answer) for answer in burst] == [0, 0, 1002]
    assert message(burst[2]) == "rate limit exceeded(RPM)"
    assert status(early) == 1002
    assert status(after) == 0


async def test_every_request_is_recorded_without_its_key(
    stand_in: MiniMaxStandIn, client: RawMiniMax
) -> None:
    await client.post("get_voice", KEY_CHECK)

    (recorded,) = stand_in.ledger.calls("/v1/get_voice")
    assert recorded.method == "POST"
    assert recorded.json == KEY_CHECK
    assert recorded.authorized
    assert "sk-api" not in json.dumps(stand_in.ledger.as_json())


async def test_a_planned_code_is_answered_so_often_and_nothing_happens(
    stand_in: MiniMaxStandIn, client: RawMiniMax
) -> None:
    stand_in.faults.plan(FaultKind.ANSWER, "voice_clone", times=2, code=1001)

    answers = [await client.clone() for _ in range(3)]

    assert [status(answer) for answer in answers] == [1001, 1001, 0]
    assert answers[0]["demo_audio"] == ""
    assert stand_in.ledger.voices["Myna-test-1"].clone_calls == 3
    assert stand_in.ledger.clones == 1


async def test_a_reset_before_the_effect_makes_nothing(
    stand_in: MiniMaxStandIn, client: RawMiniMax
) -> None:
    stand_in.faults.plan(FaultKind.RESET_BEFORE, "voice_clone")

    with pytest.raises(ClientError):
        await client.clone()

    assert stand_in.ledger.voices["Myna-test-1"].clone_calls == 1
    assert stand_in.ledger.clones == 0


async def test_a_reset_after_the_effect_leaves_the_voice_and_the_bill(
    stand_in: MiniMaxStandIn, client: RawMiniMax
) -> None:
    stand_in.faults.plan(FaultKind.RESET_AFTER, "voice_clone")

    with pytest.raises(ClientError):
        await client.clone(**PREVIEW)

    assert stand_in.ledger.voices["Myna-test-1"].preview_characters == 34
    assert status(await client.clone()) == 2039


async def test_a_truncated_body_ends_in_the_middle(
    stand_in: MiniMaxStandIn, client: RawMiniMax
) -> None:
    stand_in.faults.plan(FaultKind.TRUNCATE, "voice_clone")

    with pytest.raises(ClientPayloadError):
        await client.clone()

    assert stand_in.ledger.clones == 1


@pytest.mark.parametrize(
    ("kind", "code", "content_type"),
    [(FaultKind.BAD_GATEWAY, 502, "text/html"), (FaultKind.TOO_MANY_REQUESTS, 429, "text/plain")],
)
async def test_a_gateway_failure_is_no_json(
    stand_in: MiniMaxStandIn, client: RawMiniMax, kind: FaultKind, code: int, content_type: str
) -> None:
    stand_in.faults.plan(kind, "get_voice")

    async with client.session.post(f"{client.url}/v1/get_voice", json=KEY_CHECK) as response:
        await response.read()

    assert response.status == code
    assert response.content_type == content_type


async def test_an_empty_envelope_hides_a_success(
    stand_in: MiniMaxStandIn, client: RawMiniMax
) -> None:
    stand_in.faults.plan(FaultKind.EMPTY_BASE_RESP, "voice_clone")

    answer = await client.clone()

    assert answer["base_resp"] == {}
    assert stand_in.ledger.clones == 1


async def test_short_audio_lasts_a_fifth_of_a_second(
    stand_in: MiniMaxStandIn, client: RawMiniMax
) -> None:
    stand_in.faults.plan(FaultKind.SHORT_AUDIO, "voice_clone")

    answer = await client.clone(**PREVIEW)

    heard, _rate = read_mono(await download(answer["demo_audio"]), 16_000)
    assert len(heard) / 16_000 < 0.4


async def test_a_delayed_endpoint_answers_late_but_answers(
    stand_in: MiniMaxStandIn, client: RawMiniMax
) -> None:
    stand_in.faults.delay("get_voice", 0.05)

    assert status(await client.post("get_voice", KEY_CHECK)) == 0


async def test_a_held_endpoint_answers_once_it_is_released(
    stand_in: MiniMaxStandIn, client: RawMiniMax
) -> None:
    async with asyncio.TaskGroup() as group:
        with stand_in.faults.hold("get_voice"):
            asked = group.create_task(client.post("get_voice", KEY_CHECK))
            await client.post("delete_voice", {})
            assert not asked.done()

    assert status(asked.result()) == 0


async def link_status(link: object, headers: dict[str, str] | None = None) -> int:
    url = URL(str(link), encoded=True)
    async with ClientSession(headers=headers) as session, session.get(url) as response:
        return response.status


async def test_a_link_works_for_a_day(stand_in: MiniMaxStandIn, client: RawMiniMax) -> None:
    link = (await client.clone(**PREVIEW))["demo_audio"]

    stand_in.clock.advance(timedelta(hours=23, minutes=59))
    in_time = await link_status(link)
    stand_in.clock.advance(timedelta(minutes=2))
    too_late = await link_status(link)

    assert (in_time, too_late) == (200, 403)


async def test_a_link_can_be_expired_from_the_start(
    stand_in: MiniMaxStandIn, client: RawMiniMax
) -> None:
    stand_in.faults.plan(FaultKind.EXPIRED_LINK, "voice_clone")

    answer = await client.clone(**PREVIEW)

    assert await link_status(answer["demo_audio"]) == 403


async def test_a_link_is_no_good_with_another_signature_or_a_later_date(
    client: RawMiniMax,
) -> None:
    link = str((await client.clone(**PREVIEW))["demo_audio"])

    assert await link_status(link.replace("Signature=", "Signature=x")) == 403
    assert await link_status(link.replace("Expires=1", "Expires=2")) == 403
    assert await link_status(link.partition("?")[0]) == 403


async def test_the_key_must_not_be_sent_to_the_object_store(client: RawMiniMax) -> None:
    link = (await client.clone(**PREVIEW))["demo_audio"]

    assert await link_status(link, {"Authorization": "Bearer sk-api-sandbox"}) == 400


async def control(client: RawMiniMax, method: str, what: str, body: object = None) -> Json:
    url = f"{client.url}/_stand-in/{what}"
    async with client.session.request(method, url, json=body) as response:
        assert response.status == 200
        answer: Json = await response.json()
        return answer


async def test_another_process_reads_the_ledger(client: RawMiniMax) -> None:
    await client.clone("Myna-test-1", **PREVIEW)

    ledger = await control(client, "GET", "ledger")

    voices = ledger["voices"]
    assert isinstance(voices, dict)
    assert voices["Myna-test-1"] == {
        "clone_calls": 1,
        "clones": 1,
        "fees": 0,
        "preview_characters": 34,
        "speech_characters": 0,
        "deletions": 0,
    }
    assert ledger["uploads"] == 1


async def test_another_process_plans_and_clears_faults(
    stand_in: MiniMaxStandIn, client: RawMiniMax
) -> None:
    fault = {"kind": "answer", "endpoint": "get_voice", "code": 1013, "times": 2}

    planned = await control(client, "POST", "faults", fault)
    refused = await client.post("get_voice", KEY_CHECK)
    await control(client, "POST", "faults", {"kind": "delay", "endpoint": "t2a_v2", "seconds": 1})
    delay = stand_in.faults.latency_seconds("t2a_v2")
    cleared = await control(client, "DELETE", "faults")

    assert planned["pending"] == [{"kind": "answer", "endpoint": "get_voice", "code": 1013}] * 2
    assert status(refused) == 1013
    assert delay == 1
    assert cleared["pending"] == []
    assert stand_in.faults.latency_seconds("t2a_v2") == 0


async def test_another_process_pushes_the_clock(
    stand_in: MiniMaxStandIn, client: RawMiniMax
) -> None:
    before = stand_in.clock.now()

    answer = await control(client, "POST", "clock", {"advance_seconds": 3600})

    assert datetime.fromisoformat(str(answer["now"])) - before >= timedelta(hours=1)


async def test_another_process_sets_switches_one_by_one(
    stand_in: MiniMaxStandIn, client: RawMiniMax
) -> None:
    stand_in.switches.balance_usd = 5.0

    await control(client, "POST", "switches", {"may_clone": False})

    assert not stand_in.switches.may_clone
    assert stand_in.switches.balance_usd == 5.0


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("faults", {"kind": "explode", "endpoint": "voice_clone"}),
        ("faults", {"kind": "truncate", "endpoint": "voice_clown"}),
        ("clock", {"advance": 1}),
        ("switches", {"no_such": 1}),
    ],
)
async def test_a_wrong_control_request_is_refused_aloud(
    client: RawMiniMax, what: str, body: Json
) -> None:
    async with client.session.post(f"{client.url}/_stand-in/{what}", json=body) as response:
        answer = await response.json()

    assert response.status == 400
    assert answer["error"]


def same_chance() -> Random:
    return Random(7)  # noqa: S311 - ids that repeat are the point


async def test_chance_is_an_argument() -> None:
    ids = []
    for _ in range(2):
        async with (
            MiniMaxStandIn(chance=same_chance(), voice=ToneVoice()) as stand_in,
            raw_client(stand_in) as client,
        ):
            ids.append(await client.upload(b"any bytes"))

    assert ids[0] == ids[1]


async def test_a_stand_in_that_is_not_started_has_no_address() -> None:
    stand_in = MiniMaxStandIn(voice=ToneVoice())

    with pytest.raises(RuntimeError):
        _ = stand_in.url
    await stand_in.stop()


async def test_a_taken_port_is_told_at_once(stand_in: MiniMaxStandIn) -> None:
    port = URL(stand_in.url).port
    assert port is not None

    with pytest.raises(OSError, match="address already in use"):
        await MiniMaxStandIn(voice=ToneVoice()).start(port)


async def test_serving_tells_how_to_use_it_until_it_is_cancelled(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await serve(0)

    assert "MiniMax stand-in at http://127.0.0.1:" in capsys.readouterr().out


def test_the_introduction_names_address_key_and_control_side() -> None:
    text = introduction("http://127.0.0.1:8080")

    assert "http://127.0.0.1:8080/_stand-in/ledger" in text
    assert "sk-api-sandbox" in text
