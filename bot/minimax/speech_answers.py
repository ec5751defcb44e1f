"""What comes back of a `t2a_v2` call, read leniently: it is paid for when it arrives."""

from dataclasses import dataclass, field
from typing import Annotated, Any, Final

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field

from bot.minimax.answers import Answer, bad_answer
from bot.minimax.errors import Endpoint

_LAST: Final = 2
_LINKS: Final = ("https://", "http://")


def _count(value: object) -> int:
    try:
        return max(int(value), 0) if isinstance(value, int | float | str) else 0
    except (ValueError, OverflowError):
        return 0


def _share(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


Count = Annotated[int, BeforeValidator(_count)]
"""A figure of an answer; whatever is no number is 0."""


class SpeechInfo(BaseModel):
    """What the speech is, and what it cost; only `usage_characters` is to be relied on.

    `audio_length` is in milliseconds, `audio_size` in bytes and seen as 0 beside good audio.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    audio_length: Count = 0
    audio_sample_rate: Count = 0
    audio_size: Count = 0
    bitrate: Count = Field(default=0, validation_alias=AliasChoices("bitrate", "audio_bitrate"))
    audio_format: Annotated[str, BeforeValidator(lambda value: str(value or ""))] = ""
    audio_channel: Count = 0
    invisible_character_ratio: Annotated[float, BeforeValidator(_share)] = 0.0
    word_count: Count = 0
    usage_characters: Count = 0


@dataclass(frozen=True, slots=True)
class SpeechSummary:
    """What a speech cost and is; `subtitles` is a signed link to a JSON array, or None."""

    info: SpeechInfo
    trace_id: str | None
    subtitles: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class SpeechResult(SpeechSummary):
    """A speech in one piece: its bytes, or a signed link to them; neither where nothing came."""

    audio: bytes = field(default=b"", repr=False)
    url: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class SpeechEvent:
    """One event of a stream; the last one may carry the whole audio again."""

    audio: bytes = field(repr=False)
    is_last: bool
    summary: SpeechSummary


def result_in(answer: Answer) -> SpeechResult:
    """Read a whole answer.

    Raises:
        MiniMaxBadAnswer: its audio is neither hex nor a link.
    """
    summary = _summary_in(answer)
    text = _data_in(answer).get("audio")
    url = text if isinstance(text, str) and text.startswith(_LINKS) else None
    audio = b"" if url else _decoded(text, answer)
    return SpeechResult(summary.info, summary.trace_id, summary.subtitles, audio, url)


def event_in(answer: Answer) -> SpeechEvent:
    """Read one event.

    Raises:
        MiniMaxBadAnswer: its audio is not hex.
    """
    data = _data_in(answer)
    status = data.get("status")
    # Where there is no status, only the last event has the bill.
    is_last = status == _LAST if isinstance(status, int) else bool(answer.payload.get("extra_info"))
    return SpeechEvent(_decoded(data.get("audio"), answer), is_last, _summary_in(answer))


def _summary_in(answer: Answer) -> SpeechSummary:
    info = answer.payload.get("extra_info")
    subtitles = _data_in(answer).get("subtitle_file")
    return SpeechSummary(
        SpeechInfo.model_validate(info if isinstance(info, dict) else {}),
        answer.trace_id,
        subtitles if isinstance(subtitles, str) and subtitles else None,
    )


def _data_in(answer: Answer) -> dict[str, Any]:
    data = answer.payload.get("data")
    return data if isinstance(data, dict) else {}


def _decoded(text: object, answer: Answer) -> bytes:
    if not text:
        return b""
    try:
        return bytes.fromhex(text)  # type: ignore[arg-type]  # whatever came: the next line says so
    except (ValueError, TypeError):
        raise bad_answer("audio that is not hex", Endpoint.SPEECH, answer) from None
