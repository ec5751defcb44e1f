"""The command line: what `myna COMMAND` does, from `run` to `stand-in`."""

import argparse
import asyncio
import importlib.util
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from bot import health, logs, settings
from bot.settings import Settings, SettingsInvalid

_OWNER_ONLY = 0o077
"""The databases and recordings are nobody else's business."""

SANDBOX_MISSING = "The sandbox is an extra: pip install 'myna[sandbox]'"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code."""
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        code = command(options)
    except SettingsInvalid as error:
        print(error, file=sys.stderr)
        code = os.EX_CONFIG
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="myna", description="A chat bot that gives a community its own voices."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, command: Callable[[argparse.Namespace], int], help_: str) -> _Sub:
        sub = commands.add_parser(name, help=help_, description=help_)
        sub.set_defaults(command=command)
        return sub

    add("run", _run, "start the bot")
    add("check", _check, "say what is configured and whether each part works")
    add("health", _health, "exit 0 while a bot runs on this data and is connected")

    inspect = add("inspect", _inspect, "say what Myna thinks of a recording")
    inspect.add_argument("note", type=Path, metavar="NOTE")
    inspect.add_argument("--json", action="store_true", help="one JSON object")

    prepare = add("prepare", _prepare, "write the sample that would be uploaded")
    prepare.add_argument("notes", type=Path, metavar="NOTE", nargs="+", help="joined when several")
    prepare.add_argument("-o", "--output", type=Path, required=True, metavar="OUT")
    prepare.add_argument(
        "--best-part", action="store_true", help="cut to the five minutes with most speech"
    )

    usage = add("usage", _usage, "say what was charged; also while the bot runs")
    usage.add_argument("--csv", action="store_true", help="every charge, to compare with a bill")
    usage.add_argument("--since", metavar="YYYY-MM-DD", help="the first day (UTC)")
    usage.add_argument("--until", metavar="YYYY-MM-DD", help="the last day (UTC)")

    audit = add("audit", _audit, "say who did what with power; also while the bot runs")
    audit.add_argument("--csv", action="store_true", help="every entry, instead of the newest")

    sandbox = add("sandbox", _sandbox, "play a visit on stand-ins, with no account anywhere")
    sandbox.add_argument("--note", type=Path, metavar="NOTE", help="your own recording")
    sandbox.add_argument("--output", type=Path, default=Path("sandbox-output"), metavar="FOLDER")

    stand_in = add("stand-in", _stand_in, "run one stand-in alone, for other people's clients")
    stand_in.add_argument("service", choices=["discord", "minimax"])
    stand_in.add_argument("--port", type=int, required=True, metavar="N")
    return parser


_Sub = argparse.ArgumentParser


def _load() -> Settings:
    loaded = settings.load()
    logs.configure(loaded.myna_log_level, loaded.secrets())
    return loaded


def _run(_: argparse.Namespace) -> int:
    from bot import app  # noqa: PLC0415  the other commands start faster without the bot

    os.umask(_OWNER_ONLY)
    try:
        asyncio.run(app.run(_load()))
    except app.CannotStart as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return os.EX_OK


def _check(_: argparse.Namespace) -> int:
    from bot import checkup  # noqa: PLC0415  as above

    loaded = settings.load()
    logs.configure("WARNING", loaded.secrets())
    os.umask(_OWNER_ONLY)  # it makes the database where there is none yet
    return asyncio.run(checkup.run(loaded))


def _health(_: argparse.Namespace) -> int:
    return os.EX_OK if health.is_healthy(settings.load_storage().myna_data_dir) else 1


def _inspect(options: argparse.Namespace) -> int:
    from bot import notes  # noqa: PLC0415  as above

    return asyncio.run(notes.inspect(options.note, as_json=options.json))


def _prepare(options: argparse.Namespace) -> int:
    from bot import notes  # noqa: PLC0415  as above

    return asyncio.run(notes.prepare(options.notes, options.output, best_part=options.best_part))


def _usage(options: argparse.Namespace) -> int:
    from bot import usage  # noqa: PLC0415  as above

    try:
        days = usage.span(options.since, options.until)
    except usage.DatesInvalid as error:
        print(error, file=sys.stderr)
        return os.EX_USAGE
    os.umask(_OWNER_ONLY)  # it makes the database where there is none yet
    return asyncio.run(usage.run(settings.load_storage(), days, as_csv=options.csv))


def _audit(options: argparse.Namespace) -> int:
    from bot import audit  # noqa: PLC0415  as above

    os.umask(_OWNER_ONLY)  # it makes the database where there is none yet
    return asyncio.run(audit.run(settings.load_storage(), as_csv=options.csv))


def _sandbox(options: argparse.Namespace) -> int:
    if not _has_sandbox():
        return os.EX_UNAVAILABLE
    from bot.sandbox import visit  # noqa: PLC0415  an extra of the package

    return asyncio.run(visit.play(options.note, options.output))


def _stand_in(options: argparse.Namespace) -> int:
    if not _has_sandbox():
        return os.EX_UNAVAILABLE
    from bot.sandbox import discord, minimax  # noqa: PLC0415  an extra of the package

    serve = discord.serve if options.service == "discord" else minimax.serve
    try:
        asyncio.run(serve(options.port))
    except OSError as error:
        print(f"Port {options.port} cannot be used: {error.strerror}.", file=sys.stderr)
        return os.EX_UNAVAILABLE
    return os.EX_OK


def _has_sandbox() -> bool:
    if all(importlib.util.find_spec(name) for name in ("hibari", "trustme")):
        return True
    print(SANDBOX_MISSING, file=sys.stderr)
    return False


if __name__ == "__main__":
    main()
