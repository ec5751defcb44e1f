"""The service's own voices: a name and a language read off ids that follow no written rule."""

import re
from typing import Final

from bot.domain.speech import AUTO, LANGUAGES
from bot.domain.speeches import StockVoice

_BY_NAME: Final = {
    **{name.casefold(): name for name in LANGUAGES if name != AUTO},
    **{language.label.casefold(): name for name, language in LANGUAGES.items()},
    "mandarin": "Chinese",
    "cantonese": "Chinese,Yue",
}

_FIRST_WORD: Final = re.compile(r"[^\W\d_]+")
_CAPITAL_INSIDE: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


def stock_voice(voice_id: str, voice_name: str) -> StockVoice:
    """Return the voice with what its id and name give away; `voice_name` may be empty."""
    prefix, _, rest = voice_id.partition("_")
    of_prefix = _language_named(prefix)
    name = voice_name.strip() or _readable(rest if of_prefix and rest else voice_id)
    return StockVoice(
        voice_id=voice_id, name=name, language=of_prefix or _language_named(voice_name)
    )


def _language_named(text: str) -> str | None:
    """Return the language that `text` is, or begins with."""
    whole = text.strip().casefold()
    first = _FIRST_WORD.match(whole)
    return _BY_NAME.get(whole) or (_BY_NAME.get(first.group()) if first else None)


def _readable(identifier: str) -> str:
    spaced = _CAPITAL_INSIDE.sub(" ", identifier.replace("_", " ").replace("-", " "))
    return " ".join(spaced.split())
