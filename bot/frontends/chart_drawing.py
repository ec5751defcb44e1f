"""The process that draws one chart: JSON comes in, a PNG goes out. See `bot.frontends.chart`.

Colours are those of Okabe and Ito, which colour-blind people tell apart, on the dark grey of
Discord's dark theme; the picture is opaque, so it reads the same on the light one.
"""

import io
import json
import math
import sys
import unicodedata
from typing import Any, Final

from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure, SubFigure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.text import Text
from matplotlib.ticker import FuncFormatter, MaxNLocator

DPI: Final = 100
WIDTH: Final = 800
HEIGHT: Final = 450
"""Pixels of a picture without members: a phone shows it as wide as its screen."""

_HEAD: Final = 72
"""Pixels of the two lines at the top."""

_ROW: Final = 34
_ROWS_FRAME: Final = 50
"""Pixels of a member, and of what stands above the first and below the last."""

_NAME_WIDTH: Final = 230
"""Pixels that a name may take."""

_DAYS_NAMED: Final = 7
_FEWEST_SLOTS: Final = 5
"""A single day is drawn as wide as one of five, not across the whole picture."""

_BACK, _TEXT, _DIM, _LINE = "#2b2d31", "#f2f3f5", "#b5bac1", "#4e5058"
_COLOURS: Final = ("#56b4e9", "#e69f00", "#009e73")
_LARGE, _SMALL = 19, 13
_PAD: Final = 0.14
"""Inches around everything."""

_OF_EMOJI: Final = str.maketrans("", "", "\u200d\ufe0e\ufe0f\u20e3")
"""What joins emoji, or tells how the one before looks: marks, but of no letter."""

_STYLE: Final[dict[Any, Any]] = {
    "text.parse_math": False,  # a dollar sign is a dollar sign
    "font.size": 14,
    "text.color": _TEXT,
    "axes.edgecolor": _LINE,
    "axes.labelcolor": _TEXT,
    "xtick.color": _TEXT,
    "ytick.color": _TEXT,
    "axes.facecolor": _BACK,
    "figure.facecolor": _BACK,
    "savefig.facecolor": _BACK,
}


def main() -> None:
    """Draw what standard input asks for."""
    sys.stdout.buffer.write(picture(json.load(sys.stdin.buffer)))


def picture(order: dict[str, Any]) -> bytes:
    """Return the PNG of an order that `bot.frontends.chart` made."""
    rcParams.update(_STYLE)
    shares = order["shares"]
    rows = _ROWS_FRAME + _ROW * len(shares) if shares else 0
    height = HEIGHT + rows
    layout = ConstrainedLayoutEngine(w_pad=_PAD, h_pad=_PAD, rect=(0, 0, 1, 1 - _HEAD / height))
    figure = Figure(figsize=(WIDTH / DPI, height / DPI), dpi=DPI, layout=layout)
    FigureCanvasAgg(figure)
    figure.text(0.02, 1 - 14 / height, order["title"], size=_LARGE, weight="bold", va="top")
    figure.text(0.02, 1 - 50 / height, order["subtitle"], size=_SMALL, color=_DIM, va="top")
    if order["nothing"]:
        figure.text(0.5, 0.45, order["nothing"], size=_LARGE, ha="center")
    elif shares:
        grid = figure.add_gridspec(2, 1, height_ratios=[HEIGHT - _HEAD, rows])
        _draw_days(figure.add_subfigure(grid[0]).add_subplot(), order)
        _draw_shares(figure.add_subfigure(grid[1]), order)
    else:
        _draw_days(figure.add_subplot(), order)
    written = io.BytesIO()
    figure.savefig(written, format="png")
    return written.getvalue()


def _draw_days(axes: Axes, order: dict[str, Any]) -> None:
    days = order["days"]
    tops = _stack(axes, days, order["kinds"])
    for place, (day, top) in enumerate(zip(days, tops, strict=True)):
        axes.annotate(
            day["label"],
            (place, top),
            (0, 4),
            textcoords="offset points",
            ha="center",
            size=_SMALL,
        )
    _scale(axes, len(days), max(tops))
    named = range(len(days) - 1, -1, -math.ceil(len(days) / _DAYS_NAMED))
    axes.set_xticks(named, [days[place]["day"] for place in named])
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.14), ncols=3, frameon=False)


def _stack(axes: Axes, days: list[dict[str, Any]], kinds: list[str]) -> list[float]:
    """Draw the bars, kind upon kind, and return how high each day came, in dollars."""
    tops = [0.0] * len(days)
    for index, kind in enumerate(kinds):
        heights = [day["usd"][index] for day in days]
        if any(heights):
            axes.bar(range(len(days)), heights, 0.7, tops, label=kind, color=_COLOURS[index])
        tops = [top + height for top, height in zip(tops, heights, strict=True)]
    return tops


def _scale(axes: Axes, bars: int, highest: float) -> None:
    spare = max(0.0, _FEWEST_SLOTS - bars) / 2
    axes.set_xlim(-0.5 - spare, bars - 0.5 + spare)
    axes.set_ylim(0, highest * 1.15)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 5, 10]))
    ticks = axes.get_yticks()
    decimals = max(2, -math.floor(math.log10(ticks[1] - ticks[0]) + 1e-9))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda usd, _: f"${usd:,.{decimals}f}"))
    axes.grid(axis="y", color=_LINE, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(length=0)
    axes.tick_params(axis="x", pad=9)  # clear of the lowest amount, which stands beside it
    for side in ("top", "left", "right"):
        axes.spines[side].set_visible(False)


def _draw_shares(figure: SubFigure, order: dict[str, Any]) -> None:
    axes = figure.add_subplot()
    shares = order["shares"]
    places = range(len(shares))
    amounts = [share["usd"] for share in shares]
    axes.barh(places, amounts, color=_DIM, height=0.62)
    axes.set_title(order["shares_title"], loc="left", size=_SMALL, color=_DIM)
    axes.set_yticks(places, [_fitting(figure, share) for share in shares])
    axes.set_ylim(len(shares) - 0.5, -0.5)
    axes.set_xlim(0, (max(amounts) or 1) * 1.25)
    for place, share in enumerate(shares):
        axes.annotate(
            share["label"], (share["usd"], place), (6, 0), textcoords="offset points", va="center"
        )
    axes.tick_params(length=0, labelbottom=False)
    for side in axes.spines.values():
        side.set_visible(False)


def _fitting(figure: SubFigure, share: dict[str, Any]) -> str:
    """Return the name as the font can write it, cut to its width, or else its stand-in."""
    name = writable(share["name"]) or share["otherwise"]
    shown = name
    while _width(figure, shown) > _NAME_WIDTH:
        name = name[:-1]
        shown = name.rstrip() + "…"
    return shown


def writable(name: str) -> str:
    """Return the name without symbols that the font lacks, or nothing if it lacks a letter.

    Letters that only look different, such as those of mathematics, become plain ones. Scripts
    from right to left need a layout that the library does not have.
    """
    name = unicodedata.normalize("NFKC", name.translate(_OF_EMOJI))
    known = get_font(findfont(FontProperties())).get_charmap()
    lacking = [each for each in name if ord(each) not in known]
    if any(unicodedata.category(each)[0] in "LMN" for each in lacking):
        return ""
    if any(unicodedata.bidirectional(each) in {"R", "AL"} for each in name):
        return ""
    kept = " ".join("".join(each for each in name if ord(each) in known).split())
    return kept if any(each.isalnum() for each in kept) else ""


def _width(figure: SubFigure, text: str) -> float:
    drawn = Text(0, 0, text)
    drawn.set_figure(figure)
    width: float = drawn.get_window_extent().width
    return width
