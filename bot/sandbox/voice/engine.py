"""The speech model behind the sandbox voice: one per process, loaded when first used."""

import threading
from collections.abc import Callable
from functools import cached_property, lru_cache
from importlib.util import find_spec
from typing import Protocol

import numpy as np
import numpy.typing as npt

from bot.sandbox.voice.pitch import FloatArray, track_pitch
from bot.sandbox.voice.profile import PROFILE_RATE, VoiceProfile, measure
from bot.sandbox.voice.spectra import SentenceSpectra, median_pitch
from bot.sandbox.voice.steering import Steering

Float32Array = npt.NDArray[np.float32]

SPOKEN_RMS = 0.1
"""Full scale = 1: about -20 LUFS, a usual loudness of speech."""

_KNEE = 0.6  # of full scale: softer sound is left alone
_PEAK = 0.95
_GOOD_ENOUGH = 0.015  # of the pitch: smaller misses are inaudible
_LARGEST_CORRECTION = 1.25
_CORRECTIONS = (1.0, 0.5)  # of the first miss, as exponents
_NEUTRAL_TEXT = (
    "The quick brown fox jumps over the lazy dog. "
    "She had your dark suit in greasy wash water all year. "
    "Yesterday I walked along the river with my brother, "
    "and we talked about the house near the lake. "
    "Please call me back when you have time."
)
_loading = threading.Lock()

Synthesize = Callable[
    [FloatArray, FloatArray, FloatArray, FloatArray, FloatArray, FloatArray, np.random.Generator],
    Float32Array,
]
"""Spectra in the order of `SentenceSpectra`, and a source of noise, to a waveform."""


class SandboxExtraMissing(ImportError):
    """The optional packages of the sandbox are not installed."""


class UnspeakableText(ValueError):
    """The text holds nothing that the English front end can read."""


class _Session(Protocol):
    def run(self, outputs: None, inputs: dict[str, npt.NDArray[np.generic]]) -> list[Float32Array]:
        """Run the model; the first axis of each array is the batch."""


class _Model(Protocol):
    sess: _Session

    def phonemize(self, text: str) -> list[str]:
        """Answer one string of phonemes a sentence."""

    def ids(self, phonemes: str) -> list[int]:
        """Answer the model's numbers for the phonemes, padded at either end."""


class SpeechEngine:
    """Speaks English text with a steered voice; safe to call from several threads."""

    def __init__(self, model: _Model, synthesize: Synthesize) -> None:
        self._model = model
        self._synthesize = synthesize

    @cached_property
    def own_profile(self) -> VoiceProfile:
        """The model's voice, measured the way samples are measured."""
        return measure(self._render(self._predict(_NEUTRAL_TEXT, 1.0), seed=0))

    def speak(self, text: str, steering: Steering, seed: int = 0) -> Float32Array:
        """Mono sound at `PROFILE_RATE` hertz, full scale = 1.

        Raises:
            UnspeakableText: nothing in the text can be read as English.
        """
        own_pitch = self.own_profile.pitch_hz
        predicted = self._predict(text, steering.speed)
        neutral = median_pitch(predicted)
        bent = [sentence.from_another_throat(steering, own_pitch) for sentence in predicted]

        def spoken_at(pitch_hz: float) -> Float32Array:
            tuned = [sentence.at_pitch(pitch_hz, steering.spread, neutral) for sentence in bent]
            return self._render(tuned, seed)

        # The result is measured as the sample was, and asked for again until it fits.
        best = spoken_at(steering.pitch_hz)
        first_heard = best_heard = _heard_ratio(best, steering.pitch_hz)
        for share in _CORRECTIONS:
            if abs(best_heard - 1) <= _GOOD_ENOUGH:
                break
            sound = spoken_at(steering.pitch_hz / first_heard**share)
            heard = _heard_ratio(sound, steering.pitch_hz)
            if abs(heard - 1) < abs(best_heard - 1):
                best, best_heard = sound, heard
        return _levelled(best)

    def _predict(self, text: str, speed: float) -> list[SentenceSpectra]:
        try:
            phonemes = self._model.phonemize(text)
        except ValueError as error:
            raise UnspeakableText("the sandbox voice reads English only") from error
        words = [sentence for sentence in phonemes if any(map(str.isalpha, sentence))]
        if not words:
            raise UnspeakableText("the text holds no words")
        return [self._predict_sentence(self._model.ids(sentence), speed) for sentence in words]

    def _predict_sentence(self, numbers: list[int], speed: float) -> SentenceSpectra:
        inputs: dict[str, npt.NDArray[np.generic]] = {
            "ids": np.asarray([numbers], np.int64),
            "speed": np.asarray([speed], np.float32),
        }
        return SentenceSpectra(*(output[0] for output in self._model.sess.run(None, inputs)))

    def _render(self, sentences: list[SentenceSpectra], seed: int) -> Float32Array:
        rng = np.random.default_rng(seed)
        sounds = [
            self._synthesize(
                sentence.harmonic,
                sentence.harmonic_phase,
                sentence.noise,
                sentence.residual,
                sentence.residual_phase,
                sentence.hertz,
                rng,
            )
            for sentence in sentences
        ]
        return np.concatenate(sounds)


def check_installed() -> None:
    """Look for the speech model without loading it.

    Raises:
        SandboxExtraMissing: the packages of `myna[sandbox]` are not installed.
    """
    if find_spec("hibari") is None:
        raise SandboxExtraMissing('the sandbox voice needs its extra: pip install "myna[sandbox]"')


def speech_engine() -> SpeechEngine:
    """Answer the one engine of this process, which computes on one thread."""
    with _loading:
        return _load()


@lru_cache(maxsize=1)
def _load() -> SpeechEngine:
    from hibari import Hibari, dsp  # noqa: PLC0415 - an optional extra, and slow to import

    return SpeechEngine(Hibari(threads=1), dsp.synth)


def _heard_ratio(sound: Float32Array, pitch_hz: float) -> float:
    """Median pitch as measured over the wanted one; 1 where nothing is voiced."""
    heard = track_pitch(sound, PROFILE_RATE).voiced
    if not len(heard):
        return 1.0
    ratio = float(np.median(heard)) / pitch_hz
    return min(max(ratio, 1 / _LARGEST_CORRECTION), _LARGEST_CORRECTION)


def _levelled(sound: Float32Array) -> Float32Array:
    """Bring to `SPOKEN_RMS`; what would come near full scale is bent, never cut."""
    loudness = max(float(np.sqrt(np.mean(sound.astype(np.float64) ** 2))), 1e-6)
    louder = sound * (SPOKEN_RMS / loudness)
    over = np.maximum(np.abs(louder) - _KNEE, 0.0) / (_PEAK - _KNEE)
    bent = np.sign(louder) * (np.minimum(np.abs(louder), _KNEE) + (_PEAK - _KNEE) * np.tanh(over))
    return np.asarray(bent, np.float32)
