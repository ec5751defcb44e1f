"""What a decision changes beside its case: the voice, bans, and how long evidence is kept."""

from contextlib import suppress
from datetime import datetime
from typing import Final

from bot.domain.errors import VoiceGone
from bot.domain.moderation import DIRECT, About, Ban, Case, CaseState, Origin
from bot.domain.voices import VoiceKey, VoiceState
from bot.ports import BanStore, CaseStore, EvidenceStore, VoiceStore
from bot.services.succession import Succession

_AGAINST: Final = frozenset({CaseState.REJECTED, CaseState.BANNED, CaseState.APPEALED})

_LOOKED_AT: Final = 50
"""Newest bans of a person on a server of which the longest counts."""


class Consequences:
    """Called in the transaction of a decision, after its case was saved."""

    def __init__(
        self,
        *,
        cases: CaseStore,
        bans: BanStore,
        voices: VoiceStore,
        evidence: EvidenceStore,
        succession: Succession,
    ) -> None:
        self._cases = cases
        self._bans = bans
        self._voices = voices
        self._evidence = evidence
        self._succession = succession

    async def release(self, case: Case) -> None:
        """Let a voice speak that was held, unless another case holds it."""
        others = [one for one in await self._cases.about(case.subject) if one.key != case.key]
        if case.about is not About.VOICE or any(map(_holds, others)):
            return
        with suppress(VoiceGone):  # its owner deleted it, may be in this moment
            voice = await self._voices.settle(
                VoiceKey(case.subject), VoiceState.READY, before=VoiceState.HELD
            )
            await self._succession.follow_lost(voice)

    async def hold(self, case: Case) -> None:
        """Let a voice speak no more: until it is deleted, or another decision releases it."""
        if case.about is not About.VOICE:
            return
        with suppress(VoiceGone):
            voice = await self._voices.get(VoiceKey(case.subject))
            if voice.state is VoiceState.RETIRED:  # its owner could put it in place again
                placed = await self._voices.labelled(voice.owner, voice.label)
                instead_of = None if placed is None else placed.key
                await self._voices.settle(
                    *(voice.key, VoiceState.HELD), replaces=instead_of, before=VoiceState.RETIRED
                )
            elif voice.state is VoiceState.READY:
                await self._voices.settle(voice.key, VoiceState.HELD, before=VoiceState.READY)

    async def ban(self, ban: Ban) -> None:
        """Ban somebody, unless a longer ban stands."""
        standing = await self._bans.find(ban.server, ban.person)
        if standing is None or _length(standing) < _length(ban):
            await self._bans.ban(ban)

    async def lift_ban_of(self, case: Case) -> None:
        """Lift the ban that an earlier decision of this case gave; what others gave holds on."""
        server = case.server or DIRECT
        ban = await self._bans.find(server, case.person)
        if ban is None or ban.at != case.decided_at:
            return
        await self._bans.lift(server, case.person)
        others = await self._cases.find(
            case.server, states={CaseState.BANNED}, person=case.person, limit=_LOOKED_AT
        )
        for other in others:
            if other.key != case.key and other.decided_by is not None and other.decided_at:
                by, at, reason = other.decided_by, other.decided_at, other.reason or ""
                await self.ban(Ban(server, case.person, by, at, other.banned_until, reason))

    async def forget_evidence(self, case: Case, at: datetime | None) -> None:
        """Have evidence forgotten then, unless another case about the same waits; None: kept."""
        about = await self._cases.about(case.subject)
        is_needed = any(one.is_pending for one in about if one.key != case.key)
        await self._evidence.forget_at(case.subject, None if is_needed else at)


def _holds(case: Case) -> bool:
    """Say whether a case wants that the voice does not speak."""
    return case.state in _AGAINST or (case.is_pending and case.origin is Origin.FLAGGED)


def _length(ban: Ban) -> tuple[bool, datetime]:
    """Return what is greater for a ban that ends later."""
    return ban.until is None, ban.until or ban.at
