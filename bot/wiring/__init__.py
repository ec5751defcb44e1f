"""Wires the core: which store, which workflow and which use case gets what. `bot.app` opens it."""

from bot.wiring.rules import retention
from bot.wiring.stores import Stores, World
from bot.wiring.use_cases import services
from bot.wiring.workflows import lanes, workflows

__all__ = ["Stores", "World", "lanes", "retention", "services", "workflows"]
