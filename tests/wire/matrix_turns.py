"""One cell of the permission matrix, and the ways to press: commands, menus, buttons, forms."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.frontends import wording_settings
from bot.sandbox.discord import Channel, Interaction, Person
from tests.wire.matrix import Actor
from tests.wire.matrix_scene import Cast, Maker, Thing
from tests.wire.speeches import choose, shown
from tests.wire.world import NOTE, PATIENCE, Message


@dataclass
class Turn:
    """One cell of the matrix: who presses, whether they may, and how all was before they did."""

    cast: Cast
    actor: Actor
    may: bool
    before: dict[str, Any] = field(default_factory=dict)
    of_server_before: dict[str, Any] = field(default_factory=dict)

    async def ready(self) -> None:
        """Note how everything is, once nothing goes on any more: the press comes next."""
        await self.cast.quiet()
        if self.actor is Actor.ELSEWHERE:
            self.of_server_before = self.cast.of_server()
        if not self.may:
            self.before = self.cast.everything()

    @property
    def person(self) -> Person:
        """Return who presses."""
        return self.cast.people[self.actor]

    @property
    def channel(self) -> Channel:
        """Return where."""
        return self.cast.channel(self.actor)


Press = Callable[[Turn], Awaitable[Interaction]]
Options = Callable[[Turn], Awaitable[dict[str, Any]]]


def slash(name: str, options: Options | None = None, **fixed: Any) -> Press:
    """Run a slash command with options that are the same for everybody, and others."""

    async def press(turn: Turn) -> Interaction:
        found = fixed | ({} if options is None else await options(turn))
        await turn.ready()
        return await turn.cast.world.discord.slash(turn.person, turn.channel, name, **found)

    return press


def menu(name: str, writer: Callable[[Turn], Person], *, is_text: bool = False) -> Press:
    """Choose it in the menu of a message that `writer` posted where the actor is."""

    async def press(turn: Turn) -> Interaction:
        discord = turn.cast.world.discord
        if is_text:
            message = await discord.say(writer(turn), turn.channel, turn.cast.dear())
        else:
            voice = (15.0, bytes(range(64)))
            message = await discord.say(writer(turn), turn.channel, files=[NOTE], voice=voice)
        await turn.ready()
        return await discord.message_menu(turn.person, name, message)

    return press


def after(first: Press, press: Press) -> Press:
    """Press `first` and wait for its answer, then press."""

    async def both(turn: Turn) -> Interaction:
        await (await first(turn)).completed(PATIENCE)
        return await press(turn)

    return both


@dataclass(frozen=True)
class Button:
    """Press a button about a thing: on the message that shows it, or forged on a hidden one.

    Attributes:
        custom_id: with `{key}`.
        make: what it is about.
        uses_up: what one may do with it can be done once.
        of_passer: who may do it, does it with a thing of somebody new.
        at_desk: it is no part of the thing's own message, but of one's list.
    """

    custom_id: str
    make: Maker | None = None
    uses_up: bool = False
    of_passer: bool = False
    at_desk: bool = False
    values: Callable[[Cast, Thing], tuple[str, ...]] | None = None

    async def __call__(self, turn: Turn) -> Interaction:
        cast, thing = turn.cast, None
        if self.make is not None:
            of = cast.passer() if turn.may and self.of_passer else None
            fresh = turn.may and self.uses_up
            thing = await cast.thing(self.make, turn.actor, fresh=fresh, of=of)
        if turn.may and thing is not None and not self.at_desk:
            where = thing.where
        else:
            is_theirs = turn.may or turn.actor is Actor.ELSEWHERE
            where = await cast.desk(turn.actor if is_theirs else Actor.OWNER)
        key = "0" if thing is None else thing.key
        values = () if self.values is None or thing is None else self.values(cast, thing)
        custom_id = self.custom_id.format(key=key)
        await turn.ready()
        return await cast.world.discord.forge_click(turn.person, where, custom_id, values)


def rule(
    custom_id: str, setting: str, values: Callable[[Cast], tuple[str, ...]] = lambda _: ()
) -> Press:
    """Press a part of the panel that shows a rule: one's own panel, or the hidden one."""

    async def press(turn: Turn) -> Interaction:
        cast, actor = turn.cast, turn.actor if turn.may else Actor.ADMINISTRATOR
        channel = cast.channel(actor)
        panel = await cast.world.discord.slash(cast.people[actor], channel, "settings")
        await panel.answered(PATIENCE)
        title = wording_settings.TITLES[setting]
        await choose(replace(cast.world, channel=channel), panel, wording_settings.PICK, title)
        is_here = channel is cast.world.channel
        await turn.ready()
        return await cast.world.discord.forge_click(
            turn.person, shown(panel), custom_id, values(cast) if is_here else ()
        )

    return press


def form(
    opening: Press, values: Mapping[str, Any] | Callable[[Turn, Message], Mapping[str, Any]]
) -> Press:
    """Open a form and send it; where it is not opened, that is the answer."""

    async def press(turn: Turn) -> Interaction:
        pressed = await opening(turn)
        await pressed.answered(PATIENCE)
        if pressed.modal is None:
            return pressed
        filled = values(turn, pressed.modal) if callable(values) else values
        return await turn.cast.world.discord.submit_modal(pressed, filled)

    return press
