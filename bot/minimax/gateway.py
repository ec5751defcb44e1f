"""MiniMax as Myna's `SpeechApi`: its answers and errors become ours here, and only here."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from bot.domain import errors as ours
from bot.domain.moderation import FlagKind
from bot.minimax.client import MiniMaxClient
from bot.minimax.errors import (
    UNKNOWN,
    Endpoint,
    MiniMaxBadAnswer,
    MiniMaxDownloadError,
    MiniMaxError,
    MiniMaxRefusal,
    Retry,
    Who,
)
from bot.minimax.models import ClonePrompt, CloneRequest, Purpose, VoiceType
from bot.ports import CloneAnswer, CloneCall

_ID_TAKEN: Final = 2039


class MiniMaxSpeechApi:
    """Clones voices through MiniMax."""

    def __init__(self, client: MiniMaxClient) -> None:
        self._client = client

    async def upload_sample(self, sample: Path, *, filename: str) -> int:
        """Upload a sample; return its file id."""
        return await self._upload(sample, Purpose.VOICE_CLONE, filename)

    async def upload_prompt(self, prompt: Path, *, filename: str) -> int:
        """Upload a prompt clip; return its file id."""
        return await self._upload(prompt, Purpose.PROMPT_AUDIO, filename)

    async def clone(self, call: CloneCall) -> CloneAnswer | None:
        """Clone; None where the service has this voice id already."""
        with _translated():
            try:
                result = await self._client.clone(_request_for(call))
            except MiniMaxRefusal as refusal:
                if refusal.code == _ID_TAKEN:
                    return None
                raise
        return CloneAnswer(
            preview_url=result.demo_audio or None,
            charged_characters=result.extra_info.usage_characters,
            flag=FlagKind(result.input_sensitive_type),
            trace_id=result.trace_id,
        )

    async def fetch_preview(self, url: str, to: Path) -> None:
        """Download the preview behind a signed link."""
        with _translated():
            await self._client.download(url, to)

    async def forget_sample(self, file_id: int) -> None:
        """Delete an uploaded sample."""
        await self._forget(file_id, Purpose.VOICE_CLONE)

    async def forget_prompt(self, file_id: int) -> None:
        """Delete an uploaded prompt clip."""
        await self._forget(file_id, Purpose.PROMPT_AUDIO)

    async def delete_voice(self, voice_id: str) -> None:
        """Delete a cloned voice."""
        with _translated():
            await self._client.delete_voice(voice_id)

    async def check(self) -> None:
        """List the system voices: free, and refused without a good key."""
        with _translated():
            await self._client.get_voices(VoiceType.SYSTEM)

    async def _upload(self, path: Path, purpose: Purpose, filename: str) -> int:
        with _translated():
            uploaded = await self._client.upload(path, purpose=purpose, filename=filename)
        return uploaded.file_id

    async def _forget(self, file_id: int, purpose: Purpose) -> None:
        with _translated():
            await self._client.delete_file(file_id, purpose=purpose)


def _request_for(call: CloneCall) -> CloneRequest:
    options = call.options
    prompt = None
    if call.prompt_file_id is not None:
        prompt = ClonePrompt(
            prompt_audio=call.prompt_file_id, prompt_text=options.prompt_text or ""
        )
    return CloneRequest(
        file_id=call.file_id,
        voice_id=call.voice_id,
        clone_prompt=prompt,
        text=options.text,
        model=options.model,
        language_boost=options.language,
        need_noise_reduction=options.noise_reduction,
        need_volume_normalization=options.volume_normalization,
        text_validation=options.text_validation,
        accuracy=options.accuracy,
        aigc_watermark=options.watermark,
    )


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except MiniMaxError as error:
        raise our_error(error) from error
    except ValidationError as error:
        fields = ", ".join(".".join(map(str, fault["loc"])) for fault in error.errors())
        # Not the cause itself: it repeats what the member wrote.
        raise ours.Unexpected(what=f"a request with wrong {fields or 'fields'}") from None
    except ValueError as error:
        raise ours.Unexpected(what=str(error)) from error


def our_error(error: MiniMaxError) -> ours.MynaError:
    """Return what one of MiniMax's errors means to Myna."""
    if isinstance(error, MiniMaxRefusal):
        return _of_refusal(error)
    if isinstance(error, MiniMaxDownloadError):
        return ours.PreviewLost(reason=error.message)
    if isinstance(error, MiniMaxBadAnswer):
        return _of_bad_answer(error)
    return _down(error)


def _of_refusal(refusal: MiniMaxRefusal) -> ours.MynaError:
    specific = _BY_CODE.get(refusal.code)
    if specific is not None:
        return specific(refusal)
    verdict = refusal.verdict
    if verdict.retry is Retry.AFTER_MINUTE:
        return _busy(refusal)
    if verdict.retry in {Retry.BACKOFF, Retry.ONCE}:
        return _down(refusal)
    if verdict is UNKNOWN:
        return _unexpected(refusal)
    return _BY_WHO[verdict.who](refusal)


def _of_bad_answer(error: MiniMaxBadAnswer) -> ours.MynaError:
    status = error.http_status or HTTPStatus.OK
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return _busy(error)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _down(error)
    if error.endpoint is Endpoint.DOWNLOAD:
        return ours.PreviewLost(reason=error.message)
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return _misconfigured(error)
    if status == HTTPStatus.OK:
        # Cut short, or a proxy's page: what was asked for may have happened, so ask again.
        return _down(error)
    return _unexpected(error)


def _busy(error: MiniMaxError) -> ours.MynaError:
    return ours.ServiceBusy(retry_after=error.retry_after, reference=error.trace_id)


def _down(error: MiniMaxError) -> ours.MynaError:
    return ours.ServiceDown(reason=_said(error), reference=error.trace_id)


def _misconfigured(error: MiniMaxError) -> ours.MynaError:
    code = error.http_status if error.code is None else error.code
    return ours.ServiceMisconfigured(
        code=code or 0, message=error.message, reference=error.trace_id
    )


def _unexpected(error: MiniMaxError) -> ours.MynaError:
    return ours.Unexpected(what=_said(error), reference=error.trace_id)


def _refused(error: MiniMaxError) -> ours.MynaError:
    flag = error.flag if isinstance(error, MiniMaxRefusal) else 0
    return ours.ContentRefused(kind=FlagKind(flag or FlagKind.OTHER), reference=error.trace_id)


def _unreadable(error: MiniMaxError) -> ours.MynaError:
    return ours.SampleRejected(reason="unreadable", reference=error.trace_id)


def _wrong_length(error: MiniMaxError) -> ours.MynaError:
    message = error.message.lower()
    reason = next((word for word in ("short", "long") if word in message), None)
    return ours.SampleRejected(
        reason=f"too {reason}" if reason else "wrong length", reference=error.trace_id
    )


def _said(error: MiniMaxError) -> str:
    code = "" if error.code is None else f" {error.code}"
    return f"{error.endpoint}:{code} {error.message}"


_Translation = Callable[[MiniMaxError], ours.MynaError]

_BY_CODE: Final[Mapping[int, _Translation]] = {
    1042: lambda _: ours.TextHasInvisibleCharacters(),
    1043: lambda _: ours.TranscriptMismatch(),
    1044: lambda _: ours.PromptMismatch(),
    2037: _wrong_length,
    _ID_TAKEN: lambda error: ours.IdTaken(reference=error.trace_id),
    2042: lambda _: ours.VoiceLost(),
    2048: lambda _: ours.PromptTooLong(),
    2054: lambda _: ours.VoiceLost(),
}

_BY_WHO: Final[Mapping[Who, _Translation]] = {
    Who.MEMBER: _unreadable,
    Who.TIME: _down,
    Who.POLICY: _refused,
    Who.OPERATOR: _misconfigured,
    Who.REGISTER: _unexpected,
}
