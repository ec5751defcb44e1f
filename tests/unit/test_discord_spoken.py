"""What is read out of a Discord message."""

import pytest

from bot.frontends.discord.spoken import Ids, Names, ids_in, spoken

LOUNGE = 123456789012345678
NAMES = Names(
    users={1: "Ada", 2: "the_real_Bob_"},
    roles={3: "Mods"},
    channels={4: "general", LOUNGE: "lounge"},
)


def said(text: str) -> str:
    return spoken(text, NAMES)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<@1> and <@!1>", "Ada and Ada"),
        ("<@2> wins", "the_real_Bob_ wins"),
        ("ask <@&3> in <#4> or <#123456789012345678>", "ask Mods in general or lounge"),
        ("<@9> and <@&9> in <#123456789012345679>", "someone and a role in a channel"),
        ("**<@1>**", "Ada"),
    ],
)
def test_mentions_become_names(text: str, words: str) -> None:
    assert said(text) == words


@pytest.mark.parametrize("text", ["<#1.5#>", "a <#5#> b", "<#5>", "<#abc#>", "<#1,5#>"])
def test_a_pause_is_no_channel_even_where_it_is_written_wrongly(text: str) -> None:
    assert said(text) == text


def test_a_name_cannot_smuggle_a_pause_in() -> None:
    assert spoken("hi <@1>", Names(users={1: "<#99#>"})) == "hi #99#"


def test_a_name_is_taken_for_no_markup() -> None:
    names = Names(users={1: "*", 2: "||x||", 3: "<@1>"})

    assert spoken("<@1>a<@1> <@2> <@3>", names) == "*a* ||x|| @1"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("hi <:wave:123> there", "hi there"),
        ("hi<a:party_time:123>there", "hi there"),
        ("*<:wave:123>*", ""),
        ("see <id:guide> and <id:linked-roles:123>", "see and"),
        ("<sound:0:1>", ""),
        (":wave: at ten:thirty:five", ":wave: at ten:thirty:five"),
    ],
)
def test_pictures_and_places_of_the_app_are_left_out(text: str, words: str) -> None:
    assert said(text) == words


def test_a_command_is_called_by_its_name() -> None:
    assert said("try </clone:123> or </voice list:5>") == "try /clone or /voice list"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<t:1700000000:R>", "14 November 2023"),
        ("<t:1700000000:D>", "14 November 2023"),
        ("<t:1700000000>", "14 November 2023, 22:13 UTC"),
        ("<t:1700000000:F>", "14 November 2023, 22:13 UTC"),
        ("<t:1700000000:t>", "22:13 UTC"),
        ("<t:-1:d>", "31 December 1969"),
        ("<t:999999999999999>", "some time"),
    ],
)
def test_a_moment_is_said_in_words(text: str, words: str) -> None:
    assert said(text) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("see https://www.Example.com/a_b_c?d=*e*", "see a link to example.com*"),
        ("(https://x.org).", "(a link to x.org)."),
        ("<https://x.org/a>, <http://y.org:80>", "a link to x.org, a link to y.org"),
        ("https://me:pw@x.org/", "a link to x.org"),
        ("**https://x.org/a_b**", "a link to x.org"),
        ("http://:80", "a link"),
        ("[my **page**](https://x.org/a_(b))", "my page"),
        ('[page](<https://x.org/a> "title")', "page"),
        ("[<@1>](https://x.org)", "Ada"),
        ("[no link] (at all)", "[no link] (at all)"),
    ],
)
def test_links_are_named_and_not_spelled(text: str, words: str) -> None:
    assert said(text) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("||he dies|| sad", "spoiler sad"),
        ("||a\nb|| and ||<@1>||", "spoiler and spoiler"),
        ("||https://x.org||", "spoiler"),
        ("a || b", "a || b"),
    ],
)
def test_a_spoiler_is_not_given_away(text: str, words: str) -> None:
    assert said(text) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("look:\n```py\nx = '||'\n\ny\n```", "look:\na block of code"),
        ("run `a_b *c*` now", "run a_b *c* now"),
        ("``d`e``", "d`e"),
        ("it`s", "it`s"),
    ],
)
def test_blocks_of_code_are_named_and_code_in_a_line_is_read(text: str, words: str) -> None:
    assert said(text) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("**bold** *it* _it_ __under__ ~~gone~~", "bold it it under gone"),
        ("***both*** and ___both___", "both and both"),
        ("**a *b* c**", "a b c"),
        ("*a **b** c*", "a b c"),
        ("un*believ*able", "unbelievable"),
        ("**two\nlines**", "two\nlines"),
        ("_snake_case_", "snake_case"),
    ],
)
def test_emphasis_is_taken_off(text: str, words: str) -> None:
    assert said(text) == words


@pytest.mark.parametrize(
    "text",
    [
        "snake_case_name and x__y__z",
        "1*2*3",
        "2 * 3 * 4",
        "2**3**4",
        "f*** and ****",
        "a ~ b",
        "*note",
        "#1 fan",
        "-5 degrees",
        "a > b",
        "3. third",
        "(laughs) well",
    ],
)
def test_what_only_resembles_markup_stays(text: str) -> None:
    assert said(text) == text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("# One\n### Three", "One\nThree"),
        ("-# small", "small"),
        ("> one\n>>> two\nthree", "one\ntwo\nthree"),
        ("- a\n  * b", "a\nb"),
        ("> - **x**", "x"),
    ],
)
def test_marks_at_the_start_of_a_line_are_taken_off(text: str, words: str) -> None:
    assert said(text) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (r"\*no\*", "*no*"),
        (r"¯\\\_(ツ)\_/¯", r"¯\_(ツ)_/¯"),
        (r"\||no\||", "||no||"),
        (r"C:\dir", r"C:\dir"),
    ],
)
def test_a_backslash_takes_a_mark_its_meaning(text: str, words: str) -> None:
    assert said(text) == words


def test_characters_for_private_use_cannot_stand_for_other_words() -> None:
    assert said("\U000f0000 <@1>") == "Ada"


def test_mentioned_ids_are_found_once_each_in_order() -> None:
    text = f"<@7> <@!1> <@7> <@&3> <#{LOUNGE}> <#1.5#> <t:5> <:x:6> @everyone"

    assert ids_in(text) == Ids(users=(7, 1), roles=(3,), channels=(LOUNGE,))
