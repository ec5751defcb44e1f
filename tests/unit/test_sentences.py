"""The sentence that owners record: whatever the names and the day, it can be spoken and fits."""

import unicodedata
from datetime import date
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.sentence_words import TONGUES, Tongue
from bot.domain.sentences import NAME_LIMIT, WORDS_MIN, sentence, speakable
from bot.domain.speech import LANGUAGES, TRANSCRIPT_LIMIT
from bot.frontends import wording

SETTINGS = settings(max_examples=400, deadline=None, derandomize=True, database=None)
SHORTEST = {"Japanese": 75, "Korean": 75, "Chinese": 60, "Chinese,Yue": 60}
"""Characters below which a quick speaker takes less than ten seconds; 130 for alphabets."""

MARKUP = set('*_~`|<>@#[](){}\\/"\n\r\t')
BOLD = "\U0001d4d0\U0001d4ed\U0001d4ea"
ODD_NAMES = [
    "", " ", "😀", "❤\ufe0f", "**bold**", "<@123>", "@everyone", "[a](https://b.test)", "`x`",
    "\u3164", "\ud800", "a" * 200, "Ada\u0301\u0301\u0301\u0301\u0301", "\u202eevil", BOLD,
    "O'Neill-Smith", "--'", "{date}", "{0}", "عبد الله", "मीरा", "花子", "\ufdfa" * 9, "\u0301",
    "Ⅷ",
]  # fmt: skip

names = st.one_of(st.sampled_from(ODD_NAMES), st.text(max_size=40), st.text("aäß ", max_size=60))
tongues = st.sampled_from(sorted(TONGUES))
seeds = st.integers(0, 2**32)
days = st.dates(date(2026, 1, 1), date(2099, 12, 31))


def locale_of(language: str) -> str:
    """Return the first locale of a language."""
    return LANGUAGES[language].tags[0]


def dated(day: date, tongue: Tongue) -> str:
    """Return a day as a sentence has to name it."""
    month = tongue.months.split()[day.month - 1] if tongue.months else str(day.month)
    return tongue.date.format(day=day.day, month=month, year=day.year)


@SETTINGS
@given(language=tongues, day=days, owner=names, asker=st.one_of(st.none(), names), seed=seeds)
def test_it_names_day_and_people_fits_and_has_no_markup(
    language: str, day: date, owner: str, asker: str | None, seed: int
) -> None:
    tongue, chance = TONGUES[language], Random(seed)  # noqa: S311  repeatable
    made = sentence(locale=locale_of(language), day=day, owner=owner, asker=asker, chance=chance)

    assert SHORTEST.get(language, 130) <= len(made) <= TRANSCRIPT_LIMIT
    assert dated(day, tongue) in made
    assert speakable(owner, otherwise=tongue.nobody) in made
    if asker is not None:
        assert speakable(asker, otherwise=tongue.nobody) in made
    assert not MARKUP.intersection(made)
    assert sum(word in made for word in tongue.words.split()) >= WORDS_MIN


@SETTINGS
@given(name=names)
def test_of_a_name_only_what_can_be_spoken_is_left(name: str) -> None:
    left = speakable(name, otherwise="somebody")

    assert 1 <= len(left) <= NAME_LIMIT
    assert all(unicodedata.category(each)[0] in "LM" or each.isdecimal() or each in "'- "
               for each in left)  # fmt: skip
    assert unicodedata.category(left[0])[0] in "LN"
    assert speakable(left, otherwise="nothing") == left


@pytest.mark.parametrize(
    ("name", "spoken"),
    [
        ("**Ada** Lovelace 😀", "Ada Lovelace"),
        (BOLD, "Ada"),
        ("O'Neill-Smith", "O'Neill-Smith"),
        ("मीरा", "मीरा"),
        ("Zoe\u0308", "Zoë"),
        ("<@&123456>", "123456"),
        ("😀😀", "somebody"),
        ("\u3164\ufe0f", "somebody"),
        ("Maximilian Alexander von Hohenheim", "Maximilian Alexander"),
    ],
)
def test_names_are_read_as_people_read_them(name: str, spoken: str) -> None:
    assert speakable(name, otherwise="somebody") == spoken


def test_two_sentences_of_one_moment_share_too_little_to_pass_for_each_other() -> None:
    chance = Random(7)  # noqa: S311  repeatable
    day = date(2027, 3, 5)
    made = [
        sentence(locale="en", day=day, owner="Ada", asker="Bob", chance=chance) for _ in range(50)
    ]

    drawn = [frozenset(each.partition(": ")[2].rstrip(".").split(", ")) for each in made]

    assert len(set(made)) == len(made)
    assert max(len(a & b) / len(a) for a in drawn for b in drawn if a is not b) < 0.7


@pytest.mark.parametrize("locale", ["xx", "en-GB", "sv-SE", ""])
def test_a_language_without_words_is_english(locale: str) -> None:
    made = sentence(
        locale=locale,
        day=date(2027, 3, 5),
        owner="Ada",
        asker=None,
        chance=Random(1),  # noqa: S311  repeatable
    )

    assert made.startswith("Today is 5 March 2027, I am Ada")


def test_every_language_that_is_greeted_in_has_its_words() -> None:
    assert set(TONGUES) >= set(wording._GREETINGS)
    assert all(name in LANGUAGES for name in TONGUES)


@pytest.mark.parametrize("language", sorted(TONGUES))
def test_words_are_many_and_different(language: str) -> None:
    words = TONGUES[language].words.split()

    assert len(set(words)) == len(words) >= 50
    assert len(TONGUES[language].months.split()) in {0, 12}
