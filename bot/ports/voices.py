"""What is remembered of voices, and of who may speak with them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.consent import Consent
from bot.domain.people import Address, PersonId
from bot.domain.sharing import Grant, Scope
from bot.domain.voices import CloneOrder, Voice, VoiceKey, VoiceState


class VoiceStore(Protocol):
    """Remembers voices, and the orders that make them."""

    async def reserve(
        self,
        order: CloneOrder,
        voice: Voice,
        consent: Consent,
        *,
        at_most: int | None = None,
        may_replace: bool = False,
    ) -> Voice | None:
        """Keep order, voice and consent in one commit; return the voice as it is kept.

        Repeating it for one key does nothing and returns None. `at_most` is how many voices the
        owner may have under way, this one included. A voice that `replaces` another is kept beside
        it, and does not occupy the label; `may_replace` proposes it to replace a ready voice that
        does.

        Raises:
            LabelTaken: another voice of the owner occupies the label.
            TooManyJobs: as many others as the owner may have are under way.
        """
        ...

    async def labelled(self, owner: PersonId, label: str) -> Voice | None:
        """Return the owner's voice that occupies the label, in whatever case, or None."""
        ...

    async def history(self, owner: PersonId, label: str) -> list[Voice]:
        """Return every version the owner ever had under the label, newest first."""
        ...

    async def rename(self, key: VoiceKey, label: str) -> Voice:
        """Give the voice, and every version of it, another label; return the voice.

        Raises:
            VoiceGone: there is none.
            LabelTaken: another voice of the owner bears the label, or did before it was lost or
                retired: two pasts would become one.
        """
        ...

    async def put_in_place(self, key: VoiceKey) -> Voice:
        """Let this version occupy its label, retiring the one that did; return it.

        Raises:
            VoiceGone: there is none that is ready or retired.
            LabelTaken: what occupies the label is still being made, or held.
        """
        ...

    async def mark_used(self, key: VoiceKey, at: datetime) -> bool:
        """Note a successful speech; return whether it was the voice's first."""
        ...

    async def tell_uses(self, key: VoiceKey, *, told: bool) -> Voice:
        """Set whether the owner is told of each use by others."""
        ...

    async def unused(self, *, made_before: datetime) -> list[Voice]:
        """Return the ready voices that no speech used, made before then, oldest first.

        Made means the start of their 168 hours: `deadline` less `UNUSED_LIFE`.
        """
        ...

    async def count_warning(self, key: VoiceKey) -> int:
        """Note that the owner was warned once more; return how many warnings that makes."""
        ...

    async def default_of(self, person: PersonId) -> str | None:
        """Return the person's default voice as `set_default` kept it, or None."""
        ...

    async def set_default(self, person: PersonId, choice: str | None) -> None:
        """Keep the person's default voice: `voice:<key>` or `stock:<id>`; None for none."""
        ...

    async def accept(self, key: VoiceKey, address: Address) -> Voice:
        """Move a voice from asked to cloning, answered at `address`; return it.

        Raises:
            VoiceGone: there is none that is only asked for.
        """
        ...

    async def order(self, key: VoiceKey) -> CloneOrder:
        """Return the order.

        Raises:
            VoiceGone: there is none.
        """
        ...

    async def remove_offer(self, key: VoiceKey) -> bool:
        """Delete an offer, its order and its consent; return whether there was one.

        Only what is offered still is one: never what was taken up, whatever became of it.
        """
        ...

    async def remove_offers(self, before: datetime) -> int:
        """Delete the offers that were made before then, as `remove_offer`; return how many."""
        ...

    async def get(self, key: VoiceKey) -> Voice:
        """Return the voice.

        Raises:
            VoiceGone: there is none.
        """
        ...

    async def of(self, owner: PersonId) -> list[Voice]:
        """Return the owner's voices that occupy a label, by label."""
        ...

    async def listed(self, owner: PersonId) -> list[Voice]:
        """Return what the owner sees in their list, by label.

        These are the voices that occupy a label, those proposed for one, and for a label that
        none occupies the newest that was lost or retired.
        """
        ...

    async def forget_notes(self, key: VoiceKey) -> None:
        """Drop where the notes came from: links and file names that nobody needs any more."""
        ...

    async def under_way(self) -> list[Voice]:
        """Return every voice that is asked for or being cloned, oldest first."""
        ...

    async def consent(self, key: VoiceKey) -> Consent | None: ...

    async def count_clone_call(self, key: VoiceKey) -> int:
        """Note that a clone call is about to be sent; return how many its voice id has had."""
        ...

    async def count_post(self, key: VoiceKey) -> int:
        """Note that a post is about to be sent; return how many that makes."""
        ...

    async def replace_voice_id(self, key: VoiceKey, voice_id: str) -> None: ...

    async def settle(
        self,
        key: VoiceKey,
        state: VoiceState,
        *,
        deadline: datetime | None = None,
        charged_characters: int | None = None,
        trace_id: str | None = None,
        replaces: VoiceKey | None = None,
        before: VoiceState | None = None,
    ) -> Voice:
        """Move the voice to `state`, set what is given, return what it became.

        Raises:
            VoiceGone: there is no such voice, or it is not in the state `before`.
        """
        ...


class GrantStore(Protocol):
    """Remembers who may speak with whose voice, and finds voices while somebody types."""

    async def share(self, grant: Grant) -> None:
        """Keep the grant, in place of an earlier one to the same scope.

        Raises:
            VoiceGone: there is no such voice.
        """
        ...

    async def revoke(self, voice: VoiceKey, to: Scope) -> bool:
        """Take the grant back at once; return whether there was one."""
        ...

    async def grants(self, voice: VoiceKey) -> list[Grant]:
        """Return every grant of the voice, run out ones too, oldest first."""
        ...

    async def may_use(self, voice: VoiceKey, scopes: Sequence[Scope], now: datetime) -> bool:
        """Say whether a grant to one of the scopes holds now. Owners need none."""
        ...

    async def count(self, voices: Collection[VoiceKey], now: datetime) -> dict[VoiceKey, int]:
        """Return for each voice that is shared how many of its grants hold now."""
        ...

    async def find(
        self,
        scopes: Sequence[Scope],
        typed: str,
        *,
        now: datetime,
        limit: int,
        owner: PersonId,
    ) -> list[Voice]:
        """Return at most `limit` voices that `owner` has or the scopes were granted.

        A voice matches where its label, a word of it or its language begins with `typed`,
        whatever the case. Only voices that can speak: ready, in place, not lost. The owner's own
        come first, each group by label. As fast with a million voices as with a thousand.
        """
        ...
