"""Speech as it is heard: who speaks, how fast and high, with pauses and mixed voices."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from bot.sandbox.minimax.library import Speaker
from bot.sandbox.minimax.markup import Passage
from bot.sandbox.minimax.speech_requests import Manner
from bot.sandbox.minimax.tone import ToneSpeaker
from bot.sandbox.voice import SandboxSpeaker, Spoken
from bot.sandbox.voice.sound_files import Float32Array

_SEMITONES = 12
_BREATH = 600  # characters spoken at a time, so that a long text needs no memory for all of it
_SENTENCE = re.compile(r".+?(?:[.!?。！？]+\s*|\n+|$)", re.DOTALL)  # noqa: RUF001  Chinese marks
_FULL_SCALE = 0.99


@dataclass(frozen=True)
class Stretch:
    """Characters `begin` to `end` of the text are heard from `start` to `stop`, in seconds."""

    begin: int
    end: int
    start: float
    stop: float


@dataclass(frozen=True)
class Performance:
    """A text as it was spoken."""

    spoken: Spoken
    stretches: tuple[Stretch, ...]

    @property
    def milliseconds(self) -> int:
        """How long it is."""
        return round(1000 * len(self.spoken.pcm) / self.spoken.rate)


def perform(speaker: Speaker, passages: Sequence[Passage], manner: Manner) -> Performance:
    """Speak; blocking."""
    speaker = bent(speaker, speed=manner.speed, semitones=manner.pitch)
    parts: list[Float32Array] = []
    stretches: list[Stretch] = []
    heard, rate = 0, 1
    for passage in passages:
        begin = passage.begin
        for breath in breaths(passage.text):
            spoken = speaker.speak(breath)
            rate = spoken.rate
            parts.append(np.asarray(spoken.pcm, np.float32))
            start, heard = heard, heard + len(spoken.pcm)
            end = begin + len(breath)
            stretches.append(Stretch(begin, end, start / rate, heard / rate))
            begin = end
        silence = int(passage.pause_seconds * rate)
        parts.append(np.zeros(silence, np.float32))
        heard += silence
    sound = _at_volume(np.concatenate(parts), manner.vol)
    return Performance(Spoken(sound, rate), tuple(stretches))


def bent(speaker: Speaker, *, speed: float, semitones: float) -> Speaker:
    """Let the same speaker speak faster or higher; one that is not known stays as it is."""
    factor = 2 ** (semitones / _SEMITONES)
    match speaker:
        case ToneSpeaker():
            return ToneSpeaker(speaker.pitch_hz * factor, speaker.speed * speed)
        case SandboxSpeaker(steering=steering):
            return SandboxSpeaker(
                replace(steering, pitch_hz=steering.pitch_hz * factor, speed=steering.speed * speed)
            )
        case _:
            return speaker


def mixed(cast: Sequence[tuple[Speaker, int]]) -> Speaker:
    """Mix speakers by weight: the heaviest one speaks, at the mean of all their pitches."""
    heaviest = max(cast, key=lambda member: member[1])[0]
    pitches = [_pitch_of(speaker) for speaker, _weight in cast]
    if len(cast) == 1 or not all(pitches):
        return heaviest
    weights = [weight for _speaker, weight in cast]
    mean = float(np.average(np.log2(pitches), weights=weights))
    semitones = _SEMITONES * (mean - float(np.log2(_pitch_of(heaviest))))
    return bent(heaviest, speed=1.0, semitones=semitones)


def breaths(text: str) -> list[str]:
    """Split a text at ends of sentences into pieces that together are the text."""
    if len(text) <= _BREATH:
        return [text]
    pieces = [""]
    for sentence in _SENTENCE.findall(text):
        for part in _cut(sentence):
            if pieces[-1] and len(pieces[-1]) + len(part) > _BREATH:
                pieces.append("")
            pieces[-1] += part
    return pieces


def _cut(sentence: str) -> list[str]:
    edges = [*range(0, len(sentence), _BREATH), len(sentence)]
    return [sentence[begin:end] for begin, end in pairwise(edges)]


def _pitch_of(speaker: Speaker) -> float:
    match speaker:
        case ToneSpeaker():
            return speaker.pitch_hz
        case SandboxSpeaker(steering=steering):
            return steering.pitch_hz
        case _:
            return 0.0


def _at_volume(sound: Float32Array, volume: float) -> Float32Array:
    loudest = float(np.max(np.abs(sound), initial=0.0))
    gain = min(volume, _FULL_SCALE / loudest) if loudest else 1.0
    return np.asarray(sound * np.float32(gain), np.float32)
