"""The picture of what was spent: drawn elsewhere, whatever the names, and given up in time."""

import asyncio
import io
import logging
import subprocess
import sys
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pytest
from matplotlib.image import imread

from bot.domain.money import ChargeKind, Microdollars
from bot.domain.people import PersonId, ServerId
from bot.domain.usage import DayUsage, Share, Total, UsageReport
from bot.frontends import chart
from bot.frontends.chart import ChartFailed
from bot.frontends.chart_drawing import HEIGHT, WIDTH, writable

ANNA = PersonId("discord:1")


def report(days: int, members: int = 0, *, dollars: float = 1.0) -> UsageReport:
    spent = Total(Microdollars(int(dollars * 1_000_000)), 100)
    by_kind = dict.fromkeys(ChargeKind, spent) if dollars else {}
    return UsageReport(
        ServerId("discord:55") if members else None,
        tuple(
            DayUsage(date(2026, 11, 25) - timedelta(days=back), by_kind)
            for back in reversed(range(days))
        ),
        tuple(Share(PersonId(f"discord:{number}"), spent) for number in range(members)),
        (),
    )


Pixels = npt.NDArray[np.float32]
"""Rows of RGBA, each 0 to 1."""


def pixels(png: bytes) -> Pixels:
    read: Pixels = imread(io.BytesIO(png))
    return read


@pytest.mark.parametrize(("days", "members"), [(1, 0), (7, 1), (31, 25)])
async def test_a_picture_is_opaque_with_nothing_at_its_edges(days: int, members: int) -> None:
    names = {PersonId(f"discord:{number}"): "W" * 32 for number in range(members)}

    found = pixels(await chart.draw(report(days, members), names))

    height, width, _ = found.shape
    edges = [found[0], found[-1], found[:, 0], found[:, -1]]
    assert width == WIDTH
    assert height == HEIGHT if not members else height > HEIGHT
    assert (found[:, :, 3] == 1).all()
    assert all((edge == found[0, 0]).all() for edge in edges)
    assert len(np.unique(found.reshape(-1, 4), axis=0)) > 3


async def test_an_empty_month_is_a_picture_too() -> None:
    found = pixels(await chart.draw(report(31, 3, dollars=0), {}))

    assert found.shape == (HEIGHT, WIDTH, 4)
    assert (found[HEIGHT // 2 :, : WIDTH // 5] == found[0, 0]).all()  # no axes, no members


@pytest.mark.parametrize("dollars", [0.000001, 123_456.0])
async def test_no_amount_is_too_small_or_too_big(
    dollars: float, caplog: pytest.LogCaptureFixture
) -> None:
    assert (await chart.draw(report(7, 3, dollars=dollars), {})).startswith(b"\x89PNG")
    assert caplog.records == []


HOSTILE = [
    "山田太郎", "محمد", "नेहा", "🎤🎤", "$x^2$ \\frac{1}{", "$", "a\nb", "\x00", "\u202eabc",
    "\ud83d",
    "\U000f0000", "_", "", "w" * 400,
]  # fmt: skip


async def test_no_name_fails_or_complains(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    for first in (0, 10):
        names = {
            PersonId(f"discord:{number}"): name
            for number, name in enumerate(HOSTILE[first : first + 10])
        }

        assert (await chart.draw(report(1, 10), names)).startswith(b"\x89PNG")

    assert caplog.records == []


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Zoë 🎤", "Zoë"),
        ("Дмитрий", "Дмитрий"),
        ("❤️ Anna 1️⃣ 👩‍🎤", "❤ Anna 1"),
        ("\U0001d4d0\U0001d4f7\U0001d4f7\U0001d4ea", "Anna"),
        ("cash $ & more", "cash $ & more"),
        ("山田 Taro", ""),
        ("שרה", ""),
        ("🎤", ""),
        ("---", ""),
    ],
)
def test_a_name_loses_its_emoji_and_is_left_out_where_a_letter_cannot_be_drawn(
    name: str, shown: str
) -> None:
    assert writable(name) == shown


async def test_a_picture_that_takes_too_long_is_given_up() -> None:
    with pytest.raises(ChartFailed, match="not drawn within"):
        await chart.draw(report(1), {}, seconds=0.001)


async def test_giving_up_ends_the_process_and_its_turn() -> None:
    waiting = [asyncio.timeout(0.05) for _ in range(4)]
    for each in waiting:
        with pytest.raises(TimeoutError):
            async with each:
                await chart.draw(report(1), {})

    assert (await chart.draw(report(1), {})).startswith(b"\x89PNG")


async def test_pictures_asked_for_at_once_all_come() -> None:
    pictures = await asyncio.gather(*(chart.draw(report(1), {}) for _ in range(3)))

    assert len(set(pictures)) == 1


def test_the_bots_own_process_never_loads_the_drawing_library() -> None:
    said = subprocess.run(
        [
            sys.executable,
            "-c",
            "import bot.frontends.chart, sys; print('matplotlib' in sys.modules)",
        ],
        capture_output=True,
        text=True,
        check=True,
    )

    assert said.stdout == "False\n"
