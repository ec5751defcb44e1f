"""Lets one process work on one data folder, and gives it a name that stays the same."""

import fcntl
import os
from pathlib import Path
from typing import IO, Self
from uuid import uuid4


class AlreadyRunning(Exception):
    """Another process works on the same data; the message is one sentence for the operator."""


class Guard:
    """Holds the folder while entered; the kernel lets go of it when the process dies."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "myna.lock"
        self._file: IO[str] | None = None
        self.executor_id = ""

    def __enter__(self) -> Self:
        """Take the folder.

        Raises:
            AlreadyRunning: another process has it.
            OSError: the folder cannot be written.
        """
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = self._path.open("a+", encoding="ascii")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            raise AlreadyRunning(
                f"Another Myna is running on {self._path.parent}: stop it, or give this one"
                " another folder (MYNA_DATA_DIR)."
            ) from None
        self._file = file
        self.executor_id = _read_or_write_id(file)
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def _read_or_write_id(file: IO[str]) -> str:
    file.seek(0)
    known = file.read().strip()
    if known:
        return known
    executor_id = f"myna-{uuid4().hex}"
    file.write(executor_id)
    file.flush()
    os.fsync(file.fileno())
    return executor_id
