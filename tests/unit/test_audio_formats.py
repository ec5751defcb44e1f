"""Every format people send becomes a sample, and content decides what a file is."""

from io import BytesIO
from wave import Wave_read

import pytest

from bot.audio.operations import Answer, run
from bot.audio.probe import sniff
from bot.audio.protocol import Operation
from bot.domain.samples import SAMPLE_MAX_BYTES, Concern, NoteReport, Problem
from tests import audio_files as make


def prepare(*notes: bytes, best: bool = False) -> Answer:
    return run(Operation.PREPARE, list(notes), best=best)


def report_of(answer: Answer) -> NoteReport:
    return NoteReport.from_json(answer.values["report"])


def sample_of(answer: Answer) -> Wave_read:
    return Wave_read(BytesIO(b"".join(answer.payload)))


FORMATS = {
    "Discord, Telegram, WhatsApp": ("libopus", "ogg", "ogg", "opus", 48_000),
    "iPhone": ("aac", "ipod", "m4a", "aac", 44_100),
    "iPhone, lossless": ("alac", "ipod", "m4a", "alac", 44_100),
    "a phone's movie": ("aac", "mov", "mov", "aac", 48_000),
    "mp3": ("libmp3lame", "mp3", "mp3", "mp3", 44_100),
    "a browser": ("libopus", "webm", "webm", "opus", 48_000),
    "Matroska": ("libopus", "matroska", "matroska", "opus", 48_000),
    "flac": ("flac", "flac", "flac", "flac", 48_000),
    "flac in Ogg": ("flac", "ogg", "ogg", "flac", 48_000),
    "bare AAC": ("aac", "adts", "aac", "aac", 32_000),
    "aiff": ("pcm_s16be", "aiff", "aiff", "pcm_s16be", 44_100),
    "caf": ("pcm_s16le", "caf", "caf", "pcm_s16le", 22_050),
    "wav of 24 bit": ("pcm_s24le", "wav", "wav", "pcm_s24le", 48_000),
}


@pytest.mark.parametrize("case", FORMATS.values(), ids=FORMATS.keys())
def test_every_format_people_send_becomes_a_sample(case: tuple[str, str, str, str, int]) -> None:
    encoder, muxer, container, codec, rate = case
    note = make.encoded(make.speech(11, rate), encoder, muxer)

    answer = prepare(note)

    report = report_of(answer)
    assert (report.problem, report.container, report.codec) == (None, container, codec)
    assert (report.sample_rate, report.channels) == (rate, 1)
    assert sample_of(answer).getnframes() / sample_of(answer).getframerate() == pytest.approx(
        11, abs=0.06
    )


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("speech.spx", "speex"),
        ("speech.awb", "amr_wb"),
        ("speech.amr", "amr_nb"),
        ("speech.3gp", "amr_nb"),
    ],
)
def test_formats_without_an_encoder_here_become_samples(name: str, codec: str) -> None:
    report = report_of(prepare((make.RECORDINGS / name).read_bytes()))

    assert (report.problem, report.codec) == (None, codec)
    assert report.seconds == pytest.approx(11, abs=0.05)


def test_stereo_becomes_mono() -> None:
    note = make.encoded(make.speech(11), "vorbis", "ogg", layout="stereo")

    answer = prepare(note)

    assert report_of(answer).channels == 2
    assert sample_of(answer).getnchannels() == 1


def test_the_sound_track_of_a_video_is_enough() -> None:
    note = make.encoded(make.speech(11), "aac", "mp4", with_picture=True)

    assert report_of(prepare(note)).problem is None


def test_a_video_without_sound_is_refused_as_that() -> None:
    assert report_of(prepare(make.silent_video())).problem is Problem.NO_SOUND


@pytest.mark.parametrize("size", [b"\0\0\0\0", b"\xff\xff\xff\xff"])
def test_a_wav_of_unknown_size_is_read_to_its_end(size: bytes) -> None:
    known = make.wav(make.speech(11))
    streamed = known[:4] + size + known[8:40] + size + known[44:]

    assert report_of(prepare(streamed)).seconds == 11.0


def test_joined_ogg_streams_are_one_note() -> None:
    chained = make.opus(make.speech(6)) + make.opus(make.speech(7))

    report = report_of(prepare(chained))

    assert report.seconds == pytest.approx(13, abs=0.05)
    assert report.problem is None


def test_a_format_that_changes_in_mid_stream_is_followed() -> None:
    changing = make.encoded(make.speech(6, 48_000), "aac", "adts") + make.encoded(
        make.speech(6, 24_000), "aac", "adts", layout="stereo"
    )

    assert report_of(prepare(changing)).seconds == pytest.approx(12, abs=0.2)


@pytest.mark.parametrize(
    ("source", "sample"),
    [(8_000, 16_000), (16_000, 16_000), (44_100, 44_100), (48_000, 48_000), (96_000, 48_000)],
)
def test_a_sample_has_the_notes_own_rate_within_what_the_service_can_use(
    source: int, sample: int
) -> None:
    note = make.wav(make.speech(11, source))

    assert sample_of(prepare(note)).getframerate() == sample


def test_a_long_sample_has_a_rate_at_which_it_fits() -> None:
    answer = prepare(make.flac(make.speech(290)))

    assert sample_of(answer).getframerate() == 32_000
    assert sample_of(answer).getnframes() == 290 * 32_000
    assert answer.payload_bytes < SAMPLE_MAX_BYTES


def test_a_long_note_that_declares_no_length_fits_too() -> None:
    note = make.encoded(make.speech(230), "flac", "matroska")
    declared = note.find(b"\x44\x89")  # EBML: Duration
    without = note[:declared] + b"\xec\x89" + note[declared + 2 :]  # EBML: Void

    answer = prepare(without)

    assert sample_of(answer).getframerate() == 32_000
    assert sample_of(answer).getnframes() / 32_000 == pytest.approx(230, abs=0.05)


def test_a_sample_carries_no_word_of_its_owners_tags() -> None:
    note = make.encoded(
        make.speech(11),
        "libmp3lame",
        "mp3",
        metadata={"title": "Jos\u00e9's garden", "artist": "Jo"},
    )

    sample = b"".join(prepare(note).payload)

    assert "Jos\u00e9".encode() in note
    assert len(sample) == 44 + sample_of(prepare(note)).getnframes() * 2
    assert "Jos\u00e9".encode() not in sample


def test_tags_in_latin_1_do_no_harm() -> None:
    note = make.encoded(make.speech(11), "libmp3lame", "mp3", metadata={"title": "Jos\u00e9"})
    latin = note.replace("Jos\u00e9".encode(), b"Jos\xe9\xff")

    assert latin != note
    assert report_of(prepare(latin)).problem is None


def test_telephone_sound_is_accepted_with_a_warning() -> None:
    report = report_of(prepare(make.wav(make.speech(11, 8_000))))

    assert report.problem is None
    assert Concern.NARROW_BAND in report.concerns


@pytest.mark.parametrize(
    "text",
    [b"Just text, renamed to note.ogg.", b"\xff\xfeJ\x00u\x00s\x00t\x00", b"#EXTM3U\n", b"\0" * 99],
)
def test_what_is_no_audio_is_known_by_its_content(text: bytes) -> None:
    assert sniff(text) is None
    assert report_of(prepare(text)).problem is Problem.NOT_AUDIO


def test_an_empty_file_is_told_from_a_wrong_one() -> None:
    assert report_of(prepare(b"")).problem is Problem.EMPTY
