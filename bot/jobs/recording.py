"""Have a long text spoken in the provider's own time: begin ▸ wait ▸ fetch, each a step."""

from typing import Any, Final

from bot.domain.errors import ServiceDown
from bot.domain.samples import Bubble
from bot.domain.speeches import Speech
from bot.jobs.run import Run
from bot.jobs.speech_files import SpeechFiles
from bot.jobs.steps import Retry, Step
from bot.ports import RecordingTask, SpeechApi, SpeechCall, SpeechFormat

# Each repeat of the call may be billed (docs/minimax.md, "Speech").
BEGIN: Final = Step("begin recording", timeout=120.0, retry=Retry(attempts=3, first=2.0))
# An hour of speech was never reported to take an hour: 2 s, 3 s … 30 s, for some two hours.
WAIT: Final = Step(
    "wait", timeout=60.0, retry=Retry(attempts=240, first=2.0, factor=1.5, longest=30.0)
)
FETCH: Final = Step("fetch recording", timeout=900.0, retry=Retry(attempts=4, first=2.0))


class Recording:
    """Makes the recordings of long texts."""

    def __init__(self, *, speech: SpeechApi, files: SpeechFiles) -> None:
        self._speech = speech
        self._files = files

    async def begin(self, run: Run, speech: Speech) -> RecordingTask:
        """Hand the text over: from here on it is on the provider's bill."""
        begun = await run.step(BEGIN, self._begin, speech)
        return RecordingTask(begun["task_id"], begun["characters"], begun["trace_id"])

    async def finish(self, run: Run, speech: Speech, task: RecordingTask) -> list[Bubble]:
        """Wait for the recording and return the files to post.

        Raises:
            MynaError: nothing came of it.
        """
        file_id = await run.step(WAIT, self._wait, task.task_id)
        made = await run.step(FETCH, self._fetch, speech, file_id)
        return [Bubble.from_json(each) for each in made]

    async def _begin(self, speech: Speech) -> dict[str, Any]:
        order = speech.order
        call = SpeechCall(speech.voice_id, order.text, order.settings, SpeechFormat.MP3)
        task = await self._speech.begin_recording(call)
        return {
            "task_id": task.task_id,
            "characters": task.charged_characters,
            "trace_id": task.trace_id,
        }

    async def _wait(self, task_id: str) -> int:
        file_id = await self._speech.recording_ready(task_id)
        if file_id is None:
            raise ServiceDown(reason="it still speaks")
        return file_id

    async def _fetch(self, speech: Speech, file_id: int) -> list[dict[str, Any]]:
        return [each.to_json() for each in await self._files.recordings(speech.key, file_id)]
