"""How far the model's own voice must be bent to sound like a measured one."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.sandbox.voice.pitch import FloatArray
from bot.sandbox.voice.profile import (
    PROFILE_RATE,
    SPECTRUM_SIZE,
    VoiceProfile,
    smooth_spectrum,
)

BINS = SPECTRUM_SIZE // 2 + 1
_BIN_HZ = np.arange(BINS) * PROFILE_RATE / SPECTRUM_SIZE

_VOCAL_TRACT_EXPONENT = 0.30  # an octave of pitch goes with about 23 % of vocal tract length
_SMALLEST_SCALE, _LARGEST_SCALE = 0.76, 1.3
_LARGEST_GAIN_DB = 14.0
_FORMANT_BAND_HZ = (250, 4200)  # below: the pitch itself; above: hiss
_LOUDNESS_BAND_HZ = (200, 4000)  # its mean gain is kept at 0 dB
_HIGHEST_SHAPED_HZ = 11_000


@dataclass(frozen=True)
class Steering:
    """The bends applied to the model's output before it becomes sound."""

    pitch_hz: float
    spread: float = 1.0  # times the model's own liveliness
    formant_scale: float = 1.0  # above 1: a shorter vocal tract, a smaller speaker
    gain_db: FloatArray | None = None  # brightness, BINS values
    speed: float = 1.0  # 1 = the model's own tempo


def steer_by_pitch(pitch_hz: float, own: VoiceProfile) -> Steering:
    """Make up a speaker of the given median pitch, with a vocal tract that fits it."""
    return Steering(pitch_hz=pitch_hz, formant_scale=_usual_formant_scale(pitch_hz, own))


def steer_towards(wanted: VoiceProfile, own: VoiceProfile) -> Steering:
    """Find the bends that lead from the model's `own` voice to the `wanted` one."""
    scale = _formant_scale(wanted, own)
    return Steering(
        pitch_hz=wanted.pitch_hz,
        spread=float(np.clip(wanted.spread_semitones / own.spread_semitones, 0.5, 1.6)),
        formant_scale=scale,
        gain_db=_brightness(wanted, own, scale),
        speed=float(np.clip(wanted.syllables_per_second / own.syllables_per_second, 0.85, 1.2)),
    )


def stretch_spectrum(spectrum: FloatArray, scale: float) -> FloatArray:
    """Move spectral detail from f to scale * f; `spectrum` is [BINS] or [BINS, frames]."""
    source = np.clip(np.arange(BINS) / scale, 0, BINS - 1)
    below = np.floor(source).astype(int)
    above = np.minimum(below + 1, BINS - 1)
    share = (source - below).astype(np.float32)
    if spectrum.ndim > 1:
        share = share[:, None]
    stretched: FloatArray = spectrum[below] * (1 - share) + spectrum[above] * share
    return stretched


def _usual_formant_scale(pitch_hz: float, own: VoiceProfile) -> float:
    usual = (pitch_hz / own.pitch_hz) ** _VOCAL_TRACT_EXPONENT
    return float(np.clip(usual, _SMALLEST_SCALE, _LARGEST_SCALE))


def _formant_scale(wanted: VoiceProfile, own: VoiceProfile) -> float:
    """Find the stretch near the usual one for this pitch that lines up the two spectra's slopes."""
    usual = _usual_formant_scale(wanted.pitch_hz, own)
    lowest, highest = _FORMANT_BAND_HZ
    band = _bins_between(lowest, min(highest, wanted.bandwidth_hz * 0.9))
    wanted_slope = np.gradient(smooth_spectrum(wanted.spectrum_db, 100.0))[band]

    def misfit(scale: float) -> float:
        stretched = smooth_spectrum(stretch_spectrum(own.spectrum_db, scale), 100.0)
        difference = np.gradient(stretched)[band] - wanted_slope
        unusual = 1 + 8 * float(np.log(scale / usual)) ** 2
        return float(np.mean(difference**2)) * unusual

    best = min(np.linspace(usual * 0.92, usual * 1.08, 33).tolist(), key=misfit)
    return float(np.clip(best, _SMALLEST_SCALE, _LARGEST_SCALE))


def _brightness(wanted: VoiceProfile, own: VoiceProfile, scale: float) -> FloatArray:
    """Find the equaliser from the stretched own spectrum to the wanted, flat where unmeasured."""
    stretched = stretch_spectrum(own.spectrum_db, scale)
    gain = smooth_spectrum(wanted.spectrum_db - stretched, 500.0)
    measured = _bins_between(-1, min(_HIGHEST_SHAPED_HZ, wanted.bandwidth_hz * 0.9))
    gain = np.where(measured, gain, gain[measured][-20:].mean())
    gain = gain - gain[_bins_between(*_LOUDNESS_BAND_HZ)].mean()
    limited: FloatArray = np.clip(gain, -_LARGEST_GAIN_DB, _LARGEST_GAIN_DB)
    return limited


def _bins_between(lowest_hz: float, highest_hz: float) -> npt.NDArray[np.bool_]:
    return np.greater(_BIN_HZ, lowest_hz) & np.less(_BIN_HZ, highest_hz)
