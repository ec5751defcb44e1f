"""Erase all that is kept about somebody: what the job of an erasure does between its calls."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from bot.domain.audit import Act, AuditEntry
from bot.domain.erasure import (
    Erasure,
    ErasureKey,
    ErasureState,
    Receipt,
    Refused,
    ShownCase,
    UnderWay,
)
from bot.domain.voices import VoiceKey, VoiceState
from bot.ports import (
    AuditLog,
    Clock,
    ErasureStore,
    PersonalRecords,
    SpeechCache,
    VoiceStore,
)

RECENT: Final = timedelta(days=2)
"""Jobs of what was asked for before that are over: none has patience for so long."""


class Erase:
    """Called by the job, each method in one of its transactions."""

    def __init__(
        self,
        *,
        records: PersonalRecords,
        erasures: ErasureStore,
        voices: VoiceStore,
        cache: SpeechCache,
        audit: AuditLog,
        now: Clock,
    ) -> None:
        self._records = records
        self._erasures = erasures
        self._voices = voices
        self._cache = cache
        self._audit = audit
        self._now = now

    async def get(self, key: ErasureKey) -> Erasure | None:
        """Return the erasure, or None."""
        return await self._erasures.get(key)

    async def stop(self, key: ErasureKey) -> list[VoiceKey]:
        """Take back what stands in the way; return the requests of others that this refuses."""
        erasure = await self._running(key)
        taken_back, refused = await self._records.stop(erasure.person, self._now())
        receipt = erasure.receipt.with_more(taken_back)
        await self._erasures.save(replace(erasure, receipt=receipt))
        return refused

    async def under_way(self, erasure: Erasure) -> UnderWay:
        """Return what jobs are, or may be, busy with for them."""
        return await self._records.under_way(erasure.person, self._now() - RECENT)

    async def shown_cases(self, key: ErasureKey) -> list[ShownCase]:
        """Return the cases about them that moderators are shown."""
        return await self._records.shown_cases((await self._running(key)).person)

    async def doomed(self, key: ErasureKey) -> list[VoiceKey]:
        """Return the voices that the provider may still have."""
        erasure = await self._erasures.get(key)
        if erasure is None:
            return []
        return await self._records.doomed(erasure.person, erasure.pseudonym)

    async def mark_deleted(self, key: VoiceKey) -> None:
        """Note that the provider has deleted a voice; forget what was spoken with it."""
        voice = await self._voices.settle(key, VoiceState.DELETED)
        await self._cache.forget_voice(voice.voice_id)

    async def finish(self, key: ErasureKey, refused: Sequence[Refused]) -> Erasure | None:
        """Erase all that is here; return the erasure, or None where something came in between."""
        erasure = await self._erasures.get(key)
        assert erasure is not None  # it is closed by its own job alone
        keys = {one.voice for one in refused}
        if erasure.state is ErasureState.RUNNING:
            if not await self._is_quiet(erasure, keys):
                return None
            erasure = await self._erase(erasure, keys)
        erasure = replace(erasure, receipt=replace(erasure.receipt, refused=tuple(refused)))
        await self._erasures.save(erasure)
        return erasure

    async def close(self, key: ErasureKey, *, told: bool) -> None:
        """Note that they were told, or could not be; forget whose it was where nothing is left."""
        erasure = await self._erasures.get(key)
        assert erasure is not None  # as above
        if erasure.receipt.refused:
            await self._erasures.save(replace(erasure, told=told or erasure.told))
        elif told:
            await self._erasures.save(closed(erasure))
        else:
            await self._erasures.save(replace(erasure, state=ErasureState.UNTOLD))

    async def _running(self, key: ErasureKey) -> Erasure:
        erasure = await self._erasures.get(key)
        assert erasure is not None  # as above
        return erasure

    async def _is_quiet(self, erasure: Erasure, refused: Collection[VoiceKey]) -> bool:
        busy = await self._records.under_way(erasure.person, self._now())
        left = await self._records.doomed(erasure.person, erasure.pseudonym)
        return not busy.voices and not busy.speeches and set(left) <= set(refused)

    async def _erase(self, erasure: Erasure, refused: Collection[VoiceKey]) -> Erasure:
        person, pseudonym, now = erasure.person, erasure.pseudonym, self._now()
        late, _ = await self._records.stop(person, now)  # what came in since the first time
        erased, left = await self._records.erase(person, pseudonym, now, refused=refused)
        receipt = replace(erasure.receipt.with_more(late).with_more(erased), left=left)
        told = {kind.value: number for kind, number in receipt.erased.items()}
        detail = ", ".join(f"{kind}: {number}" for kind, number in told.items())
        await self._audit.write(AuditEntry(now, None, pseudonym, Act.ERASED, pseudonym, detail))
        return replace(erasure, state=ErasureState.PENDING, receipt=receipt)


def closed(erasure: Erasure) -> Erasure:
    """Return the erasure as it is kept in the end: nobody knows any more whose it was."""
    return replace(
        erasure,
        person=erasure.pseudonym,
        state=ErasureState.CLOSED,
        receipt=Receipt(),
        told=True,
    )
