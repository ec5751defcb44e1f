"""What Myna needs in a place to answer there, checked before anything else."""

import discord

from bot.domain.errors import CannotPost

# Keys are discord.py's, names are those of Discord's own settings (English).
_NEEDED = {
    "view_channel": "View Channel",
    "attach_files": "Attach Files",
    "read_message_history": "Read Message History",
}
_IN_CHANNELS = {**_NEEDED, "send_messages": "Send Messages"}
# Inside a thread this right counts instead of Send Messages (Discord, threads, permissions).
_IN_THREADS = {**_NEEDED, "send_messages_in_threads": "Send Messages in Threads"}


def missing_rights(rights: discord.Permissions, *, in_thread: bool) -> list[str]:
    """Return the rights Myna lacks, by Discord's own names.

    Send Voice Messages is not among them: without it the preview is a plain audio file.
    """
    needed = _IN_THREADS if in_thread else _IN_CHANNELS
    return [name for key, name in needed.items() if not getattr(rights, key)]


def require_place_to_post(interaction: discord.Interaction[discord.Client]) -> None:
    """Check that Myna may answer where it was asked, also long after the asking.

    Raises:
        CannotPost: it may not. In group chats, and where the app is installed for one person
            only, Myna is no member and can never post by itself.
    """
    if interaction.channel_id is None or _is_no_member(interaction):
        raise CannotPost(missing=[])
    if interaction.guild_id is None:
        return
    in_thread = isinstance(interaction.channel, discord.Thread)
    missing = missing_rights(interaction.app_permissions, in_thread=in_thread)
    if missing:
        raise CannotPost(missing=missing)


def _is_no_member(interaction: discord.Interaction[discord.Client]) -> bool:
    if interaction.guild_id is None:
        return not interaction.context.dm_channel
    return interaction.is_user_integration() and not interaction.is_guild_integration()
