"""What is remembered of who may have whose voice cloned."""

from datetime import datetime
from typing import Protocol

from bot.domain.consent import Consent, ConsentRequest, Permission, RequestState
from bot.domain.people import Address, NoteRef, PersonId, ServerId
from bot.domain.voices import CloneOrder, Voice, VoiceKey


class ConsentStore(Protocol):
    """Remembers requests for consent, standing permissions, consents, and who is never cloned."""

    async def ask(self, request: ConsentRequest, order: CloneOrder, voice: Voice) -> bool:
        """Keep a waiting request with its order and the voice to be; return False if it was kept.

        Others by the same asker wait until the transaction ends.
        """
        ...

    async def begin(
        self, key: VoiceKey, label: str, address: Address, *, replaces: VoiceKey | None = None
    ) -> Voice:
        """Let the voice that was asked for be cloned under a label, answered at `address`.

        One that `replaces` another is kept beside it, and does not occupy the label.

        Raises:
            RequestOver: no such voice is only asked for.
            LabelTaken: another voice of the owner occupies the label.
        """
        ...

    async def drop(self, key: VoiceKey) -> None:
        """Forget the order of a request that came to nothing; the request itself is kept."""
        ...

    async def request(self, key: VoiceKey) -> ConsentRequest | None:
        """Return the request, however it stands, or None."""
        ...

    async def answer(self, key: VoiceKey, state: RequestState, at: datetime) -> ConsentRequest:
        """Close a waiting request, once; return it. Only an open one can be allowed by this.

        Raises:
            RequestOver: there is none that waits.
        """
        ...

    async def let_speak(self, key: VoiceKey, sentence: str) -> ConsentRequest:
        """Let an open request wait for the sentence from now on, forgetting its order's notes.

        Raises:
            RequestOver: there is none that is open.
        """
        ...

    async def record(self, key: VoiceKey, recording: NoteRef, at: datetime) -> ConsentRequest:
        """Allow a request that waits for its sentence: the recording is all that is cloned from.

        Raises:
            RequestOver: there is none that waits for it.
        """
        ...

    async def open_requests(
        self, *, asker: PersonId | None = None, owner: PersonId | None = None
    ) -> list[ConsentRequest]:
        """Return the waiting requests by the asker, or to the owner, or both; oldest first."""
        ...

    async def asked_before(self, before: datetime) -> list[ConsentRequest]:
        """Return the waiting requests that were made before then, oldest first."""
        ...

    async def open_or_answered(self, since: datetime) -> list[ConsentRequest]:
        """Return the requests that wait, or were closed since then; oldest first."""
        ...

    async def permit(self, permission: Permission) -> None:
        """Keep a standing yes; repeating it keeps the first."""
        ...

    async def is_permitted(self, owner: PersonId, asker: PersonId, server: ServerId | None) -> bool:
        """Say whether the owner gave the asker a standing yes on that server."""
        ...

    async def permissions(self, owner: PersonId) -> list[Permission]:
        """Return every standing yes of the owner, oldest first."""
        ...

    async def revoke(self, owner: PersonId, asker: PersonId) -> int:
        """Take every standing yes to the asker back; return how many there were."""
        ...

    async def is_never_cloned(self, person: PersonId) -> bool:
        """Say whether the person is in the registry of those whom nobody may clone."""
        ...

    async def set_never_cloned(self, person: PersonId, *, never: bool) -> None:
        """Put the person in the registry, or take them out of it."""
        ...

    async def give(self, consent: Consent) -> None:
        """Record a yes for one voice; repeating it keeps the first."""
        ...

    async def given(self, voice: VoiceKey) -> Consent | None:
        """Return the recorded yes for a voice, or None."""
        ...

    async def given_by(self, owner: PersonId) -> list[Consent]:
        """Return the owner's recorded yes for each voice that is not gone, newest first."""
        ...

    async def withdraw(self, voice: VoiceKey, at: datetime) -> bool:
        """Note that the yes for a voice was taken back; return whether it still stood."""
        ...
