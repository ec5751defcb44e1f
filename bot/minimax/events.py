"""Finds the events of a text/event-stream, however the network cut it."""

import json
from collections.abc import Iterator
from typing import Final

EVENT_STREAM: Final = "text/event-stream"

_FIELD: Final = b"data:"
_DONE: Final = b"[DONE]"


class EventReader:
    """Takes bytes as they come, and gives the data of each event once it is whole.

    An event is one `data:` line (docs/minimax.md, "Speech as a stream"); a bare JSON object counts
    as one, since an error may come that way. Everything else is skipped.
    """

    def __init__(self) -> None:
        self._line = bytearray()

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Take the next bytes; yield the events that they complete."""
        start = 0
        while (end := chunk.find(b"\n", start)) >= 0:
            self._line += chunk[start:end]
            start = end + 1
            yield from self._taken()
        self._line += chunk[start:]

    def rest(self) -> Iterator[bytes]:
        """Yield the last event if only its line end is missing."""
        for event in self._taken():
            if _is_json(event):
                yield event

    def _taken(self) -> Iterator[bytes]:
        line = bytes(self._line).strip()
        self._line.clear()
        if line.startswith(_FIELD):
            line = line.removeprefix(_FIELD).lstrip()
        elif not line.startswith(b"{"):
            return
        if line and line != _DONE:
            yield line


def _is_json(event: bytes) -> bool:
    try:
        json.loads(event)
    except ValueError:
        return False
    return True
