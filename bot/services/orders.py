"""What an order to clone must be like, before anything is kept, fetched or spent."""

from dataclasses import replace
from datetime import datetime

from bot.domain.errors import (
    AccuracyInvalid,
    ConsentMissing,
    InterjectionsUnsupported,
    LanguageUnknown,
    LanguageUnsupported,
    ModelUnknown,
    NoNote,
    NoteTooBig,
    PromptIncomplete,
    PromptTextInvalid,
    TextInvalid,
    TooManyNotes,
    ValidationTextInvalid,
)
from bot.domain.samples import NOTE_MAX_BYTES, NOTES_MAX
from bot.domain.speech import (
    LANGUAGES,
    MODELS,
    PREVIEW_TEXT_LIMIT,
    TRANSCRIPT_LIMIT,
    ends_with_punctuation,
    interjections_in,
    supports_interjections,
    supports_language,
    without_invisible,
)
from bot.domain.voices import CloneOptions, CloneOrder, Voice, VoiceState, clean_label
from bot.ports import VoiceIds


def voice_of(order: CloneOrder, state: VoiceState, *, voice_ids: VoiceIds, now: datetime) -> Voice:
    """Return the voice that an order would make."""
    return Voice(
        key=order.key,
        owner=order.owner,
        label=order.label,
        voice_id=voice_ids(order.key, 1),
        state=state,
        created_at=now,
        options=order.options,
        asker=order.asker,
    )


def checked(order: CloneOrder) -> CloneOrder:
    """Return the order with label and text cleaned.

    Raises:
        MemberError: the first thing that the member must change.
    """
    if not order.consent:
        raise ConsentMissing
    label = clean_label(order.label)
    _check_notes(order)
    options = _checked_options(order.options)
    if (order.prompt is None) != (options.prompt_text is None):
        raise PromptIncomplete
    return replace(order, label=label, options=options)


def _check_notes(order: CloneOrder) -> None:
    if not order.notes:
        raise NoNote
    if len(order.notes) > NOTES_MAX:
        raise TooManyNotes(limit=NOTES_MAX)
    for note in (*order.notes, *([order.prompt] if order.prompt else [])):
        if note.bytes > NOTE_MAX_BYTES:
            raise NoteTooBig(bytes=note.bytes, limit=NOTE_MAX_BYTES)


def _checked_options(options: CloneOptions) -> CloneOptions:
    if options.model not in MODELS:
        raise ModelUnknown(model=options.model)
    _check_language(options.model, options.language)
    text = without_invisible(options.text).strip()
    if not 1 <= len(text) <= PREVIEW_TEXT_LIMIT:
        raise TextInvalid(length=len(text), limit=PREVIEW_TEXT_LIMIT)
    tags, _ = interjections_in(text)
    if tags and not supports_interjections(options.model):
        raise InterjectionsUnsupported(tags=list(tags), model=options.model)
    transcript = (options.prompt_text or "").strip() or None
    if transcript is not None and not ends_with_punctuation(transcript):
        raise PromptTextInvalid
    expected = (options.text_validation or "").strip() or None
    if expected is not None and len(expected) > TRANSCRIPT_LIMIT:
        raise ValidationTextInvalid(length=len(expected), limit=TRANSCRIPT_LIMIT)
    if options.accuracy is not None and not 0 <= options.accuracy <= 1:
        raise AccuracyInvalid(accuracy=options.accuracy)
    return replace(options, text=text, prompt_text=transcript, text_validation=expected)


def _check_language(model: str, language: str | None) -> None:
    if language is None:
        return
    if language not in LANGUAGES:
        raise LanguageUnknown(language=language)
    if not supports_language(model, language):
        raise LanguageUnsupported(language=language, model=model)
