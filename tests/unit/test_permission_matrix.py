"""The permission matrix knows all there is to press, and its document says the same."""

import importlib
import pkgutil
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from discord import app_commands, ui

import bot.frontends.discord
from bot.app import EXTENSIONS
from bot.domain.errors import MynaError
from bot.frontends.discord.case_views import CaseAction, CaseButton
from bot.frontends.discord.client import MynaBot
from bot.frontends.discord.commands import fingerprint
from bot.frontends.discord.consent_views import _LABELS, ConsentButton
from bot.frontends.discord.library_views import Shelf, ShelfButton, ShelfMenu
from bot.frontends.discord.speech_views import SpeechAction, SpeechButton
from bot.frontends.discord.views import Action, VoiceButton
from bot.frontends.wording_errors import explain
from tests.fakes.stores import FakeKeyValueStore
from tests.wire.matrix import ROWS, markdown, sentence
from tests.wire.matrix_presses import PRESSES

DOCUMENT = Path(__file__).parents[2] / "docs" / "permissions.md"
FORM = re.compile(r"[A-Z]\w+")

ACTIONS: Mapping[type[Any], Iterable[str]] = {
    VoiceButton: Action,
    SpeechButton: SpeechAction,
    ShelfButton: Shelf,
    ShelfMenu: (Shelf.PICK, Shelf.REVOKE),
    ConsentButton: _LABELS,
    CaseButton: CaseAction,
}
"""What the buttons and menus do whose template does not say so."""


class _Told(FakeKeyValueStore):
    """Discord has been told of the commands already."""

    bot: MynaBot

    async def read(self, name: str) -> str | None:
        del name
        return fingerprint(self.bot.tree, 1)


@pytest.fixture
async def myna() -> MynaBot:
    """Return Myna with all that can be pressed, as it starts."""
    facts = _Told()
    facts.bot = MynaBot(facts=facts, extensions=EXTENSIONS)
    facts.bot._connection.application_id = 1
    await facts.bot.setup_hook()
    return facts.bot


async def test_every_command_and_message_menu_has_a_row(myna: MynaBot) -> None:
    there = {
        f"/{command.qualified_name}"
        for command in myna.tree.walk_commands()
        if isinstance(command, app_commands.Command)
    }
    menus = [one for one in myna.tree.get_commands() if isinstance(one, app_commands.ContextMenu)]
    there |= {f"menu: {menu.name}" for menu in menus}

    named = {_command(action) for action in ROWS if action.startswith(("/", "menu: "))}
    assert named == there


def _command(action: str) -> str:
    """Return the command of a row, without the option or the case that the row is about."""
    return re.sub(r" \w+:$|, of others$", "", action)


async def test_everything_that_a_button_or_menu_does_has_a_row(myna: MynaBot) -> None:
    registered = myna._connection._view_store._dynamic_items
    there = {action for item in registered.values() for action in _actions(item)}

    assert {action for action in ROWS if action.startswith("myna")} == there


def _actions(item: type[Any]) -> set[str]:
    """Return the beginnings of the ids of a button or menu: what comes next is a key."""
    template = item.__discord_ui_compiled_template__.pattern
    prefix, first = re.match(r"([\w-]+:)\(\?P<\w+>([^)]*)\)", template).groups()  # type: ignore[union-attr]
    named = first.split("|") if re.fullmatch(r"[\w|-]+", first) else ACTIONS[item]
    return {prefix + name for name in named}


def test_every_form_has_a_row() -> None:
    for module in pkgutil.iter_modules(bot.frontends.discord.__path__, "bot.frontends.discord."):
        importlib.import_module(module.name)
    there = {form.__name__ for form in _below(ui.Modal) if form.__module__.startswith("bot.")}

    named = {found[0] for action in ROWS if (found := FORM.match(action))}
    assert named == {name for name in there if not name.startswith("_")}


def _below(kind: type[Any]) -> set[type[Any]]:
    return {kind}.union(*map(_below, kind.__subclasses__()))


def test_every_row_is_pressed() -> None:
    assert set(PRESSES) == set(ROWS)


def test_every_refusal_says_more_than_sorry() -> None:
    apology = explain(RuntimeError())
    kinds: set[type[MynaError]] = {kind for row in ROWS.values() for kind in row.refused.values()}

    assert [kind for kind in kinds if sentence(kind) == apology] == []


def test_the_document_says_what_the_table_says() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == markdown(), "python -m tests.wire.matrix"
