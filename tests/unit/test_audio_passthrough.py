"""What is mono Ogg/Opus already is not coded again: same packets, fresh file, nothing else."""

import struct
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO

import av
import numpy as np
import pytest

from bot.audio.decode import decode
from bot.audio.operations import run
from bot.audio.opus import HEAD, remux
from bot.audio.protocol import Operation
from bot.domain.samples import Problem
from tests import audio_files as make

RATE = 48_000
SECRET = "Amelia's phone"


def bubble(audio: bytes) -> bytes:
    return b"".join(run(Operation.BUBBLE, [audio]).payload)


def packets(ogg: bytes) -> list[bytes]:
    with av.open(BytesIO(ogg), "r", format="ogg") as file:
        return [bytes(packet) for packet in file.demux(file.streams.audio[0]) if packet.size]


def samples(ogg: bytes) -> bytes:
    return bytes(decode(ogg, max_seconds=60, rate=RATE).pcm.data)


def pages(ogg: bytes) -> Iterator[bytearray]:
    """Yield the pages of an Ogg file (RFC 3533, section 6)."""
    position = 0
    while position < len(ogg):
        lacing = ogg[position + 26]
        body = sum(ogg[position + 27 : position + 27 + lacing])
        end = position + 27 + lacing + body
        yield bytearray(ogg[position:end])
        position = end


def sealed(page: bytearray) -> bytes:
    """Return the page with the checksum that its bytes have."""
    page[22:26] = bytes(4)
    checksum = 0
    for byte in page:
        checksum ^= byte << 24
        for _ in range(8):
            checksum = (checksum << 1 ^ (0x04C11DB7 if checksum >> 31 else 0)) & 0xFFFFFFFF
    page[22:26] = struct.pack("<I", checksum)
    return bytes(page)


def length(ogg: bytes) -> float:
    """Return the seconds a player shows: the last position less the pre-skip (RFC 7845)."""
    all_pages = list(pages(ogg))
    (last,) = struct.unpack("<q", all_pages[-1][6:14])
    pre_skip = HEAD.unpack(all_pages[0][28 : 28 + HEAD.size])[3]
    return float(last - pre_skip) / RATE


def moved(ogg: bytes, by: int) -> bytes:
    """Return `ogg` with every position moved: a recording that was joined while it ran."""
    moved_pages = list(pages(ogg))
    for page in moved_pages[2:]:
        page[6:14] = struct.pack("<q", struct.unpack("<q", page[6:14])[0] + by)
    return b"".join(sealed(page) for page in moved_pages)


def with_head(ogg: bytes, head: bytes) -> bytes:
    first, *others = pages(ogg)
    fresh = first[:26] + bytes([1, len(head)]) + head
    return sealed(fresh) + b"".join(others)


@pytest.mark.parametrize("seconds", [0.013, 0.5, 1.0, 3.3333, 4.0071])
@pytest.mark.parametrize("frame", ["2.5", "20", "60", "120"])
def test_packets_samples_and_length_stay_exactly_the_same(seconds: float, frame: str) -> None:
    audio = opus_in_frames(seconds, frame)

    answer = run(Operation.BUBBLE, [audio])
    made = b"".join(answer.payload)

    assert packets(made) == packets(audio)
    assert samples(made) == samples(audio)
    assert length(made) == len(samples(audio)) / 2 / RATE
    assert answer.values["seconds"] == round(length(made), 3)


def opus_in_frames(seconds: float, milliseconds: str) -> bytes:
    pcm = make.speech(seconds)
    file = BytesIO()
    with av.open(file, "w", format="ogg") as out:
        stream = out.add_stream("libopus", rate=RATE, options={"frame_duration": milliseconds})
        stream.codec_context.layout = "mono"
        frame = av.AudioFrame.from_ndarray(pcm.samples()[None, :].copy(), "s16", "mono")
        frame.sample_rate = RATE
        out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return file.getvalue()


def test_waveform_and_length_are_those_of_the_decoded_sound() -> None:
    quiet_then_loud = np.concatenate([np.full(RATE, 0.01), np.full(RATE, 1.0)])
    swelling = make.pcm_of(make.tone(2).samples() / 32768 * quiet_then_loud)

    values = run(Operation.BUBBLE, [make.opus(swelling)]).values

    assert values["seconds"] == 2.0
    assert len(values["waveform"]) == 20
    assert max(values["waveform"][:9]) < 60
    assert min(values["waveform"][11:]) > 200


@pytest.mark.parametrize("by", [5_000, -312, 10**9])
def test_a_recording_that_starts_anywhere_in_time_starts_at_zero(by: int) -> None:
    audio = make.opus(make.speech(2))

    made = bubble(moved(audio, by))

    assert packets(made) == packets(audio)
    assert samples(made) == samples(audio)
    assert length(made) == 2.0


def test_positions_that_are_wrong_are_made_right() -> None:
    odd = make.NOTE.read_bytes()

    made = bubble(odd)

    assert packets(made) == packets(odd)
    assert length(odd) != len(samples(odd)) / 2 / RATE
    assert length(made) == len(samples(made)) / 2 / RATE == 15.75


def test_a_missing_page_leaves_a_shorter_recording_without_a_gap() -> None:
    audio = make.opus(make.speech(4))
    without = b"".join(bytes(page) for number, page in enumerate(pages(audio)) if number != 3)

    made = bubble(without)

    assert samples(made) == samples(without)
    assert length(made) == len(samples(without)) / 2 / RATE < 3.5


def test_no_tag_or_cover_survives() -> None:
    tagged = make.encoded(
        make.speech(1),
        "libopus",
        "ogg",
        metadata={"title": SECRET, "METADATA_BLOCK_PICTURE": "QUJD" * 1000},
    )
    assert SECRET.encode() in tagged

    made = bubble(tagged)

    assert packets(made) == packets(tagged)
    assert SECRET.encode() not in made
    assert b"QUJD" not in made
    assert len(made) < len(tagged) - 4000


def test_stereo_is_coded_anew_as_mono() -> None:
    made = bubble(make.encoded(make.speech(1), "libopus", "ogg", layout="stereo"))

    with av.open(BytesIO(made)) as file:
        assert file.streams.audio[0].codec_context.layout.name == "mono"
    assert length(made) == 1.0


def test_files_put_one_after_the_other_are_coded_anew() -> None:
    chained = make.opus(make.speech(2)) + make.opus(make.tone(1))

    made = bubble(chained)

    assert packets(made) != packets(chained)
    assert length(made) == len(samples(chained)) / 2 / RATE == pytest.approx(3, abs=0.02)


def test_a_header_that_says_more_than_it_must_is_coded_anew() -> None:
    audio = make.opus(make.speech(1))
    head = bytes(next(pages(audio))[28 : 28 + HEAD.size])
    assert packets(bubble(with_head(audio, head))) == packets(audio)

    made = bubble(with_head(audio, head + SECRET.encode()))

    assert SECRET.encode() not in made
    assert packets(made) != packets(audio)
    assert length(made) == 1.0


def test_a_damaged_packet_is_coded_anew() -> None:
    damaged = list(pages(make.opus(make.speech(2))))
    # Code 3 with no frames in it, which no packet may have (RFC 6716, section 3.2.5).
    start = 27 + damaged[2][26]
    damaged[2][start : start + 2] = bytes([damaged[2][start] | 3, 0])
    audio = b"".join(sealed(page) for page in damaged)
    decoded = decode(audio, max_seconds=60, rate=RATE)
    assert decoded.damaged_packets > 0

    assert remux(audio, decoded) is None
    assert length(bubble(audio)) == decoded.pcm.seconds


def test_what_is_too_large_for_a_chat_or_was_cut_is_coded_anew() -> None:
    audio = make.opus(make.speech(1))
    decoded = decode(audio, max_seconds=60, rate=RATE)
    copied = remux(audio, decoded)
    assert copied is not None

    assert remux(audio, decoded, at_most=len(copied)) == copied
    assert remux(audio, decoded, at_most=len(copied) - 1) is None
    assert remux(audio, replace(decoded, cut=True)) is None


def test_what_only_begins_like_opus_is_refused() -> None:
    audio = make.opus(make.speech(1))

    assert run(Operation.BUBBLE, [audio[:60]]).values["problem"] in {
        Problem.DAMAGED,
        Problem.NO_SOUND,
    }
