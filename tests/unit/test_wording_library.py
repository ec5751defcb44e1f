"""What a person reads of their voices: true, and never longer than a message may be."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.people import PersonId, server_on
from bot.domain.sharing import Grant, Use, of_server
from bot.domain.speeches import VoiceChoice
from bot.domain.voices import LABEL_LIMIT, Voice, VoiceKey, VoiceState
from bot.frontends import wording_library as words
from bot.frontends.discord.library_views import PAGE, SHARED
from bot.frontends.discord.markup import quote
from bot.services.choosing import Chosen
from bot.services.library import USES_SHOWN, Entry, Page
from tests.fakes.orders import NOON, a_voice, an_order

MESSAGE_MAX = 2000
"""Characters of a message (Discord, message resource)."""

OPTION_MAX = 100
"""Characters of an option and of its description (Discord, component reference)."""

LONGEST = "*" * (LABEL_LIMIT - 1) + "a"
"""No label is longer once its markup is made harmless."""

LATEST = NOON.replace(month=9, day=30)
"""The moment that takes most letters."""

VERSIONS_SHOWN = 25
"""Options of a menu (Discord, component reference)."""


def name(_: PersonId) -> str:
    return f"<@{10**19 - 1}>"


def a_voice_in(state: VoiceState, label: str = "Me") -> Voice:
    order = an_order(label=label)
    made = a_voice(order, now=LATEST - timedelta(days=6, hours=20))
    return replace(made, state=state, deadline=LATEST + timedelta(hours=4))


def an_entry(voice: Voice, *, is_default: bool = False) -> Entry:
    return Entry(voice, 1_234_567, 99_999_990_000, 1234, is_default=is_default)


def every_voice(label: str) -> list[Voice]:
    """Return a voice of each kind that a list may show."""
    kinds = [a_voice_in(state, label) for state in VoiceState]
    proposed = replace(a_voice_in(VoiceState.READY, label), replaces=VoiceKey("discord-9"))
    run_out = [
        replace(each, deadline=LATEST)
        for each in (*kinds, proposed)
        if each.state in {VoiceState.READY, VoiceState.RETIRED}
    ]
    return [*kinds, proposed, *run_out]


def a_page(entries: list[Entry], shared: list[Voice], default: Chosen | None = None) -> Page:
    return Page(
        entries=entries,
        number=0,
        is_last=False,
        default=default,
        is_default_gone=default is None,
        shared=shared,
        are_more_shared=True,
    )


def text_of(page: Page) -> str:
    return words.list_text(page, now=LATEST, quote=quote, name=name)


@pytest.mark.parametrize("voice", every_voice(LONGEST), ids=lambda voice: str(voice.state))
def test_a_full_list_of_the_longest_names_is_one_message(voice: Voice) -> None:
    others = [an_entry(voice)] * (PAGE - 1)
    shared = [a_voice_in(VoiceState.READY, LONGEST)] * SHARED
    default = Chosen(VoiceChoice(key=voice.key), "id", LONGEST, None, voice)

    for shown in (
        a_page([an_entry(voice, is_default=True), *others], shared),
        a_page([an_entry(voice), *others], shared, default),
    ):
        assert len(text_of(shown)) <= MESSAGE_MAX


@pytest.mark.parametrize("voice", every_voice(LONGEST), ids=lambda voice: str(voice.state))
def test_versions_uses_and_grants_of_the_longest_names_are_one_message(voice: Voice) -> None:
    use = Use(PersonId("discord:1"), LATEST, 50_000)
    grant = Grant(voice.key, of_server(server_on("discord", 1)), LATEST, LATEST)

    def scope(_: object) -> str:
        return max(words.EVERYBODY_ELSEWHERE, words.A_ROLE, key=len)

    for text in (
        words.history_text([voice] * VERSIONS_SHOWN, now=LATEST, quote=quote),
        words.uses_text(voice, [use] * USES_SHOWN, quote=quote, name=name),
        words.grants_text(voice, [grant] * VERSIONS_SHOWN, quote=quote, scope=scope),
        words.detail_text(an_entry(voice, is_default=True), now=LATEST, quote=quote),
    ):
        assert len(text) <= MESSAGE_MAX
    assert len(words.option_text(an_entry(voice), now=LATEST)) <= OPTION_MAX
    assert len(words.version_option(voice, now=LATEST)) <= OPTION_MAX


def test_the_default_of_others_stands_at_the_top_and_their_voices_below() -> None:
    mine, theirs = a_voice_in(VoiceState.READY), a_voice_in(VoiceState.READY, "Theirs")
    shared = Chosen(VoiceChoice(key=theirs.key), "id", "Theirs", None, theirs)
    stock = Chosen(VoiceChoice(stock="Lady"), "Lady", "Lady", None)

    lines = text_of(a_page([an_entry(mine)], [theirs], shared)).splitlines()

    assert lines[0] == "Your default voice is **Theirs**, shared with you."
    assert lines[1].startswith("• **Me** can speak")
    assert lines[-3:] == [
        words.SHARED_HERE,
        f"• **Theirs** by {name(theirs.owner)}",
        words.MORE_SHARED,
    ]
    top = text_of(a_page([an_entry(mine)], [], stock)).splitlines()[0]
    assert top == "Your default voice is **Lady**, a stock voice."
    gone = text_of(a_page([an_entry(mine)], [])).splitlines()[0]
    assert gone == words.DEFAULT_GONE


@pytest.mark.parametrize("state", [VoiceState.READY, VoiceState.RETIRED], ids=str)
def test_a_voice_that_nobody_used_in_time_is_probably_deleted_and_has_no_days_left(
    state: VoiceState,
) -> None:
    entry = an_entry(a_voice_in(state))
    deadline = entry.voice.deadline
    assert deadline is not None

    def said(now: object) -> list[str]:
        at = LATEST if now is None else deadline
        page = replace(a_page([entry], []), is_default_gone=False, are_more_shared=False)
        return [
            words.list_text(page, now=at, quote=quote, name=name),
            words.detail_text(entry, now=at, quote=quote),
            words.option_text(entry, now=at),
        ]

    for text in said(None):
        assert "probably deleted" not in text
        assert "less than a day" in text
    for text in said(deadline):
        assert "probably deleted" in text
        assert "expires" not in text
        assert "day" not in text.replace("day,", "")
    assert "Clone it again" in said(deadline)[1]


def test_a_voice_that_was_used_never_runs_out() -> None:
    voice = replace(a_voice_in(VoiceState.READY), used_at=LATEST)

    text = words.detail_text(an_entry(voice), now=LATEST + timedelta(days=99), quote=quote)

    assert "can speak" in text
    assert "deleted" not in text


def test_a_held_voice_is_told_truthfully() -> None:
    text = words.detail_text(an_entry(a_voice_in(VoiceState.HELD)), now=LATEST, quote=quote)

    assert "cannot be used" in text
    assert "Whoever runs me can look at it" in text
    assert "moderator" not in text


@pytest.mark.parametrize(
    ("voice", "said"),
    [
        (a_voice_in(VoiceState.READY), "“Play it here” and “Keep it” post in this channel"),
        (
            replace(a_voice_in(VoiceState.READY), used_at=LATEST),
            "“Play it here” posts in this channel",
        ),
    ],
    ids=["unused", "used"],
)
def test_what_is_posted_for_all_to_hear_is_said_before(voice: Voice, said: str) -> None:
    assert said in words.detail_text(an_entry(voice), now=LATEST, quote=quote)


@pytest.mark.parametrize("state", [each for each in VoiceState if each is not VoiceState.READY])
def test_what_cannot_speak_promises_no_post(state: VoiceState) -> None:
    voice = a_voice_in(state)

    assert "Play it" not in words.detail_text(an_entry(voice), now=LATEST, quote=quote)
