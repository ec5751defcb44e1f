"""Who runs this Myna, by what Discord tells of the application."""

from typing import Any

import discord
import pytest

from bot.domain.people import PersonId
from bot.frontends.discord.operators import operators_of

OWNER: dict[str, Any] = {
    "id": "1",
    "username": "owner",
    "discriminator": "0",
    "avatar": None,
    "global_name": None,
}


def member(number: int, *, accepted: bool) -> dict[str, Any]:
    user = OWNER | {"id": str(number), "username": f"member{number}"}
    state = 2 if accepted else 1  # Discord, teams, membership state
    return {"user": user, "membership_state": state, "role": "developer", "team_id": "9"}


def client_of(team: list[dict[str, Any]] | None) -> discord.Client:
    """Return a client as it is after the log-in."""
    client = discord.Client(intents=discord.Intents.none())
    data: dict[str, Any] = {
        "id": "5",
        "name": "Myna",
        "description": "",
        "icon": None,
        "summary": "",
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "",
        "flags": 0,
        "owner": OWNER,
    }
    if team is not None:
        owned = {"id": "9", "name": "Team", "icon": None, "owner_user_id": "2", "members": team}
        data["team"] = owned
    client._application = discord.AppInfo(client._connection, data)  # type: ignore[arg-type]
    return client


@pytest.mark.parametrize(
    ("team", "named", "who"),
    [
        (None, (), {"discord:1"}),
        (None, (7, 8), {"discord:7", "discord:8"}),
        ([member(2, accepted=True), member(3, accepted=False)], (), {"discord:2"}),
        ([member(2, accepted=True)], (7,), {"discord:7"}),
    ],
    ids=["owner", "named", "accepted team", "named before a team"],
)
async def test_operators_are_who_was_named_else_who_owns_the_application(
    team: list[dict[str, Any]] | None, named: tuple[int, ...], who: set[PersonId]
) -> None:
    assert operators_of(client_of(team), named) == who


async def test_before_the_log_in_nobody_is() -> None:
    assert operators_of(discord.Client(intents=discord.Intents.none()), ()) == set()
