"""One sentence as the speech model predicts it, and the ways it can be bent."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from bot.sandbox.voice.pitch import FloatArray
from bot.sandbox.voice.steering import Steering, stretch_spectrum

_VOICED_HZ = 40.0  # the model marks unvoiced frames by a pitch below this
_ANY_PITCH_HZ = 200.0  # the reference where nothing is voiced, and so nothing is scaled by it


@dataclass(frozen=True)
class SentenceSpectra:
    """Logarithmic spectra and phases [bins, frames], pitch [frames]; in the order of the model."""

    harmonic: FloatArray
    harmonic_phase: FloatArray
    noise: FloatArray
    residual: FloatArray
    residual_phase: FloatArray
    hertz: FloatArray

    @property
    def voiced(self) -> npt.NDArray[np.bool_]:
        """Which frames have a pitch."""
        return np.greater(self.hertz, _VOICED_HZ)

    def from_another_throat(self, steering: Steering, own_pitch_hz: float) -> "SentenceSpectra":
        """Apply vocal tract length and brightness; the pitch stays."""
        gain: FloatArray = np.zeros((1, 1), np.float32)
        if steering.gain_db is not None:
            gain = (steering.gain_db / 20 * np.log(10)).astype(np.float32)[:, None]
        # More harmonics share the energy when the pitch falls: keep the sum.
        crowding = np.float32(0.5 * np.log(steering.pitch_hz / own_pitch_hz))
        scale = steering.formant_scale
        return SentenceSpectra(
            harmonic=stretch_spectrum(self.harmonic, scale) + gain + crowding,
            harmonic_phase=stretch_spectrum(self.harmonic_phase, scale),
            noise=stretch_spectrum(self.noise, scale) + gain,
            residual=stretch_spectrum(self.residual, scale) + gain,
            residual_phase=stretch_spectrum(self.residual_phase, scale),
            hertz=self.hertz,
        )

    def at_pitch(self, pitch_hz: float, spread: float, neutral_hz: float) -> "SentenceSpectra":
        """Move the median from `neutral_hz` to `pitch_hz`, its movement times `spread`.

        Stays within an octave of `pitch_hz` either way.
        """
        movement = np.log(np.maximum(self.hertz, 1.0) / neutral_hz)
        wanted = np.clip(pitch_hz * np.exp(spread * movement), pitch_hz / 2, pitch_hz * 2)
        return replace(self, hertz=np.where(self.voiced, wanted, 0.0).astype(np.float32))


def median_pitch(sentences: list[SentenceSpectra]) -> float:
    """Median pitch in hertz of the louder voiced frames, as predicted."""
    hertz = np.concatenate([sentence.hertz for sentence in sentences])
    voiced = np.concatenate([sentence.voiced for sentence in sentences])
    strength = np.concatenate([sentence.harmonic.max(axis=0) for sentence in sentences])
    if not voiced.any():
        return _ANY_PITCH_HZ
    strong = voiced & (strength > np.percentile(strength, 40))
    return float(np.median(hertz[strong if strong.any() else voiced]))
