"""Takes away what a decoder that was taken over could use: memory, files, sockets, programs.

Landlock and seccomp are called through ctypes: the Python packages for them are either not kept
up or need a system library, and this is all the worker needs of them.
"""

import ctypes
import os
import platform
import resource
import socket
import struct
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass

OPEN_FILES_MAX = 32

# linux/prctl.h
PR_SET_SECCOMP = 22
PR_SET_NO_NEW_PRIVS = 38
SECCOMP_MODE_FILTER = 2
# linux/landlock.h; the numbers of the calls are the same on every architecture
LANDLOCK_CREATE_RULESET = 444
LANDLOCK_RESTRICT_SELF = 446
LANDLOCK_VERSION = 1
# Rights that exist from a version of Landlock on: all that can be denied is denied.
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 5: 16}
_NETWORK_SINCE, _NETWORK_RIGHTS = 4, 0b11
_SCOPE_SINCE, _SCOPE_RIGHTS = 6, 0b11
# linux/filter.h, linux/seccomp.h
LOAD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
KILL, REFUSE, ALLOW = 0x8000_0000, 0x0005_0001, 0x7FFF_0000
NUMBER_AT, ARCHITECTURE_AT, FIRST_ARGUMENT_AT = 0, 4, 16

AUDIT_ARCHITECTURE = {"x86_64": 0xC000_003E, "aarch64": 0xC000_00B7}
# All a warm worker needs: its pipes, memory, time and its own end. No file, socket, thread or
# program can be opened any more. None where the architecture does not have the call.
CALLS: Mapping[str, tuple[int | None, int | None]] = {
    "read": (0, 63),
    "write": (1, 64),
    "readv": (19, 65),
    "writev": (20, 66),
    "close": (3, 57),
    "fstat": (5, 80),
    "lseek": (8, 62),
    "poll": (7, None),
    "ppoll": (271, 73),
    "mmap": (9, 222),
    "mprotect": (10, 226),
    "munmap": (11, 215),
    "brk": (12, 214),
    "mremap": (25, 216),
    "madvise": (28, 233),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "sigaltstack": (131, 132),
    "restart_syscall": (219, 128),
    "sched_yield": (24, 124),
    "sched_getaffinity": (204, 123),
    "nanosleep": (35, 101),
    "clock_nanosleep": (230, 115),
    "clock_gettime": (228, 113),
    "gettimeofday": (96, 169),
    "getpid": (39, 172),
    "gettid": (186, 178),
    "getrusage": (98, 165),
    "getrandom": (318, 278),
    "futex": (202, 98),
    "membarrier": (324, 283),
    "rseq": (334, 293),
    "set_robust_list": (273, 99),
    "getrlimit": (97, 163),
    "setrlimit": (160, 164),
    "exit": (60, 93),
    "exit_group": (231, 94),
}
# Allowed for the worker itself only: with another process's id it could stop the bot.
PRLIMIT = (302, 261)


@dataclass(frozen=True, slots=True)
class Hardening:
    """What this kernel let us take away.

    Attributes:
        landlock: Version of Landlock in force; 0 where there is none.
        seccomp: Whether only the listed system calls are left.
        files_refused: Whether opening a file failed when it was tried.
        sockets_refused: Whether making a socket failed.
        processes_refused: Whether starting a process failed.
    """

    landlock: int
    seccomp: bool
    files_refused: bool
    sockets_refused: bool
    processes_refused: bool

    def to_json(self) -> dict[str, int | bool]:
        """Return plain values."""
        return asdict(self)


def harden(memory_bytes: int) -> Hardening:
    """Give up everything the worker does not need; `memory_bytes` more may be allocated.

    Raises:
        RuntimeError: Something should be refused and is not.
    """
    limit_resources(memory_bytes)
    landlock, seccomp = 0, False
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        landlock = _deny_files(libc)
        seccomp = _allow_listed_calls(libc, platform.machine())
    result = Hardening(
        landlock, seccomp, _files_refused(), _sockets_refused(), _processes_refused()
    )
    if seccomp and not (result.sockets_refused and result.processes_refused):
        raise RuntimeError("seccomp is in force and refuses nothing")
    if landlock and not result.files_refused:
        raise RuntimeError("Landlock is in force and refuses nothing")
    return result


def limit_resources(memory_bytes: int) -> None:
    """Limit memory, open files and core dumps; forbid growing any file."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES_MAX, OPEN_FILES_MAX))
    if sys.platform == "linux":
        with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123  no import later
            mapped = int(statm.read().split()[0]) * resource.getpagesize()
        limit = mapped + memory_bytes
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def allow_cpu(seconds: int) -> None:
    """Let the process use `seconds` more of processor time; then the kernel ends it."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = int(usage.ru_utime + usage.ru_stime) + 1
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (used + seconds, hard))


def _deny_files(libc: ctypes.CDLL) -> int:
    version = libc.syscall(
        LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint(LANDLOCK_VERSION)
    )
    if version < 1:
        return 0
    bits = _FILE_RIGHTS[max(since for since in _FILE_RIGHTS if since <= version)]
    rights = struct.pack("<Q", (1 << bits) - 1)
    if version >= _NETWORK_SINCE:
        rights += struct.pack("<Q", _NETWORK_RIGHTS)
    if version >= _SCOPE_SINCE:
        rights += struct.pack("<Q", _SCOPE_RIGHTS)
    ruleset = libc.syscall(
        LANDLOCK_CREATE_RULESET, rights, ctypes.c_size_t(len(rights)), ctypes.c_uint(0)
    )
    if ruleset < 0:
        return 0
    refused = libc.syscall(LANDLOCK_RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)
    return 0 if refused else int(version)


class _Instruction(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_ushort),
        ("if_true", ctypes.c_ubyte),
        ("if_false", ctypes.c_ubyte),
        ("value", ctypes.c_uint),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.POINTER(_Instruction)))


def _allow_listed_calls(libc: ctypes.CDLL, machine: str) -> bool:
    if machine not in AUDIT_ARCHITECTURE:
        return False
    program = call_filter(machine)
    instructions = (_Instruction * len(program))(*[_Instruction(*line) for line in program])
    packed = _Program(len(program), instructions)
    filtered: int = libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(packed), 0, 0)
    return filtered == 0


def call_filter(machine: str) -> list[tuple[int, int, int, int]]:
    """Return the filter for `machine` as (code, jump if true, jump if false, value).

    Raises:
        KeyError: The architecture is unknown.
    """
    column = list(AUDIT_ARCHITECTURE).index(machine)
    numbers = [both[column] for both in CALLS.values()]
    allowed = sorted(number for number in numbers if number is not None)
    program = [
        (LOAD, 0, 0, ARCHITECTURE_AT),
        (JUMP_IF_EQUAL, 1, 0, AUDIT_ARCHITECTURE[machine]),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, NUMBER_AT),
    ]
    # Behind the list: 3 instructions for prlimit, then "refuse", then "allow".
    program += [
        (JUMP_IF_EQUAL, len(allowed) - index + 3, 0, number) for index, number in enumerate(allowed)
    ]
    program += [
        (JUMP_IF_EQUAL, 0, 2, PRLIMIT[column]),
        (LOAD, 0, 0, FIRST_ARGUMENT_AT),
        (JUMP_IF_EQUAL, 1, 0, 0),
        (RETURN, 0, 0, REFUSE),
        (RETURN, 0, 0, ALLOW),
    ]
    return program


def _files_refused() -> bool:
    try:
        os.close(os.open("/", os.O_RDONLY))
    except OSError:
        return True
    return False


def _sockets_refused() -> bool:
    try:
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM).close()
    except OSError:
        return True
    return False


def _processes_refused() -> bool:
    try:
        child = os.fork()
    except OSError:
        return True
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return False
