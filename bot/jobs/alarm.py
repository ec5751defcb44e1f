"""Tell the operator from inside a run, without failing it."""

import logging
from typing import Final

from bot.domain.errors import FaceDown, MynaError
from bot.jobs.run import Run
from bot.jobs.steps import Retry, Step
from bot.ports import OperatorAlerts

ALERT: Final = Step("alert", timeout=60.0, retry=Retry(attempts=4), late=FaceDown)

log = logging.getLogger(__name__)


async def alert(run: Run, alerts: OperatorAlerts, error: MynaError) -> None:
    """Alert the operator; where that fails the log says so."""
    try:
        await run.step(ALERT, alerts.alert, error, run.reference)
    except MynaError as failed:
        log.warning(
            "%s: the operator was not told of %s: %s",
            *(run.reference, type(error).__name__, type(failed).__name__),
        )
