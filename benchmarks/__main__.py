"""Runs all benchmarks, or those named: `python -m benchmarks [name …]`."""

import argparse
import sys

from benchmarks import autocomplete, burst, cache, conversion, latency, memory, speaking

ALL = {
    "conversion": conversion.main,
    "latency": latency.main,
    "speaking": speaking.main,
    "burst": burst.main,
    "memory": memory.main,
    "autocomplete": autocomplete.main,
    "cache": cache.main,
}


def main() -> int:
    """Print every table; return 0 when every target is reached, else 1."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(ALL))
    names = parser.parse_args().names or list(ALL)
    if unknown := [name for name in names if name not in ALL]:
        parser.error(f"there is no benchmark {unknown[0]}, only {', '.join(ALL)}")
    return max(ALL[name]([]) for name in names)


if __name__ == "__main__":
    sys.exit(main())
