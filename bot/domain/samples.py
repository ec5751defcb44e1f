"""The facts about a voice note, the sample made of it, and the limits both have to keep."""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

# The service takes 10 s to 5 min and at most 20 MB (MiniMax API, voice cloning page).
SAMPLE_LEAST_SECONDS = 10.0
SAMPLE_MOST_SECONDS = 300.0
SAMPLE_MAX_BYTES = 20_000_000
# The service measures for itself, so a sample stays off both edges. Ours is PCM, whose length
# is exact to the sample; 10.17 s is the shortest one that was seen to pass.
SAMPLE_MIN_SECONDS = 10.2
SAMPLE_MAX_SECONDS = 299.5

# Prompt clips: under 8 s is the documented limit (MiniMax API, voice cloning page); below 5 s
# the service was seen to answer 2037, voice duration too short.
PROMPT_MIN_SECONDS = 5.0
PROMPT_MAX_SECONDS = 7.95

# What a member may hand in: the service's own size, since five minutes of any lossy codec fit.
NOTE_MAX_BYTES = 20_000_000
# Decoding stops here; up to here the best five minutes can be offered.
NOTE_MAX_SECONDS = 1800.0
# Notes joined to one sample. Four bubbles of three seconds are a sample; more is a puzzle.
NOTES_MAX = 10

# Less speech than this inside ten seconds leaves a voice mostly guessed; of the shortest sample
# that is allowed, somebody reading aloud fills 7 s or more.
SPEECH_MIN_SECONDS = 6.0
SPEECH_GOOD_SECONDS = 8.0
# A noise estimate below this is heard in clones; the estimate itself holds from 5 to 20 dB.
SNR_GOOD_DB = 15.0
# Speech of a phone held at arm's length lies above this (EBU R 128 aims at -23).
LOUDNESS_GOOD_LUFS = -36.0
# No bar of a waveform lasts less than 100 ms, and there are 256 at most (Discord, messages page).
WAVEFORM_MAX_POINTS = 256


class Problem(StrEnum):
    """Why a note is refused: stable codes, worded elsewhere."""

    EMPTY = "empty"
    TOO_BIG = "too_big"
    NOT_AUDIO = "not_audio"
    NO_SOUND = "no_sound"
    DAMAGED = "damaged"
    TOO_COSTLY = "too_costly"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    MUCH_TOO_LONG = "much_too_long"
    SILENT = "silent"
    NOT_SPEECH = "not_speech"
    TOO_LITTLE_SPEECH = "too_little_speech"
    TOO_MANY_NOTES = "too_many_notes"
    PROMPT_TOO_SHORT = "prompt_too_short"
    PROMPT_TOO_LONG = "prompt_too_long"

    @property
    def another_note_helps(self) -> bool:
        """Whether the same note, joined with one more, could make a sample."""
        return self in {Problem.TOO_SHORT, Problem.TOO_LITTLE_SPEECH}


class Concern(StrEnum):
    """What makes a note poor without making it useless: stable codes, worded elsewhere."""

    QUIET = "quiet"
    CLIPPED = "clipped"
    NOISY = "noisy"
    LITTLE_SPEECH = "little_speech"
    TWO_VOICES = "two_voices"
    NARROW_BAND = "narrow_band"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteReport:
    """What was measured in one note, or in several joined ones.

    A note that could not be decoded has zeros and nulls where nothing was measured.

    Attributes:
        container: The real container, such as ``ogg`` or ``m4a``; empty when none was known.
        codec: The real codec, such as ``opus``; empty when none was known.
        seconds: Decoded length, never the declared one.
        speech_seconds: Of these, seconds in which somebody speaks.
        loudness_lufs: Integrated loudness (EBU R 128), or null when nothing passed its gate.
        snr_db: Estimated speech to noise ratio, or null without speech.
        peak_db: Highest sample in dBFS, or null for digital silence.
        clipped: How many places are cut off flat at full scale.
        sample_rate: Hz, as recorded.
        channels: Channels, as recorded.
        problem: Why it is refused, or null when it is accepted.
        concerns: What makes it poor.
        best_start: For a note that is too long: where its best part starts, in seconds.
        best_end: For a note that is too long: where its best part ends, in seconds.
        note: Which of several notes this is about, counted from 1; 0 is all of them.
    """

    container: str = ""
    codec: str = ""
    seconds: float = 0.0
    speech_seconds: float = 0.0
    loudness_lufs: float | None = None
    snr_db: float | None = None
    peak_db: float | None = None
    clipped: int = 0
    sample_rate: int = 0
    channels: int = 0
    problem: Problem | None = None
    concerns: tuple[Concern, ...] = ()
    best_start: float | None = None
    best_end: float | None = None
    note: int = 0

    @property
    def accepted(self) -> bool:
        """Whether a sample can be made of it as it is."""
        return self.problem is None

    def to_json(self) -> dict[str, Any]:
        """Return plain values that ``from_json`` takes back."""
        return {
            **asdict(self),
            "problem": None if self.problem is None else self.problem.value,
            "concerns": [concern.value for concern in self.concerns],
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Rebuild what ``to_json`` gave; names it does not know are left out.

        Raises:
            ValueError: A code in it is unknown.
        """
        known = {field.name for field in fields(cls)}
        values = {name: value for name, value in stored.items() if name in known}
        if values.get("problem") is not None:
            values["problem"] = Problem(values["problem"])
        values["concerns"] = tuple(Concern(code) for code in values.get("concerns", ()))
        return cls(**values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A file ready to be uploaded as the sample of a voice.

    Attributes:
        path: Where it lies.
        filename: The name to upload it under; its extension tells the truth.
        size: Bytes.
        seconds: Exact length.
        rate: Samples per second; always mono, 16 bit.
        report: What was measured in the notes it was made of.
    """

    path: Path
    filename: str
    size: int
    seconds: float
    rate: int
    report: NoteReport

    def to_json(self) -> dict[str, Any]:
        """Return plain values that ``from_json`` takes back."""
        return {
            "path": str(self.path),
            "filename": self.filename,
            "size": self.size,
            "seconds": self.seconds,
            "rate": self.rate,
            "report": self.report.to_json(),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Rebuild what ``to_json`` gave.

        Raises:
            KeyError: A member is missing.
        """
        return cls(
            path=Path(stored["path"]),
            filename=stored["filename"],
            size=stored["size"],
            seconds=stored["seconds"],
            rate=stored["rate"],
            report=NoteReport.from_json(stored["report"]),
        )


class PromptSample(Sample):
    """A file ready to be uploaded as a prompt clip (5 to 8 s)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bubble:
    """A native voice message: Ogg/Opus, 48 kHz, mono.

    Attributes:
        path: Where it lies.
        seconds: Decoded length.
        waveform: One byte of loudness per bar, at most ``WAVEFORM_MAX_POINTS``.
    """

    path: Path
    seconds: float
    waveform: bytes

    @property
    def waveform_base64(self) -> str:
        """The waveform as Discord takes it."""
        return b64encode(self.waveform).decode("ascii")

    def to_json(self) -> dict[str, Any]:
        """Return plain values that ``from_json`` takes back."""
        return {
            "path": str(self.path),
            "seconds": self.seconds,
            "waveform": self.waveform_base64,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Rebuild what ``to_json`` gave.

        Raises:
            KeyError: A member is missing.
        """
        return cls(
            path=Path(stored["path"]),
            seconds=stored["seconds"],
            waveform=b64decode(stored["waveform"]),
        )
