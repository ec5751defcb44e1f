"""Every sentence is there, says what to do, and gives nothing away."""

from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain import errors
from bot.domain.errors import Banned, MynaError, OperatorError
from bot.domain.moderation import FlagKind
from bot.domain.outcomes import (
    CloneFailed,
    DeletionFailed,
    Outcome,
    PostedAs,
    Progress,
    Stage,
    VoiceDeleted,
    VoiceHeld,
    VoiceReady,
)
from bot.domain.people import PersonId
from bot.domain.samples import Concern, NoteReport, Problem
from bot.domain.speech import LANGUAGES, PREVIEW_TEXT_LIMIT
from bot.domain.voices import CloneOptions, Voice, VoiceKey, VoiceState
from bot.frontends import wording, wording_errors, wording_notes, wording_operator
from bot.frontends.wording_money import cost_text

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SECRET = "sk-secret-inside"
PLAIN = CloneOptions(text="Hi.", model="speech-2.8-hd")


def leaves(kind: type[MynaError] = MynaError) -> list[type[MynaError]]:
    below = kind.__subclasses__()
    return [leaf for each in below for leaf in leaves(each)] if below else [kind]


def made(kind: type[MynaError]) -> MynaError:
    examples: dict[Any, Any] = {
        int: 7,
        float: 1.5,
        str: SECRET,
        list[str]: ["alpha"],
        NoteReport: NoteReport(problem=Problem.TOO_SHORT, seconds=6.2),
        float | None: None,
        str | None: SECRET,
    }
    if kind is Banned:
        return Banned(until=NOW.isoformat())
    return kind(**{field.name: examples[field.type] for field in fields(kind)})  # type: ignore[arg-type]  # all are dataclasses


def voice(**changes: Any) -> Voice:
    values: dict[str, Any] = {
        "key": VoiceKey("discord-1"), "owner": PersonId("discord:2"), "label": "Robin",
        "voice_id": "v", "state": VoiceState.READY, "created_at": NOW, "options": PLAIN,
        "deadline": NOW + timedelta(hours=168), "charged_characters": 36,
    }  # fmt: skip
    return Voice(**(values | changes))


@pytest.mark.parametrize("kind", leaves(), ids=lambda kind: kind.__name__)
def test_every_error_has_a_sentence_of_its_own(kind: type[MynaError]) -> None:
    sentence = wording_errors.explain(made(kind))

    assert sentence.endswith((".", "!", "?"))
    assert "{" not in sentence
    if not issubclass(kind, OperatorError):
        assert sentence != wording_errors.explain(RuntimeError(SECRET))


@pytest.mark.parametrize(
    "error",
    [made(kind) for kind in leaves() if issubclass(kind, OperatorError)] + [RuntimeError(SECRET)],
    ids=lambda error: type(error).__name__,
)
def test_trouble_of_the_operator_is_apologised_for_with_a_reference_and_no_internals(
    error: BaseException,
) -> None:
    sentence = wording_errors.explain(error, reference="r-17")

    assert sentence.startswith("Sorry")
    assert "r-17" in sentence
    assert SECRET not in sentence


@pytest.mark.parametrize("kind", leaves(), ids=lambda kind: kind.__name__)
def test_the_operator_is_told_of_any_trouble(kind: type[MynaError]) -> None:
    assert wording_operator.trouble(made(kind))


def test_a_refused_account_is_told_with_its_code() -> None:
    error = errors.ServiceMisconfigured(code=2049, message="invalid api key")

    assert "2049" in wording_operator.trouble(error)


def test_a_member_is_not_bothered_with_references() -> None:
    assert "r-17" not in wording_errors.explain(errors.NoNote(), reference="r-17")


@pytest.mark.parametrize(
    "error",
    [
        errors.LabelTaken(label="@here"),
        errors.ModelUnknown(model="@here"),
        errors.LanguageUnknown(language="@here"),
        errors.InterjectionsUnsupported(tags=["@here"], model="speech-02-hd"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_people_typed_is_quoted_inside_a_sentence(error: MynaError) -> None:
    sentence = wording_errors.explain(error, quote=lambda text: text.replace("@", "[at]"))

    assert "[at]here" in sentence


@pytest.mark.parametrize("problem", list(Problem))
def test_every_problem_of_a_note_says_what_to_do(problem: Problem) -> None:
    sentence = wording_notes.advice(NoteReport(problem=problem, seconds=301.0))

    assert sentence.endswith(".")
    assert "{" not in sentence


@pytest.mark.parametrize("concern", list(Concern))
def test_every_concern_has_a_sentence(concern: Concern) -> None:
    assert wording_notes.advice(NoteReport(concerns=(concern,))) == wording_notes.concern(concern)


def test_a_short_note_is_told_how_short_and_that_another_one_helps() -> None:
    report = NoteReport(problem=Problem.TOO_SHORT, seconds=6.2)

    assert wording_notes.advice(report) == (
        "6.2 s of audio; MiniMax needs 10. Send another note and I will join them."
    )


def test_a_note_that_barely_misses_never_reads_as_long_enough() -> None:
    report = NoteReport(problem=Problem.TOO_SHORT, seconds=9.98)

    assert wording_notes.advice(report).startswith("9.9 s")


def test_a_note_right_at_the_limit_is_not_told_that_it_is_long_enough() -> None:
    report = NoteReport(problem=Problem.TOO_SHORT, seconds=10.1)

    assert "MiniMax needs 10 and a bit." in wording_notes.advice(report)


def test_a_note_that_was_not_heard_to_its_end_is_not_given_a_length() -> None:
    report = NoteReport(problem=Problem.MUCH_TOO_LONG, seconds=1800.01)

    assert wording_notes.advice(report).startswith("This note is longer than the 30 minutes")


def test_of_several_notes_the_bad_one_is_named() -> None:
    assert wording_notes.advice(NoteReport(problem=Problem.EMPTY, note=2)).startswith("Note 2: ")


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.2, "0 s"), (42, "42 s"), (300, "5 min"), (301, "5 min 1 s")]
)
def test_lengths_are_said_as_people_say_them(seconds: float, said: str) -> None:
    assert wording_notes.duration(seconds) == said


@pytest.mark.parametrize(
    ("characters", "spent", "said"),
    [
        (36, 3_600, "36 characters, $0.0036"),
        (1, 100, "1 character, $0.00010"),
        (1000, 60_000, "1000 characters, $0.060"),
        (5000, 500_000, "5000 characters, $0.50"),
        (0, 0, "0 characters, $0"),
    ],
)
def test_a_cost_names_characters_and_how_much_money(characters: int, spent: int, said: str) -> None:
    assert cost_text(spent, characters) == said


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (timedelta(hours=168), "7 days"),
        (timedelta(days=1), "1 day"),
        (timedelta(hours=3), "less than a day"),
    ],
)
def test_a_voice_says_how_long_it_is_kept_unused(left: timedelta, said: str) -> None:
    assert f"expires in {said} (on " in wording.expiry(voice(deadline=NOW + left), NOW)


@pytest.mark.parametrize("late", [timedelta(0), timedelta(days=3)])
def test_a_deadline_that_has_passed_is_not_told_as_one_to_come(late: timedelta) -> None:
    said = wording.expiry(voice(deadline=NOW - late), NOW)

    assert "probably deleted" in said
    assert "expires" not in said


def test_the_ready_card_says_name_cost_and_deadline() -> None:
    text = wording.card(VoiceReady(voice(), PostedAs.BUBBLE, cost=3_600), now=NOW)

    assert text.splitlines() == [
        "Robin is ready.",
        "Cost: 36 characters, $0.0036.",
        "Unless it says something new, it expires in 7 days (on 30 November).",
    ]


@pytest.mark.parametrize(
    ("posted", "said"), [(PostedAs.FILE, "audio file"), (PostedAs.NOTHING, "could not show")]
)
def test_the_ready_card_never_claims_a_bubble_that_is_not_there(
    posted: PostedAs, said: str
) -> None:
    assert said in wording.card(VoiceReady(voice(), posted), now=NOW)


def test_the_ready_card_warns_of_a_poor_note_and_of_unknown_tags() -> None:
    outcome = VoiceReady(voice(), PostedAs.BUBBLE, (Concern.NOISY,), ("giggle",))
    text = wording.card(outcome, now=NOW)

    assert wording_notes.concern(Concern.NOISY) in text
    assert "(giggle)" in text


@pytest.mark.parametrize("kind", list(FlagKind))
def test_a_held_voice_is_told_without_saying_of_what_it_is_suspected(kind: FlagKind) -> None:
    text = wording.card(VoiceHeld(voice(), kind), now=NOW)

    assert "on hold" in text
    assert kind.name.casefold() not in text.casefold()
    assert "nobody can speak with it" in text
    assert "A moderator will look at it" in text


@pytest.mark.parametrize(
    "outcome",
    [
        VoiceReady(voice(), PostedAs.BUBBLE),
        VoiceHeld(voice(), FlagKind.OTHER),
        VoiceDeleted(voice()),
        DeletionFailed(voice(), errors.ServiceDown("down"), "r"),
        CloneFailed(VoiceKey("k"), PersonId("p"), "Robin", errors.NoteMissing(), "r"),
    ],
    ids=lambda outcome: type(outcome).__name__,
)
def test_every_outcome_quotes_the_label(outcome: Outcome) -> None:
    assert "<<Robin>>" in wording.card(outcome, now=NOW, quote=lambda text: f"<<{text}>>")


@pytest.mark.parametrize("stage", list(Stage))
def test_the_progress_bar_fills_one_cell_a_stage(stage: Stage) -> None:
    text = wording.progress_text(Progress("Robin", stage))

    assert text.count("▰") == stage.value
    assert text.count("▰") + text.count("▱") == 5


@pytest.mark.parametrize(
    ("language", "locale", "starts"),
    [
        ("German", "fr", "Hallo"),
        (None, "fr", "Bonjour"),
        ("auto", "pt-BR", "Olá"),
        (None, "zh-TW", "你好"),
        (None, "xx", "Hi"),
        ("Thai", "de", "Hi"),
    ],
)
def test_a_voice_greets_in_the_language_chosen_or_the_members_own(
    language: str | None, locale: str, starts: str
) -> None:
    assert wording.greeting(language, locale).startswith(starts)


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_no_greeting_costs_more_than_a_few_characters(language: str) -> None:
    assert 1 <= len(wording.greeting(language, "en")) <= 60 < PREVIEW_TEXT_LIMIT


def test_missing_rights_are_named_and_a_place_without_rights_too() -> None:
    named = wording_errors.explain(errors.CannotPost(missing=["Attach Files"]))

    assert "Attach Files" in named
    assert "server" in wording_errors.explain(errors.CannotPost(missing=[]))
