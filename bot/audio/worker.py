"""The sandboxed process that decodes: requests on standard input, answers on standard output.

`bot.audio.pool` starts it. It trusts nothing in a note, and nobody trusts it: once warm it has no
file, no socket and no environment.
"""

import gc
import math
import os
import struct
import sys
import traceback
from collections.abc import Iterator
from typing import Any, BinaryIO

import av.logging
import numpy as np

from bot.audio import hardening
from bot.audio.activity import best_part
from bot.audio.join import cut
from bot.audio.operations import Answer, run
from bot.audio.pcm import Pcm, wav_header
from bot.audio.protocol import HEADER, Operation, pack, unpack, unpack_length
from bot.domain.samples import Problem

WARM_UP_RATE = 16_000
WARM_UP_SECONDS = 6.0


def main(payloads: int, memory_bytes: int) -> None:
    """Serve until standard input ends, payloads to the pipe `payloads`; never returns."""
    requests, answers = _take_pipes()
    av.logging.set_level(None)
    warm_up()
    hardened = hardening.harden(memory_bytes)
    # What lives now lives to the end: collecting it again would copy every shared page.
    gc.freeze()
    answers.write(pack({"ready": hardened.to_json()}))
    answers.flush()
    while True:
        prefix = requests.read(HEADER.size)
        if len(prefix) < HEADER.size:
            # Not sys.exit: nothing of what a hostile file left in memory runs once more.
            os._exit(0)
        header = unpack(requests.read(unpack_length(prefix)))
        hardening.allow_cpu(header["cpu_seconds"])
        notes = _notes(requests, header["sizes"])
        answer = _answer(header, notes)
        for _ in notes:
            pass
        answers.write(pack({**answer.values, "payloads": answer.sizes}))
        answers.flush()
        for part in answer.payload:
            _write(payloads, part)
        del answer, notes


def _take_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Keep the answers' pipe for answers: whatever a library prints goes to standard error."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return sys.stdin.buffer, answers


def _write(pipe: int, part: bytes | bytearray) -> None:
    with memoryview(part) as left:
        written = 0
        while written < len(left):
            written += os.write(pipe, left[written:])


def _notes(requests: BinaryIO, sizes: list[int]) -> Iterator[bytes]:
    for size in sizes:
        data = requests.read(size)
        if len(data) < size:
            os._exit(0)
        yield data


def _answer(header: dict[str, Any], notes: Iterator[bytes]) -> Answer:
    try:
        return run(
            Operation(header["operation"]),
            notes,
            best=header["best"],
            part_seconds=header["part_seconds"],
        )
    except MemoryError:
        return Answer({"problem": Problem.TOO_COSTLY.value})
    except Exception:  # noqa: BLE001  whatever a hostile file provokes ends one job, not the worker
        traceback.print_exc()
        return Answer({"problem": Problem.DAMAGED.value})


def warm_up() -> None:
    """Run every operation once, so that nothing has to be loaded when files are out of reach."""
    note = _hum()
    spoken = run(Operation.BUBBLE, [note]).payload
    encoded = b"".join(spoken)
    # Parts so short that the hum is cut, and bubbles of what is Opus already and of what is not.
    for operation in Operation:
        run(operation, [encoded], part_seconds=WARM_UP_SECONDS / 2)
        run(operation, [note, encoded])
        run(operation, [b"no audio"])
    run(Operation.INSPECT, [encoded[: len(encoded) // 2]])
    start, end = best_part(np.zeros(50, np.bool_), seconds=1.0)
    cut(Pcm(bytearray(2 * WARM_UP_RATE), WARM_UP_RATE), start, end)


def _hum() -> bytes:
    """Return a wav file whose pitch and loudness move about as fast as somebody's who speaks."""
    samples = bytearray()
    phase = 0.0
    for position in range(round(WARM_UP_RATE * WARM_UP_SECONDS)):
        seconds = position / WARM_UP_RATE
        phase += (150 + 40 * math.sin(2 * seconds)) / WARM_UP_RATE
        loudness = max(0.0, math.sin(2 * math.pi * 2 * seconds))
        buzz = 2 * (phase % 1) - 1
        samples += struct.pack("<h", round(9000 * loudness * buzz))
    pcm = Pcm(samples, WARM_UP_RATE)
    return wav_header(len(pcm.data), pcm.rate) + bytes(pcm.data)
