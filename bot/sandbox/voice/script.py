"""What of a preview text the English-only speech model can read aloud."""

import re
import unicodedata

STOCK_SENTENCE = (
    "This sandbox voice reads English only. Your text would be spoken here in its own language."
)

_PAUSE = re.compile(r"<#\d+(?:\.\d+)?#>")
_INTERJECTION = re.compile(
    r"\((?:laughs|chuckle|coughs|clear-throat|groans|breath|pant|inhale|exhale|gasps|sniffs|sighs|"
    r"snorts|burps|lip-smacking|humming|hissing|emm|whistles|sneezes|crying|applause)\)"
)
_READABLE_SHARE = 0.5


def without_markup(text: str) -> str:
    """Turn pause markers into commas and drop interjections (the 22 of the "Voice Clone" page)."""
    return _INTERJECTION.sub("", _PAUSE.sub(",", text))


def is_readable(text: str) -> bool:
    """Say whether at least half of the letters are Latin; a text of digits alone is readable."""
    letters = [character for character in text if character.isalpha()]
    if not letters:
        return any(character.isdigit() for character in text)
    latin = sum(unicodedata.name(letter, "").startswith("LATIN") for letter in letters)
    return latin >= _READABLE_SHARE * len(letters)
