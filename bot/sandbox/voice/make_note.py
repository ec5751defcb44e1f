"""Make the voice note that ships with Myna: python -m bot.sandbox.voice.make_note OUT.ogg."""

import sys
from pathlib import Path

import numpy as np

from bot.sandbox.voice.engine import Float32Array
from bot.sandbox.voice.sound_files import write_sound
from bot.sandbox.voice.speaker import SandboxVoice

NOTE_PITCH_HZ = 105.0
"""A low voice, clearly apart from the model's own, so that ears notice what follows it."""

SENTENCES = (
    ("Hi everybody, I'm new here.", 0.45),
    ("A friend told me about this place, and I have been reading along.", 0.5),
    ("I like long walks, old maps, and birds that copy what they hear.", 0.55),
    ("So let's see whether this one can learn my voice.", 0.35),
)
"""Each sentence with the pause after it, in seconds."""

_BREATH_SECONDS = 0.25
_ROOM_LEVEL = 0.0008  # -62 dBFS: a quiet room, since no recording is digitally silent
_DISCORD_BIT_RATE = 32_000  # what Discord's apps record voice messages with


def make_note() -> bytes:
    """Speak the note: Ogg/Opus, 48 kHz mono, the same bytes on every run."""
    speaker = SandboxVoice().invent(NOTE_PITCH_HZ)
    rate = 0
    parts: list[Float32Array] = []
    for sentence, pause_seconds in SENTENCES:
        spoken = speaker.speak(sentence)
        rate = spoken.rate
        parts += [spoken.pcm, np.zeros(int(pause_seconds * rate), np.float32)]
    breath = np.zeros(int(_BREATH_SECONDS * rate), np.float32)
    speech = np.concatenate([breath, *parts])
    room = np.random.default_rng(0).standard_normal(len(speech), np.float32) * _ROOM_LEVEL
    return write_sound(speech + room, rate, "opus", bit_rate=_DISCORD_BIT_RATE)


def main(arguments: list[str]) -> int:
    """Write the note to the path given; answers the exit status."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m bot.sandbox.voice.make_note OUT.ogg\n")
        return 2
    Path(arguments[0]).write_bytes(make_note())
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
