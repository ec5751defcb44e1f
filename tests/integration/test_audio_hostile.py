"""Files made to harm: each is refused or survived inside the real, locked-in worker."""

import random
import socket
import struct
import zlib
from pathlib import Path

import pytest

from bot.audio.pool import WorkerPool
from bot.audio.prep import WorkerAudioPrep
from bot.domain.samples import NOTE_MAX_BYTES, NOTE_MAX_SECONDS, NoteReport, Problem
from tests import audio_files as make
from tests.fakes.audio_workers import peak_mib


async def inspected(pool: WorkerPool, folder: Path, content: bytes) -> NoteReport:
    note = folder / "note.ogg"
    note.write_bytes(content)
    return await WorkerAudioPrep(pool).inspect(note)


async def test_a_playlist_opens_no_other_file(pool: WorkerPool, tmp_path: Path) -> None:
    secret = tmp_path / "secret.wav"
    secret.write_bytes(make.wav(make.speech(12)))
    playlists = [
        f"#EXTM3U\n#EXT-X-TARGETDURATION:12\n#EXTINF:12,\nfile://{secret}\n#EXT-X-ENDLIST\n",
        f"ffconcat version 1.0\nfile '{secret}'\n",
        f"[playlist]\nFile1={secret}\n",
    ]

    reports = [await inspected(pool, tmp_path, text.encode()) for text in playlists]

    assert [report.problem for report in reports] == [Problem.NOT_AUDIO] * 3


async def test_a_session_description_opens_no_socket(pool: WorkerPool, tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    text = f"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\nm=audio {port} RTP/AVP 0\r\nc=IN IP4 127.0.0.1\r\n"

    report = await inspected(pool, tmp_path, text.encode())

    assert report.problem is Problem.NOT_AUDIO


async def test_an_mp3_that_claims_thirteen_minutes_is_as_long_as_it_is(
    pool: WorkerPool, tmp_path: Path
) -> None:
    note = make.encoded(make.speech(1, 44_100), "libmp3lame", "mp3", bit_rate=32_000)
    header = note.find(b"Xing") if b"Xing" in note else note.find(b"Info")
    claimed = note[: header + 8] + struct.pack(">I", 31_250) + note[header + 12 : 600]

    report = await inspected(pool, tmp_path, claimed)

    assert header > 0
    assert report.problem in {Problem.TOO_SHORT, Problem.SILENT, Problem.DAMAGED}
    assert report.seconds < 1


async def test_hours_in_a_small_file_are_not_decoded(pool: WorkerPool, tmp_path: Path) -> None:
    hour = make.encoded(make.silence(3_600, 8_000), "flac", "flac")

    report = await inspected(pool, tmp_path, hour)

    assert len(hour) < 1_000_000
    assert report.problem is Problem.SILENT
    assert report.seconds < 1_802
    assert peak_mib(pool) < 250


async def test_a_sample_table_of_gigabytes_is_not_allocated(
    pool: WorkerPool, tmp_path: Path
) -> None:
    note = bytearray(make.encoded(make.speech(11), "aac", "ipod"))
    for table in (b"stsz", b"stts", b"stsc", b"stco"):
        at = note.find(table)
        assert at > 0
        note[at + 12 : at + 16] = struct.pack(">I", 0x3FFF_FFFF)

    report = await inspected(pool, tmp_path, bytes(note))

    assert not report.accepted
    assert peak_mib(pool) < 400


async def test_a_huge_cover_image_is_never_decoded(pool: WorkerPool, tmp_path: Path) -> None:
    note = cover(png(20_000, 20_000)) + make.encoded(make.speech(11), "libmp3lame", "mp3")

    report = await inspected(pool, tmp_path, note)

    assert report.accepted
    assert peak_mib(pool) < 200


async def test_a_truncated_note_counts_what_is_there(pool: WorkerPool, tmp_path: Path) -> None:
    note = make.opus(make.speech(24))

    report = await inspected(pool, tmp_path, note[: len(note) // 2])

    assert report.accepted
    assert 10 < report.seconds < 14


async def test_a_movie_cut_before_its_index_is_damaged(pool: WorkerPool, tmp_path: Path) -> None:
    note = make.encoded(make.speech(12), "aac", "ipod")

    report = await inspected(pool, tmp_path, note[: len(note) // 2])

    assert report.problem is Problem.DAMAGED


async def test_the_largest_note_is_taken_and_one_byte_more_is_not(
    pool: WorkerPool, tmp_path: Path
) -> None:
    wav = make.wav(make.speech(200))
    largest = wav + bytes(NOTE_MAX_BYTES - len(wav))

    assert (await inspected(pool, tmp_path, largest)).accepted
    assert (await inspected(pool, tmp_path, largest + b"\0")).problem is Problem.TOO_BIG


MUTATIONS = 25


@pytest.mark.parametrize(
    ("encoder", "muxer", "rate"),
    [
        ("libopus", "ogg", 48_000),
        ("vorbis", "ogg", 44_100),
        ("aac", "ipod", 44_100),
        ("aac", "adts", 44_100),
        ("libmp3lame", "mp3", 44_100),
        ("libopus", "webm", 48_000),
        ("flac", "flac", 16_000),
        ("alac", "caf", 16_000),
        ("pcm_s16le", "wav", 16_000),
        ("pcm_s16be", "aiff", 16_000),
    ],
)
async def test_damaged_files_never_end_the_worker(
    encoder: str, muxer: str, rate: int, pool: WorkerPool, tmp_path: Path
) -> None:
    layout = "stereo" if encoder == "vorbis" else "mono"
    original = make.encoded(make.speech(2, rate), encoder, muxer, layout=layout)

    await survives_damage(original, pool, tmp_path)


@pytest.mark.parametrize("name", ["speech.spx", "speech.awb", "speech.amr", "speech.3gp"])
async def test_damaged_recordings_never_end_the_worker(
    name: str, pool: WorkerPool, tmp_path: Path
) -> None:
    await survives_damage((make.RECORDINGS / name).read_bytes(), pool, tmp_path)


async def survives_damage(original: bytes, pool: WorkerPool, folder: Path) -> None:
    (worker,) = pool._idle
    chance = random.Random(len(original))  # noqa: S311  the same damage every time
    for _ in range(MUTATIONS):
        report = await inspected(pool, folder, damaged(original, chance))
        assert report.seconds < NOTE_MAX_SECONDS + 2

    assert pool._idle == [worker]
    assert (await WorkerAudioPrep(pool).inspect(make.NOTE)).accepted


def damaged(original: bytes, chance: random.Random) -> bytes:
    content = bytearray(original)
    for _ in range(chance.choice((1, 3, 10, 100))):
        # Headers matter most, so half of the damage is done there.
        reach = len(content) if chance.random() < 0.5 else min(len(content), 400)
        content[chance.randrange(reach)] = chance.choice(
            (0, 0x7F, 0x80, 0xFF, chance.randrange(256))
        )
    if chance.random() < 0.2:
        del content[chance.randrange(len(content)) :]
    return bytes(content)


def png(width: int, height: int) -> bytes:
    """Return a small file that is an image of `width` times `height` black pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    packer = zlib.compressobj()
    row = bytes(1 + width // 8)
    rows = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def cover(image: bytes) -> bytes:
    """Return an ID3 tag that has `image` as its cover."""
    body = b"\0image/png\0\x03\0" + image
    frame = b"APIC" + struct.pack(">I", len(body)) + b"\0\0" + body
    size = bytes(len(frame) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x03\0\0" + size + frame
