"""The workflow that speaks a text: speak ▸ post, for each part, then settle ▸ conclude ▸ tidy."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from bot.domain.errors import (
    ContentRefused,
    FaceDown,
    MynaError,
    OperatorError,
    PolicyError,
    VoiceGone,
    VoiceLost,
    reference_of,
)
from bot.domain.moderation import FlagKind, Origin, case_key
from bot.domain.outcomes import (
    PostedAs,
    SpeechDone,
    SpeechFailed,
    SpeechOutcome,
    VoiceUsed,
    VoiceWasLost,
)
from bot.domain.samples import Bubble
from bot.domain.speeches import Speech, SpeechKey, SpeechState
from bot.domain.voices import VoiceKey, VoiceState
from bot.jobs.alarm import alert
from bot.jobs.billing import Billing, counted_of
from bot.jobs.case import CASE_WORKFLOW, SHOW, case_run_key
from bot.jobs.names import nonce_for, nonce_of_part
from bot.jobs.provenance import Provenance
from bot.jobs.recording import BEGIN, KEPT, Recording
from bot.jobs.run import Run
from bot.jobs.speech_files import SpeechFiles, Spoken
from bot.jobs.speech_parts import SpeechParts
from bot.jobs.steps import Retry, Step
from bot.ports import (
    Clock,
    Notifier,
    OperatorAlerts,
    RecordingTask,
    SpeechStore,
    SpendingStore,
    VoiceStore,
)
from bot.services.opening import OpenCase, case_of_speech
from bot.services.texting import is_recording, parts_of

SPEAK_WORKFLOW: Final = "speak_v1"

# A repeat after an answer that was lost may be billed twice (docs/minimax.md), so there are few.
_SERVICE: Final = Retry(attempts=3, first=2.0, longest=60.0)
_FACE: Final = Retry(attempts=4, first=1.0, longest=10.0)
_FACE_PATIENTLY: Final = Retry(attempts=36, first=1.0, longest=120.0)  # about an hour

# 1200 characters were never reported to take half a minute; in a rush it waits its turn below
# the provider's rate limit first.
SPEAK_SECONDS: Final = 600.0
CONCLUDE: Final = Step("conclude", timeout=60.0, retry=_FACE_PATIENTLY, late=FaceDown)
USED: Final = "notice"
LOST: Final = "notice of loss"
"""What an owner is told; the names of the steps that tell it."""

_LIVING: Final = frozenset({VoiceState.READY, VoiceState.RETIRED, VoiceState.HELD})

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Delivered:
    """What has become of the parts so far; made again from the steps' records after a kill.

    `expected` is what the calls so far were to cost when the money for them was held.
    """

    posted: list[PostedAs] = field(default_factory=list)
    cached: int = 0
    expected: int = 0
    characters: int = 0
    fee: int = 0
    kept_by: int | None = None

    @property
    def kept(self) -> bool:
        """Say whether this was the voice's first speech."""
        return self.kept_by is not None


class SpeakWorkflow:
    """Fills `speak_v1`: its input is the speech's key, all else is read from the store."""

    def __init__(
        self,
        *,
        parts: SpeechParts,
        speeches: SpeechStore,
        voices: VoiceStore,
        spending: SpendingStore,
        files: SpeechFiles,
        recording: Recording,
        notifier: Notifier,
        alerts: OperatorAlerts,
        billing: Billing,
        provenance: Provenance,
        open_case: OpenCase,
        now: Clock,
    ) -> None:
        self._provenance = provenance
        self._cases = open_case
        self._parts = parts
        self._speeches = speeches
        self._voices = voices
        self._spending = spending
        self._files = files
        self._recording = recording
        self._notifier = notifier
        self._alerts = alerts
        self._billing = billing
        self._now = now

    async def __call__(self, run: Run, raw_key: str) -> None:
        """Run it for the speech `raw_key`; ends well whatever becomes of the text."""
        speech = await self._speeches.get(SpeechKey(raw_key))
        delivered, error = Delivered(), None
        try:
            await self._deliver(run, speech, delivered)
        except MynaError as raised:
            error = raised
            await self._note(run, speech, raised)
        outcome = await self._settle(run, speech, delivered, error)
        await self._tell(run, CONCLUDE, outcome)
        if speech.owner not in {None, speech.order.asker}:
            if delivered.posted:
                await self._tell_owner(run, outcome.speech, USED)
            if isinstance(error, VoiceLost):
                await self._tell_owner(run, outcome.speech, LOST)
        await self._tidy(speech)

    # --- what is spoken and posted

    async def _deliver(self, run: Run, speech: Speech, delivered: Delivered) -> None:
        if is_recording(speech.order.text):
            await self._deliver_recording(run, speech, delivered)
            return
        for part, text in enumerate(parts_of(speech.order.text)):
            spoken, error = await self._parts.speak(
                run, speech, part, text, expected=delivered.expected
            )
            delivered.cached += spoken.is_cached
            if not spoken.is_cached:
                await self._keep(run, speech, delivered, part)
                delivered.expected += self._parts.price(speech, text)
                delivered.expected += self._fee_of(delivered, part)
            if error is None:
                bubbles = [] if spoken.bubble is None else [spoken.bubble]
                error = await self._post(run, speech, delivered, bubbles, text)
            share = 1.0 if error is None else 0.0
            await self._charge(run, speech, delivered, part, spoken, share=share)
            if error is not None:
                raise error

    def _fee_of(self, delivered: Delivered, part: int) -> int:
        return self._billing.prices.clone_fee if delivered.kept_by == part else 0

    async def _deliver_recording(self, run: Run, speech: Speech, delivered: Delivered) -> None:
        kept = await run.step(KEPT, self._find_recording, speech)
        if kept is not None:
            delivered.cached = 1
            failed = await self._post(run, speech, delivered, list(map(Bubble.from_json, kept)))
            if failed is not None:
                raise failed
            return
        task = RecordingTask(**await run.step(BEGIN, self._begin, speech))
        spoken = Spoken(None, ((task.charged_characters, task.trace_id),))
        error: MynaError | None = None
        bubbles: Sequence[Bubble] = ()
        try:
            file_id = await self._recording.spoken(run, task)
            await self._keep(run, speech, delivered, 0)
            bubbles = await self._recording.fetch(run, speech, task, file_id)
        except MynaError as raised:
            error = raised
        else:
            error = await self._post(run, speech, delivered, bubbles)
        share = _share(bubbles, len(delivered.posted))
        await self._charge(run, speech, delivered, 0, spoken, share=share)
        if error is not None:
            raise error

    async def _find_recording(self, speech: Speech) -> list[dict[str, Any]] | None:
        await self._parts.check_leave(speech)
        return None if speech.order.fresh else await self._recording.kept(speech)

    async def _begin(self, speech: Speech) -> dict[str, Any]:
        await self._parts.check_leave(speech)
        if not speech.order.fresh:
            await self._parts.check_held(speech, speech.order.text, speech.held)
        await self._parts.count_call(speech, 0)
        return await self._recording.begin(speech)

    async def _post(
        self,
        run: Run,
        speech: Speech,
        delivered: Delivered,
        bubbles: Sequence[Bubble],
        text: str = "",
    ) -> MynaError | None:
        """Post what was spoken; return what stopped it, if anything."""
        try:
            for bubble in bubbles:
                await self._post_one(run, speech, delivered, bubble, text)
        except MynaError as error:
            return error
        return None

    async def _post_one(
        self, run: Run, speech: Speech, delivered: Delivered, bubble: Bubble, text: str
    ) -> None:
        number = len(delivered.posted)
        step = Step(f"post {number}", timeout=180.0, retry=_FACE_PATIENTLY, late=FaceDown)
        posted = await run.step(step, self._send, speech, number, text, bubble)
        delivered.posted.append(PostedAs(posted))

    async def _send(self, speech: Speech, number: int, text: str, bubble: Bubble) -> str:
        there = await self._files.again(speech, text, bubble)
        await self._provenance.of_speech(there, speech)
        posts = await self._speeches.count_post(speech.key, number)
        posted = await self._notifier.post_bubble(
            speech.order.address,
            there,
            nonce=nonce_of_part(speech.key, number),
            repeated=posts > 1,
            part=number,
        )
        return posted.value

    # --- what it costs

    async def _keep(self, run: Run, speech: Speech, delivered: Delivered, part: int) -> None:
        """Note the voice's first use, which keeps it for good and charges the clone fee."""
        voice = speech.order.voice.key
        if voice is None:
            return
        is_first = await run.transaction(f"keep {part}", self._voices.mark_used, voice, self._now())
        if is_first:
            delivered.kept_by = part

    async def _charge(
        self,
        run: Run,
        speech: Speech,
        delivered: Delivered,
        part: int,
        spoken: Spoken,
        *,
        share: float,
    ) -> None:
        """Write down what the provider charged, whatever became of the post.

        `share` of it was posted, from 0 to 1; the rest is the operator's loss.
        """
        if not spoken.charged:
            return
        with_fee = delivered.kept_by == part
        if share > 0:
            delivered.characters += counted_of(spoken.charged[-1][0], share)
            delivered.fee += self._billing.prices.clone_fee * with_fee
        write = partial(
            self._billing.speech, speech, spoken.charged, share=share, with_fee=with_fee
        )
        await run.transaction(f"charge {part}", write)

    # --- however it ends

    async def _settle(
        self, run: Run, speech: Speech, delivered: Delivered, error: MynaError | None
    ) -> SpeechOutcome:
        posted = len(delivered.posted)
        await run.transaction("settle", self._close, speech.key, posted, delivered.characters)
        after = await self._speeches.get(speech.key)
        if not posted:
            assert error is not None
            return SpeechFailed(after, error, run.reference)
        return SpeechDone(
            after,
            posted=delivered.posted[-1],
            cached=delivered.cached,
            fee=delivered.fee,
            kept=delivered.kept,
            error=error,
            reference=None if error is None else run.reference,
        )

    async def _close(self, key: SpeechKey, posted: int, characters: int) -> None:
        spent = await self._spending.release(key)
        state = SpeechState.DONE if posted else SpeechState.FAILED
        await self._speeches.settle(key, state, spent=spent, characters=characters, posted=posted)

    async def _note(self, run: Run, speech: Speech, error: MynaError) -> None:
        """Do what an error asks for beside telling the asker."""
        log.info(
            "%s: %s stopped: %s, trace %s",
            *(run.reference, speech.key, type(error).__name__, reference_of(error)),
        )
        if isinstance(error, VoiceLost) and speech.order.voice.key is not None:
            await run.transaction("lose", self._lose, speech.order.voice.key)
        if isinstance(error, PolicyError):
            await run.transaction("case", self._open_case, speech, error)
            refused = case_key(Origin.REFUSED, speech.key)
            await run.start(CASE_WORKFLOW, case_run_key(refused, 0, SHOW))
        if isinstance(error, OperatorError):
            await alert(run, self._alerts, error)

    async def _lose(self, key: VoiceKey) -> None:
        """Mark the voice as lost, unless it is gone because its owner deleted it meanwhile."""
        if (await self._voices.get(key)).state in _LIVING:
            await self._voices.settle(key, VoiceState.LOST)

    async def _open_case(self, speech: Speech, error: PolicyError) -> None:
        kind = FlagKind(error.kind) if isinstance(error, ContentRefused) else FlagKind.OTHER
        facts = (Origin.REFUSED, kind, self._now(), reference_of(error))
        await self._cases.open(case_of_speech(speech, *facts))

    async def _tidy(self, speech: Speech) -> None:
        await self._files.clear(speech.key)
        voice = speech.order.voice.key
        if voice is not None and (await self._voices.get(voice)).state is VoiceState.DELETED:
            # It was deleted while it spoke: nothing that it said may stay in the cache.
            await self._files.forget_voice(speech.voice_id)

    async def _tell(self, run: Run, step: Step, outcome: SpeechOutcome) -> None:
        address = outcome.speech.order.address
        try:
            await run.step(step, self._notifier.conclude, address, outcome)
        except MynaError as error:
            log.warning("%s: nobody was told: %s", run.reference, type(error).__name__)
            await alert(run, self._alerts, error)

    async def _tell_owner(self, run: Run, speech: Speech, kind: str) -> None:
        """Tell the owner of what somebody else did or met with their voice."""
        try:
            await run.step(
                Step(kind, timeout=60.0, retry=_FACE, late=FaceDown), self._notify, speech, kind
            )
        except MynaError as error:
            log.info("%s: the owner was not told: %s", run.reference, type(error).__name__)

    async def _notify(self, speech: Speech, kind: str) -> None:
        assert speech.order.voice.key is not None
        try:
            voice = await self._voices.get(speech.order.voice.key)
        except VoiceGone:
            return
        if kind == USED and not voice.tells_uses:
            return
        if kind == LOST and voice.state is not VoiceState.LOST:
            return  # its owner deleted it meanwhile, or has cloned it again
        used = VoiceUsed(voice, speech.order.asker, speech)
        await self._notifier.notify(
            voice.owner,
            used if kind == USED else VoiceWasLost(voice),
            otherwise=None,
            # Of a loss they are told once, however many found out.
            nonce=nonce_for(f"{speech.key if kind == USED else voice.key}#{kind}"),
            repeated=True,
        )


def _share(bubbles: Sequence[Bubble], posted: int) -> float:
    """Return how much of a recording was posted, by its length."""
    whole = sum(bubble.seconds for bubble in bubbles)
    return sum(bubble.seconds for bubble in bubbles[:posted]) / whole if whole else 0.0
