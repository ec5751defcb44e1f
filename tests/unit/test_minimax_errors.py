"""The table of MiniMax's codes, and what each becomes to Myna."""

import pytest

from bot.domain import errors as ours
from bot.minimax.errors import (
    EXCEPTIONS,
    UNKNOWN,
    VERDICTS,
    Endpoint,
    MiniMaxBadAnswer,
    MiniMaxDownloadError,
    MiniMaxLinkExpired,
    MiniMaxRefusal,
    MiniMaxUnreachable,
    Retry,
    Who,
    verdict_for,
)
from bot.minimax.our_errors import our_error

# Read from the provider's pages, independently of the table: code, who can act, retry.
DOCUMENTED = {
    1000: (Who.TIME, Retry.ONCE),
    1001: (Who.TIME, Retry.BACKOFF),
    1002: (Who.TIME, Retry.AFTER_MINUTE),
    1004: (Who.OPERATOR, Retry.NEVER),
    1008: (Who.OPERATOR, Retry.NEVER),
    1013: (Who.TIME, Retry.BACKOFF),
    1024: (Who.TIME, Retry.BACKOFF),
    1026: (Who.POLICY, Retry.NEVER),
    1027: (Who.POLICY, Retry.NEVER),
    1033: (Who.TIME, Retry.BACKOFF),
    1039: (Who.TIME, Retry.AFTER_MINUTE),
    1041: (Who.OPERATOR, Retry.BACKOFF),
    1042: (Who.MEMBER, Retry.NEVER),
    1043: (Who.MEMBER, Retry.NEVER),
    1044: (Who.MEMBER, Retry.NEVER),
    2013: (Who.REGISTER, Retry.NEVER),
    20132: (Who.REGISTER, Retry.NEVER),
    2037: (Who.MEMBER, Retry.NEVER),
    2038: (Who.OPERATOR, Retry.NEVER),
    2039: (Who.REGISTER, Retry.NEVER),
    2042: (Who.REGISTER, Retry.NEVER),
    2045: (Who.OPERATOR, Retry.BACKOFF),
    2048: (Who.MEMBER, Retry.NEVER),
    2049: (Who.OPERATOR, Retry.NEVER),
    2054: (Who.REGISTER, Retry.NEVER),
    2056: (Who.OPERATOR, Retry.NEVER),
    2061: (Who.OPERATOR, Retry.NEVER),
    2201: (Who.TIME, Retry.BACKOFF),
    2202: (Who.REGISTER, Retry.NEVER),
    2203: (Who.REGISTER, Retry.NEVER),
    2204: (Who.REGISTER, Retry.NEVER),
    2205: (Who.TIME, Retry.AFTER_MINUTE),
}

OURS: dict[int, type[ours.MynaError]] = {
    1000: ours.SampleRejected,
    1001: ours.ServiceDown,
    1002: ours.ServiceBusy,
    1004: ours.ServiceMisconfigured,
    1008: ours.ServiceMisconfigured,
    1013: ours.ServiceDown,
    1024: ours.ServiceDown,
    1026: ours.ContentRefused,
    1027: ours.ContentRefused,
    1033: ours.ServiceDown,
    1039: ours.ServiceBusy,
    1041: ours.ServiceDown,
    1042: ours.TextHasInvisibleCharacters,
    1043: ours.TranscriptMismatch,
    1044: ours.PromptMismatch,
    2013: ours.Unexpected,
    20132: ours.SampleRejected,
    2037: ours.SampleRejected,
    2038: ours.ServiceMisconfigured,
    2039: ours.IdTaken,
    2042: ours.VoiceLost,
    2045: ours.ServiceDown,
    2048: ours.PromptTooLong,
    2049: ours.ServiceMisconfigured,
    2054: ours.VoiceLost,
    2056: ours.ServiceMisconfigured,
    2061: ours.ServiceMisconfigured,
    2201: ours.ServiceDown,
    2202: ours.Unexpected,
    2203: ours.Unexpected,
    2204: ours.Unexpected,
    2205: ours.ServiceBusy,
}
NEVER_RETRIED = (ours.MemberError, ours.PolicyError, ours.OperatorError)


def refusal(
    code: int, endpoint: Endpoint = Endpoint.CLONE, message: str = "said so"
) -> MiniMaxRefusal:
    return MiniMaxRefusal(
        message, endpoint=endpoint, http_status=200, code=code, trace_id="04b2", retry_after=None
    )


def test_the_table_has_every_documented_code_and_no_other() -> None:
    assert {code: (verdict.who, verdict.retry) for code, verdict in VERDICTS.items()} == DOCUMENTED


@pytest.mark.parametrize("code", VERDICTS)
def test_each_code_becomes_our_error(code: int) -> None:
    error = our_error(refusal(code))

    assert type(error) is OURS[code]


@pytest.mark.parametrize("endpoint", Endpoint)
@pytest.mark.parametrize("code", VERDICTS)
def test_a_code_is_retried_only_if_the_table_says_so(code: int, endpoint: Endpoint) -> None:
    verdict = verdict_for(code, endpoint)
    error = our_error(refusal(code, endpoint))

    assert isinstance(error, ours.TemporaryError) == (verdict.retry is not Retry.NEVER)
    assert isinstance(error, NEVER_RETRIED) == (verdict.retry is Retry.NEVER)


@pytest.mark.parametrize("code", [-7, 7, 429, 500, 1028, 1030, 2040, 9999, 20130])
def test_an_unknown_code_goes_to_the_operator_and_is_not_repeated(code: int) -> None:
    error = our_error(refusal(code))

    assert verdict_for(code, Endpoint.CLONE) is UNKNOWN
    assert isinstance(error, ours.Unexpected)
    assert str(code) in error.what
    assert error.reference == "04b2"


def test_an_unknown_error_of_a_clone_is_the_members_file() -> None:
    of_clone = our_error(refusal(1000, Endpoint.CLONE))
    of_upload = our_error(refusal(1000, Endpoint.UPLOAD))

    assert isinstance(of_clone, ours.SampleRejected)
    assert (of_clone.reason, of_clone.reference) == ("unreadable", "04b2")
    assert isinstance(of_upload, ours.ServiceDown)


def test_only_a_clone_and_speech_make_exceptions() -> None:
    assert set(EXCEPTIONS) == {
        (Endpoint.CLONE, 1000),
        (Endpoint.CLONE, 20132),
        (Endpoint.SPEECH, 20132),
        (Endpoint.LONG_SPEECH, 20132),
    }


def test_an_unknown_error_of_speech_is_worth_one_more_try() -> None:
    assert verdict_for(1000, Endpoint.SPEECH).retry is Retry.ONCE
    assert isinstance(our_error(refusal(1000, Endpoint.SPEECH)), ours.ServiceDown)


@pytest.mark.parametrize("endpoint", [Endpoint.SPEECH, Endpoint.LONG_SPEECH])
@pytest.mark.parametrize("code", [2042, 2054, 20132])
def test_a_voice_that_cannot_speak_is_lost(endpoint: Endpoint, code: int) -> None:
    assert isinstance(our_error(refusal(code, endpoint)), ours.VoiceLost)


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("voice duration too short", "too short"),
        ("voice duration too long", "too long"),
        ("voice duration", "wrong length"),
    ],
)
def test_a_length_the_service_refuses_says_which_way(message: str, reason: str) -> None:
    error = our_error(refusal(2037, message=message))

    assert isinstance(error, ours.SampleRejected)
    assert error.reason == reason


def test_trouble_with_the_account_keeps_code_and_message_for_the_operator() -> None:
    error = our_error(refusal(2049, Endpoint.GET_VOICE, "invalid api key"))

    assert isinstance(error, ours.ServiceMisconfigured)
    assert (error.code, error.message, error.reference) == (2049, "invalid api key", "04b2")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (200, ours.ServiceDown),
        (302, ours.Unexpected),
        (400, ours.Unexpected),
        (401, ours.ServiceMisconfigured),
        (403, ours.ServiceMisconfigured),
        (404, ours.Unexpected),
        (429, ours.ServiceBusy),
        (500, ours.ServiceDown),
        (502, ours.ServiceDown),
        (504, ours.ServiceDown),
    ],
)
def test_an_answer_without_a_code_is_judged_by_its_http_status(
    status: int, kind: type[ours.MynaError]
) -> None:
    error = our_error(MiniMaxBadAnswer("?", endpoint=Endpoint.UPLOAD, http_status=status))

    assert type(error) is kind


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (MiniMaxUnreachable("no answer", endpoint=Endpoint.CLONE), ours.ServiceDown),
        (MiniMaxUnreachable("no answer", endpoint=Endpoint.DOWNLOAD), ours.ServiceDown),
        (MiniMaxLinkExpired("HTTP 403", endpoint=Endpoint.DOWNLOAD), ours.PreviewLost),
        (MiniMaxDownloadError("too long", endpoint=Endpoint.DOWNLOAD), ours.PreviewLost),
        (
            MiniMaxBadAnswer("empty", endpoint=Endpoint.DOWNLOAD, http_status=200),
            ours.PreviewLost,
        ),
        (MiniMaxBadAnswer("down", endpoint=Endpoint.DOWNLOAD, http_status=503), ours.ServiceDown),
    ],
)
def test_a_preview_is_lost_only_when_asking_again_is_useless(
    error: MiniMaxUnreachable, kind: type[ours.MynaError]
) -> None:
    assert type(our_error(error)) is kind


def test_a_busy_service_says_how_long() -> None:
    error = our_error(
        MiniMaxRefusal("RPM", endpoint=Endpoint.CLONE, http_status=200, code=1002, retry_after=61.0)
    )

    assert isinstance(error, ours.ServiceBusy)
    assert error.retry_after == 61.0


def test_an_error_tells_endpoint_code_message_and_trace() -> None:
    assert str(refusal(2037)) == "voice_clone: 2037 said so (trace 04b2)"
    assert str(MiniMaxUnreachable("no answer", endpoint=Endpoint.CLONE)) == "voice_clone: no answer"
