"""The rules for what can be said with a voice."""

import pytest

from bot.domain import speech
from bot.domain.speeches import Emotion

LOCALES_WITH_A_LANGUAGE = {
    "id": "Indonesian",
    "da": "Danish",
    "de": "German",
    "en-GB": "English",
    "en-US": "English",
    "es-ES": "Spanish",
    "es-419": "Spanish",
    "fr": "French",
    "hr": "Croatian",
    "it": "Italian",
    "hu": "Hungarian",
    "nl": "Dutch",
    "no": "Norwegian",
    "pl": "Polish",
    "pt-BR": "Portuguese",
    "ro": "Romanian",
    "fi": "Finnish",
    "sv-SE": "Swedish",
    "vi": "Vietnamese",
    "tr": "Turkish",
    "cs": "Czech",
    "el": "Greek",
    "bg": "Bulgarian",
    "ru": "Russian",
    "uk": "Ukrainian",
    "hi": "Hindi",
    "th": "Thai",
    "zh-CN": "Chinese",
    "ja": "Japanese",
    "zh-TW": "Chinese",
    "ko": "Korean",
    "zh-HK": "Chinese,Yue",
    "nn_NO": "Nynorsk",
    "PT-br": "Portuguese",
}


@pytest.mark.parametrize(("locale", "name"), LOCALES_WITH_A_LANGUAGE.items())
def test_a_members_locale_names_their_language(locale: str, name: str) -> None:
    language = speech.language_for_locale(locale)

    assert language is not None
    assert language.name == name


@pytest.mark.parametrize("locale", ["lt", "tlh", "", "auto"])
def test_a_locale_the_service_does_not_speak_has_no_language(locale: str) -> None:
    assert speech.language_for_locale(locale) is None


def test_no_locale_names_two_languages() -> None:
    tags = [tag for language in speech.LANGUAGES.values() for tag in language.tags]

    assert len(tags) == len(set(tags))


def test_every_language_has_its_own_label() -> None:
    labels = {language.label for language in speech.LANGUAGES.values()}

    assert len(labels) == len(speech.LANGUAGES) == 41


@pytest.mark.parametrize("model", speech.MODELS)
def test_only_the_2_8_models_speak_interjections(model: str) -> None:
    assert speech.supports_interjections(model) == model.startswith("speech-2.8-")


@pytest.mark.parametrize("language", ["Persian", "Filipino", "Tamil"])
@pytest.mark.parametrize("model", speech.MODELS)
def test_some_languages_need_a_model_of_the_newer_families(model: str, language: str) -> None:
    assert speech.supports_language(model, language) == model.startswith("speech-2.")


@pytest.mark.parametrize("emotion", Emotion)
@pytest.mark.parametrize("model", speech.MODELS)
def test_only_the_2_6_models_whisper_and_speak_fluently(model: str, emotion: Emotion) -> None:
    special = emotion in {Emotion.WHISPER, Emotion.FLUENT}

    assert speech.supports_emotion(model, emotion) == (
        not special or model.startswith("speech-2.6-")
    )


def test_every_model_takes_a_common_language_and_detection() -> None:
    for model in speech.MODELS:
        assert speech.supports_language(model, "English")
        assert speech.supports_language(model, speech.AUTO)
        assert not speech.supports_language(model, "Klingon")


@pytest.mark.parametrize(
    ("text", "known", "unknown"),
    [
        ("Hello(breath), you (laughs).", ("breath", "laughs"), ()),
        ("(laughs) twice (laughs)", ("laughs",), ()),
        ("Well (giggles) then", (), ("giggles",)),
        ("Well (Laughs) then", (), ("Laughs",)),
        ("(clear throat) and (clear-throat)", ("clear-throat",), ("clear throat",)),
        ("\uff08laughs\uff09", (), ("laughs",)),
        ("He said (as one does) nothing, (chu3)(li3).", (), ()),
        ("((laughs)) and ( and ) and ()", ("laughs",), ()),
        ("( laughs )", (), (" laughs ",)),
        ("", (), ()),
    ],
)
def test_tags_in_a_text_are_told_from_ordinary_brackets(
    text: str, known: tuple[str, ...], unknown: tuple[str, ...]
) -> None:
    assert speech.interjections_in(text) == (known, unknown)


@pytest.mark.parametrize(
    "text",
    [
        "This is how I talk.",
        "Really?  ",
        "Wow!",
        "Well…",
        "你好。",
        "本当\uff01",
        "नमस्ते।",
        "مرحبا؟",
        "شکریہ\u06d4",
        "Բարեւ\u0589",
        "ሰላም።",
        "សួស្តី។",
        "မင်္ဂလာပါ။",
        "She said “yes.”",
        "(It was so.)",
        "„Ja!“",
    ],
)
def test_a_transcript_may_end_in_any_scripts_punctuation(text: str) -> None:
    assert speech.ends_with_punctuation(text)


@pytest.mark.parametrize(
    "text", ["This is how I talk", "so,", "", "   ", "¿", "wow \u2757", '"yes"', "1", "\n"]
)
def test_a_transcript_without_an_end_is_noticed(text: str) -> None:
    assert not speech.ends_with_punctuation(text)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("He\u200bllo\ufeff", "Hello"),
        ("\u2764\ufe0f love", "\u2764 love"),
        ("\U0001f468\u200d\U0001f469", "\U0001f468\U0001f469"),
        ("line\none\ttab", "line\none\ttab"),
        ("क्\u200dष", "क्\u200dष"),
        ("\u200cend\u200d", "end"),
        ("a\x00b", "ab"),
        ("a\u200d\ufe0f!", "a!"),
    ],
)
def test_characters_nobody_sees_are_dropped_unless_spelling_needs_them(
    text: str, seen: str
) -> None:
    assert speech.without_invisible(text) == seen
