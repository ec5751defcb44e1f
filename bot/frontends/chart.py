"""Draws what was spent, in a process of its own that lives for one picture.

The bot itself never loads the drawing library, which would take 50 MB for as long as it runs.
"""

import asyncio
import json
import logging
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from typing import Any, Final

from bot.domain.money import MICRO
from bot.domain.usage import DayUsage, Total, UsageReport
from bot.frontends import wording_usage
from bot.frontends.wording_money import money
from bot.frontends.wording_usage import KINDS, Names

log = logging.getLogger(__name__)

SECONDS: Final = 30.0
"""Then a picture is given up. It takes 0.9 s and 74 MB at most on two idle cores (measured)."""

_LABELLED_BARS: Final = 7
"""With more bars than these, amounts written above them would touch."""

_PROGRAM: Final = (
    "import sys; sys.path[:] = {path!r}; from bot.frontends.chart_drawing import main; main()"
)
# Nothing of the bot's environment: no secrets, and no program that could be found and started.
_ENVIRONMENT: Final = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PATH": "/nowhere"}

_turn: Final = asyncio.Semaphore(2)


class ChartFailed(Exception):
    """There is no picture; the table says the same."""


async def draw(report: UsageReport, names: Names, *, seconds: float = SECONDS) -> bytes:
    """Return the report as a PNG, 800 pixels wide; two are drawn at a time.

    Raises:
        ChartFailed: the process came to nothing, or took longer than `seconds`.
    """
    order = json.dumps(_order(report, names)).encode()
    async with _turn:
        try:
            with tempfile.TemporaryDirectory() as folder:
                return await _run(order, folder, seconds)
        except OSError as error:
            raise ChartFailed(f"no process or folder to draw in: {error}") from error


async def _run(order: bytes, folder: str, seconds: float) -> bytes:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        "-c",
        _PROGRAM.format(path=sys.path),
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
        env={**_ENVIRONMENT, "MPLCONFIGDIR": folder},
    )
    try:
        async with asyncio.timeout(seconds):
            picture, complaint = await process.communicate(order)
    except TimeoutError as error:
        raise ChartFailed(f"not drawn within {seconds} s") from error
    finally:
        await _end(process)
    said = complaint.decode(errors="replace").strip().rpartition("\n")[2]
    if process.returncode or not picture:
        raise ChartFailed(f"exit code {process.returncode}: {said}")
    if said:
        log.warning("The drawing of a chart complained: %s", said)
    return picture


async def _end(process: Process) -> None:
    if process.returncode is None:
        process.kill()
        await process.wait()


def _order(report: UsageReport, names: Names) -> dict[str, Any]:
    """Return all that is drawn, as JSON values; amounts in dollars."""
    spent = report.total.amount
    members = wording_usage.members(report, names) if spent else []
    return {
        "title": wording_usage.picture_title(report),
        "subtitle": wording_usage.picture_subtitle(report),
        "nothing": None if spent else wording_usage.NOTHING,
        "kinds": list(KINDS.values()),
        "days": [_bar(day, report) for day in report.days],
        "shares_title": wording_usage.BY_MEMBER,
        "shares": [
            {
                "name": name,
                "otherwise": wording_usage.member(place),
                "usd": amount / MICRO,
                "label": money(amount),
            }
            for place, (name, amount) in enumerate(members, start=1)
        ],
    }


def _bar(day: DayUsage, report: UsageReport) -> dict[str, Any]:
    amounts = [day.by_kind.get(kind, Total()).amount for kind in KINDS]
    labelled = len(report.days) <= _LABELLED_BARS and day.total.amount
    return {
        "day": wording_usage.short_day(day.day),
        "usd": [amount / MICRO for amount in amounts],
        "label": money(day.total.amount) if labelled else "",
    }
