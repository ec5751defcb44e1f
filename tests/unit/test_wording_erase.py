"""What people read before and after an erasure says all of it, and fits into a message."""

import pytest

from bot.domain.erasure import Erased, Erasure, ErasureKey, ErasureState, Left, Receipt, Refused
from bot.domain.outcomes import DataErased
from bot.domain.voices import LABEL_LIMIT, VoiceKey
from bot.frontends import wording_erase as words
from bot.frontends.discord.asking import mention
from bot.frontends.discord.markup import mention_of, quote
from tests.fakes.orders import ADA, NOON

MESSAGE_LIMIT = 2000
REFUSED = Refused(VoiceKey("discord-1"), "W" * LABEL_LIMIT, "abcdefgh")


def receipt_text(receipt: Receipt, *, is_rest: bool = False) -> str:
    return words.erased_text(DataErased(receipt, is_rest=is_rest), quote)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "You have no voice to delete"),
        (1, "Your one voice is deleted"),
        (7, "Your 7 voices are deleted"),
    ],
)
def test_the_question_says_how_many_voices_go(number: int, said: str) -> None:
    question = words.question(number)

    assert said in question
    assert "cannot be undone" in question
    assert "/mydata export" in question
    assert len(f"{words.PENDING}\n\n{question}") < MESSAGE_LIMIT


def test_the_longest_receipt_fits_into_a_message() -> None:
    receipt = Receipt(dict.fromkeys(Erased, 99_999), dict.fromkeys(Left, 99_999), (REFUSED,) * 40)

    text = receipt_text(receipt)

    assert len(text) < MESSAGE_LIMIT
    assert text.count("reference: abcdefgh") == 10
    assert "and 30 more" in text


def test_a_receipt_counts_and_leaves_out_what_there_was_none_of() -> None:
    text = receipt_text(Receipt({Erased.VOICES: 1, Erased.TEXTS: 2}, {Left.CHARGES: 1}))

    assert "**Deleted**: 1 voice, 2 texts that you had spoken." in text
    assert "1 charge, as bookkeeping." in text
    assert "Discord id" not in text
    assert "Not deleted yet" not in text


def test_what_is_kept_with_the_person_is_said() -> None:
    text = receipt_text(Receipt(left={Left.BANS: 2, Left.BUDGETS: 2, Left.NEVER_CLONED: 1}))

    assert "there was nothing to delete" in text
    assert "**Kept with your Discord id**: 2 bans, to protect the server; how much" in text
    assert "until a week after their day or month; your wish" in text


def test_at_last_they_hear_that_the_rest_is_gone() -> None:
    assert "has deleted the voices that were left" in receipt_text(Receipt(), is_rest=True)


def test_how_far_it_is() -> None:
    erasure = Erasure(ErasureKey("discord-1"), ADA, ADA, NOON)
    assert words.standing_text(erasure, quote) == words.RUNNING

    untold = Erasure(ErasureKey("discord-1"), ADA, ADA, NOON, ErasureState.UNTOLD)
    assert "is erased" in words.standing_text(untold, quote)


def test_whose_data_was_erased_has_no_name_any_more() -> None:
    for name in ("erased:00ff", "erased:1234567890123456"):
        assert mention(name) == words.SOMEBODY
        assert mention_of("person", name) == words.SOMEBODY
    assert mention("discord:1") == "<@1>"
