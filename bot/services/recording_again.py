"""Let an owner record their sentence once more, where the clone that began with it failed."""

from dataclasses import replace

from bot.domain.consent import TRIES_MAX, ConsentRequest, RequestState
from bot.domain.errors import (
    MynaError,
    NoteMissing,
    NoteRefused,
    NoteTooBig,
    OperatorError,
    TemporaryError,
    TranscriptMismatch,
)
from bot.domain.voices import VoiceKey, VoiceState
from bot.ports import Clock, ConsentStore, VoiceIds, VoiceStore
from bot.services.orders import voice_of
from bot.services.unspoken import forget_unspoken

_HELPS = (
    TranscriptMismatch,
    NoteRefused,
    NoteMissing,
    NoteTooBig,
    TemporaryError,
    OperatorError,
)
"""Against these another recording, or the same one later, may help."""


class RecordAgain:
    """Called by the job of the clone, in its transaction."""

    def __init__(
        self, *, consents: ConsentStore, voices: VoiceStore, voice_ids: VoiceIds, now: Clock
    ) -> None:
        self._consents = consents
        self._voices = voices
        self._voice_ids = voice_ids
        self._now = now

    async def reopen(
        self, key: VoiceKey, error: MynaError, *, uploaded: bool
    ) -> ConsentRequest | None:
        """Return a new request for the same, which waits for another recording.

        None where that is not to be: no recording helps against `error`, the time is over, or as
        many recordings were `uploaded` as may be; then a yes for the server, which nobody spoke, is
        taken back. In any case the recording is forgotten.
        """
        await self._voices.forget_notes(key)
        asked = await self._consents.request(key)
        if asked is None:  # its owner or asker has had their data erased
            return None
        tries = asked.tries + uploaded
        if tries >= TRIES_MAX or self._now() > asked.expires_at or not isinstance(error, _HELPS):
            await forget_unspoken(self._consents, asked)
            return None
        if not await self._is_allowed_still(asked):
            return None
        order = replace(
            await self._voices.order(key),
            key=key_after(key),
            label=asked.label,
            address=asked.address,
            notes=(),
        )
        again = replace(
            asked, key=order.key, state=RequestState.SPEAKING, answered_at=None, tries=tries
        )
        voice = voice_of(order, VoiceState.REQUESTED, voice_ids=self._voice_ids, now=self._now())
        await self._consents.ask(again, order, voice)
        return again

    async def _is_allowed_still(self, asked: ConsentRequest) -> bool:
        given = await self._consents.given(asked.key)
        stands = given is not None and given.withdrawn_at is None
        return stands and not await self._consents.is_never_cloned(asked.owner)


def key_after(key: VoiceKey) -> VoiceKey:
    """Return the key of the next try: of `discord-1` it is `discord-1.2`, then `discord-1.3`."""
    first, _, number = key.partition(".")
    return VoiceKey(f"{first}.{int(number or 1) + 1}")
