"""The spoken yes: the owner of a voice records a sentence that Myna makes, for each clone."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from random import Random

from bot.domain.consent import WAITING, Consent, ConsentRequest, Proof, RequestState, Statement
from bot.domain.errors import (
    NoteTooBig,
    NotForYou,
    NothingToSpeak,
    RecordingNotYours,
    RequestOver,
)
from bot.domain.money import Quote
from bot.domain.people import Asker, NoteRef, PersonId, ServerId
from bot.domain.samples import NOTE_MAX_BYTES
from bot.domain.sentences import sentence
from bot.domain.servers import SpokenConsent
from bot.domain.voices import CloneOrder, VoiceKey, VoiceState
from bot.ports import Atomic, Clock, ConsentStore, Jobs, VoiceIds
from bot.services.admission import CloneAdmission
from bot.services.house_rules import HouseRules
from bot.services.leave import Leave
from bot.services.orders import checked, voice_of
from bot.services.screening import Screening


async def _nameless(_: PersonId) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who is to speak a sentence, as their face knows them.

    `name_of` returns what a person is called; it is asked only where a sentence is made.
    """

    locale: str = "en"
    name_of: Callable[[PersonId], Awaitable[str]] = _nameless


class SpeakConsent:
    """Makes sentences, and takes the recordings of them; only those start a clone."""

    def __init__(
        self,
        *,
        consents: ConsentStore,
        voice_ids: VoiceIds,
        house: HouseRules,
        screening: Screening,
        atomic: Atomic,
        jobs: Jobs,
        leave: Leave,
        admission: CloneAdmission,
        now: Clock,
        chance: Random,
    ) -> None:
        self._consents = consents
        self._voice_ids = voice_ids
        self._house = house
        self._screening = screening
        self._atomic = atomic
        self._jobs = jobs
        self._leave = leave
        self._admission = admission
        self._now = now
        self._chance = chance

    async def is_wanted(self, server: ServerId | None, *, own: bool) -> bool:
        """Say whether a sentence has to be spoken there before one's own or another voice."""
        spoken = (await self._house.settings(server)).spoken_consent
        return spoken is SpokenConsent.ALWAYS or (spoken is SpokenConsent.OTHERS and not own)

    async def sentence_for(self, request: ConsentRequest, speaker: Speaker) -> str | None:
        """Return what the owner has to record after their yes; None where that is enough."""
        if request.sentence is not None:
            return request.sentence
        if not await self.is_wanted(request.server, own=request.is_own):
            return None
        asker = None if request.is_own else request.asker
        return await self._make(request.owner, asker, speaker)

    async def ask_self(
        self, order: CloneOrder, asker: Asker, speaker: Speaker
    ) -> tuple[ConsentRequest, Quote] | None:
        """Let one's own order wait for the sentence, and tell its price; None where none is wanted.

        Nothing is held or fetched, and the notes that came with it are not kept. It takes the
        place of an earlier one that waits.

        Raises:
            NeverClone: they are in the registry.
            MemberError: what else they must change.
        """
        if not await self.is_wanted(order.server, own=True):
            return None
        order = _bare(await self._screening.clone(checked(order), asker))
        request = ConsentRequest(
            key=order.key,
            asker=order.owner,
            owner=order.owner,
            server=order.server,
            label=order.label,
            text=order.options.text,
            source=None,
            address=order.address,
            asked_at=self._now(),
            state=RequestState.SPEAKING,
            sentence=await self._make(order.owner, None, speaker),
        )
        voice = voice_of(
            order, VoiceState.REQUESTED, voice_ids=self._voice_ids, now=request.asked_at
        )

        async def keep() -> ConsentRequest:
            await self._leave.check_asker(order)
            await self._leave.check_person(order.owner)
            await self._admission.probe(order)
            if await self._consents.ask(request, order, voice):
                await self._withdraw_others(request)
            kept = await self._consents.request(order.key)
            assert kept is not None
            return kept

        return await self._atomic(keep), self._admission.quote(order)

    async def waiting(self, who: PersonId) -> list[ConsentRequest]:
        """Return the requests for which `who` has to record a sentence.

        Raises:
            NothingToSpeak: there is none.
        """
        asked = await self._consents.open_requests(owner=who)
        found = [one for one in asked if self._is_speaking(one)]
        if not found:
            raise NothingToSpeak
        return found

    async def to_speak(self, key: VoiceKey, *, who: PersonId) -> ConsentRequest:
        """Return a request with the sentence that `who` has to record for it.

        Raises:
            NotForYou: somebody else has to.
            RequestOver: it does not wait for a recording.
        """
        asked = await self._consents.request(key)
        if asked is None or asked.state not in WAITING:
            raise RequestOver
        if asked.owner != who:
            raise NotForYou
        if not self._is_speaking(asked):
            raise RequestOver
        return asked

    async def record(
        self, key: VoiceKey, recording: NoteRef, *, who: PersonId, spoken_by: PersonId
    ) -> ConsentRequest:
        """Take a recording that `spoken_by` posted, as the yes and the sample, and begin.

        Raises:
            NotForYou, RequestOver: as for `to_speak`.
            RecordingNotYours: somebody else posted it.
            NoteTooBig: it is too big to be fetched.
            NeverClone: they said to nobody meanwhile.
        """
        await self.to_speak(key, who=who)
        if spoken_by != who:
            raise RecordingNotYours
        if recording.bytes > NOTE_MAX_BYTES:
            raise NoteTooBig(bytes=recording.bytes, limit=NOTE_MAX_BYTES)

        async def keep() -> ConsentRequest:
            await self._leave.check_person(who)
            given = await self._consents.record(key, recording, self._now())
            await self._consents.give(await self._spoken(given))
            return given

        given = await self._atomic(keep)
        await self._jobs.answer(key)
        return given

    async def _spoken(self, request: ConsentRequest) -> Consent:
        """Return the consent; a standing yes is told from one for this clone by what stands."""
        asker = None if request.is_own else request.asker
        statement = Statement.OWN_OR_PERMITTED
        if asker is not None:
            stands = await self._consents.is_permitted(request.owner, asker, request.server)
            statement = Statement.ALLOWED_HERE if stands else Statement.ALLOWED_ONCE
        return Consent(
            *(request.key, request.owner, statement, self._now()),
            asker=asker,
            proof=Proof.SPOKEN,
            words=request.sentence,
        )

    async def _make(self, owner: PersonId, asker: PersonId | None, speaker: Speaker) -> str:
        return sentence(
            locale=speaker.locale,
            day=self._now().date(),
            owner=await speaker.name_of(owner),
            asker=None if asker is None else await speaker.name_of(asker),
            chance=self._chance,
        )

    async def _withdraw_others(self, request: ConsentRequest) -> None:
        for one in await self._consents.open_requests(asker=request.owner, owner=request.owner):
            if one.key != request.key:
                await self._consents.answer(one.key, RequestState.WITHDRAWN, self._now())
                await self._consents.drop(one.key)

    def _is_speaking(self, request: ConsentRequest) -> bool:
        return request.state is RequestState.SPEAKING and self._now() <= request.expires_at


def _bare(order: CloneOrder) -> CloneOrder:
    """Return the order without what was picked to clone from."""
    options = replace(order.options, prompt_text=None)
    return replace(order, notes=(), prompt=None, best_part=False, options=options)
