"""What becomes of a text before it is spoken."""

import pytest

from bot.domain.errors import PauseInvalid
from bot.domain.texts import (
    check_pauses,
    clean,
    expected_seconds,
    has_anything_to_say,
    is_too_short,
    split,
)

# --- cleaning


@pytest.mark.parametrize(
    "emoji",
    [
        "😀",
        "👍🏽",
        "👨\u200d👩\u200d👧\u200d👦",
        "🏳\ufe0f\u200d🌈",
        "🇩🇪",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "1\ufe0f\u20e3",
        "#\u20e3",
        "❤\ufe0f",
        "☎",
        "⌚",
        "⬅\ufe0f",
        "↔\ufe0f",
        "\u2139\ufe0f",
        "㊗\ufe0f",
        "🅰",
        "👍😀🎉",
        "\u2764\ufe0e",
        "👍\u0301",
    ],
)
def test_emoji_are_not_spoken(emoji: str) -> None:
    assert clean(f"Hi {emoji} you") == "Hi you"
    assert clean(emoji) == ""


@pytest.mark.parametrize(
    "text",
    [
        "0 1 9 # *",
        "© ® ™",
        "€ $ £ ₿",
        "2 + 2 = 4 ≠ 5 \u00d7 ÷ √ ∞ ↔ →",
        "¡Hola! „Ja“ — «oui»",
        "C♯ B♭",
        "21 °C",
        "① ❶ \u2768a\u2769",
        "<#1.5#> (laughs)",
        "क्\u200dष",
        "สวัสดี",
        "نمی\u200cشود",
        "한국어 日本語 中文",
    ],
)
def test_letters_numbers_and_signs_stay(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("He\u200bllo\ufeff \u202eyou\u202c", "Hello you"),
        ("a\ue000b\x00c\ud800d", "abcd"),
        ("e\u0301", "\u00e9"),
        ("5\ufe0f", "5"),
        ("a \t\u00a0\u3000 b", "a b"),
        ("\u3164 \u2800", ""),
        ("a \r\n b\rc\u2028d", "a\nb\nc\nd"),
        ("a\n \n\n\nb\n\n", "a\n\nb"),
        ("good👍morning", "good morning"),
        ("good👍!", "good!"),
        ("  ", ""),
    ],
)
def test_what_nobody_hears_is_dropped(text: str, left: str) -> None:
    assert clean(text) == left


@pytest.mark.parametrize("text", ["a", "7", "…é", "ั ส", "一", "a <#1#> b", "(no tag)"])
def test_a_letter_or_digit_can_be_said(text: str) -> None:
    assert has_anything_to_say(text)


@pytest.mark.parametrize("text", ["", "?!…", "<#1.5#>", "(laughs)", "(laughs) <#2#> (sighs)!", "*"])
def test_marks_and_markup_alone_are_nothing_to_say(text: str) -> None:
    assert not has_anything_to_say(text)


# --- pauses


@pytest.mark.parametrize(
    "text",
    [
        "no pause",
        "a<#1#>b",
        "a <#0.01#> b <#99.99#> c",
        "a.<#0.5#>\n(laughs)",
        "一<#2.50#>二",
        "a < b # c #> d <3",
    ],
)
def test_a_pause_between_two_things_heard_is_fine(text: str) -> None:
    check_pauses(text)


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("<#1#> a", "<#1#>"),
        ("a <#1#>", "<#1#>"),
        ("a <#1#><#2#> b", "<#2#>"),
        ("a <#1#> … <#2#> b", "<#2#>"),
        ("a <#1#> !", "<#1#>"),
        ("a <#0#> b", "<#0#>"),
        ("a <#0.00#> b", "<#0.00#>"),
        ("a <#100#> b", "<#100#>"),
        ("a <#1.234#> b", "<#1.234#>"),
        ("a <#1,5#> b", "<#1,5#>"),
        ("a <#.5#> b", "<#.5#>"),
        ("a <#-1#> b", "<#-1#>"),
        ("a <#abc#> b", "<#abc#>"),
        ("a <# 1 #> b", "<# 1 #>"),
        ("a <#٣#> b", "<#٣#>"),
        ("a <#1> b", "<#1>"),
        ("a <#2 then b", "<#2"),
        ("a <#2", "<#2"),
        ("a <#1#> b <#", "<#"),
    ],
)
def test_any_other_pause_is_refused_as_it_was_written(text: str, markup: str) -> None:
    with pytest.raises(PauseInvalid) as refused:
        check_pauses(text)

    assert refused.value.markup == markup


# --- cutting


@pytest.mark.parametrize(
    ("text", "limit", "pieces"),
    [
        ("short", 10, ["short"]),
        ("  short \n", 5, ["short"]),
        ("", 5, []),
        (" <#1#> ", 2, []),
        ("One. Two.\n\nThree is longer.", 20, ["One. Two.", "Three is longer."]),
        ("One, two. Three, four.", 16, ["One, two.", "Three, four."]),
        ("One. Two. Six. Ten.", 9, ["One. Two.", "Six. Ten."]),
        ("He said “Yes!” and left", 17, ["He said “Yes!”", "and left"]),
        ("one two\nthree four", 14, ["one two", "three four"]),
        ("one two, three four", 15, ["one two,", "three four"]),
        ("pi is 3.14159 exactly", 15, ["pi is 3.14159", "exactly"]),
        ("今天很好。「明天」呢\uff1f好的", 8, ["今天很好。", "「明天」呢\uff1f好的"]),
        ("今天很好\uff0c明天也很好", 8, ["今天很好\uff0c", "明天也很好"]),
        ("यह है। वह है।", 8, ["यह है।", "वह है।"]),
        ("one two three", 7, ["one two", "three"]),
        ("abcdefgh", 3, ["abc", "def", "gh"]),
    ],
)
def test_a_text_is_cut_at_the_best_place_in_reach(text: str, limit: int, pieces: list[str]) -> None:
    assert split(text, limit) == pieces


def test_a_short_heading_does_not_get_a_piece_to_itself() -> None:
    assert split("Ha.\n\n" + "So it is. " * 5, 40)[0] == "Ha.\n\nSo it is. So it is. So it is."


@pytest.mark.parametrize(
    ("text", "limit", "pieces"),
    [
        ("One. <#1#> Two.", 10, ["One.", "Two."]),
        ("One.<#1#>Two.", 10, ["One.", "Two."]),
        ("abcdefgh<#1.5#>ijklmnop", 10, ["abcdefgh", "ijklmnop"]),
        ("a <#1#> b. c d e f", 12, ["a <#1#> b.", "c d e f"]),
        ("<#1#> a b <#2#>", 5, ["a b"]),
        ("好。<#1#>好。", 4, ["好。", "好。"]),
    ],
)
def test_a_pause_at_a_cut_is_dropped_and_any_other_kept(
    text: str, limit: int, pieces: list[str]
) -> None:
    assert split(text, limit) == pieces


@pytest.mark.parametrize(
    ("text", "limit", "pieces"),
    [
        ("abcdefg(laughs)hij", 10, ["abcdefg", "(laughs)hi", "j"]),
        ("abcdefg(laughs)\u0301hij", 15, ["abcdefg", "(laughs)\u0301hij"]),
        ("abe\u0323\u0301cd", 4, ["ab", "e\u0323\u0301c", "d"]),
        ("ab\u200dcd", 2, ["a", "b\u200d", "cd"]),
        ("कक्षक", 3, ["क", "क्ष", "क"]),
    ],
)
def test_what_belongs_together_is_not_cut(text: str, limit: int, pieces: list[str]) -> None:
    assert split(text, limit) == pieces


def test_what_is_longer_than_a_piece_is_cut_all_the_same() -> None:
    assert split("(laughs)", 5) == ["(laug", "hs)"]
    assert split("a" + "\u0301" * 4, 3) == ["a\u0301\u0301", "\u0301\u0301"]


def test_a_piece_has_room_for_a_character() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        split("a", 0)


# --- the sound


def test_the_broken_answer_known_from_the_field_is_noticed() -> None:
    text = ("This is a sentence of the length that came back as nearly no sound at all. " * 2)[:88]

    assert is_too_short(0.2, text, 1.0)
    assert not is_too_short(5.9, text, 1.0)


def test_no_voice_speaks_faster_than_forty_letters_a_second() -> None:
    assert expected_seconds("ab" * 40, 1.0) == pytest.approx(2.0)
    assert expected_seconds("ab" * 40, 2.0) == pytest.approx(1.0)
    assert expected_seconds("ab" * 40, 0.5) == pytest.approx(4.0)


def test_an_east_asian_character_takes_longer_than_a_letter() -> None:
    assert expected_seconds("今天" * 8, 1.0) == pytest.approx(1.0)


def test_a_pause_takes_its_seconds() -> None:
    assert expected_seconds("ab<#1.5#>cd<#0.25#>ef", 1.0) == pytest.approx(1.75 + 6 / 40)


def test_a_pause_may_shrink_with_the_speed() -> None:
    assert not is_too_short(5.2, "Hello <#10#> world", 2.0)
    assert is_too_short(5.2, "Hello <#10#> world", 1.0)
    assert is_too_short(5.2, "Hello <#10#> world", 0.5)


def test_marks_markup_and_drawn_out_letters_take_no_time_of_their_own() -> None:
    assert expected_seconds("(laughs) ...!?", 1.0) == 0
    assert expected_seconds("n" + "o" * 200, 1.0) == expected_seconds("noo", 1.0)


def test_silence_is_always_too_short_and_any_sound_enough_for_a_word() -> None:
    assert is_too_short(0.0, "Hi", 1.0)
    assert not is_too_short(0.01, "Hi", 1.0)
    assert not is_too_short(0.01, "(laughs)", 1.0)
