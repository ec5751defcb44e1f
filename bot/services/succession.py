"""What goes with a label when another version comes to stand for it."""

from collections.abc import Iterable
from dataclasses import replace

from bot.domain.sharing import Grant
from bot.domain.speeches import VoiceChoice
from bot.domain.voices import Voice, VoiceState
from bot.ports import GrantStore, VoiceStore
from bot.services.choosing import token_of


class Succession:
    """People grant, choose and wish by the label, not by the version. Called in a transaction."""

    def __init__(self, *, voices: VoiceStore, grants: GrantStore) -> None:
        self._voices = voices
        self._grants = grants

    async def follow(self, voice: Voice, before: Voice | None) -> Voice:
        """Let a voice that was just put in place have what `before`, which it replaces, had.

        Without one it follows those that were lost. The default follows from every version.
        """
        if before is None:
            await self.follow_lost(voice)
        elif before.key != voice.key:
            await self._inherit(before, voice)
        await self._move_default(voice, await self._versions(voice))
        return await self._voices.get(voice.key)

    async def follow_lost(self, voice: Voice) -> None:
        """Let a voice that stands for its label now have what its lost versions had.

        One that is only proposed inherits when its owner puts it in place.
        """
        if voice.replaces is not None:
            return
        lost = [one for one in await self._versions(voice) if one.state is VoiceState.LOST]
        for before in reversed(lost):  # the newest last, because the last word is its
            await self._inherit(before, voice)
        await self._move_default(voice, lost)

    async def _versions(self, voice: Voice) -> list[Voice]:
        found = await self._voices.history(voice.owner, voice.label)
        return [one for one in found if one.key != voice.key]

    async def _inherit(self, before: Voice, after: Voice) -> None:
        has = {grant.to: grant for grant in await self._grants.grants(after.key)}
        for grant in await self._grants.grants(before.key):
            await self._grants.revoke(before.key, grant.to)
            if not _lasts_longer(has.get(grant.to), grant):
                await self._grants.share(replace(grant, voice=after.key))
        await self._voices.tell_uses(after.key, told=before.tells_uses)

    async def _move_default(self, placed: Voice, versions: Iterable[Voice]) -> None:
        tokens = {token_of(VoiceChoice(version.key)) for version in versions}
        if await self._voices.default_of(placed.owner) in tokens:
            await self._voices.set_default(placed.owner, token_of(VoiceChoice(placed.key)))


def _lasts_longer(one: Grant | None, other: Grant) -> bool:
    """Say whether there is one that holds at least as long as the other."""
    if one is None or one.expires_at is None:
        return one is not None
    return other.expires_at is not None and one.expires_at >= other.expires_at
