"""Have a long text spoken in the provider's own time: begin ▸ wait ▸ fetch ▸ forget."""

import logging
from dataclasses import asdict
from typing import Any, Final

from bot.domain.errors import MynaError, RecordingFailed, ServiceDown
from bot.domain.samples import Bubble
from bot.domain.speeches import Speech
from bot.jobs.run import Run
from bot.jobs.speech_files import SpeechFiles
from bot.jobs.steps import Retry, Step
from bot.ports import RecordingTask, SpeechApi
from bot.services.recordings import recording_call

# Each repeat of the call may be billed (docs/minimax.md, "Speech").
KEPT: Final = Step("find recording", timeout=60.0, retry=Retry(attempts=2))
BEGIN: Final = Step("begin recording", timeout=120.0, retry=Retry(attempts=3, first=2.0))
# An hour of speech was never reported to take an hour: 2 s, 3 s … 30 s, for some two hours.
WAIT: Final = Step(
    "wait", timeout=60.0, retry=Retry(attempts=240, first=2.0, factor=1.5, longest=30.0)
)
FETCH: Final = Step("fetch recording", timeout=900.0, retry=Retry(attempts=4, first=2.0))
FORGET: Final = Step("forget recording", timeout=60.0, retry=Retry(attempts=3, first=2.0))

log = logging.getLogger(__name__)


class Recording:
    """Makes the recordings of long texts."""

    def __init__(self, *, speech: SpeechApi, files: SpeechFiles) -> None:
        self._speech = speech
        self._files = files

    async def kept(self, speech: Speech) -> list[dict[str, Any]] | None:
        """Return the files that the same text made before, as JSON has them; None without them."""
        found = await self._files.kept_recording(speech)
        return None if found is None else [bubble.to_json() for bubble in found]

    async def begin(self, speech: Speech) -> dict[str, Any]:
        """Hand the text over, as JSON has it: from here on it is on the provider's bill.

        Raises:
            MynaError: as `SpeechApi.begin_recording` does.
        """
        order = speech.order
        call = recording_call(speech.voice_id, order.text, order.settings)
        return asdict(await self._speech.begin_recording(call))

    async def spoken(self, run: Run, task: RecordingTask) -> int:
        """Wait until it is spoken, which is a use of its voice; return the file's number.

        Raises:
            MynaError: nothing came of it.
        """
        return await run.step(WAIT, self._wait, task.task_id)

    async def fetch(
        self, run: Run, speech: Speech, task: RecordingTask, file_id: int
    ) -> list[Bubble]:
        """Return the files to post.

        Raises:
            MynaError: it cannot be fetched, or has no audio.
        """
        made = await run.step(FETCH, self._fetch, speech, file_id)
        await self._forget(run, file_id)
        if not made:
            raise RecordingFailed(reason="it has no audio", reference=task.trace_id)
        return [Bubble.from_json(each) for each in made]

    async def _forget(self, run: Run, file_id: int) -> None:
        """Delete the recording at the provider; what stays there harms no speech."""
        try:
            await run.step(FORGET, self._speech.forget_recording, file_id)
        except MynaError as error:
            log.warning(
                "%s: recording %s stays at the provider: %s",
                *(run.reference, file_id, type(error).__name__),
            )

    async def _wait(self, task_id: str) -> int:
        file_id = await self._speech.recording_ready(task_id)
        if file_id is None:
            raise ServiceDown(reason="it still speaks")
        return file_id

    async def _fetch(self, speech: Speech, file_id: int) -> list[dict[str, Any]]:
        made = await self._files.recordings(speech.key, file_id)
        await self._files.keep_recording(speech, made)
        return [each.to_json() for each in made]
