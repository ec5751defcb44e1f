"""Who runs this Myna, as far as Discord knows."""

from collections.abc import Iterable

import discord

from bot.domain.people import PersonId, person_on
from bot.frontends.discord.addresses import FACE


def operators_of(client: discord.Client, named: Iterable[int]) -> frozenset[PersonId]:
    """Return the people that the operator named; where they named nobody, whose application it is.

    That is its owner, or whoever accepted to be in the team that owns it. `client` is logged in.
    """
    ids = set(named)
    application = client.application
    if not ids and application is not None:
        team = application.team
        ids = {application.owner.id} if team is None else _members(team)
    return frozenset(person_on(FACE, one) for one in ids)


def _members(team: discord.Team) -> set[int]:
    accepted = discord.TeamMembershipState.accepted
    return {one.id for one in team.members if one.membership_state is accepted}
