"""Where Myna may answer, and what it says is missing."""

import discord
import pytest

from bot.frontends.discord.permissions import missing_rights

ALL = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    attach_files=True,
    read_message_history=True,
)


def without(*names: str) -> discord.Permissions:
    rights = discord.Permissions(ALL.value)
    rights.update(**dict.fromkeys(names, False))
    return rights


@pytest.mark.parametrize("in_thread", [False, True])
def test_nothing_is_missing_where_voice_messages_alone_are_forbidden(*, in_thread: bool) -> None:
    assert missing_rights(without("send_voice_messages"), in_thread=in_thread) == []


def test_every_missing_right_is_named_as_discord_names_it() -> None:
    nothing = discord.Permissions.none()

    assert set(missing_rights(nothing, in_thread=False)) == {
        "View Channel",
        "Send Messages",
        "Attach Files",
        "Read Message History",
    }


def test_a_thread_has_its_own_right_to_send() -> None:
    assert missing_rights(without("send_messages"), in_thread=True) == []
    assert missing_rights(without("send_messages_in_threads"), in_thread=True) == [
        "Send Messages in Threads"
    ]
