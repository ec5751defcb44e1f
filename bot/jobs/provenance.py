"""Remember each file before it is posted, so that anybody can ask later whether Myna made it."""

from bot.domain.fingerprints import Fingerprint, Made
from bot.domain.samples import Bubble
from bot.domain.speeches import Speech
from bot.domain.voices import Voice
from bot.ports import Clock, FingerprintStore
from bot.services.verifying import digest_of


class Provenance:
    """Writes fingerprints."""

    def __init__(self, *, fingerprints: FingerprintStore, now: Clock) -> None:
        self._fingerprints = fingerprints
        self._now = now

    async def of_preview(self, bubble: Bubble, voice: Voice) -> None:
        """Remember the preview of a voice."""
        await self._fingerprints.keep(
            Fingerprint(
                digest=await digest_of(bubble.path),
                made=Made.PREVIEW,
                subject=voice.key,
                asker=voice.payer,
                owner=voice.owner,
                label=voice.label,
                at=self._now(),
            )
        )

    async def of_speech(self, bubble: Bubble, speech: Speech) -> None:
        """Remember one bubble of a speech."""
        await self._fingerprints.keep(
            Fingerprint(
                digest=await digest_of(bubble.path),
                made=Made.SPEECH,
                subject=speech.key,
                asker=speech.order.asker,
                owner=speech.owner,
                label=speech.label,
                at=self._now(),
            )
        )
