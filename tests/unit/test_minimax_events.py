"""A stream is the same speech however the network cut it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.minimax.answers import RawAnswer
from bot.minimax.errors import MiniMaxBadAnswer, MiniMaxRefusal, MiniMaxUnreachable
from bot.minimax.events import EventReader
from bot.minimax.speech import SpeechCalls
from bot.minimax.speech_answers import SpeechSummary
from bot.minimax.speech_models import SpeechRequest, VoiceSetting
from bot.minimax.timeouts import Timeouts
from bot.minimax.transport import Stream, Transport

REQUEST = SpeechRequest(
    model="speech-2.8-hd", text="Hi.", voice_setting=VoiceSetting(voice_id="a"), stream=True
)
RAW = RawAnswer(http_status=200, content_type="text/event-stream", body=b"", trace_id="04b2")
OK = {"status_code": 0, "status_msg": ""}
LINE_ENDS = [b"\n\n", b"\r\n\r\n", b"\n"]


def piece(audio: bytes) -> dict[str, Any]:
    return {"data": {"audio": audio.hex(), "status": 1}, "trace_id": "04b2", "base_resp": OK}


def last(audio: bytes = b"") -> dict[str, Any]:
    return {
        "data": {"audio": audio.hex(), "status": 2},
        "extra_info": {"usage_characters": 3},
        "trace_id": "04b2",
        "base_resp": OK,
    }


def wire(events: list[dict[str, Any]], end: bytes = b"\n\n") -> bytes:
    return b"".join(b"data: " + json.dumps(event).encode() + end for event in events)


def split(stream: bytes, cuts: list[int]) -> list[bytes]:
    edges = [0, *sorted({cut % (len(stream) + 1) for cut in cuts}), len(stream)]
    return [stream[begin:end] for begin, end in pairwise(edges)]


class Network:
    """Answers every call with the same pieces."""

    def __init__(self, pieces: list[bytes]) -> None:
        self.pieces = pieces

    @asynccontextmanager
    async def streaming(self, *_: object, **__: object) -> AsyncIterator[Stream]:
        yield Stream(RAW, self.chunks())

    async def chunks(self) -> AsyncIterator[bytes]:
        for each in self.pieces:
            yield each

    def without_key(self, body: bytes) -> bytes:
        return body


def heard(pieces: list[bytes]) -> tuple[list[bytes], SpeechSummary]:
    async def listen() -> list[bytes | SpeechSummary]:
        calls = SpeechCalls(cast("Transport", Network(pieces)), Timeouts())
        return [part async for part in calls.speak_streaming(REQUEST)]

    *audio, summary = asyncio.run(listen())
    assert isinstance(summary, SpeechSummary)
    return [part for part in audio if isinstance(part, bytes)], summary


@settings(deadline=None)
@given(
    st.lists(st.binary(min_size=1, max_size=40), min_size=1, max_size=5),
    st.lists(st.integers(min_value=0), max_size=30),
    st.sampled_from(LINE_ENDS),
    st.sampled_from(["left out", "repeated"]),
)
def test_any_split_gives_the_same_audio_and_bill(
    audio: list[bytes], cuts: list[int], end: bytes, aggregate: str
) -> None:
    whole = b"".join(audio) if aggregate == "repeated" else b""
    stream = wire([*map(piece, audio), last(whole)], end)

    came, summary = heard(split(stream, cuts))

    assert came == audio
    assert (summary.info.usage_characters, summary.trace_id) == (3, "04b2")


def test_every_byte_by_itself_gives_the_same_audio() -> None:
    stream = wire([piece(b"abc"), piece(b"d"), last(b"abcd")])

    came, _ = heard([stream[at : at + 1] for at in range(len(stream))])

    assert came == [b"abc", b"d"]


@settings(deadline=None)
@given(st.binary(max_size=300), st.lists(st.integers(min_value=0), max_size=10))
def test_whatever_comes_is_read_to_its_end(noise: bytes, cuts: list[int]) -> None:
    whole, cut = EventReader(), EventReader()

    in_one = [*whole.feed(noise), *whole.rest()]
    in_pieces = [event for part in split(noise, cuts) for event in cut.feed(part)]

    assert [*in_pieces, *cut.rest()] == in_one


def test_what_comes_once_only_comes_from_the_last_event() -> None:
    came, _ = heard([wire([last(b"whole")])])

    assert came == [b"whole"]


def test_names_comments_and_done_marks_are_skipped() -> None:
    noise = b": ping\nevent: message\nid: 7\n"

    came, _ = heard([noise + wire([piece(b"a")]) + b"data: [DONE]\n\n" + wire([last()])])

    assert came == [b"a"]


def test_a_last_event_without_its_line_end_counts() -> None:
    came, summary = heard([wire([piece(b"a"), last()]).rstrip()])

    assert came == [b"a"]
    assert summary.info.usage_characters == 3


def test_an_event_without_data_is_no_audio() -> None:
    came, _ = heard([wire([{**piece(b"a"), "data": None}, piece(b"b"), {**last(), "data": None}])])

    assert came == [b"b"]


@pytest.mark.parametrize("cut", [1, 60, len(wire([piece(b"abc")])), -1, -40])
def test_a_stream_that_breaks_off_is_an_error(cut: int) -> None:
    stream = wire([piece(b"abc"), last()]).rstrip()

    with pytest.raises(MiniMaxUnreachable, match="ended before") as caught:
        heard([stream[:cut]])

    assert caught.value.trace_id == "04b2"


@pytest.mark.parametrize("prefix", [b"data: ", b"data:", b""])
def test_an_error_among_the_events_is_raised(prefix: bytes) -> None:
    refusal = {"base_resp": {"status_code": 1027, "status_msg": "output new_sensitive"}}
    event = prefix + json.dumps(refusal).encode() + b"\n\n"

    with pytest.raises(MiniMaxRefusal) as caught:
        heard([wire([piece(b"a")]) + event])

    assert caught.value.code == 1027


@pytest.mark.parametrize(
    "event",
    [
        {"data": {"audio": "ff", "status": 1}},
        {**piece(b""), "data": {"audio": "no hex", "status": 1}},
        {**piece(b""), "data": {"audio": ["ff"], "status": 1}},
    ],
    ids=str,
)
def test_an_event_that_is_not_of_the_documented_shape_is_an_error(event: dict[str, Any]) -> None:
    with pytest.raises(MiniMaxBadAnswer):
        heard([wire([event, last()])])
