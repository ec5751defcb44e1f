"""Who a message pings, worked out as Discord does from its text and ``allowed_mentions``."""

import re

from bot.sandbox.discord.bodies import AllowedMentions
from bot.sandbox.discord.wire import JsonObject, invalid_form
from bot.sandbox.discord.world import Server, World

_USER = re.compile(r"<@!?(\d+)>")
_ROLE = re.compile(r"<@&(\d+)>")
_EVERYONE = re.compile(r"@(everyone|here)\b")


def find_mentions(
    world: World,
    text: str,
    allowed: AllowedMentions | None,
    *,
    replied_to: str | None,
    may_ping_everyone: bool,
    server: Server | None,
) -> JsonObject:
    """Return the fields ``mentions``, ``mention_roles`` and ``mention_everyone`` of a message.

    Without ``allowed`` everything in ``text`` pings, and so does the author of the message that
    is answered (``replied_to``, a user id) (Discord API, "Allowed Mentions Object").

    Raises:
        DiscordError: 50035, ``allowed`` both parses a kind and lists it.
    """
    if allowed is None:
        allowed = AllowedMentions(parse=["users", "roles", "everyone"], replied_user=True)
    parse = set(allowed.parse or [])
    for kind, listed in (("users", allowed.users), ("roles", allowed.roles)):
        if kind in parse and listed:
            raise invalid_form(
                f"allowed_mentions.{kind}", f'parse:["{kind}"] and {kind}: [ids...] exclude another'
            )
    users = _select(_USER, text, all_of_them="users" in parse, listed=allowed.users)
    pingable = {
        role.id
        for role in (world.roles(server) if server else ())
        if role.mentionable or may_ping_everyone
    }
    roles = _select(_ROLE, text, all_of_them="roles" in parse, listed=allowed.roles)
    if replied_to is not None and allowed.replied_user and replied_to not in users:
        users.append(replied_to)
    return {
        "mentions": [world.people[user].user() for user in users if user in world.people],
        "mention_roles": [role for role in roles if role in pingable],
        "mention_everyone": (
            "everyone" in parse and may_ping_everyone and _EVERYONE.search(text) is not None
        ),
    }


def _select(
    pattern: re.Pattern[str], text: str, *, all_of_them: bool, listed: list[int | str] | None
) -> list[str]:
    found = list(dict.fromkeys(pattern.findall(text)))
    if all_of_them:
        return found
    chosen = {str(item) for item in listed or []}
    return [item for item in found if item in chosen]
