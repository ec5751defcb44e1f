"""Recordings in the cache: several files that were made of one text, kept one by one."""

from dataclasses import replace
from typing import Final

from bot.domain.speeches import SpeechSettings
from bot.ports import SpeechCache, SpeechCall, SpeechFormat

FILES_MOST: Final = 50
"""More than any text that may be spoken makes: a file is up to 20 minutes."""


def recording_call(voice_id: str, text: str, settings: SpeechSettings) -> SpeechCall:
    """Return the call that has a long text spoken."""
    return SpeechCall(voice_id, text, settings, SpeechFormat.MP3)


def file_call(call: SpeechCall, number: int, *, is_last: bool) -> SpeechCall:
    """Return what one file of a recording is kept under: with its place, from 0."""
    return replace(call, text=f"{number}{'.' if is_last else ','}\n{call.text}")


async def kept_files(cache: SpeechCache, call: SpeechCall) -> list[SpeechCall] | None:
    """Return what the files of a recording are kept under, in order; None unless all are there."""
    found: list[SpeechCall] = []
    for number in range(FILES_MOST):
        last, further = (file_call(call, number, is_last=is_last) for is_last in (True, False))
        has_last, has_further = await cache.has([last, further])
        if has_last:
            return [*found, last]
        if not has_further:
            return None
        found.append(further)
    return None
