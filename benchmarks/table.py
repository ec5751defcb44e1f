"""How every benchmark prints: where it ran, rows of figures, targets reached or missed."""

import os
import platform
from collections.abc import Sequence


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the smallest value that at least `percent` of all values do not exceed."""
    ordered = sorted(values)
    rank = max(1, -(-len(ordered) * percent // 100))
    return ordered[int(rank) - 1]


def heading(title: str) -> None:
    """Print what is measured and on what."""
    load = os.getloadavg()[0]
    python = platform.python_version()
    print(f"\n{title}\n{os.cpu_count()} cores, Python {python}, load before: {load:.1f}")
    print("The stand-ins run in another process than Myna, and share the cores with it.\n")


def table(columns: Sequence[str], rows: Sequence[tuple[str, Sequence[str]]]) -> None:
    """Print named rows below their columns, figures to the right."""
    first = max(len(name) for name, _ in rows)
    widths = [
        max(len(column), *(len(figures[index]) for _, figures in rows))
        for index, column in enumerate(columns)
    ]
    for name, figures in (("", columns), *rows):
        shown = (figure.rjust(width) for figure, width in zip(figures, widths, strict=True))
        print("  ".join((name.ljust(first), *shown)))


def verdict(claim: str, value: float, target: float, unit: str) -> bool:
    """Print whether `value` stays below `target`, and return it."""
    reached = value < target
    mark = "reached" if reached else "MISSED"
    print(f"  {claim}: {value:.4g} {unit}, target below {target:g}: {mark}")
    return reached
