"""Text spoken in a voice that follows a sample's pitch, brightness and tempo."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bot.sandbox.voice.engine import Float32Array, UnspeakableText, check_installed, speech_engine
from bot.sandbox.voice.profile import PROFILE_RATE, TooLittleVoice, measure
from bot.sandbox.voice.script import STOCK_SENTENCE, is_readable, without_markup
from bot.sandbox.voice.sound_files import read_mono
from bot.sandbox.voice.steering import Steering, steer_by_pitch, steer_towards


@dataclass(frozen=True)
class Spoken:
    """One utterance."""

    pcm: Float32Array  # mono, full scale = 1
    rate: int  # hertz
    stock_sentence: bool = False
    """True when the text could not be read and `STOCK_SENTENCE` was spoken instead."""


@dataclass(frozen=True)
class SandboxSpeaker:
    """The sandbox voice after it has listened to one sample."""

    steering: Steering

    def speak(self, text: str) -> Spoken:
        """Speak `text`; takes about a fortieth of the time the sound lasts, so never on a loop."""
        engine = speech_engine()
        words = without_markup(text)
        if is_readable(words):
            with suppress(UnspeakableText):
                return Spoken(engine.speak(words, self.steering), PROFILE_RATE)
        stock = engine.speak(STOCK_SENTENCE, self.steering)
        return Spoken(stock, PROFILE_RATE, stock_sentence=True)


class SandboxVoice:
    """An audible voice with no account and no network. It is not the person's voice.

    Every method computes and must run in a thread; the heavy parts release the interpreter lock.
    """

    def __init__(self) -> None:
        """Check that the model is installed; it is loaded when first needed.

        Raises:
            SandboxExtraMissing: the packages of `myna[sandbox]` are not installed.
        """
        check_installed()

    def learn(self, sample: Path | bytes) -> SandboxSpeaker:
        """Listen to a sample; one with no voice in it leaves the model's own voice.

        Raises:
            UndecodableSound: the sample is no sound.
        """
        own = speech_engine().own_profile
        samples, rate = read_mono(sample, PROFILE_RATE)
        try:
            return SandboxSpeaker(steer_towards(measure(samples, rate / 2), own))
        except TooLittleVoice:
            return SandboxSpeaker(Steering(pitch_hz=own.pitch_hz))

    def invent(self, pitch_hz: float) -> SandboxSpeaker:
        """Make up a speaker with this median pitch, for notes and test samples."""
        return SandboxSpeaker(steer_by_pitch(pitch_hz, speech_engine().own_profile))

    def speak(self, text: str, sample: Path | bytes) -> Spoken:
        """Learn the sample and speak `text` in one go; raises what `learn` raises."""
        return self.learn(sample).speak(text)
