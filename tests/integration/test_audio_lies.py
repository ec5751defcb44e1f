"""A worker that a note took over: what it answers is checked before anything is done with it."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path
from typing import Any

import pytest

from bot.audio.pool import WorkerDied, WorkerPool
from bot.audio.process import Request
from bot.audio.protocol import PARTS_MAX, Operation
from bot.domain.samples import SAMPLE_MAX_BYTES
from tests import audio_files as make

LIAR = """
import os, struct, sys
def say(text):
    os.write(1, struct.pack("<I", len(text)) + text.encode())
say('{"ready": {}}')
os.read(0, 65536)
say(sys.argv[2])
while True:
    os.write(int(sys.argv[1]), bytes(65536))
"""


class Lying(WorkerPool):
    """Starts workers that answer `lie` and then send bytes without end."""

    def __init__(self, lie: str) -> None:
        super().__init__(workers=1)
        self._lie = lie

    async def _spawn(self, payloads: int) -> Process:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-S", "-c", LIAR, str(payloads), self._lie),
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            pass_fds=(payloads,),
        )


GOOD: dict[str, Any] = {"payloads": [100], "seconds": 1.0, "waveform": [0, 255]}


PART: dict[str, Any] = {"seconds": 1.0, "waveform": [0, 255]}


@pytest.mark.parametrize(
    "lie",
    [
        json.dumps({**GOOD, "payloads": [SAMPLE_MAX_BYTES + 1]}),
        json.dumps({**GOOD, "payloads": [-1]}),
        json.dumps({**GOOD, "payloads": [0]}),
        json.dumps({**GOOD, "payloads": 100}),
        json.dumps({**GOOD, "payloads": [100, 100]}),
        json.dumps({**GOOD, "parts": [PART]}),
        json.dumps({"seconds": 1.0}),
        json.dumps({**GOOD, "waveform": 10**10}),
        json.dumps({**GOOD, "waveform": [256]}),
        json.dumps({**GOOD, "waveform": [1] * 257}),
        json.dumps({**GOOD, "seconds": float("inf")}),
        json.dumps({**GOOD, "seconds": "long"}),
        json.dumps({**GOOD, "report": {"seconds": "long"}}),
        json.dumps({**GOOD, "problem": "none that is known"}),
        json.dumps({**GOOD, "path": "/etc/passwd"}),
        "[" * 60_000,
    ],
    ids=lambda lie: lie[:60],
)
async def test_an_answer_no_worker_gives_ends_the_worker_and_leaves_no_file(
    lie: str, tmp_path: Path
) -> None:
    async with Lying(lie) as pool:
        with pytest.raises(WorkerDied):
            await pool.run(Request(Operation.BUBBLE, [make.NOTE]), tmp_path / "out")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "lie",
    [
        json.dumps({"payloads": [100, 100], "parts": [PART]}),
        json.dumps({"payloads": [], "parts": [PART]}),
        json.dumps({"payloads": [100]}),
        json.dumps({"payloads": [1] * (PARTS_MAX + 1), "parts": [PART] * (PARTS_MAX + 1)}),
        json.dumps({"payloads": [100], "parts": [{**PART, "seconds": -1}]}),
        json.dumps({"payloads": [100], "parts": [{**PART, "waveform": [256]}]}),
        json.dumps({"payloads": [100], "parts": [{**PART, "path": "/etc/passwd"}]}),
    ],
    ids=lambda lie: lie[:60],
)
async def test_recordings_that_are_not_all_described_end_the_worker_and_leave_no_file(
    lie: str, tmp_path: Path
) -> None:
    async with Lying(lie) as pool:
        with pytest.raises(WorkerDied):
            await pool.run(Request(Operation.RECORDINGS, [make.NOTE]), tmp_path)

    assert list(tmp_path.iterdir()) == []


async def test_several_files_end_where_they_were_announced_to(tmp_path: Path) -> None:
    lie = json.dumps({"payloads": [100, 70_000], "parts": [PART, PART]})
    async with Lying(lie) as pool:
        await pool.run(Request(Operation.RECORDINGS, [make.NOTE]), tmp_path)

    sizes = {path.name: path.stat().st_size for path in tmp_path.iterdir()}
    assert sizes == {"part1.ogg": 100, "part2.ogg": 70_000}


async def test_no_more_is_written_than_was_announced(tmp_path: Path) -> None:
    async with Lying(json.dumps(GOOD)) as pool:
        await pool.run(Request(Operation.BUBBLE, [make.NOTE]), tmp_path / "out")

    assert (tmp_path / "out").stat().st_size == 100
