"""What the bot may do in a channel, and Discord's own errors where it may not."""

from bot.sandbox.discord.wire import DiscordError, Permission
from bot.sandbox.discord.world import Channel, World


def missing_permissions() -> DiscordError:
    """Return 50013."""
    return DiscordError(403, 50013, "Missing Permissions")


def missing_access() -> DiscordError:
    """Return 50001."""
    return DiscordError(403, 50001, "Missing Access")


def require(channel: Channel, permission: Permission) -> None:
    """Pass if the bot has ``permission`` in ``channel``.

    Raises:
        DiscordError: 50001 without a view of the channel or outside its server, else 50013.
    """
    is_outside = channel.server is not None and not channel.server.has_bot
    if is_outside or Permission.VIEW_CHANNEL not in channel.bot_permissions:
        raise missing_access()
    if permission not in channel.bot_permissions:
        raise missing_permissions()


def require_to_send(world: World, channel: Channel, *, files: bool, embeds: bool) -> None:
    """Pass if the bot may post such a message.

    Raises:
        DiscordError: 50001 or 50013; 50007 for a person who takes no direct messages, 50278 for
            one who is in no server with the bot.
    """
    require(channel, Permission.SEND_MESSAGES)
    if channel.recipient is not None and not channel.recipient.accepts_direct_messages:
        raise DiscordError(403, 50007, "Cannot send messages to this user")
    if channel.recipient is not None and not world.meets_bot(channel.recipient):
        problem = "Cannot send messages to this user due to having no mutual guilds"
        raise DiscordError(403, 50278, problem)
    if files:
        require(channel, Permission.ATTACH_FILES)
    if embeds:
        require(channel, Permission.EMBED_LINKS)


def require_to_moderate(channel: Channel) -> None:
    """Pass if the bot may delete what somebody else has said.

    Raises:
        DiscordError: 50003 in a direct channel, where nobody may; else 50001 or 50013.
    """
    if channel.recipient is not None:
        problem = "Cannot execute action on a DM channel"
        raise DiscordError(403, 50003, problem, complaint=True)
    require(channel, Permission.MANAGE_MESSAGES)


def voice_refused() -> DiscordError:
    """Return 50173, for a channel where voice messages are not allowed."""
    return DiscordError(403, 50173, "Cannot send voice messages in this channel")
