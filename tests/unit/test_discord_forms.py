"""Which forms are still waited for."""

from datetime import UTC, datetime, timedelta

import discord

from bot.frontends.discord.form_ids import FORM_SECONDS, is_forgotten

OPENED = datetime(2026, 11, 24, 12, tzinfo=UTC)
FORM = f"myna:form:a1b2c3d4:{discord.utils.time_snowflake(OPENED)}"


def test_a_form_of_this_process_is_waited_for() -> None:
    assert not is_forgotten(FORM, mark="a1b2c3d4", sent_at=OPENED + timedelta(minutes=10))


def test_a_form_of_an_earlier_process_is_forgotten() -> None:
    assert is_forgotten(FORM, mark="e5f60718", sent_at=OPENED + timedelta(seconds=30))


def test_a_form_left_open_for_too_long_is_forgotten() -> None:
    late = OPENED + timedelta(seconds=FORM_SECONDS + 60)

    assert is_forgotten(FORM, mark="a1b2c3d4", sent_at=late)


def test_a_form_of_an_older_version_is_forgotten() -> None:
    assert is_forgotten("0f1e2d3c4b5a", mark="a1b2c3d4", sent_at=OPENED)
