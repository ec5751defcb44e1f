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
from bot.audio.protocol import Operation
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


GOOD: dict[str, Any] = {"payload": 100, "seconds": 1.0, "waveform": [0, 255]}


@pytest.mark.parametrize(
    "lie",
    [
        json.dumps({**GOOD, "payload": SAMPLE_MAX_BYTES + 1}),
        json.dumps({**GOOD, "payload": -1}),
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


async def test_no_more_is_written_than_was_announced(tmp_path: Path) -> None:
    async with Lying(json.dumps(GOOD)) as pool:
        await pool.run(Request(Operation.BUBBLE, [make.NOTE]), tmp_path / "out")

    assert (tmp_path / "out").stat().st_size == 100
