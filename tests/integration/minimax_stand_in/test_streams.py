"""Speech from the MiniMax stand-in that comes in pieces: streams, and subtitles with times."""

import json

import pytest
from aiohttp import ClientPayloadError

from bot.sandbox.minimax import FaultKind, MiniMaxStandIn
from bot.sandbox.voice.sound_files import read_mono
from tests.integration.minimax_stand_in.raw_minimax import (
    RATE,
    VOICE,
    Json,
    RawMiniMax,
    data_of,
    download,
    info_of,
    status,
)

pytestmark = pytest.mark.usefixtures("cloned_voice")

TEXT = "Hello there, this is my voice and it goes on for a while."


async def raw_stream(client: RawMiniMax, **fields: object) -> tuple[str, bytes]:
    body = {
        "model": "speech-2.8-hd",
        "text": TEXT,
        "voice_setting": {"voice_id": VOICE},
        "stream": True,
        **fields,
    }
    async with client.session.post(f"{client.url}/v1/t2a_v2", json=body) as response:
        return response.content_type, await response.read()


async def stream(client: RawMiniMax, **fields: object) -> list[Json]:
    content_type, content = await raw_stream(client, **fields)
    assert content_type == "text/event-stream"
    *lines, end = content.split(b"\n\n")
    assert end == b""
    assert all(line.startswith(b"data: {") for line in lines)
    return [json.loads(line.removeprefix(b"data: ")) for line in lines]


async def test_a_stream_is_pieces_and_then_everything_again(client: RawMiniMax) -> None:
    *pieces, last = await stream(client)

    joined = b"".join(bytes.fromhex(data_of(piece)["audio"]) for piece in pieces)
    aggregate = bytes.fromhex(data_of(last)["audio"])
    assert len(pieces) >= 2
    assert {data_of(piece)["status"] for piece in pieces} == {1}
    assert data_of(last)["status"] == 2
    assert not any("extra_info" in piece for piece in pieces)
    assert info_of(last)["usage_characters"] == len(TEXT)
    assert joined != aggregate
    seconds = [len(read_mono(sound, RATE)[0]) / RATE for sound in (joined, aggregate)]
    assert seconds[1] == pytest.approx(seconds[0], abs=0.2)
    assert {piece["trace_id"] for piece in [*pieces, last]} == {last["trace_id"]}


async def test_a_stream_leaves_the_aggregate_out_when_asked_to(
    stand_in: MiniMaxStandIn, client: RawMiniMax
) -> None:
    options = {"exclude_aggregated_audio": True}

    without = await stream(client, stream_options=options)
    stand_in.faults.plan(FaultKind.REPEATED_AGGREGATE, "t2a_v2")
    ignored = await stream(client, stream_options=options)

    assert data_of(without[-1])["audio"] == ""
    assert data_of(ignored[-1])["audio"] != ""


async def test_a_streamed_wav_has_no_lengths(client: RawMiniMax) -> None:
    first, *_ = await stream(client, audio_setting={"format": "wav"})

    head = bytes.fromhex(data_of(first)["audio"])[:200]
    assert head[4:8] == b"\xff\xff\xff\xff"
    assert head.partition(b"data")[2].startswith(b"\xff\xff\xff\xff")


@pytest.mark.parametrize(
    ("fields", "code"),
    [({"voice_setting": {"voice_id": "nobody"}}, 2054), ({"text": "badword-flagged"}, 1026)],
)
async def test_a_refusal_does_not_stream(client: RawMiniMax, fields: Json, code: int) -> None:
    content_type, content = await raw_stream(client, **fields)

    assert content_type == "application/json"
    assert status(json.loads(content)) == code


async def test_a_stream_charges_the_fee_and_keeps_the_voice(
    stand_in: MiniMaxStandIn, client: RawMiniMax
) -> None:
    await stream(client)
    await client.speak(VOICE)

    assert stand_in.ledger.fees == 1
    assert stand_in.ledger.voices[VOICE].speech_characters == len(TEXT) + len("Hello.")


async def test_a_split_stream_is_the_same_stream(
    stand_in: MiniMaxStandIn, client: RawMiniMax
) -> None:
    fields = {"text": "Hi.", "stream_options": {"exclude_aggregated_audio": True}}
    stand_in.faults.plan(FaultKind.SPLIT_STREAM, "t2a_v2")

    split = await stream(client, **fields)
    whole = await stream(client, **fields)

    assert [each["data"] for each in split] == [each["data"] for each in whole]


async def test_a_cut_stream_ends_in_an_event_as_though_it_were_whole(
    stand_in: MiniMaxStandIn, client: RawMiniMax
) -> None:
    stand_in.faults.plan(FaultKind.CUT_STREAM, "t2a_v2")

    _, content = await raw_stream(client)

    *whole, cut = content.split(b"\n\n")
    assert len(whole) >= 2
    assert cut.startswith(b"data: {")
    assert not cut.endswith(b"}")
    assert stand_in.ledger.spent_usd > 0


@pytest.mark.parametrize("kind", [FaultKind.TRUNCATE, FaultKind.RESET_AFTER])
async def test_a_stream_may_lose_its_connection_after_it_was_charged(
    stand_in: MiniMaxStandIn, client: RawMiniMax, kind: FaultKind
) -> None:
    stand_in.faults.plan(kind, "t2a_v2")

    with pytest.raises((ClientPayloadError, OSError)):
        await raw_stream(client)

    assert stand_in.ledger.fees == 1


async def test_a_stream_may_lack_its_envelope(stand_in: MiniMaxStandIn, client: RawMiniMax) -> None:
    stand_in.faults.plan(FaultKind.EMPTY_BASE_RESP, "t2a_v2")

    assert {json.dumps(event["base_resp"]) for event in await stream(client)} == {"{}"}


async def test_subtitles_are_a_list_of_short_sentences_in_order(client: RawMiniMax) -> None:
    text = "Hello there. " + "x" * 120 + ".<#1#>The end."

    answer = await client.speak(VOICE, text, subtitle_enable=True)

    entries = json.loads(await download(data_of(answer)["subtitle_file"]))
    assert isinstance(entries, list)
    assert max(len(entry["text"]) for entry in entries) <= 50
    assert "".join(entry["text"] for entry in entries) == text.replace("<#1#>", "")
    assert all(text[each["text_begin"] : each["text_end"]] == each["text"] for each in entries)
    times = [time for each in entries for time in (each["time_begin"], each["time_end"])]
    assert times == sorted(times)
    assert times[-1] == pytest.approx(info_of(answer)["audio_length"], abs=5)
    assert entries[-1]["time_begin"] - entries[-2]["time_end"] == pytest.approx(1000, abs=5)
    assert [each["is_final_segment"] for each in entries[-2:]] == [False, True]
    assert "timestamped_words" not in entries[0]


async def test_subtitles_may_have_words(client: RawMiniMax) -> None:
    streamed = await stream(
        client, text="One two.", subtitle_enable=True, subtitle_type="word_streaming"
    )

    (entry,) = json.loads(await download(data_of(streamed[-1])["subtitle_file"]))
    assert [word["word"] for word in entry["timestamped_words"]] == ["One", " ", "two."]
    assert entry["timestamped_words"][-1]["time_end"] == entry["time_end"]
