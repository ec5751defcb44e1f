"""What a forked process does first; it imports nothing that Myna itself would not."""

import os
import runpy
import sys
from pathlib import Path


def run(command: tuple[str, ...], environment: dict[str, str], folder: Path, log: Path) -> None:
    """Be that command of Python's, in that environment and folder, with all output in `log`."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    with log.open("ab") as to:
        for stream in (sys.stdout, sys.stderr):
            os.dup2(to.fileno(), stream.fileno())
    if command[0] == "-m":
        sys.argv = list(command[1:])
        runpy.run_module(command[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = list(command)
        runpy.run_path(command[0], run_name="__main__")
