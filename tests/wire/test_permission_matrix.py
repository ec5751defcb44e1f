"""Every action by every actor, pressed for real: what may not be done is refused, with its reason.

A refused press is told to the presser alone, and leaves everything that Myna keeps, has posted and
has sent as it was.
"""

import re
from collections.abc import AsyncIterator
from dataclasses import fields, is_dataclass

import pytest
import pytest_asyncio

from bot.domain.errors import (
    AdministratorsOnly,
    Banned,
    MemberError,
    MynaError,
    ReviewersOnly,
    VoiceUnknown,
)
from bot.frontends.wording_errors import explain
from bot.sandbox.discord import MEMBER_PERMISSIONS, Interaction
from bot.sandbox.discord.messages import StoredMessage
from bot.sandbox.discord.wire import CallbackType, MessageFlag
from tests.wire.matrix import ROWS, Actor, cells, sentence
from tests.wire.matrix_presses import PRESSES
from tests.wire.matrix_scene import LABEL, Cast, gather
from tests.wire.matrix_turns import Turn
from tests.wire.world import PATIENCE
from tests.wire.world import world as open_world

pytestmark = pytest.mark.asyncio(loop_scope="module")

SETTINGS = {
    "MYNA_PERSON_DAY_USD": "none",
    "MYNA_SERVER_DAY_USD": "none",
    "MYNA_TOTAL_DAY_USD": "none",
    "MYNA_SPEECHES_PER_MINUTE": "600",
    "MINIMAX_CLONE_RPM": "6000",
    "MINIMAX_SPEECH_RPM": "6000",
}

TELLS_OF_OTHERS = {"/verify", "menu: Verify this audio"}
"""What anybody may ask about anybody."""


def _ordered() -> list[tuple[str, Actor, bool]]:
    """Return the cells, each with whether there is a review role.

    Of each action those come first that change nothing. Without a review role, which takes a
    second to set, that is all that a moderator may do then, and one of another server may not.
    Erasing comes last: what it is about is gone.
    """
    with_role = [(*cell, True) for cell in cells() if cell[1] is not Actor.LONE_MODERATOR]
    without = [
        (action, actor, False)
        for action, row in ROWS.items()
        for actor in (Actor.MEMBER, Actor.ELSEWHERE, Actor.LONE_MODERATOR)
        if row.refused.get(Actor.LONE_MODERATOR) != row.refused.get(Actor.MODERATOR)
    ]
    return sorted(
        [*with_role, *without],
        key=lambda cell: (
            cell[0] == "myna-erase:erase",
            not cell[2],
            list(ROWS).index(cell[0]),
            cell[1] not in ROWS[cell[0]].refused,
        ),
    )


def _name(cell: tuple[str, Actor, bool]) -> str:
    action, actor, has_role = cell
    return f"{action}-{actor}" if has_role else f"{action}-{actor}, no review role"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def cast(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Cast]:
    """Yield everybody, on one server of one Myna."""
    folder = tmp_path_factory.mktemp("myna")
    async with open_world(folder, settings=SETTINGS, start=False) as world:
        yield await gather(world)


@pytest.mark.parametrize("cell", _ordered(), ids=_name)
async def test_cell(cast: Cast, cell: tuple[str, Actor, bool]) -> None:
    action, actor, has_role = cell
    await cast.rule(review_role=f"discord:{cast.reviewers.id}" if has_role else None)
    refusal = ROWS[action].refused.get(actor)
    turn = Turn(cast, actor, refusal is None)
    pressed = await PRESSES[action](turn)
    if refusal is None:
        await assert_allowed(turn, action, pressed)
        if action == "myna-consent:never":
            await cast.allow_again(actor)
    else:
        await assert_refused(turn, refusal, pressed)


async def test_a_form_does_not_outlive_the_review_role(cast: Cast) -> None:
    await cast.rule(review_role=f"discord:{cast.reviewers.id}")
    discord, rita = cast.world.discord, cast.people[Actor.REVIEWER]
    form = await PRESSES["myna-case:approve"](Turn(cast, Actor.REVIEWER, may=True))
    await form.until(lambda each: each.modal is not None, PATIENCE)
    discord.take_role(rita, cast.reviewers)
    turn = Turn(cast, Actor.REVIEWER, may=False)
    await turn.ready()

    sent = await discord.submit_modal(form, {"reason": "Because."})

    await assert_refused(turn, ReviewersOnly, sent)
    discord.give_role(rita, cast.reviewers)


async def test_a_form_does_not_outlive_the_right_to_manage_the_server(cast: Cast) -> None:
    discord, adam = cast.world.discord, cast.people[Actor.ADMINISTRATOR]
    form = await PRESSES["myna-rule:form"](Turn(cast, Actor.ADMINISTRATOR, may=True))
    await form.until(lambda each: each.modal is not None, PATIENCE)
    adam.permissions = MEMBER_PERMISSIONS
    turn = Turn(cast, Actor.ADMINISTRATOR, may=False)
    await turn.ready()

    sent = await discord.submit_modal(form, {"value": "7"})

    await assert_refused(turn, AdministratorsOnly, sent)


async def assert_refused(turn: Turn, refusal: type[MynaError], pressed: Interaction) -> None:
    """Check that the presser was told why not, and that this is all that happened."""
    await pressed.until(lambda each: is_answered(each, None), PATIENCE)

    said = text_of(pressed, but=pressed.source)
    assert re.fullmatch(_pattern(refusal), said), said
    assert pressed.modal is None
    await turn.cast.quiet()
    after = turn.cast.everything()
    changed = {name for name in after if after[name] != turn.before[name]}
    assert {name: (turn.before[name], after[name]) for name in changed} == {}


async def assert_allowed(turn: Turn, action: str, pressed: Interaction) -> None:
    """Check that something else than a refusal was answered, and nothing of others' things.

    From another server nothing changes here, whatever one may do there.
    """
    where = None if pressed.source is None else pressed.source.json["content"]
    await pressed.until(lambda each: is_answered(each, where), PATIENCE)

    said = text_of(pressed)
    assert [kind for kind in REFUSALS if re.fullmatch(_pattern(kind), said)] == []
    assert explain(RuntimeError()) not in said
    if turn.actor is Actor.ELSEWHERE:
        await turn.cast.quiet()
        assert turn.cast.of_server() == turn.of_server_before
    is_strange = turn.actor in {Actor.MEMBER, Actor.BANNED, Actor.ELSEWHERE}
    if is_strange and action not in TELLS_OF_OTHERS:
        owner = turn.cast.people[Actor.OWNER]
        assert f"<@{owner.id}>" not in said
        assert turn.actor is Actor.BANNED or LABEL not in said


def is_answered(pressed: Interaction, where: str | None) -> bool:
    """Say whether there is more than that Myna is thinking."""
    if pressed.answer is None:
        return False
    if pressed.later:
        return True
    original = pressed.original
    if original is not None and MessageFlag.LOADING in original.flags:
        return False
    if pressed.answer["type"] != CallbackType.DEFERRED_UPDATE:
        return True
    return original is not None and where is not None and original.json["content"] != where


def text_of(pressed: Interaction, *, but: StoredMessage | None = None) -> str:
    """Return all that was answered, also in an embed, and on the message that was pressed."""
    answers = [one for one in (pressed.message, *pressed.followups) if one is not None]
    by_id = {one["id"]: one for one in answers if but is None or one["id"] != but.id}
    shown = list(by_id.values())
    embeds = [embed.get("description", "") for one in shown for embed in one.get("embeds", [])]
    return "\n".join([*(one["content"] for one in shown), *embeds])


def _kinds(kind: type[MynaError]) -> list[type[MynaError]]:
    return [kind, *(one for sub in kind.__subclasses__() for one in _kinds(sub))]


REFUSALS = [
    kind
    for kind in _kinds(MemberError)
    if kind in {Banned, VoiceUnknown} or (is_dataclass(kind) and not fields(kind))
]
"""Every error whose sentence can be told from others."""


def _pattern(kind: type[MynaError]) -> str:
    """Return what the sentence of an error looks like."""
    return ".+".join(map(re.escape, sentence(kind).split("…")))
