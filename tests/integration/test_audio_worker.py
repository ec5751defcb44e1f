"""The real worker process: it is locked in, survives what it is given, and is replaced."""

import asyncio
import json
import logging
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.audio.decode import decode
from bot.audio.pool import Limits, WorkerDied, WorkerOvertime, WorkerPool
from bot.audio.prep import (
    RECORDING_MAX_BYTES,
    WorkerAudioPrep,
    audio_prep,
    inspect_note,
    prepare_notes,
)
from bot.audio.process import Request, Worker
from bot.audio.protocol import Operation
from bot.domain.errors import NoteRefused, PreviewLost, PromptRefused, RecordingFailed
from bot.domain.samples import NOTE_MAX_BYTES, NOTES_MAX, Bubble, NoteReport, Problem
from tests import audio_files as make


@pytest.fixture
async def pool() -> AsyncIterator[WorkerPool]:
    async with WorkerPool(workers=1) as running:
        yield running


@pytest.fixture
def prep(pool: WorkerPool) -> WorkerAudioPrep:
    return WorkerAudioPrep(pool)


def pid_of(pool: WorkerPool) -> int:
    (worker,) = pool._idle
    return worker.pid


def peak_mib(pool: WorkerPool) -> float:
    status = Path(f"/proc/{pid_of(pool)}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_a_note_becomes_a_sample_file(prep: WorkerAudioPrep, tmp_path: Path) -> None:
    sample = await prep.prepare([make.NOTE], tmp_path / "s.wav", best_part=False)

    assert sample.filename == "sample.wav"
    assert sample.size == (tmp_path / "s.wav").stat().st_size
    assert sample.size == 44 + round(sample.seconds * sample.rate) * 2
    assert sample.report.accepted
    assert names_in(tmp_path) == ["s.wav"]


async def test_several_notes_become_one_sample(prep: WorkerAudioPrep, tmp_path: Path) -> None:
    sample = await prep.prepare([make.NOTE, make.NOTE], tmp_path / "s.wav", best_part=False)

    assert sample.seconds == pytest.approx(2 * 15.75 + 0.3, abs=0.01)


async def test_a_refused_note_leaves_no_file(prep: WorkerAudioPrep, tmp_path: Path) -> None:
    short = tmp_path / "note.ogg"
    short.write_bytes(make.opus(make.speech(3)))

    with pytest.raises(NoteRefused) as refused:
        await prep.prepare([short], tmp_path / "s.wav", best_part=False)

    assert refused.value.report.problem is Problem.TOO_SHORT
    assert names_in(tmp_path) == ["note.ogg"]


async def test_a_prompt_clip_is_made_or_refused(prep: WorkerAudioPrep, tmp_path: Path) -> None:
    clip = tmp_path / "clip.ogg"
    clip.write_bytes(make.opus(make.speech(6)))

    prompt = await prep.prepare_prompt(clip, tmp_path / "p.wav")
    with pytest.raises(PromptRefused) as refused:
        await prep.prepare_prompt(make.NOTE, tmp_path / "q.wav")

    assert (prompt.filename, prompt.seconds) == ("prompt.wav", 6.0)
    assert refused.value.report.problem is Problem.PROMPT_TOO_LONG


async def test_a_preview_becomes_a_bubble(prep: WorkerAudioPrep, tmp_path: Path) -> None:
    preview = tmp_path / "preview"
    preview.write_bytes(make.encoded(make.speech(3, 32_000), "libmp3lame", "mp3"))

    bubble = await prep.bubble(preview, tmp_path / "b.ogg")

    assert bubble.seconds == pytest.approx(3, abs=0.05)
    assert len(bubble.waveform) == 30
    assert (tmp_path / "b.ogg").read_bytes()[:4] == b"OggS"
    assert Bubble.from_json(bubble.to_json()) == bubble


async def test_a_preview_that_is_no_audio_is_lost(prep: WorkerAudioPrep, tmp_path: Path) -> None:
    preview = tmp_path / "preview"
    preview.write_bytes(b"<html>")

    with pytest.raises(PreviewLost):
        await prep.bubble(preview, tmp_path / "b.ogg")


async def test_what_is_mono_opus_already_becomes_a_bubble_with_the_same_sound(
    prep: WorkerAudioPrep, tmp_path: Path
) -> None:
    spoken = tmp_path / "spoken"
    spoken.write_bytes(make.encoded(make.speech(3), "libopus", "ogg", metadata={"title": "mine"}))

    bubble = await prep.bubble(spoken, tmp_path / "b.ogg")

    made = bubble.path.read_bytes()
    assert decode(made, max_seconds=9).pcm == decode(spoken.read_bytes(), max_seconds=9).pcm
    assert b"mine" not in made
    assert bubble.seconds == 3.0


async def test_a_long_recording_becomes_numbered_files(pool: WorkerPool, tmp_path: Path) -> None:
    mp3, folder = tmp_path / "long.mp3", tmp_path / "parts"
    mp3.write_bytes(make.encoded(make.speech(65, 32_000), "libmp3lame", "mp3"))
    folder.mkdir()

    parts = await WorkerAudioPrep(pool, part_seconds=20).recordings(mp3, folder)

    assert [part.path for part in parts] == [folder / f"part{n}.ogg" for n in (1, 2, 3, 4)]
    assert names_in(folder) == ["part1.ogg", "part2.ogg", "part3.ogg", "part4.ogg"]
    assert sum(part.seconds for part in parts) == pytest.approx(65, abs=0.1)
    for part in parts:
        decoded = decode(part.path.read_bytes(), max_seconds=30)
        assert (decoded.container, decoded.codec, decoded.channels) == ("ogg", "opus", 1)
        assert part.seconds == round(decoded.pcm.seconds, 3) <= 20
        assert len(part.waveform) == pytest.approx(part.seconds * 10, abs=1)


async def test_a_recording_of_one_part_is_one_file(prep: WorkerAudioPrep, tmp_path: Path) -> None:
    (part,) = await prep.recordings(make.NOTE, tmp_path)

    assert (part.path, part.seconds) == (tmp_path / "part1.ogg", 15.75)


@pytest.mark.parametrize("content", [b"", b"<html>", b"ID3" + bytes(100)])
async def test_a_recording_that_is_no_audio_failed(
    content: bytes, prep: WorkerAudioPrep, tmp_path: Path
) -> None:
    (tmp_path / "long.mp3").write_bytes(content)

    with pytest.raises(RecordingFailed):
        await prep.recordings(tmp_path / "long.mp3", tmp_path)

    assert names_in(tmp_path) == ["long.mp3"]


async def test_a_recording_larger_than_any_is_refused_unread(
    prep: WorkerAudioPrep, tmp_path: Path
) -> None:
    with (tmp_path / "long.mp3").open("wb") as file:
        file.truncate(RECORDING_MAX_BYTES + 1)

    with pytest.raises(RecordingFailed) as failed:
        await prep.recordings(tmp_path / "long.mp3", tmp_path)

    assert failed.value.reason == Problem.TOO_BIG


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


async def test_what_needs_no_decoding_is_refused_unread(
    prep: WorkerAudioPrep, tmp_path: Path
) -> None:
    big, empty = tmp_path / "big", tmp_path / "empty"
    with big.open("wb") as file:
        file.truncate(25_000_000)
    empty.touch()

    reports = [
        await prep.inspect(big),
        await prep.inspect(empty),
        await prep.inspect_together([make.NOTE] * (NOTES_MAX + 1)),
    ]

    assert big.stat().st_size > NOTE_MAX_BYTES
    assert [report.problem for report in reports] == [
        Problem.TOO_BIG,
        Problem.EMPTY,
        Problem.TOO_MANY_NOTES,
    ]
    assert [report.note for report in reports] == [0, 0, 0]


async def test_the_bad_one_of_several_notes_is_named(prep: WorkerAudioPrep, tmp_path: Path) -> None:
    text, empty = tmp_path / "text.ogg", tmp_path / "empty.ogg"
    text.write_text("not audio")
    empty.touch()

    assert (await prep.inspect_together([make.NOTE, text])).note == 2
    assert (await prep.inspect_together([make.NOTE, empty])).note == 2
    assert (await prep.inspect(text)).note == 0


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


def test_a_note_is_inspected_and_prepared_without_an_event_loop(tmp_path: Path) -> None:
    sample = prepare_notes([make.NOTE], tmp_path / "s.wav")

    assert inspect_note(make.NOTE) == sample.report


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


async def test_reports_of_refused_notes_can_be_stored(
    prep: WorkerAudioPrep, tmp_path: Path
) -> None:
    text = tmp_path / "note.ogg"
    text.write_text("not audio")

    report = await prep.inspect(text)

    assert NoteReport.from_json(json.loads(json.dumps(report.to_json()))) == report
    assert report.problem is Problem.NOT_AUDIO
