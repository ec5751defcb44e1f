"""The real worker process: it is locked in, survives what it is given, and is replaced."""

import asyncio
import json
import logging
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.audio.pool import Limits, WorkerDied, WorkerOvertime, WorkerPool
from bot.audio.prep import WorkerAudioPrep, audio_prep
from bot.audio.process import Request, Worker
from bot.audio.protocol import Operation
from bot.domain.samples import Problem
from tests import audio_files as make
from tests.fakes.audio_workers import peak_mib, pid_of


async def test_a_recording_may_take_more_processor_time_than_a_note(tmp_path: Path) -> None:
    note = tmp_path / "note.flac"
    note.write_bytes(make.flac(make.speech(300)))
    async with WorkerPool(1, Limits(cpu_seconds=0)) as pool:
        with pytest.raises(WorkerOvertime):
            await pool.run(Request(Operation.BUBBLE, [note]), tmp_path / "b.ogg")
        (part,) = await WorkerAudioPrep(pool).recordings(note, tmp_path)

    assert part.seconds == 300


async def test_a_long_recording_is_never_in_memory_as_pcm(
    pool: WorkerPool, prep: WorkerAudioPrep, tmp_path: Path
) -> None:
    note = tmp_path / "long.flac"
    note.write_bytes(make.encoded(make.silence(600, 8_000), "flac", "flac"))
    warm = peak_mib(pool)

    await prep.recordings(note, tmp_path)

    assert peak_mib(pool) - warm < 25  # as PCM it is 55 MiB


async def test_a_worker_killed_in_mid_job_costs_one_more_try(
    pool: WorkerPool, prep: WorkerAudioPrep
) -> None:
    first = pid_of(pool)
    os.kill(first, signal.SIGSTOP)
    async with asyncio.TaskGroup() as group:
        job = group.create_task(prep.inspect(make.NOTE))
        await asyncio.sleep(0.05)
        os.kill(first, signal.SIGKILL)

    assert job.result().accepted
    assert pid_of(pool) != first


async def test_a_worker_killed_between_jobs_is_replaced(
    pool: WorkerPool, prep: WorkerAudioPrep
) -> None:
    os.kill(pid_of(pool), signal.SIGKILL)

    report = await prep.inspect(make.NOTE)

    assert report.accepted


async def test_a_stuck_worker_is_killed_and_the_next_job_works() -> None:
    async with WorkerPool(1, Limits(wall_seconds=1.5)) as pool:
        stuck = pid_of(pool)
        os.kill(stuck, signal.SIGSTOP)

        with pytest.raises(WorkerOvertime):
            await pool.run(Request(Operation.INSPECT, [make.NOTE]))
        report = await WorkerAudioPrep(pool).inspect(make.NOTE)

        assert report.accepted
        assert pid_of(pool) != stuck


async def test_too_much_processor_time_ends_the_job_not_the_bot(tmp_path: Path) -> None:
    note = tmp_path / "note.flac"
    note.write_bytes(make.flac(make.silence(600, 192_000)))
    half_an_hour = [note] * 3
    async with WorkerPool(1, Limits(cpu_seconds=0)) as pool:
        with pytest.raises(WorkerOvertime):
            await pool.run(Request(Operation.INSPECT, half_an_hour))
        report = await WorkerAudioPrep(pool).inspect_together(half_an_hour)

        assert report.problem is Problem.TOO_COSTLY


async def test_too_little_memory_refuses_the_note_and_keeps_the_worker(tmp_path: Path) -> None:
    note = tmp_path / "note.flac"
    note.write_bytes(make.flac(make.speech(290)))
    async with WorkerPool(1, Limits(memory_bytes=16 * 2**20)) as pool:
        worker = pid_of(pool)
        report = await WorkerAudioPrep(pool).inspect(note)

        assert report.problem is Problem.TOO_COSTLY
        assert pid_of(pool) == worker


async def test_a_cancelled_job_ends_its_worker(pool: WorkerPool, prep: WorkerAudioPrep) -> None:
    first = pid_of(pool)
    os.kill(first, signal.SIGSTOP)

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await prep.inspect(make.NOTE)

    assert (await prep.inspect(make.NOTE)).accepted
    assert pid_of(pool) != first


async def test_a_worker_is_replaced_after_its_share_of_jobs() -> None:
    async with WorkerPool(1, Limits(jobs_per_worker=2)) as pool:
        prep, first = WorkerAudioPrep(pool), pid_of(pool)
        await prep.inspect(make.NOTE)
        second_job_by = pid_of(pool)
        await prep.inspect(make.NOTE)
        await prep.inspect(make.NOTE)

        assert second_job_by == first
        assert pid_of(pool) != first


async def test_jobs_beyond_the_workers_wait_their_turn() -> None:
    async with audio_prep(workers=2) as prep:
        reports = await asyncio.gather(*(prep.inspect(make.NOTE) for _ in range(7)))

        assert [report.accepted for report in reports] == [True] * 7
        assert len(prep._pool._all) == 2


async def test_leaving_the_pool_ends_every_worker() -> None:
    async with WorkerPool(1) as pool:
        worker = pid_of(pool)

    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)


async def test_a_job_that_kills_every_worker_is_given_up() -> None:
    class Killing(WorkerPool):
        async def _start(self) -> Worker:
            worker = await super()._start()
            os.kill(worker.pid, signal.SIGSTOP)
            asyncio.get_running_loop().call_later(0.1, os.kill, worker.pid, signal.SIGKILL)
            return worker

    async with Killing(1) as pool:
        with pytest.raises(WorkerDied):
            await pool.run(Request(Operation.INSPECT, [make.NOTE]))


async def test_what_goes_wrong_inside_a_worker_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        async with WorkerPool(1) as pool:
            unknown = Request("no such operation", [make.NOTE])  # type: ignore[arg-type]
            answer = await pool.run(unknown)

    assert answer["problem"] == Problem.DAMAGED
    assert "no such operation" in caplog.text


LOCKED_IN = """
import json, os, socket, sys
sys.path[:] = {path!r}
from bot.audio import hardening, worker
worker.warm_up()
hardened = hardening.harden(512 * 2**20)
def refused(attempt):
    try:
        attempt()
    except OSError:
        return True
    return False
def thread():
    import _thread
    try:
        _thread.start_new_thread(print, ())
    except RuntimeError as error:
        raise OSError from error
def other_process():
    import resource
    resource.prlimit(os.getppid(), resource.RLIMIT_NOFILE)
result = dict(hardened.to_json(), refused=[name for name, attempt in dict(
    read=lambda: open("/etc/hostname"),
    listing=lambda: os.listdir("/"),
    write=lambda: open("/tmp/written-by-worker", "w"),
    tcp=lambda: socket.socket(),
    unix=lambda: socket.socket(socket.AF_UNIX),
    fork=os.fork,
    execute=lambda: os.execv("/bin/true", ["true"]),
    thread=thread,
    signal=lambda: os.kill(os.getppid(), 0),
    other_process=other_process,
).items() if refused(attempt)])
os.write(1, json.dumps(result).encode())
os._exit(0)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="Landlock and seccomp are Linux")
def test_a_hardened_worker_reaches_no_file_socket_or_process() -> None:
    path = [str(Path.cwd()), *sys.path]
    done = subprocess.run(
        [sys.executable, "-I", "-W", "ignore", "-c", LOCKED_IN.format(path=path)],
        capture_output=True,
        check=True,
        env={"PATH": "/nowhere"},
    )
    result = json.loads(done.stdout)
    if not (result["seccomp"] and result["landlock"]):
        pytest.skip("this kernel offers no Landlock or no seccomp")

    assert result["refused"] == [
        *("read", "listing", "write", "tcp", "unix", "fork"),
        *("execute", "thread", "signal", "other_process"),
    ]
