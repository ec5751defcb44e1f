"""Joins notes and cuts parts, on PCM that was decoded already."""

from collections.abc import Sequence

from pydub import AudioSegment

from bot.audio.pcm import BYTES_PER_SAMPLE, RATE_FOR_LONG_NOTES, Pcm, fits, resample

GAP_SECONDS = 0.3
"""Silence between joined notes: as long as a breath, so that it counts as a pause."""

FADE_MILLISECONDS = 10
"""Long enough to hide the click of a cut, short enough to keep every consonant."""

LEVELLING_MOST_DB = 12.0
PEAK_MOST_DBFS = -1.0


def to_common_rate(notes: Sequence[Pcm]) -> list[Pcm]:
    """Return `notes` at the highest of their rates at which a sample of them all fits."""
    rate = max(note.rate for note in notes)
    if not fits(joined_seconds(notes), rate):
        rate = min(rate, RATE_FOR_LONG_NOTES)
    return [resample(note, rate) for note in notes]


def joined_seconds(notes: Sequence[Pcm]) -> float:
    """Return the length of `notes` when they are joined."""
    return sum(note.seconds for note in notes) + GAP_SECONDS * (len(notes) - 1)


def join(notes: Sequence[Pcm], loudness_lufs: Sequence[float | None]) -> Pcm:
    """Join `notes` of one rate, each brought to the middle of their loudness.

    No note is turned up or down by more than 12 dB, nor into clipping.
    """
    rate = notes[0].rate
    known = sorted(loudness for loudness in loudness_lufs if loudness is not None)
    target = known[len(known) // 2] if known else None
    gap = bytes(round(GAP_SECONDS * rate) * BYTES_PER_SAMPLE)
    out = bytearray()
    for note, loudness in zip(notes, loudness_lufs, strict=True):
        segment = _segment(note)
        if target is not None and loudness is not None:
            segment = _levelled(segment, target - loudness)
        faded = segment.fade_in(FADE_MILLISECONDS).fade_out(FADE_MILLISECONDS)
        out += gap if out else b""
        out += faded.raw_data
    return Pcm(out, rate)


def cut(pcm: Pcm, start: float, end: float) -> Pcm:
    """Return the part from `start` to `end`, in seconds, faded at both edges."""
    part = _segment(pcm)[round(start * 1000) : round(end * 1000)]
    faded = part.fade_in(FADE_MILLISECONDS).fade_out(FADE_MILLISECONDS)
    return Pcm(bytearray(faded.raw_data), pcm.rate)


def _segment(pcm: Pcm) -> AudioSegment:
    return AudioSegment(
        data=bytes(pcm.data), sample_width=BYTES_PER_SAMPLE, frame_rate=pcm.rate, channels=1
    )


def _levelled(segment: AudioSegment, gain_db: float) -> AudioSegment:
    room = PEAK_MOST_DBFS - float(segment.max_dBFS)
    gain = max(-LEVELLING_MOST_DB, min(gain_db, LEVELLING_MOST_DB, max(room, 0.0)))
    return segment.apply_gain(gain)
