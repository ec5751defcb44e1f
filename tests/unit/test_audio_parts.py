"""A long recording is cut at its pauses into files, whose sound together is the whole recording."""

import numpy as np
import pytest

from bot.audio.activity import power_of
from bot.audio.bubble import waveform
from bot.audio.decode import Undecodable, decode, pieces
from bot.audio.operations import run
from bot.audio.parts import Part, cut_up, quietest
from bot.audio.pcm import Pcm
from bot.audio.protocol import PART_SECONDS, PARTS_MAX, Operation
from bot.domain.samples import Problem
from tests import audio_files as make

RATE = 48_000


def sentences(count: int, sounding: float = 1.6, pause: float = 0.4) -> Pcm:
    """Return noise with pauses: `count` times both, two seconds together."""
    one = make.noise(sounding).data + make.silence(pause).data
    return Pcm(one * count, RATE)


def mp3(pcm: Pcm) -> bytes:
    return make.encoded(pcm, "libmp3lame", "mp3", bit_rate=64_000)


def decoded(part: Part) -> Pcm:
    return decode(part.file, max_seconds=3600, rate=RATE).pcm


def test_parts_are_as_long_as_allowed_and_end_in_pauses() -> None:
    parts = list(cut_up(mp3(sentences(16)), part_seconds=10.5))

    # The last tenth of the first is 9.45 to 10.5 s, where the pause is 9.6 to 10.
    assert [part.seconds for part in parts] == pytest.approx([9.8, 10, 10, 2.2], abs=0.1)
    for part in parts[:-1]:
        edge = power_of(decoded(part), 0.05)[-1]
        assert edge < 1e-6


def test_nothing_is_lost_between_the_parts() -> None:
    whole = mp3(sentences(12))

    parts = list(cut_up(whole, part_seconds=7))
    together = Pcm(bytearray().join(decoded(part).data for part in parts), RATE)

    assert len(parts) == 4
    assert sum(part.seconds for part in parts) == pytest.approx(
        decode(whole, max_seconds=60, rate=RATE).pcm.seconds, abs=0.002
    )
    loud = power_of(together, 0.1) > 1e-4
    expected = power_of(decode(whole, max_seconds=60, rate=RATE).pcm, 0.1) > 1e-4
    assert np.count_nonzero(loud != expected[: len(loud)]) <= len(parts)


def test_each_part_has_its_own_exact_length_and_waveform() -> None:
    for part in cut_up(mp3(sentences(8)), part_seconds=7):
        pcm = decoded(part)
        assert part.seconds == round(pcm.seconds, 3)
        assert len(part.waveform) == pytest.approx(part.seconds * 10, abs=1)
        alike = np.corrcoef(list(part.waveform), list(waveform(pcm))[: len(part.waveform)])
        assert alike[0, 1] > 0.95  # opus changes quiet noise a little


def test_what_is_no_longer_than_a_part_is_one_file() -> None:
    exact = make.flac(make.speech(6))

    (part,) = cut_up(exact, part_seconds=6)

    assert part.seconds == 6.0


def test_sound_without_a_pause_is_cut_all_the_same() -> None:
    parts = list(cut_up(make.flac(make.tone(25)), part_seconds=10))

    assert [part.seconds for part in parts] == pytest.approx([9.5, 9.5, 6], abs=0.5)
    assert max(part.seconds for part in parts) <= 10


def test_a_waveform_of_twenty_minutes_has_256_bars() -> None:
    (part,) = cut_up(make.flac(make.silence(60)), PART_SECONDS)

    assert part.waveform == bytes(256)


@pytest.mark.parametrize(
    ("pauses", "middle"),
    [
        ([(2.0, 2.5)], 2.25),
        ([(1.0, 1.3), (2.0, 2.8), (4.0, 4.3)], 2.4),  # the longest
        ([(1.0, 1.5), (4.0, 4.5)], 4.25),  # of equal ones the last
        ([(0.0, 5.0)], 2.5),
        ([], 2.5),
    ],
)
def test_the_middle_of_the_longest_quiet_pause_is_found(
    pauses: list[tuple[float, float]], middle: float
) -> None:
    samples = make.noise(5).samples() / 32768
    for start, end in pauses:
        samples[round(start * RATE) : round(end * RATE)] *= 0.001
    if not pauses:
        samples = make.tone(5).samples() / 32768

    assert quietest(make.pcm_of(samples)) / RATE == pytest.approx(middle, abs=0.03)


def test_a_silent_pause_is_preferred_to_a_longer_noisy_one() -> None:
    samples = make.noise(5).samples() / 32768
    samples[1 * RATE : 3 * RATE] *= 0.1
    samples[4 * RATE : round(4.5 * RATE)] *= 0.001

    assert quietest(make.pcm_of(samples)) / RATE == pytest.approx(4.25, abs=0.03)


def test_more_parts_than_the_answer_may_have_are_refused() -> None:
    answer = run(Operation.RECORDINGS, [make.flac(make.silence(PARTS_MAX + 2))], part_seconds=1)

    assert answer.values == {"problem": Problem.MUCH_TOO_LONG}


def test_decoding_piece_by_piece_stops_at_the_limit() -> None:
    audio = make.flac(make.silence(31))
    assert sum(piece.seconds for piece in pieces(audio, max_seconds=32, rate=RATE)) == 31

    with pytest.raises(Undecodable) as refused:
        list(pieces(audio, max_seconds=30, rate=RATE))

    assert refused.value.problem is Problem.MUCH_TOO_LONG


@pytest.mark.parametrize(
    ("audio", "problem"),
    [(b"", Problem.EMPTY), (b"<html>", Problem.NOT_AUDIO), (make.silent_video(), Problem.NO_SOUND)],
)
def test_what_cannot_be_decoded_is_told(audio: bytes, problem: Problem) -> None:
    answer = run(Operation.RECORDINGS, [audio])

    assert (answer.values, answer.sizes) == ({"problem": problem}, [])
