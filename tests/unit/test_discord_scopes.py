"""Whom a grant is for, as its owner reads it here, elsewhere, or in a direct message."""

from dataclasses import dataclass
from typing import cast

import discord
import pytest

from bot.domain.people import RoleId, server_on
from bot.domain.sharing import Scope, of_person, of_role, of_server
from bot.frontends.discord.scopes import plain_names, scope_names
from tests.fakes.orders import BOB

HERE, ELSEWHERE = of_server(server_on("discord", 55)), of_server(server_on("discord", 56))
SINGERS, STRANGERS = of_role(RoleId("discord:77")), of_role(RoleId("discord:78"))


@dataclass
class Role:
    """A role, of which only the name is asked for."""

    name: str


@dataclass
class Guild:
    """A server that only knows itself, its singers and nobody else."""

    id: int = 55
    name: str = "Home"

    def get_role(self, number: int) -> Role | None:
        return Role("singers") if number == 77 else None


@pytest.mark.parametrize(
    ("scope", "said"),
    [
        (HERE, "Everybody on this server"),
        (ELSEWHERE, "Everybody on another server"),
        (SINGERS, "Everybody with <@&77>"),
        (STRANGERS, "Everybody with a role of another server"),
        (of_person(BOB), "<@2>"),
    ],
)
def test_only_this_server_and_its_roles_are_called_so(scope: Scope, said: str) -> None:
    assert scope_names(cast("discord.Guild", Guild()))(scope) == said


@pytest.mark.parametrize("scope", [HERE, SINGERS])
def test_in_a_direct_message_no_server_is_this_one(scope: Scope) -> None:
    assert "another server" in scope_names(None)(scope)


async def test_in_a_menu_two_other_servers_can_be_told_apart() -> None:
    scopes = [HERE, ELSEWHERE, STRANGERS, of_person(BOB)]

    assert list((await plain_names(None, scopes)).values()) == [
        "another server (55)",
        "another server (56)",
        "role of another server (78)",
        "member 2",
    ]
