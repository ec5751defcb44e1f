"""Measures a decoded note and judges whether it is worth money."""

from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import chain

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.filter import Graph

from bot.audio.activity import FRAME_SECONDS, Activity, find_speech, power_of
from bot.audio.decode import Recording
from bot.audio.pcm import Pcm, frames_of
from bot.audio.voicing import FINE_FRAME_SECONDS, Voicing, measure_voicing
from bot.domain.samples import (
    LOUDNESS_GOOD_LUFS,
    NOTE_MAX_SECONDS,
    SAMPLE_MAX_SECONDS,
    SAMPLE_MIN_SECONDS,
    SNR_GOOD_DB,
    SPEECH_GOOD_SECONDS,
    SPEECH_MIN_SECONDS,
    Concern,
    NoteReport,
    Problem,
)

# A flat top: three samples in a row this close to full scale.
CLIPPED_AT = int(0.985 * 32768)
CLIPPED_RUN = 3
# A few flat tops are a knock on the table, or what lossy codecs make of a loud word; a recording
# that is too loud has hundreds.
CLIPPED_RUNS_LEAST = 10
CLIPPED_RUNS_PER_MINUTE = 10
# Digital silence has no noise; nobody hears the difference above this.
SNR_MOST_DB = 60.0
# The whole note below this: the microphone was muted.
SILENT_PEAK_DB = -50.0
# Pitch and rhythm mean nothing on less than this.
VOICE_CHECK_SECONDS = 3.0
VOICE_CHECK_SPEECH_SECONDS = 1.0
# Telephone: the sample lacks what lies above 4 kHz.
WIDE_BAND_RATE = 16_000
# EBU R 128's absolute gate: "nothing was loud enough to count".
UNGATED_LUFS = -70.0
METER = "lavfi.r128.I"


@dataclass(frozen=True, slots=True)
class Measurements:
    """What was measured in PCM."""

    seconds: float
    activity: Activity
    voicing: Voicing
    loudness_lufs: float | None
    snr_db: float | None
    peak_db: float | None
    clipped: int


def measure(pcm: Pcm) -> Measurements:
    """Measure everything a judgment needs."""
    fine_power = power_of(pcm, FINE_FRAME_SECONDS)
    activity = find_speech(fine_power)
    peak, clipped = _peak_and_clipping(pcm)
    return Measurements(
        seconds=pcm.seconds,
        activity=activity,
        voicing=measure_voicing(pcm, activity, fine_power),
        loudness_lufs=_loudness(pcm),
        snr_db=_snr(activity),
        peak_db=peak,
        clipped=clipped,
    )


def report(recording: Recording, measured: Measurements) -> NoteReport:
    """Judge one decoded note, or several joined ones, by what was measured."""
    problem = _problem(recording, measured)
    return NoteReport(
        container=recording.container,
        codec=recording.codec,
        seconds=round(measured.seconds, 3),
        speech_seconds=round(measured.activity.speech_seconds, 2),
        loudness_lufs=_rounded(measured.loudness_lufs),
        snr_db=_rounded(measured.snr_db),
        peak_db=_rounded(measured.peak_db),
        clipped=measured.clipped,
        sample_rate=recording.sample_rate,
        channels=recording.channels,
        problem=problem,
        concerns=_concerns(recording, measured),
    )


def accept_as_prompt(judged: NoteReport, shortest: float, longest: float) -> NoteReport:
    """Judge a note as a prompt clip: same sound, another length, and it is never cut."""
    problem = judged.problem
    if judged.seconds > longest:
        problem = Problem.PROMPT_TOO_LONG
    elif problem is None or problem.another_note_helps:
        problem = Problem.PROMPT_TOO_SHORT if judged.seconds < shortest else None
    concerns = tuple(code for code in judged.concerns if code is not Concern.LITTLE_SPEECH)
    return replace(judged, problem=problem, concerns=concerns)


def _problem(recording: Recording, measured: Measurements) -> Problem | None:
    seconds, spoken = measured.seconds, measured.activity.speech_seconds
    silent = measured.peak_db is None or measured.peak_db < SILENT_PEAK_DB
    voice = spoken >= VOICE_CHECK_SPEECH_SECONDS and measured.voicing.is_voice
    # The first that is so: what another note cannot mend comes before what it can.
    found = {
        Problem.NO_SOUND: seconds == 0,
        Problem.SILENT: silent,
        Problem.NOT_SPEECH: seconds >= VOICE_CHECK_SECONDS and not voice,
        Problem.MUCH_TOO_LONG: recording.cut or seconds > NOTE_MAX_SECONDS,
        Problem.TOO_LONG: seconds > SAMPLE_MAX_SECONDS,
        Problem.TOO_SHORT: seconds < SAMPLE_MIN_SECONDS,
        Problem.TOO_LITTLE_SPEECH: spoken < SPEECH_MIN_SECONDS,
    }
    return next((problem for problem, is_so in found.items() if is_so), None)


def _concerns(recording: Recording, measured: Measurements) -> tuple[Concern, ...]:
    quiet = measured.loudness_lufs is None or measured.loudness_lufs < LOUDNESS_GOOD_LUFS
    clipped = measured.clipped > max(
        CLIPPED_RUNS_LEAST, CLIPPED_RUNS_PER_MINUTE * measured.seconds / 60
    )
    found = {
        Concern.QUIET: quiet,
        Concern.CLIPPED: clipped,
        Concern.NOISY: measured.snr_db is not None and measured.snr_db < SNR_GOOD_DB,
        Concern.LITTLE_SPEECH: measured.activity.speech_seconds < SPEECH_GOOD_SECONDS,
        Concern.TWO_VOICES: measured.voicing.two_voices,
        Concern.NARROW_BAND: 0 < recording.sample_rate < WIDE_BAND_RATE,
        Concern.DAMAGED: recording.damaged_packets > 0,
    }
    return tuple(concern for concern, is_so in found.items() if is_so)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def _snr(activity: Activity) -> float | None:
    speech, power = activity.speech, activity.power
    if not speech.any():
        return None
    quiet = power[~speech]
    if len(quiet) * FRAME_SECONDS > 0.1:  # noqa: PLR2004  seconds; less is the edge of a word
        noise = float(quiet.mean())
    else:
        noise = float(10 ** (activity.floor_db / 10))
    voice = max(float(power[speech].mean()) - noise, 1e-9)
    return min(float(10 * np.log10(voice / max(noise, 1e-9))), SNR_MOST_DB)


def _peak_and_clipping(pcm: Pcm) -> tuple[float | None, int]:
    samples = pcm.samples()
    if len(samples) == 0:
        return None, 0
    peak = max(int(samples.max()), -int(samples.min()))
    if peak == 0:
        return None, 0
    clipped = 0
    if peak >= CLIPPED_AT:
        hot = (samples >= CLIPPED_AT) | (samples <= -CLIPPED_AT)
        edges = np.flatnonzero(np.diff(hot, prepend=False, append=False)).reshape(-1, 2)
        clipped = int(np.count_nonzero(edges[:, 1] - edges[:, 0] >= CLIPPED_RUN))
    return float(20 * np.log10(peak / 32768)), clipped


def _loudness(pcm: Pcm) -> float | None:
    """Return the integrated loudness by FFmpeg's meter (EBU R 128)."""
    graph = Graph()
    graph.threads = 1
    source = graph.add_abuffer(
        sample_rate=pcm.rate, format="s16", layout="mono", time_base=Fraction(1, pcm.rate)
    )
    meter = graph.add("ebur128", "metadata=1:framelog=quiet")
    sink = graph.add("abuffersink")
    graph.link_nodes(source, meter, sink)
    graph.configure()
    loudness = UNGATED_LUFS
    for frame in chain(frames_of(pcm), (None,)):
        graph.push(frame)
        loudness = _latest(graph, loudness)
    return loudness if loudness > UNGATED_LUFS else None


def _latest(graph: Graph, loudness: float) -> float:
    while True:
        try:
            frame = graph.pull()
        except (av.error.BlockingIOError, av.error.EOFError):
            return loudness
        # The last frame, shorter than the meter's step, says nothing.
        if isinstance(frame, AudioFrame) and METER in frame.metadata:
            loudness = float(frame.metadata[METER])
