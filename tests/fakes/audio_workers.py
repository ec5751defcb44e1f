"""A look at the worker process of a pool that has one, while it waits for a job."""

from pathlib import Path

from bot.audio.pool import WorkerPool


def pid_of(pool: WorkerPool) -> int:
    """Return the worker's process id."""
    (worker,) = pool._idle
    return worker.pid


def peak_mib(pool: WorkerPool) -> float:
    """Return the most memory that the worker ever had, in MiB."""
    status = Path(f"/proc/{pid_of(pool)}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024
