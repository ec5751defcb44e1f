"""What the composition root does by itself."""

import asyncio
import logging
import os

import discord
import pytest

from bot.app import RESUME_AFTER, CannotStart, resume_stranded, stay_connected


async def test_what_lies_about_is_taken_up_again_also_after_a_failure(
    caplog: pytest.LogCaptureFixture,
) -> None:
    slept: list[float] = []
    troubles = [OSError("disk full")]
    resumed: list[int] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) > 2:
            raise asyncio.CancelledError

    async def resume() -> int:
        if troubles:
            raise troubles.pop()
        resumed.append(1)
        return 1

    with caplog.at_level(logging.ERROR), pytest.raises(asyncio.CancelledError):
        await resume_stranded(resume, sleep)

    assert slept == [RESUME_AFTER.total_seconds()] * 3
    assert resumed == [1]
    assert "disk full" in caplog.text


async def test_being_shut_out_by_discord_is_a_sentence_and_an_exit_code() -> None:
    async def connect() -> None:
        raise discord.ClientException("Shard ID 0 WebSocket closed with 4004")

    refused = await stay_connected(connect)

    assert isinstance(refused, CannotStart)
    assert refused.exit_code == os.EX_UNAVAILABLE
    assert "closed with 4004" in str(refused)
