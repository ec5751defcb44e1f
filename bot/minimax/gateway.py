"""MiniMax as Myna's `SpeechApi`: its answers and errors become ours here, and only here."""

import asyncio
from pathlib import Path
from typing import Final

from bot.domain import errors as ours
from bot.domain.moderation import FlagKind
from bot.domain.speeches import StockVoice
from bot.minimax.archives import NoSpeech, unpack_speech
from bot.minimax.client import MiniMaxClient
from bot.minimax.errors import Endpoint, MiniMaxDownloadError, MiniMaxLinkExpired, MiniMaxRefusal
from bot.minimax.long_speech_models import TaskState
from bot.minimax.models import Purpose, VoiceType
from bot.minimax.our_errors import translated
from bot.minimax.our_requests import clone_request, recording_request, speech_request
from bot.minimax.our_voices import stock_voice
from bot.ports import (
    CloneAnswer,
    CloneCall,
    RecordingTask,
    SpeechAnswer,
    SpeechCall,
    SpeechFormat,
)

RECORDING_MAX_BYTES: Final = 250_000_000
"""50 000 characters of the slowest reader of Chinese, at half speed and 64 kbit/s."""

RECORDING_SECONDS: Final = 900.0
"""How long the download of a recording may take: 100 MB on a line of 1 Mbit/s."""

_ID_TAKEN: Final = 2039
_INVALID_PARAMETER: Final = 2013


class MiniMaxSpeechApi:
    """Clones voices, and speaks with them, through MiniMax."""

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
        with translated():
            try:
                result = await self._client.clone(clone_request(call))
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
        with translated():
            await self._client.download(url, to)

    async def forget_sample(self, file_id: int) -> None:
        """Delete an uploaded sample."""
        await self._forget(file_id, Purpose.VOICE_CLONE)

    async def forget_prompt(self, file_id: int) -> None:
        """Delete an uploaded prompt clip."""
        await self._forget(file_id, Purpose.PROMPT_AUDIO)

    async def delete_voice(self, voice_id: str) -> None:
        """Delete a cloned voice."""
        with translated():
            await self._client.delete_voice(voice_id)

    async def speak(self, call: SpeechCall, to: Path) -> SpeechAnswer:
        """Speak into the file at `to`."""
        with translated():
            try:
                result = await self._client.speak(speech_request(call))
            except MiniMaxRefusal as refusal:
                if _refuses_format(refusal, call):
                    raise ours.FormatRefused(audio_format=call.audio_format.value) from refusal
                raise
        characters = result.info.usage_characters
        if not result.audio:
            raise ours.SpeechTooShort(characters=characters, reference=result.trace_id)
        try:
            await asyncio.to_thread(to.write_bytes, result.audio)
        except OSError as error:
            raise ours.SpeechUnsaved(
                reason=error.strerror or type(error).__name__,
                characters=characters,
                reference=result.trace_id,
            ) from error
        return SpeechAnswer(charged_characters=characters, trace_id=result.trace_id)

    async def begin_recording(self, call: SpeechCall) -> RecordingTask:
        """Have a long text spoken as an mp3."""
        with translated():
            task = await self._client.begin_long_speech(recording_request(call))
        return RecordingTask(
            task_id=task.task_id,
            charged_characters=task.usage_characters,
            trace_id=task.trace_id,
        )

    async def recording_ready(self, task_id: str) -> int | None:
        """Return the file id of a recording, or None while it is being spoken."""
        with translated():
            task = await self._client.long_speech_status(task_id)
        if task.status is TaskState.PROCESSING:
            return None
        if task.status is not TaskState.SUCCESS:
            raise ours.RecordingFailed(reason=task.status.value, reference=task.trace_id)
        return task.file_id

    async def fetch_recording(self, file_id: int, to: Path) -> None:
        """Download a recording to `to`."""
        with translated():
            file = await self._client.retrieve_file(file_id)
            archive = to.with_name(f"{to.name}.tar")
            try:
                await self._client.download(
                    file.download_url,
                    archive,
                    max_bytes=RECORDING_MAX_BYTES,
                    within=RECORDING_SECONDS,
                )
                await asyncio.to_thread(unpack_speech, archive, to)
            except MiniMaxLinkExpired as error:
                # Another try gets another link.
                raise ours.ServiceDown(reason=error.message, reference=file.trace_id) from error
            except (MiniMaxDownloadError, NoSpeech) as error:
                raise ours.RecordingFailed(reason=str(error), reference=file.trace_id) from error
            finally:
                await asyncio.to_thread(archive.unlink, missing_ok=True)

    async def forget_recording(self, file_id: int) -> None:
        """Delete a recording."""
        await self._forget(file_id, Purpose.LONG_SPEECH)

    def calls_waiting(self) -> int:
        """Return how many calls to speak wait for their turn."""
        return self._client.waiting(Endpoint.SPEECH)

    async def stock_voices(self) -> list[StockVoice]:
        """Return the service's own voices."""
        with translated():
            listing = await self._client.get_voices(VoiceType.SYSTEM)
        return [stock_voice(voice.voice_id, voice.voice_name) for voice in listing.system]

    async def check(self) -> None:
        """List the system voices: free, and refused without a good key."""
        with translated():
            await self._client.get_voices(VoiceType.SYSTEM)

    async def _upload(self, path: Path, purpose: Purpose, filename: str) -> int:
        with translated():
            uploaded = await self._client.upload(path, purpose=purpose, filename=filename)
        return uploaded.file_id

    async def _forget(self, file_id: int, purpose: Purpose) -> None:
        with translated():
            await self._client.delete_file(file_id, purpose=purpose)


def _refuses_format(refusal: MiniMaxRefusal, call: SpeechCall) -> bool:
    # A pronunciation that is written wrongly is a "glyph definition format error".
    said = refusal.message.lower()
    names_it = "opus" in said or ("format" in said and "glyph" not in said)
    is_opus = call.audio_format is SpeechFormat.OPUS
    return is_opus and refusal.code == _INVALID_PARAMETER and names_it
