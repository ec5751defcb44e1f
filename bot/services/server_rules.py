"""Show and change the rules of a server: for who may manage it, each change in the audit log."""

from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from bot.domain.audit import Act, AuditEntry
from bot.domain.money import MICRO
from bot.domain.people import Asker, ServerId
from bot.domain.server_limits import checked
from bot.domain.servers import ServerSettings
from bot.ports import Atomic, AuditLog, CaseStore, Clock, Jobs, ServerStore
from bot.services.house_rules import require_administrator

_DETAIL_MOST: Final = 400
"""Characters of one value in the audit log: lists of a hundred words are cut."""

_WHO_REVIEWS: Final = frozenset({"review_channel", "review_role"})
_AMOUNTS: Final = frozenset({"day_limit", "month_limit"})


class ServerRules:
    """What `/settings` does."""

    def __init__(
        self,
        *,
        servers: ServerStore,
        cases: CaseStore,
        audit: AuditLog,
        atomic: Atomic,
        jobs: Jobs,
        now: Clock,
    ) -> None:
        self._servers = servers
        self._audit = audit
        self._atomic = atomic
        self._now = now
        self._cases = cases
        self._jobs = jobs

    async def show(self, asker: Asker) -> ServerSettings:
        """Return what is set on the asker's server.

        Raises:
            AdministratorsOnly: they may not manage it.
        """
        return await self._servers.settings(require_administrator(asker))

    async def change(self, asker: Asker, **changes: Any) -> ServerSettings:  # noqa: ANN401  see `checked`
        """Change settings of the asker's server, all or none; return what is set then.

        Raises:
            AdministratorsOnly: they may not manage it.
            RuleInvalid: one of them cannot be that.
        """
        server = require_administrator(asker)
        wanted = {name: checked(name, value) for name, value in changes.items()}

        async def keep() -> set[str]:
            # Written first: from then on no other change of this server comes in between.
            await self._servers.note(server)
            before = await self._servers.settings(server)
            changed = {name for name, value in wanted.items() if getattr(before, name) != value}
            if not changed:
                return changed
            await self._servers.save(server, replace(before, **wanted))
            for name, value in wanted.items():
                if name in changed:
                    await self._note(asker, server, name, getattr(before, name), value)
            if changed & _WHO_REVIEWS:
                await self._servers.tell_anew(server)
            return changed

        changed = await self._atomic(keep)
        if changed & _WHO_REVIEWS:
            await self._show_cases(server)
        return await self._servers.settings(server)

    async def reset(self, asker: Asker, name: str) -> ServerSettings:
        """Set one setting back to its default. Raises as `change` does."""
        return await self.change(asker, **{name: getattr(ServerSettings(), name, None)})

    async def _show_cases(self, server: ServerId) -> None:
        """Have the cases shown that nobody could be shown before."""
        for case in await self._cases.unseen():
            if case.server == server:
                await self._jobs.show_case(case.key, case.version)

    async def _note(
        self, asker: Asker, server: ServerId, name: str, old: object, new: object
    ) -> None:
        await self._audit.write(
            AuditEntry(
                at=self._now(),
                server=server,
                actor=asker.person,
                act=Act.SET,
                subject=name,
                detail=f"{_plain(name, old)} → {_plain(name, new)}",
            )
        )


def _plain(name: str, value: object) -> str:
    """Return a value as the audit log has it."""
    if value is None or value == ():
        return "none"
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple):
        value = ", ".join(value)
    if name in _AMOUNTS and isinstance(value, int):
        return f"${Decimal(value) / MICRO:f}"
    text = str(value)
    return text if len(text) <= _DETAIL_MOST else f"{text[: _DETAIL_MOST - 1]}…"
