"""What may be spoken, and how: the checks of a text and its settings, before any money."""

from dataclasses import replace
from typing import Final

from bot.domain.errors import (
    EmotionUnsupported,
    InterjectionsUnsupported,
    LanguageUnknown,
    LanguageUnsupported,
    ModelUnknown,
    NothingToSay,
    SettingInvalid,
    SpeechTooLong,
)
from bot.domain.speech import (
    LANGUAGES,
    MODELS,
    interjections_in,
    supports_emotion,
    supports_interjections,
    supports_language,
)
from bot.domain.speeches import (
    BUBBLE_CHARACTERS,
    PITCH_MOST,
    SHORT_TEXT_LIMIT,
    SPEED_LEAST,
    SPEED_MOST,
    SpeechOrder,
    SpeechSettings,
)
from bot.domain.texts import check_pauses, clean, has_anything_to_say, split

_VOLUME_MOST: Final = 10.0


def checked(order: SpeechOrder, *, limit: int) -> SpeechOrder:
    """Return the order with its text cleaned. `limit` is the most characters of a text.

    Raises:
        MemberError: the first thing that the member must change.
    """
    text = clean(order.text)
    if not has_anything_to_say(text):
        raise NothingToSay
    if len(text) > limit:
        raise SpeechTooLong(length=len(text), limit=limit)
    check_pauses(text)
    check_settings(order.settings)
    tags, _ = interjections_in(text)
    if tags and not supports_interjections(order.settings.model):
        raise InterjectionsUnsupported(tags=list(tags), model=order.settings.model)
    return replace(order, text=text)


def check_settings(settings: SpeechSettings) -> None:
    """Check what was chosen beside the text.

    Raises:
        MemberError: the first setting that the service would refuse.
    """
    model, language, emotion = settings.model, settings.language, settings.emotion
    if model not in MODELS:
        raise ModelUnknown(model=model)
    if language is not None and language not in LANGUAGES:
        raise LanguageUnknown(language=language)
    if language is not None and not supports_language(model, language):
        raise LanguageUnsupported(language=language, model=model)
    if emotion is not None and not supports_emotion(model, emotion):
        raise EmotionUnsupported(emotion=emotion, model=model)
    if not SPEED_LEAST <= settings.speed <= SPEED_MOST:
        allowed = f"{SPEED_LEAST:g} to {SPEED_MOST:g}"
        raise SettingInvalid(name="speed", value=f"{settings.speed:g}", allowed=allowed)
    if not -PITCH_MOST <= settings.pitch <= PITCH_MOST:
        allowed = f"{-PITCH_MOST} to {PITCH_MOST}"
        raise SettingInvalid(name="pitch", value=str(settings.pitch), allowed=allowed)
    if not 0 < settings.volume <= _VOLUME_MOST:
        allowed = f"above 0, up to {_VOLUME_MOST:g}"
        raise SettingInvalid(name="volume", value=f"{settings.volume:g}", allowed=allowed)


def is_recording(text: str) -> bool:
    """Say whether the text is too long to be spoken bubble by bubble."""
    return len(text) >= SHORT_TEXT_LIMIT


def parts_of(text: str) -> list[str]:
    """Return what is spoken with one call each: the bubbles' texts, or the whole of a recording."""
    if is_recording(text):
        return [text]
    parts = split(text, BUBBLE_CHARACTERS)
    # A row of dots alone would be a call that is paid and comes back silent.
    return [part for part in parts if has_anything_to_say(part) or interjections_in(part)[0]]
