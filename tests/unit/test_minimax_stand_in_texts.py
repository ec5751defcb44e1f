"""What the MiniMax stand-in reads off a text."""

import pytest

from bot.sandbox.minimax.texts import (
    could_be_said,
    ends_with_punctuation,
    flag_type,
    invisible_ratio,
    usage_characters,
)


@pytest.mark.parametrize(
    ("text", "billed"),
    [("", 0), ("Hi, you!\n", 9), ("你好", 4), ("你好 Myna", 9), ("こんにちは", 5), ("𠮷", 2)],
)
def test_only_chinese_characters_are_billed_twice(text: str, billed: int) -> None:
    assert usage_characters(text) == billed


@pytest.mark.parametrize(
    ("text", "kind"),
    [("fine", 0), ("a badword-flagged b", 5), ("badword-flagged-7", 7), ("badword-flagged-8", 5)],
)
def test_a_trigger_word_names_its_type(text: str, kind: int) -> None:
    assert flag_type(text) == kind


@pytest.mark.parametrize(("text", "ratio"), [("", 0.0), ("a\nb", 0.0), ("ab\u200b\u200d", 0.5)])
def test_line_breaks_are_not_invisible_but_joiners_are(text: str, ratio: float) -> None:
    assert invisible_ratio(text) == ratio


@pytest.mark.parametrize("text", ["Yes.", "Really?!", 'He said "no."', "好。", "(Well.)", "Hm… "])
def test_a_transcript_that_ends_a_sentence_is_accepted(text: str) -> None:
    assert ends_with_punctuation(text)


@pytest.mark.parametrize("text", ["", "Yes", "(Well)", '"', "100%d"])
def test_a_transcript_without_a_last_mark_is_not(text: str) -> None:
    assert not ends_with_punctuation(text)


def test_a_transcript_must_fit_its_audio() -> None:
    assert could_be_said("x" * 240, 6.0)
    assert not could_be_said("x" * 241, 6.0)
