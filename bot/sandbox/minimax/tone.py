"""A voice for tests: syllables of a buzzing tone, instant and without any model."""

from dataclasses import dataclass

import numpy as np

from bot.sandbox.voice import Spoken
from bot.sandbox.voice.pitch import track_pitch
from bot.sandbox.voice.sound_files import read_mono

CHARACTERS_PER_SECOND = 15
"""The pace of ordinary speech."""

_RATE = 16_000
_SYLLABLES_PER_SECOND = 4
_LISTENED_SECONDS = 5
_DEFAULT_PITCH_HZ = 160.0


@dataclass(frozen=True)
class ToneSpeaker:
    """Says everything on one note; `speed` 2 takes half the time."""

    pitch_hz: float
    speed: float = 1.0

    def speak(self, text: str) -> Spoken:
        """Buzz as long as the text would take to say."""
        seconds = max(len(text) / CHARACTERS_PER_SECOND, 0.3) / self.speed
        moment = np.arange(int(seconds * _RATE)) / _RATE
        buzz = np.zeros_like(moment)
        for n in range(1, 9):
            buzz += np.sin(2 * np.pi * self.pitch_hz * n * moment) / n
        syllables = np.abs(np.sin(np.pi * _SYLLABLES_PER_SECOND * self.speed * moment))
        return Spoken(np.asarray(0.2 * buzz * syllables, np.float32), _RATE)


@dataclass(frozen=True)
class ToneVoice:
    """Takes over the pitch of a sample, or keeps to a constant one."""

    pitch_hz: float | None = None

    def learn(self, sample: bytes) -> ToneSpeaker:
        """Measure the sample's pitch unless one was given."""
        if self.pitch_hz is not None:
            return ToneSpeaker(self.pitch_hz)
        samples, _own_rate = read_mono(sample, _RATE)
        voiced = track_pitch(samples[: _LISTENED_SECONDS * _RATE], _RATE).voiced
        return ToneSpeaker(float(np.median(voiced)) if len(voiced) else _DEFAULT_PITCH_HZ)

    def invent(self, pitch_hz: float) -> ToneSpeaker:
        """Take a pitch that somebody chose, unless a constant one was given."""
        return ToneSpeaker(self.pitch_hz or pitch_hz)
