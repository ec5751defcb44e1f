"""Which texts have a word that a server does not allow."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.word_rules import has_a_word, is_a_word

LETTERS = st.text("abcdefghijklmnopqrstuvwxyzäéдж", min_size=3, max_size=12)
SEPARATORS = st.sampled_from([" ", ".", "-", "_", " * ", "\n", ", "])


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Oh DARN!", "darn"),
        ("what a d a r n day", "darn"),
        ("d.a.r.n", "darn"),
        ("d_a_r_n", "Darn"),
        ("da\u200brn", "darn"),
        ("\uff44\uff41\uff52\uff4e it", "darn"),
        ("d\u0336a\u0336r\u0336n\u0336", "darn"),
        ("d<#0.1#>a<#1#>rn", "darn"),
        ("darn<#0.5#>it", "darn it"),
        ("oh, darn -- it", "Darn  it"),
        ("don\u2019t", "don't"),
        ("in der STRASSE", "straße"),
        ("你是坏蛋吗", "坏蛋"),
        ("คนเลวมาก", "เลว"),
        ("क्या नमस्ते जी", "नमस्ते"),
        ("42 is it", "42"),
    ],
)
def test_a_word_is_found_however_it_is_dressed(text: str, word: str) -> None:
    assert has_a_word(text, [word])
    assert has_a_word(text, ["other", word])


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("darned", "darn"),
        ("I adored", "ado"),
        ("darn that it", "darn it"),
        ("it, darn", "darn it"),
        ("a-d", "ad"),
        ("anything", "!!"),
        ("anything", ""),
        ("d a r n e d d a r", "darning"),
        ("hard arn", "darn"),
    ],
)
def test_what_only_resembles_a_word_is_not_it(text: str, word: str) -> None:
    assert not has_a_word(text, [word])


def test_without_words_nothing_is_found() -> None:
    assert not has_a_word("anything", [])


@pytest.mark.parametrize(("text", "is_one"), [("!?", False), ("\u200b", False), ("é", True)])
def test_what_could_never_be_found_is_no_word(text: str, *, is_one: bool) -> None:
    assert is_a_word(text) is is_one


@given(before=st.text(max_size=30), word=LETTERS, after=st.text(max_size=30))
def test_between_spaces_a_word_is_always_found(before: str, word: str, after: str) -> None:
    assert has_a_word(f"{before} {word} {after}", [word.upper()])


@given(word=LETTERS, separator=SEPARATORS)
def test_spelled_out_a_word_is_always_found(word: str, separator: str) -> None:
    assert has_a_word(separator.join(word), [word])


@given(text=st.text("0123456789 .,!-<#>", max_size=30), word=LETTERS)
def test_a_word_in_the_middle_of_another_is_not_found(text: str, word: str) -> None:
    assert not has_a_word(f"{text} 7{word}7 {text}", [word])


@given(text=st.text(max_size=60), words=st.lists(LETTERS, max_size=5))
def test_more_words_never_find_less(text: str, words: list[str]) -> None:
    assert has_a_word(text, words) == any(has_a_word(text, [word]) for word in words)
