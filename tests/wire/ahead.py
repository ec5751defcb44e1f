"""Runs Myna as it would run later: its clock is `AHEAD_SECONDS` ahead. Started as a script."""

import asyncio
import os
from datetime import datetime, timedelta

from bot import app, logs, settings

AHEAD_SECONDS = "AHEAD_SECONDS"


def later() -> datetime:
    """Return the time that Myna goes by."""
    return app.utc_now() + timedelta(seconds=float(os.environ[AHEAD_SECONDS]))


if __name__ == "__main__":
    loaded = settings.load()
    logs.configure(loaded.myna_log_level, loaded.secrets())
    asyncio.run(app.run(loaded, later))
