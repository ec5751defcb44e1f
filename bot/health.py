"""The heartbeat file: how a container's health check sees that Myna is connected."""

import time
from pathlib import Path

BEAT_SECONDS = 15.0
STALE_SECONDS = 60.0


def _file(data_dir: Path) -> Path:
    return data_dir / "heartbeat"


def beat(data_dir: Path) -> None:
    """Note that Myna is connected."""
    _file(data_dir).write_text(str(time.time()), encoding="ascii")


def stop(data_dir: Path) -> None:
    """Remove the heartbeat: nobody is running."""
    _file(data_dir).unlink(missing_ok=True)


def is_healthy(data_dir: Path) -> bool:
    """Say whether the last beat is younger than `STALE_SECONDS`."""
    try:
        last = float(_file(data_dir).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return False
    return time.time() - last < STALE_SECONDS
