"""Everybody of the permission matrix on one server, and the things that they act on."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from typing import Any, Final

from bot.domain.consent import Answer
from bot.domain.moderation import Ban, Decision
from bot.domain.people import PersonId, ServerId
from bot.domain.servers import SpokenConsent
from bot.frontends import wording, wording_consent, wording_spoken
from bot.sandbox.discord import (
    MEMBER_PERMISSIONS,
    Channel,
    Interaction,
    Permission,
    Person,
    Role,
    Server,
)
from bot.store import Database, SqlBanStore
from tests import audio_files
from tests.wire.matrix import Actor
from tests.wire.reviews import MODERATOR, case_about, decide, govern, open_review
from tests.wire.speeches import ended, offered, panel, rows, shown, speak
from tests.wire.world import PATIENCE, Message, World, labels, whispered

FORBIDDEN: Final = "forbidden"
LABEL: Final = "Nightingale"
"""The owner's voice; nobody else is to read of it."""
SHORT_NOTE: Final = ("short.ogg", audio_files.opus(audio_files.speech(4)), "audio/ogg")

_SENTENCE: Final = "A sentence that is said again and again. "
_SCHEDULED = ("keep_v1", "leave_v1", "retention_v1", "tidy_v1")
_PRESSED_FOR = f"SELECT * FROM workflow_status WHERE name NOT IN {_SCHEDULED}"  # noqa: S608  written here
_UNDER_WAY: Final = "WHERE status IN ('PENDING', 'ENQUEUED', 'DELAYED')"
_ADMINISTRATOR: Final = MEMBER_PERMISSIONS | Permission.MANAGE_GUILD
_RULES_ELSEWHERE: Final = Permission.MANAGE_MESSAGES | Permission.MANAGE_GUILD


@dataclass(frozen=True)
class Thing:
    """Something of an owner: its key, and the message whose buttons are about it."""

    key: str
    where: Message


Maker = Callable[["Cast", Person], Awaitable[Thing]]


@dataclass
class Cast:
    """Who is there. What one may do with a thing uses it up, so each who may gets a fresh one."""

    world: World
    elsewhere: Channel
    review: Channel
    people: dict[Actor, Person]
    reviewers: Role
    passers: "count[int]" = field(default_factory=count)
    _kept: dict[tuple[Maker, str], Thing] = field(default_factory=dict)
    _desks: dict[str, Message] = field(default_factory=dict)
    _rules: dict[str, Any] = field(default_factory=dict)

    @property
    def server(self) -> Server:
        """Return the server that all is about."""
        return self.world.server

    def channel(self, actor: Actor) -> Channel:
        """Return where somebody presses."""
        return self.elsewhere if actor is Actor.ELSEWHERE else self.world.channel

    def owner(self, actor: Actor) -> Person:
        """Return whose things somebody acts on."""
        return self.people[Actor.BANNED if actor is Actor.BANNED else Actor.OWNER]

    def passer(self) -> Person:
        """Return somebody new, who has nothing to do with anything yet."""
        return self.world.discord.add_person(f"passer-{next(self.passers)}")

    def label(self) -> str:
        """Return a label that no voice has."""
        return f"Voice {next(self.passers)}"

    def dear(self) -> str:
        """Return a text so long that it is offered first: asking for it costs nothing."""
        return f"{_SENTENCE * 20} {next(self.passers)}"

    async def thing(
        self, make: Maker, actor: Actor, *, fresh: bool = False, of: Person | None = None
    ) -> Thing:
        """Return a thing of the owner that `actor` acts on, or a fresh one of `of`."""
        owner = of or self.owner(actor)
        kept = self._kept.get((make, owner.id))
        if kept is not None and not fresh:
            return kept
        async with self._unbanned() if owner is self.people[Actor.BANNED] else _nothing():
            made = await make(self, owner)
            await self.quiet()
        if not fresh:
            self._kept[make, owner.id] = made
        return made

    async def desk(self, actor: Actor) -> Message:
        """Return a message of Myna that somebody alone sees, where they press."""
        person = self.people[actor]
        if person.id not in self._desks:
            world = replace(self.world, channel=self.channel(actor))
            self._desks[person.id] = shown(await panel(world, person))
        return self._desks[person.id]

    async def allow_again(self, actor: Actor) -> None:
        """Let an owner be asked again who said never: what waited for their word is gone."""
        owner, world = self.owner(actor), self.world
        off = await world.discord.slash(owner, world.channel, "consent never", never=False)
        await off.completed(PATIENCE)
        self._kept = {
            (make, whose): thing
            for (make, whose), thing in self._kept.items()
            if whose != owner.id or make not in {request, request_of_granted, speaking}
        }

    async def rule(self, **changes: Any) -> None:
        """Set rules of the server, unless they are set so."""
        changed = {name: value for name, value in changes.items() if self._rules.get(name) != value}
        if changed:
            await govern(self.world, **changed)
            self._rules |= changed

    async def ban(self) -> None:
        """Ban who is to be banned, for ever."""
        mona = PersonId(f"discord:{self.people[Actor.MODERATOR].id}")
        who = PersonId(f"discord:{self.people[Actor.BANNED].id}")
        ban = Ban(self._server_id, who, mona, datetime.now(UTC), None, "Because.")
        async with self._database() as database:
            await SqlBanStore(database).ban(ban)

    @asynccontextmanager
    async def _unbanned(self) -> AsyncIterator[None]:
        who = PersonId(f"discord:{self.people[Actor.BANNED].id}")
        async with self._database() as database:
            await SqlBanStore(database).lift(self._server_id, who)
        try:
            yield
        finally:
            await self.ban()

    def _database(self) -> Database:
        return Database(f"sqlite+aiosqlite:///{self.world.myna.data / 'myna.sqlite'}")

    @property
    def _server_id(self) -> ServerId:
        return ServerId(f"discord:{self.server.id}")

    # --- what must not change

    async def quiet(self) -> None:
        """Wait until no job is under way, and none is about to start: those hold their money."""
        async with asyncio.timeout(PATIENCE):
            while self.jobs(_UNDER_WAY) or rows(self.world, "SELECT * FROM holds"):  # noqa: ASYNC110  another process's
                await asyncio.sleep(0.02)

    def jobs(self, where: str = "") -> int:
        """Return how many jobs there are, or were, that somebody's press began."""
        query = f"SELECT count(*) FROM ({_PRESSED_FOR}) AS pressed {where}"  # noqa: S608  written here
        with _reading(self.world, "jobs.sqlite") as database:
            ((number,),) = database.execute(query)
            return int(number)

    def kept(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return every row that Myna keeps, by table."""
        with _reading(self.world, "myna.sqlite") as database:
            query = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
            names = [name for (name,) in database.execute(query)]
            found = {
                name: database.execute(f'SELECT * FROM "{name}"').fetchall()  # noqa: S608  its own names
                for name in names
            }
        # How far the round has come that asks who left is written by the clock, not by a press.
        found["key_values"] = [row for row in found["key_values"] if row[0] != "departures"]
        return found

    def of_server(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return every row that Myna keeps of the server."""
        return {
            name: [row for row in found if self._server_id in row]
            for name, found in self.kept().items()
        }

    def everything(self) -> dict[str, Any]:
        """Return all that a refused press leaves as it is."""
        discord = self.world.discord
        channels = (self.world.channel, self.review, self.elsewhere)
        return self.kept() | {
            "jobs": self.jobs(),
            "requests to MiniMax": len(self.world.minimax.ledger.requests),
            "posts": [
                (each.id, each.json["content"], len(each.json["components"]))
                for channel in channels
                for each in discord.place.messages.in_channel(channel, None)
            ],
        }


@asynccontextmanager
async def _nothing() -> AsyncIterator[None]:
    yield


def _reading(world: World, name: str) -> "closing[sqlite3.Connection]":
    path = world.myna.data / name
    return closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10))


async def gather(world: World) -> Cast:
    """Bring everybody together, with Myna started and the operator named to it."""
    discord = world.discord
    keeper = discord.add_person("erin")
    elsewhere = discord.add_server("Elsewhere")
    discord.add_role(elsewhere, "keepers", keeper, permissions=_RULES_ELSEWHERE)
    mona = discord.add_person("mona", permissions=MODERATOR)
    rita, olga = discord.add_person("rita"), discord.add_person("olga")
    people = {
        Actor.MEMBER: discord.add_person("mia"),
        Actor.OWNER: world.ada,
        Actor.GRANTED: world.bob,
        Actor.MODERATOR: mona,
        Actor.REVIEWER: rita,
        Actor.ADMINISTRATOR: discord.add_person("adam", permissions=_ADMINISTRATOR),
        Actor.OPERATOR: olga,
        Actor.BANNED: discord.add_person("ben"),
        Actor.ELSEWHERE: keeper,
        Actor.LONE_MODERATOR: mona,
    }
    world.myna.environment["MYNA_OPERATORS"] = olga.id
    there = discord.add_channel(elsewhere, "there")
    role = discord.add_role(world.server, "reviewers", rita)
    await world.myna.start()
    review = await open_review(world)
    cast = Cast(world, there, review, people, role)
    await cast.rule(
        words=(FORBIDDEN,),
        spoken_consent=SpokenConsent.OTHERS,
        review_role=f"discord:{role.id}",
    )
    await cast.ban()
    return cast


# --- things


async def voice(cast: Cast, owner: Person, *, label: str | None = None) -> Thing:
    """Return a voice that is ready, never used and shared with who is granted."""
    name = label or cast.label()
    pressed = await cast.world.clone(owner, name=name)
    await pressed.until(
        lambda each: each.message is not None and "is ready" in each.message["content"], PATIENCE
    )
    made = Thing(key_of(pressed), shown(pressed))
    granted = cast.people[Actor.GRANTED]
    world = cast.world
    shared = await world.discord.slash(
        owner, world.channel, "voices share", voice=f"voice:{made.key}", member=granted
    )
    await whispered(shared)
    return made


async def nightingale(cast: Cast, owner: Person) -> Thing:
    """Return the voice that stays while others come and go, called as no other thing is."""
    return await voice(cast, owner, label=LABEL)


async def proposed(cast: Cast, owner: Person) -> Thing:
    """Return the second version of a voice, which waits for its owner's choice."""
    name = cast.label()
    await voice(cast, owner, label=name)
    pressed = await cast.world.clone(owner, name=name)
    await pressed.until(
        lambda each: each.message is not None and wording.APPROVE in labels(each.message), PATIENCE
    )
    return Thing(key_of(pressed), shown(pressed))


async def failed(cast: Cast, owner: Person) -> Thing:
    """Return a clone that failed, since its note is too short."""
    pressed = await cast.world.clone(owner, name=cast.label(), note=SHORT_NOTE)
    await pressed.until(
        lambda each: each.message is not None and bool(labels(each.message)), PATIENCE
    )
    return Thing(key_of(pressed), shown(pressed))


async def clone_offer(cast: Cast, owner: Person) -> Thing:
    """Return the offer of a clone whose preview is dear."""
    pressed = await cast.world.clone(owner, name=cast.label(), text=cast.dear())
    assert pressed.is_ephemeral
    return Thing(key_of(pressed), shown(pressed))


async def speech(cast: Cast, owner: Person) -> Thing:
    """Return a speech that was posted."""
    pressed = await speak(cast.world, f"Number {next(cast.passers)}.", owner)
    return Thing(key_of(pressed), await ended(pressed))


async def speech_offer(cast: Cast, owner: Person) -> Thing:
    """Return the offer of a speech that is dear."""
    pressed = await speak(cast.world, cast.dear(), owner)
    return Thing(key_of(pressed), await offered(pressed))


async def case(cast: Cast, owner: Person) -> Thing:
    """Return a case that waits: somebody wanted to have a word spoken that is refused here."""
    pressed = await speak(cast.world, f"That is {FORBIDDEN}.", owner)
    await whispered(pressed)
    key = f"words-{key_of(pressed)}"
    return Thing(key, await case_about(cast.world, cast.review, key))


async def decided(cast: Cast, owner: Person) -> Thing:
    """Return a case that was rejected, which can be undone and appealed."""
    waiting = await case(cast, owner)
    olga = cast.people[Actor.OPERATOR]
    await whispered(await decide(cast.world, olga, waiting.where, Decision.REJECT))
    return waiting


async def request(cast: Cast, owner: Person, asker: Person | None = None) -> Thing:
    """Return a request for the owner's voice, as they are asked in private."""
    known = {each["id"] for each in cast.world.discord.direct_messages(owner)}
    pressed = await cast.world.clone(asker or cast.passer(), owner=owner, name=cast.label())
    asked = await _letter(cast, owner, known, wording_consent.ANSWERS[Answer.ONCE])
    return Thing(key_of(pressed), asked)


async def request_of_granted(cast: Cast, owner: Person) -> Thing:
    """Return a request of who is granted the voice."""
    return await request(cast, owner, cast.people[Actor.GRANTED])


async def speaking(cast: Cast, owner: Person) -> Thing:
    """Return a request that the owner allowed, which waits for their sentence to be recorded."""
    asked = await request(cast, owner)
    await cast.world.press(owner, asked.where, wording_consent.ANSWERS[Answer.ONCE])
    where = await cast.world.until(
        lambda each: each["id"] == asked.where["id"] and wording_spoken.RECORD in labels(each),
        channel=cast.world.discord.direct_channel(owner),
    )
    return Thing(asked.key, where)


async def erase_question(cast: Cast, owner: Person) -> Thing:
    """Return the question whether all about the owner is to be erased."""
    pressed = await cast.world.discord.slash(owner, cast.world.channel, "mydata erase")
    await pressed.completed(PATIENCE)
    return Thing(f"{key_of(pressed)}:discord:{owner.id}", shown(pressed))


async def _letter(cast: Cast, owner: Person, known: set[str], button: str) -> Message:
    return await cast.world.until(
        lambda each: each["id"] not in known and button in labels(each),
        channel=cast.world.discord.direct_channel(owner),
    )


def key_of(pressed: Interaction) -> str:
    """Return the key that Myna makes of a press."""
    return f"discord-{pressed.id}"
