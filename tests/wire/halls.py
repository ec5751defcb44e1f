"""A server of its own, and who may manage it: rules are those of a whole server."""

from dataclasses import dataclass
from typing import Any

from bot.frontends import wording_settings as words
from bot.sandbox.discord import Interaction, Person
from tests.wire.speeches import custom_ids, rows, shown
from tests.wire.world import PATIENCE, World


@dataclass
class Hall:
    """A server of its own, and who may manage it."""

    world: World
    owner: Person

    async def open(self, name: str | None = None) -> Interaction:
        """Press `/settings`, and pick a setting if one is named; its `message` is the panel."""
        world = self.world
        pressed = await world.discord.slash(self.owner, world.channel, "settings")
        await pressed.answered(PATIENCE)
        if name is not None:
            await self.choose(pressed, words.PICK, name)
        return pressed

    async def choose(
        self, panel: Interaction, menu: str, *chosen: Any, person: Person | None = None
    ) -> Interaction:
        """Choose in the menu of that placeholder."""
        custom_id = custom_ids(shown(panel))[menu]
        pressed = await self.world.discord.click(
            person or self.owner, shown(panel), custom_id, chosen
        )
        return await pressed.answered(PATIENCE)

    async def set(self, name: str, menu: str, *chosen: Any) -> str:
        """Open the panel, choose in a menu of a setting; return what the panel says then."""
        panel = await self.open(name)
        await self.choose(panel, menu, *chosen)
        return str(shown(panel)["content"])

    async def type(self, name: str, text: str) -> Interaction:
        """Fill in the form of a setting."""
        panel = await self.open(name)
        form = await self.world.press(self.owner, shown(panel), words.CHANGE)
        sent = await self.world.discord.submit_modal(form, {"value": text})
        return await sent.answered(PATIENCE)

    async def press(self, panel: Interaction, button: str) -> str:
        """Press a button of the panel; return what the panel says then."""
        await self.world.press(self.owner, shown(panel), button)
        return str(shown(panel)["content"])

    async def says(self, name: str) -> str:
        """Return the line of a setting in the panel, as somebody who opens it anew sees it."""
        lines = str(shown(await self.open())["content"]).splitlines()
        return next(line for line in lines if line.startswith(words.TITLES[name]))

    async def restart(self) -> None:
        """End Myna as an operator does, and start it again."""
        assert await self.world.myna.stop() == 0
        await self.world.myna.start()


def log_of(hall: Hall) -> list[tuple[Any, ...]]:
    """Return who changed what on the server, and how, oldest first."""
    query = "SELECT actor, act, subject, detail FROM audit WHERE server = ? ORDER BY id"
    return list(rows(hall.world, query, f"discord:{hall.world.server.id}"))
