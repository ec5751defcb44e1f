"""Speech as files and as pieces of files."""

from itertools import pairwise

import numpy as np

from bot.sandbox.minimax.speech_requests import AudioSetting
from bot.sandbox.voice import Spoken
from bot.sandbox.voice.sound_files import write_sound

_UNKNOWN_LENGTH = b"\xff\xff\xff\xff"
_AGGREGATE_TAIL_SECONDS = 0.05
_MILLISECONDS_A_PIECE = 1000
_FEWEST_PIECES = 2


def encoded(spoken: Spoken, setting: AudioSetting) -> bytes:
    """Write the file that was asked for; blocking."""
    return write_sound(
        spoken.pcm,
        spoken.rate,
        setting.format,
        out_rate=setting.sample_rate,
        bit_rate=setting.bitrate,
        channels=setting.channel,
    )


def aggregated(spoken: Spoken, setting: AudioSetting) -> bytes:
    """Write the whole once more, as a stream ends: not the same bytes as its pieces; blocking."""
    tail = np.zeros(int(_AGGREGATE_TAIL_SECONDS * spoken.rate), np.float32)
    return encoded(Spoken(np.concatenate([spoken.pcm, tail]), spoken.rate), setting)


def in_pieces(content: bytes, milliseconds: int) -> list[bytes]:
    """Cut a file into about one piece for each second, two at least."""
    count = max(_FEWEST_PIECES, milliseconds // _MILLISECONDS_A_PIECE)
    edges = [len(content) * at // count for at in range(count + 1)]
    return [content[begin:end] for begin, end in pairwise(edges)]


def without_lengths(wav: bytes) -> bytes:
    """Break a wav file's lengths the way streamed ones are broken."""
    head, name, rest = wav.partition(b"data")
    return head[:4] + _UNKNOWN_LENGTH + head[8:] + name + _UNKNOWN_LENGTH + rest[4:]
