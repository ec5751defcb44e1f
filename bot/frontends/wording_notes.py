"""What people read about a note: why it will not do, what makes it poor, and what to do."""

from bot.domain.samples import (
    NOTE_MAX_BYTES,
    NOTE_MAX_SECONDS,
    NOTES_MAX,
    PROMPT_MAX_SECONDS,
    PROMPT_MIN_SECONDS,
    SAMPLE_LEAST_SECONDS,
    SAMPLE_MOST_SECONDS,
    SPEECH_MIN_SECONDS,
    Concern,
    NoteReport,
    Problem,
)

_MEGABYTE = 1_000_000
_MINUTE = 60

_PROBLEMS = {
    Problem.EMPTY: "The file is empty. Please record or upload it again.",
    Problem.TOO_BIG: (
        f"The file is too big: {NOTE_MAX_BYTES // _MEGABYTE} MB is the most. "
        "A voice note of five minutes is far smaller."
    ),
    Problem.NOT_AUDIO: (
        "This is not audio I can read, whatever its name says. "
        "Please send a voice note, or an ogg, mp3, m4a, wav or flac file."
    ),
    Problem.NO_SOUND: "There is no sound track in this file. Please send one where you speak.",
    Problem.DAMAGED: "The file is damaged, and too little of it can be read. Please send it again.",
    Problem.TOO_COSTLY: (
        "This file takes far too much work to decode. Please send an ordinary voice note."
    ),
    Problem.TOO_SHORT: (
        "{seconds} s of audio; MiniMax needs {least}{margin}. "
        "Send another note and I will join them."
    ),
    Problem.TOO_LONG: (
        "{length} of audio; MiniMax takes less than {most}. "
        "I can use the best 5 minutes, or you send a shorter note."
    ),
    Problem.MUCH_TOO_LONG: (
        f"This note is longer than the {NOTE_MAX_SECONDS / _MINUTE:.0f} minutes I listen to. "
        "Please send the 5 minutes in which you speak most."
    ),
    Problem.SILENT: (
        "I hear nothing in this note. Check that the microphone is on, and record it again."
    ),
    Problem.NOT_SPEECH: (
        "I do not hear anybody speak in this note. Please record one person talking, without music."
    ),
    Problem.TOO_LITTLE_SPEECH: (
        "{speech} s of speech; a good clone needs {least}. Send another note and I will join them."
    ),
    Problem.TOO_MANY_NOTES: f"I join {NOTES_MAX} notes at most. Please send fewer, longer ones.",
    Problem.PROMPT_TOO_SHORT: (
        f"The prompt clip has {{seconds}} s; it needs {PROMPT_MIN_SECONDS:g} to 8. "
        "Please record a longer one, or leave it out."
    ),
    Problem.PROMPT_TOO_LONG: (
        f"The prompt clip has {{seconds}} s; it must stay under {PROMPT_MAX_SECONDS:g}. "
        "Please cut it, or leave it out."
    ),
}

_CONCERNS = {
    Concern.QUIET: "The note is quiet; hold the phone closer next time.",
    Concern.CLIPPED: "The note is too loud in places and distorted; speak a little further away.",
    Concern.NOISY: "There is noise behind the voice; a quiet room, or noise reduction, helps.",
    Concern.LITTLE_SPEECH: "There is little speech in it; a longer note sounds more like you.",
    Concern.TWO_VOICES: "I may hear two people; a note of one person alone gives a truer voice.",
    Concern.NARROW_BAND: "It sounds like a phone call; a recording made on the phone is clearer.",
    Concern.DAMAGED: "Parts of the file were damaged; I used the rest.",
}

GOOD = "This note is good to clone."


def problem(report: NoteReport) -> str:
    """Return why the note will not do and what to do, or an empty text if it will."""
    if report.problem is None:
        return ""
    sentence = _PROBLEMS[report.problem].format(
        seconds=_short(report.seconds),
        speech=_short(report.speech_seconds),
        length=duration(report.seconds),
        least=f"{_least(report.problem):g}",
        most=duration(SAMPLE_MOST_SECONDS),
        # The service measures for itself, so a note right at its limit is too short as well.
        margin=" and a bit" if report.seconds >= SAMPLE_LEAST_SECONDS else "",
    )
    return f"Note {report.note}: {sentence}" if report.note else sentence


def concern(kind: Concern) -> str:
    """Return what makes a note poor and how the next one gets better."""
    return _CONCERNS[kind]


def advice(report: NoteReport) -> str:
    """Return all there is to say about a note, in one line."""
    if report.problem is not None:
        return problem(report)
    return " ".join(concern(each) for each in report.concerns) or GOOD


def duration(seconds: float) -> str:
    """Return a length as people say it: `42 s`, `5 min`, `5 min 1 s`."""
    whole = round(seconds)
    minutes, rest = divmod(whole, _MINUTE)
    parts = [f"{minutes} min"] * (minutes > 0) + [f"{rest} s"] * (rest > 0 or minutes == 0)
    return " ".join(parts)


def _short(seconds: float) -> str:
    # Cut, not rounded: 9.96 s must not read as the 10 s that would have been enough.
    return f"{int(seconds * 10) / 10:.1f}"


def _least(kind: Problem) -> float:
    return SPEECH_MIN_SECONDS if kind is Problem.TOO_LITTLE_SPEECH else SAMPLE_LEAST_SECONDS
