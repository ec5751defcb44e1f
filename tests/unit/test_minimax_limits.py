"""MiniMax's limits, and that Myna's core knows the same ones."""

import pytest

from bot.domain import samples, speech, speeches
from bot.minimax import limits, speech_models


@pytest.mark.parametrize(
    "voice_id",
    ["MiniMax001", "a-_bcde1", "A1234567", "x" * 255 + "1", "Guild42-alice-9f3c1a"],
    ids=lambda voice_id: voice_id[:24],
)
def test_an_id_within_the_grammar_is_accepted(voice_id: str) -> None:
    assert limits.check_voice_id(voice_id) == voice_id


@pytest.mark.parametrize(
    "voice_id",
    [
        "",
        "Short12",
        "x" * 256 + "1",
        "1startswithdigit",
        "_underscore1",
        "endsdash1-",
        "endsunder1_",
        "has space1",
        "Ünïcode12",
        "nodigitsatall",
        "new\nline12",
        "endsline1\n",
        "fullwidth\uff11\uff12",
    ],
    ids=lambda voice_id: repr(voice_id[:24]),
)
def test_an_id_outside_the_grammar_is_refused(voice_id: str) -> None:
    with pytest.raises(ValueError, match="a voice id"):
        limits.check_voice_id(voice_id)


@pytest.mark.parametrize("text", ["So.", "これです。", "ही है।", "Said “so.”", 'Said "so."', "so, "])
def test_a_transcript_with_punctuation_at_its_end_is_accepted(text: str) -> None:
    assert limits.check_prompt_text(text) == text


@pytest.mark.parametrize("text", ["So", "", "  ", "So. And", "so +"])
def test_a_transcript_without_punctuation_at_its_end_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="punctuation"):
        limits.check_prompt_text(text)


@pytest.mark.parametrize(
    ("filename", "content_type"),
    [("a.mp3", "audio/mpeg"), ("a.m4a", "audio/mp4"), ("a.b.WAV", "audio/wav")],
)
def test_an_uploads_content_type_follows_its_name(filename: str, content_type: str) -> None:
    assert limits.content_type_of(filename) == content_type


def test_the_core_offers_what_the_client_sends() -> None:
    assert tuple(speech.MODELS) == limits.MODELS
    assert tuple(speech.LANGUAGES) == limits.LANGUAGES


def test_the_core_counts_as_the_client_does() -> None:
    assert speech.PREVIEW_TEXT_LIMIT == limits.TEXT_LIMIT
    assert speech.TRANSCRIPT_LIMIT == limits.TRANSCRIPT_LIMIT
    assert samples.SAMPLE_MAX_BYTES <= limits.UPLOAD_MAX_BYTES
    assert speeches.SHORT_TEXT_LIMIT == limits.SPEECH_TEXT_LIMIT


def test_the_core_speaks_in_the_manners_that_the_client_sends() -> None:
    assert tuple(speeches.Emotion) == speech_models.EMOTIONS
    assert tuple(speeches.Effect) == speech_models.SOUND_EFFECTS


@pytest.mark.parametrize(
    ("filename", "content_type"), [("book.txt", "text/plain"), ("book.ZIP", "application/zip")]
)
def test_a_long_text_is_uploaded_as_text(filename: str, content_type: str) -> None:
    assert limits.content_type_of(filename, limits.TEXT_TYPES) == content_type
    with pytest.raises(ValueError, match=r"named \*\.mp3, \*\.m4a or \*\.wav"):
        limits.content_type_of(filename)
