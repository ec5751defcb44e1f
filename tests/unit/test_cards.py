"""The card at the end: its words in Discord's markup, and the buttons that can help."""

import pytest
from discord import ui

from bot.domain.errors import (
    ContentRefused,
    IdTaken,
    MemberError,
    MynaError,
    NoteMissing,
    NoteRefused,
    NotYours,
    ServiceBusy,
    ServiceDown,
    Unexpected,
)
from bot.domain.moderation import FlagKind
from bot.domain.outcomes import (
    CloneFailed,
    DeletionFailed,
    PostedAs,
    VoiceDeleted,
    VoiceHeld,
    VoiceReady,
)
from bot.domain.people import PersonId
from bot.domain.samples import Concern, NoteReport, Problem
from bot.domain.voices import UNUSED_LIFE, VoiceKey
from bot.frontends.discord.cards import card_text, card_view
from bot.frontends.discord.markup import quote
from bot.frontends.discord.views import Action, VoiceButton, buttons
from tests.fakes.orders import NOON, a_voice, an_order

LONGEST_KEY = VoiceKey("discord-" + "9" * 20)


def failed(error: MynaError, label: str = "Robin") -> CloneFailed:
    return CloneFailed(VoiceKey("discord-1"), PersonId("discord:1"), label, error, "r-1")


def actions(view: ui.View | None) -> list[Action]:
    found = [] if view is None else view.children
    return [button.action for button in found if isinstance(button, VoiceButton)]


@pytest.mark.parametrize(
    "error", [ServiceDown(reason=""), ServiceBusy(), IdTaken(), Unexpected(what="")]
)
async def test_trouble_that_may_pass_can_be_tried_again(error: MynaError) -> None:
    assert actions(card_view(failed(error))) == [Action.AGAIN]


@pytest.mark.parametrize("error", [NoteMissing(), NotYours(), ContentRefused()])
async def test_what_would_fail_again_is_not_offered_again(error: MynaError) -> None:
    assert actions(card_view(failed(error))) == []


@pytest.mark.parametrize("problem", list(Problem))
async def test_a_refused_note_offers_what_makes_a_sample_of_it(problem: Problem) -> None:
    offered = actions(card_view(failed(NoteRefused(report=NoteReport(problem=problem)))))

    if problem.another_note_helps:
        assert offered == [Action.ADD_NOTE]
    else:
        assert offered == ([Action.BEST_PART] if problem is Problem.TOO_LONG else [])


async def test_what_is_kept_can_be_deleted_and_what_is_gone_cannot() -> None:
    voice = a_voice(an_order())

    assert actions(card_view(VoiceReady(voice, PostedAs.BUBBLE))) == [Action.DELETE]
    assert actions(card_view(VoiceHeld(voice, FlagKind.OTHER))) == [Action.DELETE]
    failed = DeletionFailed(voice, ServiceDown("down"), "r")
    assert actions(card_view(failed)) == [Action.DELETE]
    assert card_view(VoiceDeleted(voice)) is None


@pytest.mark.parametrize("action", list(Action))
async def test_a_button_is_made_again_from_its_id(action: Action) -> None:
    [button] = buttons(LONGEST_KEY, action).children
    assert isinstance(button, VoiceButton)
    match = VoiceButton.__discord_ui_compiled_template__.fullmatch(button.custom_id)

    assert match is not None
    assert (Action(match["action"]), match["key"]) == (action, LONGEST_KEY)
    assert len(button.custom_id) <= 100


@pytest.mark.parametrize(
    "typed",
    [
        "@everyone",
        "<@123456789012345678>",
        "**loud**",
        "`code`",
        "||spoiler||",
        "# big",
        "[a](https://b.example)",
    ],
)
def test_what_people_typed_does_nothing_in_a_card(typed: str) -> None:
    text = card_text(failed(NoteMissing(), label=typed), NOON)

    assert f"**{typed}**" not in text
    assert "\n#" not in text


def test_a_quote_is_one_short_line() -> None:
    assert quote("a\n\nb") == "**a b**"
    assert len(quote("x" * 5000)) <= 110
    assert quote("") == '""'


@pytest.mark.parametrize("error", [NoteMissing(), MemberError()])
def test_a_card_fits_into_a_message(error: MynaError) -> None:
    assert len(card_text(failed(error, label="*" * 500), NOON)) <= 2000


def test_a_ready_card_fits_into_a_message_with_every_warning() -> None:
    voice = a_voice(an_order())
    concerns = tuple(Concern)
    for tags in (("x" * 40,) * 24, ("aa",) * 250):
        outcome = VoiceReady(voice, PostedAs.FILE, concerns, tags)

        assert len(card_text(outcome, NOON + UNUSED_LIFE)) <= 2000
