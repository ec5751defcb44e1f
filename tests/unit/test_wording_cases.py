"""What moderators read fits into what Discord takes, whatever people wrote."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.audit import Act, AuditEntry
from bot.domain.moderation import (
    REASON_LIMIT,
    About,
    Case,
    CaseKey,
    CaseReport,
    CaseState,
    FlagKind,
    Origin,
)
from bot.domain.people import Address, PersonId, ServerId
from bot.frontends import wording_cases as words
from bot.frontends.discord.case_views import MARKUP
from bot.frontends.discord.letters import mark_of
from tests.fakes.orders import NOON

MESSAGE = 2000
"""Characters of a message (Discord, create message)."""
EMBED = 4096
"""Characters of an embed's description (Discord, embed limits)."""
ID = "1" * 19
PERSON = PersonId(f"discord:{ID}")
PLAIN = "plain words of no interest " * 30
NASTY = [
    "*",
    "_",
    "> ",
    "@everyone ",
    "[a](b) ",
    "||",
    "https://a_b_c.d/ ",
    "`",
    "\\",
    "<@1> ",
    "x",
]


def a_case(text: str, state: CaseState) -> Case:
    """Return the longest case that there can be, with such words in it."""
    said = (text * REASON_LIMIT)[:REASON_LIMIT]
    return Case(
        key=CaseKey(f"reported-discord-{ID}"),
        origin=Origin.REPORTED,
        about=About.VOICE,
        subject=f"discord-{ID}",
        person=PERSON,
        kind=FlagKind.TERROR_VIOLENCE,
        text=text * 1000,
        opened_at=NOON,
        owner=PERSON,
        server=ServerId(f"discord:{ID}"),
        label=(text * 32)[:32],
        address=Address("discord", f"{ID}:{ID}:{ID}"),
        reporter=PERSON,
        report=said,
        state=state,
        taken_by=PERSON,
        taken_at=NOON,
        decided_by=PERSON,
        decided_at=NOON,
        reason=said,
        banned_until=NOON + timedelta(days=30),
        appeal=said,
        appealed_at=NOON,
    )


@pytest.mark.parametrize("state", CaseState)
@pytest.mark.parametrize("text", [PLAIN, *NASTY])
def test_a_card_fits_into_a_message_whatever_people_wrote(text: str, state: CaseState) -> None:
    case = a_case(text, state)
    earlier = tuple([replace(case, origin=Origin.FLAGGED, state=CaseState.APPROVED)] * 5)
    evidence = ("preview", *(f"preview {number}" for number in range(2, 10)), "sample")

    card = words.case_text(CaseReport(case, earlier, evidence), MARKUP)

    assert len(f"{card}\n{mark_of('x' * 25)}") <= MESSAGE


@pytest.mark.parametrize("text", [PLAIN, *NASTY])
def test_a_list_fits_into_a_message(text: str) -> None:
    case = replace(a_case(text, CaseState.APPROVED), origin=Origin.FLAGGED)

    assert len(words.list_text([case] * 10, MARKUP)) <= MESSAGE


@pytest.mark.parametrize("text", [PLAIN, *NASTY])
def test_the_log_shows_as_many_of_the_newest_lines_as_fit_into_an_embed(text: str) -> None:
    said = (text * REASON_LIMIT)[:REASON_LIMIT]
    entry = AuditEntry(
        NOON, ServerId("discord:1"), PERSON, Act.BANNED, f"reported-discord-{ID}", said, said
    )

    shown = words.log_text([entry] * 15, MARKUP)

    assert 0 < len(shown) <= EMBED
    assert shown.startswith(words.entry_text(entry, MARKUP))
