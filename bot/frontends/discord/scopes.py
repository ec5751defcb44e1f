"""Name whom a grant is for, as far as it can be told where somebody looks at it."""

from collections.abc import Callable, Mapping, Sequence

import discord

from bot.domain.sharing import Scope
from bot.frontends import wording_library as words
from bot.frontends.discord.asking import mention, native_id
from bot.frontends.discord.names import NAMES_SECONDS, PEOPLE_MAX, member_names


def scope_names(guild: discord.Guild | None) -> Callable[[Scope], str]:
    """Return what names scopes in Discord's markup for somebody in `guild`."""

    def name(scope: Scope) -> str:
        native = native_id(scope)
        if scope.startswith("server:"):
            return words.EVERYBODY_HERE if _is(guild, native) else words.EVERYBODY_ELSEWHERE
        if scope.startswith("role:"):
            is_known = guild is not None and guild.get_role(native) is not None
            return words.EVERYBODY_WITH.format(role=f"<@&{native}>") if is_known else words.A_ROLE
        return mention(scope)

    return name


async def plain_names(guild: discord.Guild | None, scopes: Sequence[Scope]) -> dict[Scope, str]:
    """Return what scopes are called where no markup is shown; a number where nobody can tell."""
    people = [native_id(each) for each in scopes if each.startswith("person:")]
    members: Mapping[int, str] = {}
    if guild is not None:
        members = await member_names(guild, people[:PEOPLE_MAX], seconds=NAMES_SECONDS)
    return {each: _plain(guild, each, members) for each in scopes}


def _plain(guild: discord.Guild | None, scope: Scope, members: Mapping[int, str]) -> str:
    native = native_id(scope)
    if scope.startswith("server:"):
        here = guild.name if guild is not None and _is(guild, native) else None
        return words.plain_server(here, native)
    if scope.startswith("role:"):
        role = None if guild is None else guild.get_role(native)
        return words.plain_role(None if role is None else role.name, native)
    return words.plain_member(members.get(native), native)


def _is(guild: discord.Guild | None, native: int) -> bool:
    return guild is not None and guild.id == native
