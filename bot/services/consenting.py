"""Ask the owner of a voice whether somebody may have it cloned, and act on the answer."""

from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

from bot.domain.consent import (
    REQUEST_LASTS,
    WAITING,
    Answer,
    Consent,
    ConsentRequest,
    Permission,
    Proof,
    RequestState,
    Statement,
)
from bot.domain.errors import (
    AskedAlready,
    NotForYou,
    RequestOver,
    TooManyRequests,
)
from bot.domain.people import Asker, PersonId
from bot.domain.voices import DELETABLE, CloneOrder, Voice, VoiceKey, VoiceState
from bot.ports import Atomic, Clock, ConsentStore, Jobs, VoiceIds, VoiceStore
from bot.services.admission import CloneAdmission
from bot.services.leave import Leave
from bot.services.orders import checked, voice_of
from bot.services.screening import Screening
from bot.services.spoken_consent import SpeakConsent, Speaker
from bot.services.unspoken import forget_unspoken

REQUESTS_MAX: Final = 3
"""Open requests of one asker: enough for a few friends, too few to pester a server."""

GIVEN_SHOWN: Final = 5
"""Records of a yes that are looked up at once; all of them are in `/mydata export`."""

RESUME_WITHIN: Final = timedelta(days=1)
"""How long ago an answer may have been whose job a kill may have kept from starting."""

_UNKNOWN: Final = Speaker()

_MEANS: Final = {
    Answer.ONCE: RequestState.ALLOWED,
    Answer.HERE: RequestState.ALLOWED,
    Answer.NO: RequestState.REFUSED,
    Answer.NEVER: RequestState.REFUSED,
}


@dataclass(frozen=True, slots=True)
class Overview:
    """What somebody has to do with consent: requests to them and by them, and their standing yes.

    `is_never_cloned` says whether they are in the registry; `given` are the records of their yes,
    each with the voice that was made by it.
    """

    to: list[ConsentRequest]
    by: list[ConsentRequest]
    permissions: list[Permission]
    is_never_cloned: bool
    given: list[tuple[Consent, Voice]] = field(default_factory=list)


class AskConsent:
    """A request waits in the store; the owner's button starts what comes next."""

    def __init__(
        self,
        *,
        consents: ConsentStore,
        voices: VoiceStore,
        voice_ids: VoiceIds,
        atomic: Atomic,
        jobs: Jobs,
        leave: Leave,
        screening: Screening,
        admission: CloneAdmission,
        spoken: SpeakConsent,
        now: Clock,
    ) -> None:
        self._spoken = spoken
        self._consents = consents
        self._voices = voices
        self._voice_ids = voice_ids
        self._admission = admission
        self._atomic = atomic
        self._jobs = jobs
        self._leave = leave
        self._screening = screening
        self._now = now

    async def ask(self, order: CloneOrder, asker: Asker, *, source: str | None) -> ConsentRequest:
        """Keep the order and have its owner asked; it is allowed at once by their standing yes.

        That does not count where the server wants each yes to be spoken.

        Nothing is downloaded, held or spent before the yes.

        Raises:
            NeverClone: the owner is in the registry.
            AskedAlready: an earlier request of the asker is open.
            TooManyRequests: the asker has too many open.
            MemberError: what else the asker must change, or what their server does not allow.
        """
        await self._leave.check_person(order.owner)
        order = await self._screening.clone(checked(order), asker)
        request = ConsentRequest(
            key=order.key,
            asker=order.payer,
            owner=order.owner,
            server=order.server,
            label=order.label,
            text=order.options.text,
            source=source,
            address=order.address,
            asked_at=self._now(),
        )
        now = request.asked_at
        voice = voice_of(order, VoiceState.REQUESTED, voice_ids=self._voice_ids, now=now)

        async def keep() -> ConsentRequest:
            await self._leave.check_asker(order)
            await self._admission.probe(order)
            is_spoken = await self._spoken.is_wanted(order.server, own=False)
            if not is_spoken and await self._leave.is_standing(order):
                await self._consents.ask(request, order, voice)
                await self._give(request, Answer.HERE)
                return await self._consents.answer(order.key, RequestState.ALLOWED, now)
            # Kept first: from then on no other request of theirs comes in between.
            await self._consents.ask(request, order, voice)
            open_by = await self._consents.open_requests(asker=request.asker)
            waiting = [one for one in open_by if self._is_open(one) and not one.is_own]
            waiting = [one for one in waiting if one.key != request.key]
            if any(one.owner == order.owner for one in waiting):
                raise AskedAlready
            if len(waiting) >= REQUESTS_MAX:
                raise TooManyRequests(limit=REQUESTS_MAX)
            return request

        kept = await self._atomic(keep)
        is_open = kept.state is RequestState.OPEN
        await (self._jobs.ask_owner(order.key) if is_open else self._jobs.answer(order.key))
        return kept

    async def answer(
        self, key: VoiceKey, answer: Answer, *, who: PersonId, speaker: Speaker = _UNKNOWN
    ) -> ConsentRequest:
        """Record what the owner says to a request, once, and have it acted on.

        Where the server wants a yes to be spoken, the request waits for that: repeating the yes
        then tells the sentence again, and it can still be refused.

        Raises:
            NotForYou: somebody else was asked.
            RequestOver: it was answered or withdrawn, or is too old.
            NeverClone: they said to nobody meanwhile, and now yes: they must take that back first.
        """
        asked = await self._asked(key)
        if asked.owner != who:
            raise NotForYou
        is_yes = _MEANS[answer] is RequestState.ALLOWED
        if is_yes:
            sentence = await self._spoken.sentence_for(asked, speaker)
            if sentence is not None:
                return await self._let_speak(asked, answer, sentence)

        async def record() -> tuple[ConsentRequest, list[VoiceKey]]:
            refused: list[VoiceKey] = []
            if is_yes:
                await self._leave.check_person(who)
            answered = await self._consents.answer(key, _MEANS[answer], self._now())
            if is_yes:
                await self._give(answered, answer)
            else:
                await self._consents.drop(key)
                await forget_unspoken(self._consents, answered)
            if answer is Answer.NEVER:
                refused = await self._refuse_everybody(who)
            return answered, [key, *refused]

        answered, settled = await self._atomic(record)
        for one in settled:
            await self._jobs.answer(one)
        return answered

    async def _let_speak(
        self, asked: ConsentRequest, answer: Answer, sentence: str
    ) -> ConsentRequest:
        async def keep() -> ConsentRequest:
            await self._leave.check_person(asked.owner)
            if answer is Answer.HERE:
                await self._permit(asked)
            now = await self._consents.request(asked.key)
            if now is not None and now.state is RequestState.SPEAKING:
                return now
            return await self._consents.let_speak(asked.key, sentence)

        return await self._atomic(keep)

    async def take_back(self, key: VoiceKey, *, who: PersonId) -> Voice:
        """Take a yes back that was given, and have the voice deleted at the provider too.

        Raises:
            NotForYou: it was not theirs to give.
            RequestOver: there is none that stands.
        """
        given = await self._consents.given(key)
        if given is None or given.person != who:
            raise NotForYou
        if not await self._consents.withdraw(key, self._now()):
            raise RequestOver
        voice = await self._voices.get(key)
        if voice.state in DELETABLE:  # a voice that is being cloned is stopped by its own job
            await self._jobs.delete(key)
        return voice

    async def withdraw(self, key: VoiceKey, *, who: PersonId) -> ConsentRequest:
        """Take a request back that one made.

        Raises:
            NotForYou: they did not make it.
            RequestOver: it was answered or withdrawn, or is too old.
        """
        asked = await self._asked(key)
        if asked.asker != who:
            raise NotForYou
        return await self._close(key, RequestState.WITHDRAWN)

    async def expire(self) -> int:
        """Close the requests that nobody answered in time; return how many."""
        closed = 0
        for request in await self._consents.asked_before(self._now() - REQUEST_LASTS):
            with suppress(RequestOver):  # withdrawn in this moment
                await self._close(request.key, RequestState.EXPIRED)
                await self._jobs.answer(request.key)
                closed += 1
        return closed

    async def resume(self) -> int:
        """Start the job of every request that may have lost it in a kill; return how many.

        One that was started is not started again.
        """
        resumed = 0
        for one in await self._consents.open_or_answered(self._now() - RESUME_WITHIN):
            if one.state is RequestState.OPEN:
                await self._jobs.ask_owner(one.key)
            elif one.state not in {RequestState.SPEAKING, RequestState.WITHDRAWN}:
                await self._jobs.answer(one.key)
            resumed += 1
        return resumed

    async def set_never_cloned(self, who: PersonId, *, never: bool) -> None:
        """Put somebody in the registry of those whom nobody may clone, or take them out.

        Going in refuses what waits for their answer.
        """

        async def keep() -> list[VoiceKey]:
            if not never:
                await self._consents.set_never_cloned(who, never=False)
                return []
            return await self._refuse_everybody(who)

        for key in await self._atomic(keep):
            await self._jobs.answer(key)

    async def revoke(self, owner: PersonId, asker: PersonId) -> int:
        """Take the owner's standing yes to the asker back; return how many there were."""
        return await self._consents.revoke(owner, asker)

    async def overview(self, who: PersonId) -> Overview:
        """Return what `who` has to answer, waits for, and allowed."""
        to = await self._consents.open_requests(owner=who)
        by = await self._consents.open_requests(asker=who)
        return Overview(
            to=[one for one in to if self._is_open(one)],
            by=[one for one in by if self._is_open(one) and not one.is_own],
            permissions=await self._consents.permissions(who),
            is_never_cloned=await self._consents.is_never_cloned(who),
            given=[
                (given, await self._voices.get(given.voice))
                for given in (await self._consents.given_by(who))[:GIVEN_SHOWN]
            ],
        )

    async def _asked(self, key: VoiceKey) -> ConsentRequest:
        asked = await self._consents.request(key)
        if asked is None or not self._is_open(asked):
            raise RequestOver
        return asked

    def _is_open(self, request: ConsentRequest) -> bool:
        return request.state in WAITING and self._now() <= request.expires_at

    async def _close(self, key: VoiceKey, state: RequestState) -> ConsentRequest:
        async def close() -> ConsentRequest:
            closed = await self._consents.answer(key, state, self._now())
            await self._consents.drop(key)
            await forget_unspoken(self._consents, closed)
            return closed

        return await self._atomic(close)

    async def _refuse_everybody(self, who: PersonId) -> list[VoiceKey]:
        """Put them in the registry and refuse all that is open; inside a transaction."""
        await self._consents.set_never_cloned(who, never=True)
        waiting = await self._consents.open_requests(owner=who)
        for one in waiting:
            await self._consents.answer(one.key, RequestState.REFUSED, self._now())
            await self._consents.drop(one.key)
        for permission in await self._consents.permissions(who):
            await self._consents.revoke(who, permission.asker)
        return [one.key for one in waiting]

    async def _give(self, request: ConsentRequest, answer: Answer) -> None:
        here = answer is Answer.HERE and request.server is not None
        at = self._now()
        statement = Statement.ALLOWED_HERE if here else Statement.ALLOWED_ONCE
        await self._consents.give(
            Consent(
                *(request.key, request.owner, statement, at),
                asker=request.asker,
                proof=Proof.PRESSED,
            )
        )
        if here:
            await self._permit(request)

    async def _permit(self, request: ConsentRequest) -> None:
        if request.server is not None and not request.is_own:
            await self._consents.permit(
                Permission(request.owner, request.asker, request.server, self._now())
            )


def as_asked_by(order: CloneOrder, *, owner: PersonId) -> CloneOrder:
    """Return somebody's own order as one for the voice of `owner`, whom they ask."""
    return order if order.owner == owner else replace(order, owner=owner, asker=order.owner)
