"""The list of system calls a worker keeps, on every architecture, and what is said without it."""

import logging

import pytest

from bot.audio.hardening import (
    ALLOW,
    ARCHITECTURE_AT,
    AUDIT_ARCHITECTURE,
    CALLS,
    FIRST_ARGUMENT_AT,
    JUMP_IF_EQUAL,
    KILL,
    LOAD,
    NUMBER_AT,
    PRLIMIT,
    REFUSE,
    call_filter,
)
from bot.audio.pool import WorkerPool

# asm/unistd.h: open or openat, socket, clone, execve, ptrace, io_uring_setup
DANGEROUS = {
    "x86_64": (2, 257, 41, 56, 57, 58, 59, 101, 62, 322, 425, 435),
    "aarch64": (56, 198, 220, 221, 117, 129, 281, 425, 435),
}
MACHINES = list(AUDIT_ARCHITECTURE)


def verdict(machine: str, number: int, argument: int = 0, architecture: int | None = None) -> int:
    """Run the filter as the kernel does."""
    words = {
        ARCHITECTURE_AT: AUDIT_ARCHITECTURE[machine] if architecture is None else architecture,
        NUMBER_AT: number,
        FIRST_ARGUMENT_AT: argument,
    }
    program, position, loaded = call_filter(machine), 0, 0
    while True:
        code, if_true, if_false, value = program[position]
        position += 1
        if code == LOAD:
            loaded = words[value]
        elif code == JUMP_IF_EQUAL:
            position += if_true if loaded == value else if_false
        else:
            return value


@pytest.mark.parametrize("machine", MACHINES)
def test_every_listed_call_is_allowed(machine: str) -> None:
    numbers = [both[MACHINES.index(machine)] for both in CALLS.values()]

    assert {verdict(machine, number) for number in numbers if number is not None} == {ALLOW}


@pytest.mark.parametrize("machine", MACHINES)
def test_files_sockets_and_programs_are_refused(machine: str) -> None:
    assert {verdict(machine, number) for number in DANGEROUS[machine]} == {REFUSE}


@pytest.mark.parametrize("machine", MACHINES)
def test_limits_can_be_set_for_the_worker_alone(machine: str) -> None:
    prlimit = PRLIMIT[MACHINES.index(machine)]

    assert verdict(machine, prlimit, argument=0) == ALLOW
    assert verdict(machine, prlimit, argument=1234) == REFUSE


@pytest.mark.parametrize("machine", MACHINES)
def test_calls_in_another_architectures_numbers_end_the_worker(machine: str) -> None:
    assert verdict(machine, 0, architecture=0x4000_0003) == KILL


def test_a_kernel_that_offers_less_is_named_once(caplog: pytest.LogCaptureFixture) -> None:
    pool = WorkerPool()

    with caplog.at_level(logging.WARNING):
        pool._warn_once({"landlock": 0, "seccomp": True})
        pool._warn_once({"landlock": 0, "seccomp": True})

    assert [record.message.count("missing: landlock") for record in caplog.records] == [1]
