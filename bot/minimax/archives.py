"""Takes the speech out of the archive that a long text becomes."""

import shutil
import tarfile
from pathlib import Path
from typing import Final

_BESIDE_SPEECH: Final = (".titles", ".extra", ".json", ".txt")


class NoSpeech(ValueError):
    """The archive is damaged, or holds no speech."""


def unpack_speech(downloaded: Path, to: Path) -> None:
    """Move the speech in `downloaded` to `to`: out of a tar file, or as it is; blocking.

    Nothing else of the archive is written anywhere, whatever its names are.

    Raises:
        NoSpeech: it is an archive without any.
    """
    if not tarfile.is_tarfile(downloaded):
        downloaded.replace(to)
        return
    try:
        # ":" takes no compressed archive, so what comes out is no longer than what came in.
        with tarfile.open(downloaded, "r:") as archive:
            speech = archive.extractfile(_speech_in(archive))
            assert speech is not None  # regular files have content
            with speech, to.open("wb") as target:
                shutil.copyfileobj(speech, target)
    except (tarfile.TarError, EOFError) as error:
        raise NoSpeech("a damaged archive") from error


def _speech_in(archive: tarfile.TarFile) -> tarfile.TarInfo:
    files = [
        member
        for member in archive
        if member.isfile() and member.size and not member.name.endswith(_BESIDE_SPEECH)
    ]
    if not files:
        raise NoSpeech("an archive without speech")
    return max(files, key=lambda member: member.size)
