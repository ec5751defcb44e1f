"""What follows where no voice came of a spoken sentence: the owner may record it once more."""

import logging
from dataclasses import replace
from typing import Final

from bot.domain.errors import FaceDown, MynaError, NotTheSentence, TranscriptMismatch
from bot.domain.outcomes import CloneFailed, RecordingFailed
from bot.domain.voices import CloneOrder, VoiceKey
from bot.jobs.names import nonce_for
from bot.jobs.run import Run
from bot.jobs.steps import Retry, Step
from bot.ports import ConsentStore, Notifier
from bot.services.recording_again import RecordAgain

TELL: Final = Step(
    "tell", timeout=120.0, retry=Retry(attempts=36, first=1.0, longest=120.0), late=FaceDown
)

log = logging.getLogger(__name__)


class Retake:
    """Called by the job of the clone."""

    def __init__(self, *, again: RecordAgain, consents: ConsentStore, notifier: Notifier) -> None:
        self._again = again
        self._consents = consents
        self._notifier = notifier

    async def after(
        self, run: Run, order: CloneOrder, failure: CloneFailed, *, uploaded: bool
    ) -> CloneFailed:
        """Forget the recording and, where that may help, let the owner record another one."""
        if order.options.text_validation is None:
            return failure
        reopened = await run.transaction(
            "record again", self._reopen, order.key, failure.error, uploaded
        )
        error = failure.error
        if isinstance(error, TranscriptMismatch):
            error = NotTheSentence()
        again = None if reopened is None else VoiceKey(reopened)
        return replace(failure, error=error, spoken=True, again=again)

    async def tell(self, run: Run, failure: CloneFailed) -> None:
        """Tell the owner what was wrong with their recording, with the sentence once more."""
        is_final = failure.asker is not None and isinstance(failure.error, NotTheSentence)
        if failure.again is None and not is_final:
            return
        request = await self._consents.request(failure.again or failure.key)
        assert request is not None
        is_again = failure.again is not None
        notice = RecordingFailed(request, failure.error, failure.reference, is_again)
        try:
            await run.step(TELL, self._tell, notice)
        except MynaError as error:
            log.info("%s: the owner was not told: %s", run.reference, type(error).__name__)

    async def _reopen(self, key: VoiceKey, error: MynaError, uploaded: bool) -> str | None:  # noqa: FBT001  passed on by the engine
        again = await self._again.reopen(key, error, uploaded=uploaded)
        return None if again is None else again.key

    async def _tell(self, notice: RecordingFailed) -> None:
        request = notice.request
        await self._notifier.notify(
            request.owner,
            notice,
            otherwise=request.address,
            nonce=nonce_for(f"{request.key}#recording#{notice.again}"),
            repeated=True,
        )
