"""Long texts that are being spoken, and how far they are."""

from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.sandbox.minimax.library import StoredFile

RESULT_LIFETIME = timedelta(days=7)
"""How long a result can be had; no page says it."""


@dataclass(frozen=True)
class SpeechTask:
    """One long text; `work` writes its file."""

    task_id: str
    created_at: datetime
    ready_at: datetime
    file: StoredFile
    work: Future[None]
    comes_to_nothing: bool

    def status(self, now: datetime) -> str:
        """Answer the prose's spelling of the status."""
        if now >= self.created_at + RESULT_LIFETIME:
            return "Expired"
        if now < self.ready_at or not self.work.done():
            return "Processing"
        failed = self.comes_to_nothing or self.work.cancelled() or self.work.exception() is not None
        return "Failed" if failed else "Success"


class SpeechTasks:
    """All of them, by id."""

    def __init__(self) -> None:
        self._tasks: dict[str, SpeechTask] = {}

    def add(self, task: SpeechTask) -> None:
        """Keep a task."""
        self._tasks[task.task_id] = task

    def find(self, task_id: str) -> SpeechTask | None:
        """Answer a task."""
        return self._tasks.get(task_id)
