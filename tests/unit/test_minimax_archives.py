"""A long speech comes in an archive, and leaves it alone."""

import io
import tarfile
from pathlib import Path

import pytest

from bot.minimax.archives import NoSpeech, unpack_speech


def archive_in(folder: Path, members: dict[str, bytes], mode: str = "w:") -> Path:
    path = folder / "speech.tar"
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


def test_the_speech_is_taken_out_and_its_companions_are_left(tmp_path: Path) -> None:
    path = archive_in(
        tmp_path,
        {
            "7/content-7.titles": b"x" * 500,
            "7/content-7.mp3": b"speech",
            "7/content-7.extra": b"{}",
        },
    )

    unpack_speech(path, tmp_path / "speech.mp3")

    assert (tmp_path / "speech.mp3").read_bytes() == b"speech"


def test_bare_speech_is_kept_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "download"
    path.write_bytes(b"\xff\xfb bare speech" * 100)

    unpack_speech(path, tmp_path / "speech.mp3")

    assert (tmp_path / "speech.mp3").read_bytes() == b"\xff\xfb bare speech" * 100
    assert not path.exists()


@pytest.mark.parametrize("name", ["../../speech.mp3", "/tmp/speech.mp3"])  # noqa: S108
def test_a_name_in_the_archive_decides_nothing(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "inner" / "most"
    folder.mkdir(parents=True)
    path = archive_in(folder, {name: b"speech"})

    unpack_speech(path, folder / "out.mp3")

    assert {each.name for each in tmp_path.rglob("*") if each.is_file()} == {
        "speech.tar",
        "out.mp3",
    }


@pytest.mark.parametrize(
    ("members", "mode"),
    [({"7.titles": b"[]"}, "w:"), ({"7.mp3": b""}, "w:"), ({"7.mp3": b"speech"}, "w:gz")],
    ids=["no speech", "empty speech", "compressed"],
)
def test_an_archive_without_speech_is_refused(
    tmp_path: Path, members: dict[str, bytes], mode: str
) -> None:
    with pytest.raises(NoSpeech):
        unpack_speech(archive_in(tmp_path, members, mode), tmp_path / "speech.mp3")


def test_a_damaged_archive_is_refused(tmp_path: Path) -> None:
    path = archive_in(tmp_path, {"7.mp3": b"x" * 5000})
    path.write_bytes(path.read_bytes()[:2000])

    with pytest.raises(NoSpeech):
        unpack_speech(path, tmp_path / "speech.mp3")
