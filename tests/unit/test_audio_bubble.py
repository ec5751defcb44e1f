"""A preview becomes a native voice message: Ogg/Opus with its real length and waveform."""

from io import BytesIO

import av
import numpy as np
import pytest

from bot.audio.bubble import waveform
from bot.audio.operations import run
from bot.audio.protocol import Operation
from bot.domain.samples import Problem
from tests import audio_files as make


@pytest.mark.parametrize(
    ("encoder", "muxer"), [("libmp3lame", "mp3"), ("pcm_s16le", "wav"), ("flac", "flac")]
)
def test_a_preview_becomes_mono_opus_of_the_same_length(encoder: str, muxer: str) -> None:
    preview = make.encoded(make.speech(4, 32_000), encoder, muxer)

    answer = run(Operation.BUBBLE, [preview])

    with av.open(BytesIO(b"".join(answer.payload)), "r", format="ogg") as bubble:
        (stream,) = bubble.streams.audio
        decoded = sum(int(frame.samples) for frame in bubble.decode(stream)) / 48_000
        assert (stream.codec_context.name, stream.codec_context.layout.name) == ("opus", "mono")
    assert answer.values["seconds"] == pytest.approx(decoded, abs=0.001)
    assert decoded == pytest.approx(4, abs=0.05)


def test_a_waveform_has_a_bar_for_each_tenth_of_a_second_up_to_256() -> None:
    assert len(waveform(make.speech(4))) == 40
    assert len(waveform(make.speech(60))) == 256
    assert len(waveform(make.speech(0.01))) == 1


def test_a_waveform_shows_where_it_is_loud() -> None:
    swelling = make.pcm_of(
        make.tone(10).samples() / 32768 * np.linspace(0, 1, 10 * 48_000, endpoint=False)
    )

    bars = waveform(swelling)

    assert bars[-1] == 255
    assert list(bars) == sorted(bars)
    assert bars[25] == pytest.approx(128, abs=4)  # a quarter of the level, on a square-root scale


def test_a_silent_preview_has_a_flat_waveform() -> None:
    assert waveform(make.silence(1)) == bytes(10)


def test_a_preview_that_is_no_audio_is_told() -> None:
    answer = run(Operation.BUBBLE, [b"<html>"])

    assert answer.values["problem"] == Problem.NOT_AUDIO
    assert answer.payload_bytes == 0
