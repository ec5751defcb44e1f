"""The workflow that makes a voice of an order.

download ▸ prepare ▸ upload ▸ clone ▸ keep ▸ fetch ▸ post ▸ conclude ▸ tidy
"""

import logging
from dataclasses import dataclass
from typing import Any, Final

from bot.domain.errors import (
    ConsentWithdrawn,
    ContentRefused,
    FaceDown,
    IdTaken,
    MynaError,
    OperatorError,
    PolicyError,
    reference_of,
)
from bot.domain.moderation import CaseKey, CaseState, FlagKind, Origin, case_key
from bot.domain.outcomes import (
    CloneFailed,
    Outcome,
    PostedAs,
    Progress,
    Stage,
    VoiceHeld,
    VoiceReady,
)
from bot.domain.samples import Bubble, Sample
from bot.domain.speech import interjections_in
from bot.domain.voices import UNUSED_LIFE, CloneOrder, Voice, VoiceKey, VoiceState
from bot.jobs.alarm import alert
from bot.jobs.billing import Billing
from bot.jobs.case import CARRY_OUT, CASE_WORKFLOW, SHOW, case_run_key
from bot.jobs.evidence import Evidence
from bot.jobs.made import Made
from bot.jobs.names import nonce_for
from bot.jobs.provenance import Provenance
from bot.jobs.retake import Retake
from bot.jobs.run import Run
from bot.jobs.steps import Retry, Step
from bot.jobs.workbench import Workbench
from bot.ports import (
    Clock,
    CloneCall,
    Notifier,
    OperatorAlerts,
    SpeechApi,
    SpeechCache,
    VoiceIds,
    VoiceStore,
)
from bot.services.leave import Leave
from bot.services.opening import OpenCase, case_of_clone
from bot.services.speaking import preview_call
from bot.services.succession import Succession

CLONE_WORKFLOW: Final = "clone_v1"
MOST_ATTEMPTS: Final = 3
"""Voice ids that are tried before a collision is the operator's trouble."""

# Two or three repeats are what a service fault deserves, and a used up rate limit says itself
# when the minute is over (MiniMax API, error codes and rate limits).
_SERVICE: Final = Retry(attempts=4, first=2.0, longest=60.0)
_FACE: Final = Retry(attempts=4, first=1.0, longest=10.0)
# About an hour: 1 + 2 + 4 + … + 64, then every 120 s.
_FACE_PATIENTLY: Final = Retry(attempts=36, first=1.0, longest=120.0)

# Timeouts: 20 MB at 1 Mbit/s is 160 s. A clone takes seconds, and was seen to take a minute; but
# in a rush it waits its turn below the provider's rate limit first.
DOWNLOAD: Final = Step("download", timeout=300.0, retry=_FACE, late=FaceDown)
PREPARE: Final = Step("prepare", timeout=300.0, retry=Retry(attempts=2))
UPLOAD: Final = Step("upload", timeout=600.0, retry=_SERVICE)
UPLOAD_PROMPT: Final = Step("upload prompt", timeout=120.0, retry=_SERVICE)
CLONE: Final = Step("clone", timeout=900.0, retry=_SERVICE)
FETCH: Final = Step("fetch", timeout=180.0, retry=_SERVICE)
POST: Final = Step("post", timeout=120.0, retry=_FACE_PATIENTLY, late=FaceDown)
CONCLUDE: Final = Step("conclude", timeout=60.0, retry=_FACE_PATIENTLY, late=FaceDown)
STILL: Final = Step("still allowed", timeout=60.0, retry=Retry(attempts=4))
FORGET: Final = Step("forget", timeout=60.0, retry=_SERVICE)

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Uploads:
    """Files at the provider, which are deleted when the job ends."""

    sample: int | None = None
    prompt: int | None = None


class CloneWorkflow:
    """Fills `clone_v1`: its input is the voice's key, all else is read from the store."""

    def __init__(
        self,
        *,
        voices: VoiceStore,
        speech: SpeechApi,
        workbench: Workbench,
        notifier: Notifier,
        alerts: OperatorAlerts,
        voice_ids: VoiceIds,
        billing: Billing,
        cache: SpeechCache,
        succession: Succession,
        leave: Leave,
        open_case: OpenCase,
        evidence: Evidence,
        provenance: Provenance,
        retake: Retake,
        now: Clock,
    ) -> None:
        self._retake = retake
        self._provenance = provenance
        self._leave = leave
        self._open_case = open_case
        self._evidence = evidence
        self._succession = succession
        self._billing = billing
        self._cache = cache
        self._voices = voices
        self._speech = speech
        self._workbench = workbench
        self._notifier = notifier
        self._alerts = alerts
        self._voice_ids = voice_ids
        self._now = now

    async def __call__(self, run: Run, raw_key: str) -> None:
        """Run it for the voice `raw_key`; ends well whatever becomes of the voice."""
        key = VoiceKey(raw_key)
        order = await self._voices.order(key)
        uploads = Uploads()
        sample: Sample | None = None
        try:
            sample = await self._upload(run, order, uploads)
            made = await self._clone(run, order, uploads)
        except MynaError as error:
            await self._fail(run, order, error, sample, uploads)
        else:
            await self._finish(run, order, sample, made)
            # A failed order keeps them for another try.
            await run.transaction("forget notes", self._voices.forget_notes, order.key)
        await self._tidy(run, order, uploads)

    # --- until money is spent

    async def _upload(self, run: Run, order: CloneOrder, uploads: Uploads) -> Sample:
        await run.step(DOWNLOAD, self._download, order)
        sample = Sample.from_json(await run.step(PREPARE, self._prepare, order))
        uploads.sample = await run.step(UPLOAD, self._upload_sample, order, sample)
        if order.prompt is not None:
            uploads.prompt = await run.step(UPLOAD_PROMPT, self._upload_prompt, order)
        return sample

    async def _download(self, order: CloneOrder) -> None:
        await self._leave.check_still(order)
        await self._progress(order, Stage.DOWNLOADING)
        await self._workbench.fetch_notes(order)

    async def _prepare(self, order: CloneOrder) -> dict[str, Any]:
        await self._progress(order, Stage.PREPARING)
        if order.prompt is not None:
            # Here, because an unusable prompt clip is to be refused before anything is uploaded.
            await self._workbench.prepare_prompt(order)
        return (await self._workbench.prepare(order)).to_json()

    async def _upload_sample(self, order: CloneOrder, sample: Sample) -> int:
        await self._leave.check_still(order)
        await self._progress(order, Stage.UPLOADING)
        there = await self._workbench.sample_again(order, sample)
        return await self._speech.upload_sample(there.path, filename=there.filename)

    async def _upload_prompt(self, order: CloneOrder) -> int:
        await self._leave.check_still(order)
        prompt = await self._workbench.prepare_prompt(order)
        return await self._speech.upload_prompt(prompt.path, filename=prompt.filename)

    async def _clone(self, run: Run, order: CloneOrder, uploads: Uploads) -> Made:
        for attempt in range(1, MOST_ATTEMPTS + 1):
            made = await run.step(CLONE, self._call_clone, order, uploads)
            if made is not None:
                return Made.from_json(made)
            another = self._voice_ids(order.key, attempt + 1)
            await run.transaction("rename", self._voices.replace_voice_id, order.key, another)
        raise IdTaken

    async def _call_clone(self, order: CloneOrder, uploads: Uploads) -> dict[str, Any] | None:
        """Return what was made, or None where the voice id belongs to somebody else."""
        await self._progress(order, Stage.CLONING)
        assert uploads.sample is not None
        await self._leave.check_still(order)
        voice = await self._voices.get(order.key)
        calls = await self._voices.count_clone_call(order.key)
        answer = await self._speech.clone(
            CloneCall(voice.voice_id, uploads.sample, order.options, uploads.prompt)
        )
        if answer is None:
            # A repeated call that finds the id taken finds what an earlier call made: nobody knows
            # when, so the voice's time runs from the order rather than over its end.
            return None if calls == 1 else Made(at=voice.created_at).to_json()
        return Made.of(answer, self._now()).to_json()

    # --- the voice exists

    async def _finish(self, run: Run, order: CloneOrder, sample: Sample, made: Made) -> None:
        if made.flag is not FlagKind.NORMAL:
            await self._finish_held(run, order, sample, made)
            return
        # Before anything else can go wrong: this voice was paid for.
        await run.transaction("keep", self._keep, order, made)
        if not await run.step(STILL, self._is_allowed_still, order):
            await self._take_back(run, order)
            return
        posted = await self._show(run, order, made)
        _, unknown_tags = interjections_in(order.options.text)
        voice = await self._voices.get(order.key)
        cost = self._billing.prices.of(voice.options.model, voice.charged_characters)
        is_public = order.server is not None
        ready = VoiceReady(
            voice, posted, sample.report.concerns, unknown_tags, cost, is_public=is_public
        )
        await self._conclude(run, order, ready)

    async def _finish_held(self, run: Run, order: CloneOrder, sample: Sample, made: Made) -> None:
        """Keep what was flagged for moderators, and from everybody else."""
        case = await run.transaction("hold", self._hold, order, made)
        if await run.step(STILL, self._is_allowed_still, order):
            await self._evidence.seal(run, order, sample, made.preview_url)
            voice = await self._voices.get(order.key)
            await self._conclude(run, order, VoiceHeld(voice, made.flag, case["is_locked"]))
        else:
            await self._take_back(run, order)
        # A case is shown again and again until somebody sees it; of a lock they are told once.
        what = CARRY_OUT if case["is_locked"] else SHOW
        await run.start(CASE_WORKFLOW, case_run_key(CaseKey(case["key"]), 0, what))

    async def _is_allowed_still(self, order: CloneOrder) -> bool:
        # A ban stops what is not paid yet; what is paid belongs to its owner.
        try:
            await self._leave.check_consent(order)
        except MynaError:
            return False
        return True

    async def _take_back(self, run: Run, order: CloneOrder) -> None:
        """Delete what was made while its owner took their yes back; nobody hears it."""
        voice = await self._voices.get(order.key)
        error: MynaError = ConsentWithdrawn()
        state = VoiceState.DELETED
        try:
            await run.step(FORGET, self._speech.delete_voice, voice.voice_id)
        except MynaError as failed:
            error, state = failed, VoiceState.HELD  # nobody hears it, and it can still be deleted
            await alert(run, self._alerts, failed)
        await run.transaction("take back", self._mark, order.key, state)
        failure = _failure(order, error, run.reference)
        await self._conclude(run, order, failure)

    async def _mark(self, key: VoiceKey, state: VoiceState) -> None:
        await self._voices.settle(key, state)

    async def _keep(self, order: CloneOrder, made: Made) -> None:
        voice = await self._settle(order, made, VoiceState.READY)
        await self._succession.follow_lost(voice)

    async def _settle(self, order: CloneOrder, made: Made, state: VoiceState) -> Voice:
        voice = await self._voices.settle(
            order.key,
            state,
            deadline=made.at + UNUSED_LIFE,
            charged_characters=made.charged_characters,
            trace_id=made.trace_id,
        )
        await self._billing.preview(order, (made.charged_for(order), made.trace_id))
        return voice

    async def _hold(self, order: CloneOrder, made: Made) -> dict[str, Any]:
        await self._settle(order, made, VoiceState.HELD)
        facts = (Origin.FLAGGED, made.flag, self._now(), made.trace_id)
        case = await self._open_case.open(case_of_clone(order, *facts))
        return {"key": case.key, "is_locked": case.state is CaseState.LOCKED}

    async def _show(self, run: Run, order: CloneOrder, made: Made) -> PostedAs:
        """Post the preview; whatever fails here, the voice stays."""
        if made.preview_url is None:
            log.info("%s: the preview of %s is lost", run.reference, order.key)
            return PostedAs.NOTHING
        try:
            bubble = Bubble.from_json(await run.step(FETCH, self._fetch, order, made.preview_url))
            return PostedAs(await run.step(POST, self._post, order, made.preview_url, bubble))
        except MynaError as error:
            await alert(run, self._alerts, error)
            return PostedAs.NOTHING

    async def _fetch(self, order: CloneOrder, url: str) -> dict[str, Any]:
        await self._progress(order, Stage.POSTING)
        bubble = await self._workbench.bubble(order, url)
        voice = await self._voices.get(order.key)
        # It is paid for: whoever wants to hear it again need not pay once more.
        await self._cache.keep(preview_call(voice), bubble)
        return bubble.to_json()

    async def _post(self, order: CloneOrder, url: str, bubble: Bubble) -> str:
        there = await self._workbench.bubble_again(order, url, bubble)
        await self._provenance.of_preview(there, await self._voices.get(order.key))
        posts = await self._voices.count_post(order.key)
        posted = await self._notifier.post_bubble(
            order.address, there, nonce=nonce_for(order.key), repeated=posts > 1
        )
        return posted.value

    # --- however it ends

    async def _fail(
        self,
        run: Run,
        order: CloneOrder,
        error: MynaError,
        sample: Sample | None,
        uploads: Uploads,
    ) -> None:
        log.info(
            "%s: no voice of %s: %s, trace %s",
            *(run.reference, order.key, type(error).__name__, reference_of(error)),
        )
        await run.transaction("fail", self._give_up, order, error)
        if isinstance(error, OperatorError):
            await alert(run, self._alerts, error)
        if isinstance(error, PolicyError) and sample is not None:
            await self._evidence.seal(run, order, sample, None)
        failed, is_uploaded = _failure(order, error, run.reference), uploads.sample is not None
        failed = await self._retake.after(run, order, failed, uploaded=is_uploaded)
        await self._conclude(run, order, failed)
        await self._retake.tell(run, failed)
        if isinstance(error, PolicyError):
            refused = case_key(Origin.REFUSED, order.key)
            await run.start(CASE_WORKFLOW, case_run_key(refused, 0, SHOW))

    async def _give_up(self, order: CloneOrder, error: MynaError) -> None:
        trace_id = reference_of(error)
        await self._voices.settle(order.key, VoiceState.FAILED, trace_id=trace_id)
        await self._billing.nothing(order.key)
        if isinstance(error, PolicyError):
            kind = FlagKind(error.kind) if isinstance(error, ContentRefused) else FlagKind.OTHER
            facts = (Origin.REFUSED, kind, self._now(), trace_id)
            await self._open_case.open(case_of_clone(order, *facts))

    async def _conclude(self, run: Run, order: CloneOrder, outcome: Outcome) -> None:
        try:
            await run.step(CONCLUDE, self._notifier.conclude, order.address, outcome)
        except MynaError as error:
            log.warning(
                "%s: nobody was told of %s: %s", run.reference, order.key, type(error).__name__
            )
            await alert(run, self._alerts, error)

    async def _tidy(self, run: Run, order: CloneOrder, uploads: Uploads) -> None:
        for file_id, forget in (
            (uploads.sample, self._speech.forget_sample),
            (uploads.prompt, self._speech.forget_prompt),
        ):
            if file_id is None:
                continue
            try:
                await run.step(FORGET, forget, file_id)
            except MynaError as error:
                log.warning(
                    "%s: file %s stays at the provider: %s",
                    *(run.reference, file_id, type(error).__name__),
                )
        await self._workbench.clear(order.key)
        voice = await self._voices.get(order.key)
        if voice.state is VoiceState.DELETED:
            # It was deleted while its preview was fetched: nothing of it may stay in the cache.
            await self._cache.forget_voice(voice.voice_id)

    async def _progress(self, order: CloneOrder, stage: Stage) -> None:
        await self._notifier.progress(order.address, Progress(order.label, stage))


def _failure(order: CloneOrder, error: MynaError, reference: str) -> CloneFailed:
    return CloneFailed(order.key, order.owner, order.label, error, reference, order.asker)
