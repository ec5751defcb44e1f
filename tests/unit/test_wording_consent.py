"""What is asked and told around consent: with the longest names too it fits into a message."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.consent import Answer, ConsentRequest, Permission, Proof, RequestState
from bot.domain.errors import NoteRefused, NotTheSentence
from bot.domain.money import Microdollars, Quote
from bot.domain.outcomes import ConsentAnswered, ConsentAsked, ConsentUsed, RecordingFailed
from bot.domain.people import PersonId, ServerId
from bot.domain.samples import NoteReport, Problem
from bot.domain.speech import PREVIEW_TEXT_LIMIT, TRANSCRIPT_LIMIT
from bot.domain.voices import LABEL_LIMIT, VoiceKey
from bot.frontends import wording_consent as words
from bot.frontends import wording_spoken as spoken_words
from bot.frontends.discord.asking import mention
from bot.frontends.discord.markup import quote
from bot.services.consenting import Overview
from tests.fakes.orders import ADDRESS, NOON, a_consent, a_voice, an_order

MESSAGE_MAX = 2000
NUMBER = "9" * 20
OWNER, ASKER = PersonId(f"discord:{NUMBER}"), PersonId(f"discord:8{NUMBER[1:]}")
REQUEST = ConsentRequest(
    key=VoiceKey("discord-1"),
    asker=ASKER,
    owner=OWNER,
    server=ServerId(f"discord:{NUMBER}"),
    label="*" * LABEL_LIMIT,
    text="_" * PREVIEW_TEXT_LIMIT,
    source=f"https://discord.com/channels/{NUMBER}/{NUMBER}/{NUMBER}",
    address=ADDRESS,
    asked_at=NOON,
)


@pytest.mark.parametrize("kind", [ConsentAsked, ConsentAnswered, ConsentUsed])
@pytest.mark.parametrize("state", RequestState)
def test_every_notice_fits_into_a_message(
    kind: type[ConsentAsked | ConsentAnswered | ConsentUsed], state: RequestState
) -> None:
    told = words.notice_text(kind(replace(REQUEST, state=state)), quote, mention)

    assert len(told) < MESSAGE_MAX - 100  # the mark, and a mention before it
    assert quote(REQUEST.label) in told


def test_an_owner_is_told_who_asks_for_which_note_and_what_it_would_say() -> None:
    request = replace(REQUEST, label="Robin", text="Hello there.")

    told = words.asked_text(request, quote, mention)

    for part in (mention(ASKER), REQUEST.source or "", "**Robin**", "Hello there", "72 hours"):
        assert part in told


SPEAKING = replace(REQUEST, state=RequestState.SPEAKING, sentence="w" * TRANSCRIPT_LIMIT)


@pytest.mark.parametrize("request_", [SPEAKING, replace(SPEAKING, asker=OWNER)])
def test_what_is_said_of_a_sentence_fits_into_a_message(request_: ConsentRequest) -> None:
    error = NotTheSentence()
    price = Quote(PREVIEW_TEXT_LIMIT, "speech-2.8-hd", Microdollars(100_000))

    for told in (
        spoken_words.own_text(request_, price, quote, mention),
        spoken_words.failed_text(
            RecordingFailed(request_, error, "r-1", again=True), quote, mention
        ),
        spoken_words.failed_text(
            RecordingFailed(request_, error, "r-1", again=False), quote, mention
        ),
        spoken_words.taken_text(request_, quote, mention),
    ):
        assert len(told) < MESSAGE_MAX - 100
        assert quote(REQUEST.label) in told
    assert f"> {request_.sentence}" in spoken_words.to_speak_text(request_, quote, mention)


@pytest.mark.parametrize(
    ("problem", "advice"),
    [
        (Problem.TOO_SHORT, "more slowly"),
        (Problem.TOO_LITTLE_SPEECH, "more slowly"),
        (Problem.TOO_LONG, "nothing else"),
        (Problem.SILENT, "microphone"),
    ],
)
def test_of_a_recording_no_second_note_is_asked_for(problem: Problem, advice: str) -> None:
    report = NoteReport(container="ogg", codec="opus", seconds=4.0, problem=problem)

    told = spoken_words.reason_text(NoteRefused(report), reference="r-1", quote=quote)

    assert advice in told
    assert "join" not in told


def test_the_list_shows_ones_own_sentence_once_more() -> None:
    own = replace(SPEAKING, asker=OWNER)
    overview = Overview([own, *[SPEAKING] * 9], [SPEAKING] * 3, [], is_never_cloned=False)

    told = words.overview_text(overview, NOON, quote, mention)

    assert len(told) <= MESSAGE_MAX
    assert told.count(f"> {own.sentence}") == 1


@pytest.mark.parametrize("answer", Answer)
def test_after_each_answer_its_asker_is_named(answer: Answer) -> None:
    assert mention(ASKER) in words.said_text(answer, REQUEST, quote, mention)


def test_the_longest_list_fits_into_a_message_and_counts_what_it_leaves_out() -> None:
    permission = Permission(OWNER, ASKER, ServerId("discord:1"), NOON)
    order = an_order("discord-1", label="W" * LABEL_LIMIT)
    given = replace(a_consent(order), asker=ASKER, proof=Proof.SPOKEN)
    overview = Overview(
        *([REQUEST] * 9, [REQUEST] * 3, [permission] * 7),
        is_never_cloned=True,
        given=[(given, a_voice(order))] * 5,
    )

    told = words.overview_text(overview, NOON + timedelta(hours=71.9), quote, mention)

    assert len(told) <= MESSAGE_MAX
    assert "1 h left" in told
    assert f"for {mention(ASKER)}, you recorded the sentence on" in told
    assert ("and 4 more" in told, "and 2 more" in told) == (True, True)
