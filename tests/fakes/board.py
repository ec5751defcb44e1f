"""What moderators are shown, in memory; it fails or crashes as its world does."""

from bot.domain.moderation import Case, CaseReport, Nudge
from bot.domain.people import Address, ChannelId, PersonId, RoleId, ServerId
from tests.fakes.world import World


class FakeCaseBoard:
    """Fills `CaseBoard`; remembers how each case was shown last."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def show(
        self, report: CaseReport, channel: ChannelId, *, nonce: str, repeated: bool
    ) -> Address:
        self.world.touch(report.case.key, "show")
        self.world.board[report.case.key] = report
        self.world.touch(report.case.key, "show done")
        return Address("discord", f"{channel}/{nonce}")

    async def remove(self, notice: Address) -> None:
        self.world.touch(notice.token, "unshow")
        self.world.unshown.append(notice)

    async def nudge(self, case: Case, why: Nudge, role: RoleId | None, *, nonce: str) -> None:
        self.world.touch(case.key, "nudge")
        if nonce not in self.world.nonces:
            self.world.nonces[nonce] = case.key
            self.world.nudges.append((case.key, why, role))

    async def owner_of(self, server: ServerId) -> PersonId | None:
        await self.world.wait("owner of")
        return PersonId("discord:999")

    def operators_channel(self) -> ChannelId | None:
        return self.world.operators_channel
