"""What an uploaded file really is: decoded to its end, never believed."""

from dataclasses import dataclass
from pathlib import Path

import av

from bot.sandbox.voice.sound_files import open_sound

SAMPLE_SUFFIXES = {".mp3": "mp3", ".m4a": "mov", ".wav": "wav"}
"""Accepted extensions ("Upload Audio for Voice Cloning") and the demuxer each stands for."""

_DECODED_AT_MOST_SECONDS = 320.0  # past five minutes the answer no longer changes


class Undecodable(ValueError):
    """The file holds no sound in the format its name promises."""


@dataclass(frozen=True)
class Probe:
    """The measured facts of one file."""

    seconds: float
    rate: int  # hertz
    channels: int


def has_accepted_suffix(filename: str) -> bool:
    """Say whether the name ends in mp3, m4a or wav."""
    return Path(filename).suffix.lower() in SAMPLE_SUFFIXES


def probe(path: Path, filename: str) -> Probe:
    """Decode the file and count its samples; blocking, so run it in a thread.

    Raises:
        Undecodable: damaged, empty, or another format than its name says.
    """
    demuxer = SAMPLE_SUFFIXES[Path(filename).suffix.lower()]
    samples = 0
    try:
        with open_sound(path, demuxer) as container:
            stream = container.streams.audio[0]
            rate, channels = stream.rate, stream.channels
            for frame in container.decode(stream):
                samples += frame.samples
                if samples > _DECODED_AT_MOST_SECONDS * rate:
                    break
    except (av.FFmpegError, IndexError, ValueError) as error:
        raise Undecodable(filename) from error
    if samples == 0:
        raise Undecodable(filename)
    return Probe(seconds=samples / rate, rate=rate, channels=channels)
