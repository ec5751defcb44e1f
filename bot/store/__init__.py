"""Myna's own tables: every row that outlives a restart, and nobody else's business."""

from bot.store.database import Database, StoreUnusable, ambient
from bot.store.key_values import SqlKeyValueStore
from bot.store.voices import SqlVoiceStore

__all__ = ["Database", "SqlKeyValueStore", "SqlVoiceStore", "StoreUnusable", "ambient"]
