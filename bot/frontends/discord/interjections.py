"""Offer the sounds that a model can make, while a member types what a voice is to say."""

from typing import Final

from bot.domain.speech import INTERJECTIONS, MODELS, supports_interjections

CHOICE_LIMIT: Final = 100
"""Characters of a suggestion (Discord, application command option choice)."""


def completions(typed: str, model: str) -> list[str]:
    """Return the text as typed, or with each sound that a bracket left open may become.

    Nothing is offered that Discord could not show, and no sound that `model` would read out.
    """
    text, opened, begun = typed.rpartition("(")
    if not opened or ")" in begun:
        offered = [typed] if typed.strip() else []
    elif model in MODELS and supports_interjections(model):
        fitting = (tag for tag in INTERJECTIONS if tag.startswith(begun.strip().casefold()))
        offered = [f"{text}({tag})" for tag in fitting]
    else:
        offered = []
    return [each for each in offered if len(each) <= CHOICE_LIMIT]
