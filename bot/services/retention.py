"""What is kept for how long, as one table, and the deletion of what is over."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.domain.erasure import RECEIPT_WAITS
from bot.domain.money import OFFER_LASTS
from bot.ports import (
    CaseStore,
    Clock,
    EvidenceStore,
    RetentionStore,
    ServerStore,
    SpeechCache,
    SpeechStore,
    VoiceStore,
)
from bot.services.house_rules import settings_of

SETTLED_IN: Final = timedelta(days=7)
"""By then no job lets go of money that it held in a period that is over."""


@dataclass(frozen=True, slots=True)
class Periods:
    """How long the operator has things kept."""

    texts: timedelta
    requests: timedelta
    audit: timedelta


class Retention:
    """Run by a schedule. Nothing is deleted twice, so it may be run again at any time."""

    def __init__(
        self,
        *,
        store: RetentionStore,
        servers: ServerStore,
        cases: CaseStore,
        evidence: EvidenceStore,
        speeches: SpeechStore,
        voices: VoiceStore,
        cache: SpeechCache,
        periods: Periods,
        now: Clock,
    ) -> None:
        self._store = store
        self._servers = servers
        self._cases = cases
        self._evidence = evidence
        self._speeches = speeches
        self._voices = voices
        self._cache = cache
        self._periods = periods
        self._now = now

    async def sweep(self) -> None:
        """Delete all that is over."""
        for kept in KEPT:
            if kept.forget is not None:
                await kept.forget(self)

    async def forget_texts(self) -> None:
        """Drop texts of speeches, and offers of them that nobody took up."""
        await self._speeches.forget(self._now() - self._periods.texts)

    async def forget_cache(self) -> None:
        """Delete what was spoken, for saying it again."""
        await self._cache.tidy()

    async def forget_offers(self) -> None:
        """Delete offers to clone that nobody took up."""
        await self._voices.remove_offers(self._now() - OFFER_LASTS)

    async def forget_orders(self) -> None:
        """Drop links to recordings and texts, where no voice came of them or it is gone."""
        await self._store.blank_orders(self._now() - self._periods.texts)

    async def forget_requests(self) -> None:
        """Delete requests for consent that are over."""
        await self._store.drop_requests(self._now() - self._periods.requests)

    async def forget_grants(self) -> None:
        """Delete shares that have run out."""
        await self._store.drop_grants(self._now())

    async def forget_bans(self) -> None:
        """Delete bans that have run out."""
        await self._store.drop_bans(self._now())

    async def forget_budgets(self) -> None:
        """Delete what was spent of budgets that are over."""
        await self._store.drop_counters(self._now() - SETTLED_IN)

    async def forget_evidence(self) -> None:
        """Delete evidence of decided cases."""
        await self._evidence.tidy(self._now())

    async def forget_cases(self) -> None:
        """Delete decided cases, with their texts and what is left of their evidence."""
        for server in await self._store.servers_of_decided():
            days = (await settings_of(self._servers, server)).case_days
            before = self._now() - timedelta(days=days)
            for case in await self._cases.decided(server, before):
                await self._cases.remove(case.key)
                if not await self._cases.about(case.subject):
                    await self._evidence.forget(case.subject)

    async def forget_audit(self) -> None:
        """Delete old entries of the audit log."""
        await self._store.drop_audit(self._now() - self._periods.audit)

    async def forget_erasures(self) -> None:
        """Delete what is left of erasures."""
        now = self._now()
        await self._store.drop_erasures(now - self._periods.audit, now - RECEIPT_WAITS)


@dataclass(frozen=True, slots=True)
class Kept:
    """Something that is kept.

    Attributes:
        what: as README says it.
        until: when it is deleted, as README says it; settings by their names.
        tables: where in the database it is; none for what is kept in files.
        forget: what the schedule does about it; None where something else deletes it.
    """

    what: str
    until: str
    tables: tuple[str, ...] = ()
    forget: Callable[[Retention], Awaitable[None]] | None = None


KEPT: Final = (
    Kept("Recordings that a voice is made from", "the clone has ended; no copy is kept"),
    Kept(
        "Voices, with the consent to each",
        "their owner deletes them; the entry of a deleted voice stays, without texts",
        ("voices", "consents", "voice_terms"),
    ),
    Kept(
        "Links to recordings and the text of the preview, where no voice came of it or it is gone",
        "`MYNA_KEEP_TEXTS_DAYS` after it was ordered",
        ("voices",),
        Retention.forget_orders,
    ),
    Kept(
        "Offers to clone that nobody took up",
        f"{OFFER_LASTS // timedelta(minutes=1)} minutes after they were made",
        ("voices", "consents"),
        Retention.forget_offers,
    ),
    Kept(
        "Requests for somebody else's voice",
        "72 hours without an answer close them; `MYNA_KEEP_REQUESTS_DAYS` after that they go",
        ("consent_requests",),
        Retention.forget_requests,
    ),
    Kept(
        "Who is allowed to clone somebody without being asked again",
        "they take it back, or leave where the server wants that",
        ("permissions",),
    ),
    Kept(
        "With whom a voice is shared",
        "its owner takes it back, it runs out, or the voice is deleted",
        ("grants",),
        Retention.forget_grants,
    ),
    Kept(
        "A person's default voice, and that nobody may clone them",
        "they change it",
        ("people",),
    ),
    Kept(
        "Texts that were spoken",
        "`MYNA_KEEP_TEXTS_DAYS` after they were",
        ("speeches",),
        Retention.forget_texts,
    ),
    Kept(
        "Who had something spoken, when, with which voice, at what price",
        "for good",
        ("speeches", "speech_parts"),
    ),
    Kept(
        "What was spoken, to say it again for nothing",
        "`MYNA_CACHE_HOURS` after it was, and at once when its voice is deleted",
        forget=Retention.forget_cache,
    ),
    Kept("Charges", "for good: the operator's books", ("charges", "holds")),
    Kept(
        "How much of a budget is used",
        f"{SETTLED_IN.days} days after its day or month",
        ("counters",),
        Retention.forget_budgets,
    ),
    Kept("Fingerprints of posted files", "for good", ("fingerprints",)),
    Kept(
        "What can be heard of a case, encrypted",
        "the days after the decision that the server has set",
        ("evidence",),
        Retention.forget_evidence,
    ),
    Kept(
        "Decided cases",
        "the days after the decision that the server has set",
        ("cases",),
        Retention.forget_cases,
    ),
    Kept("Bans from cloning", "they run out or are lifted", ("bans",), Retention.forget_bans),
    Kept(
        "The audit log",
        "`MYNA_KEEP_AUDIT_DAYS` after an entry",
        ("audit",),
        Retention.forget_audit,
    ),
    Kept(
        "That somebody had their data erased: who, until they have the receipt, at most "
        f"{RECEIPT_WAITS.days} days after all is done; then under a random name",
        "`MYNA_KEEP_AUDIT_DAYS` after they asked",
        ("erasures",),
        Retention.forget_erasures,
    ),
    Kept(
        "What a server has set, and all else that is only about it",
        "`MYNA_KEEP_SERVER_DAYS` after Myna was removed from it",
        ("servers", "bans", "cases", "evidence", "permissions", "grants", "audit"),
    ),
    Kept("Myna's own facts, about nobody", "for good", ("key_values",)),
)
"""Everything that is kept; a test finds every table of the database in it."""
