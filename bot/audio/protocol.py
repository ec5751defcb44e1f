"""The frames that the bot and its audio worker exchange over pipes.

A request is a header and then the bytes of each note; an answer is a header and then its payloads,
each of which becomes a file.
A header is its length (4 bytes, little endian) and a JSON object.
"""

import json
import struct
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

HEADER = struct.Struct("<I")
# A request names at most ten notes, an answer holds one report or sixteen waveforms of 256 bytes:
# a third of this.
HEADER_MAX_BYTES = 65_536
# Twenty minutes are 6 MB at the rate a part is coded with. Four hours, which is all a recording
# may have (bot/audio/parts.py), are 14 parts at most.
PART_SECONDS = 1200.0
PARTS_MAX = 16


class Operation(StrEnum):
    """What the worker can be asked for."""

    INSPECT = "inspect"
    PREPARE = "prepare"
    PROMPT = "prompt"
    CONVERT = "convert"
    BUBBLE = "bubble"
    RECORDINGS = "recordings"


def pack(header: Mapping[str, Any]) -> bytes:
    """Return the bytes of a header."""
    body = json.dumps(header).encode()
    return HEADER.pack(len(body)) + body


def unpack_length(prefix: bytes) -> int:
    """Return how many bytes of JSON follow `prefix`.

    Raises:
        ValueError: More than any header has.
    """
    (length,) = HEADER.unpack(prefix)
    if length > HEADER_MAX_BYTES:
        raise ValueError(f"a header of {length} bytes")
    return int(length)


def unpack(body: bytes) -> dict[str, Any]:
    """Return the object in `body`.

    Raises:
        ValueError: It is no JSON object.
    """
    try:
        header = json.loads(body)
    except RecursionError as error:
        raise ValueError("a header that is nested without end") from error
    if not isinstance(header, dict):
        raise ValueError("a header that is no object")  # noqa: TRY004  one error for bad bytes
    return header
