"""One run of a workflow: its steps and transactions, recorded by the durable engine."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AbstractContextManager
from contextvars import Context
from functools import partial
from typing import Any, ParamSpec, Protocol, TypeVar

from dbos import DBOS, AsyncSQLAlchemyDatasource, PortableWorkflowError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.errors import MynaError, TemporaryError, Unexpected, from_json, to_json
from bot.jobs.names import reference_for
from bot.jobs.steps import Step, StepFailed, failed, succeeded, unpack
from bot.ports import Sleep
from bot.unbroken import finish

P = ParamSpec("P")
T = TypeVar("T")
Ambient = Callable[[AsyncConnection], AbstractContextManager[None]]
"""Lets everything that is stored inside join the transaction of a connection."""


class Start(Protocol):
    """Starts a workflow for a key, as the engine does."""

    def __call__(
        self, name: str, key: str, *, person: str | None = None, again: bool = False
    ) -> Coroutine[None, None, None]:
        """Start it unless it was started before; once more where it ended, if `again` is set."""
        ...


IsOver = Callable[[str, str], Coroutine[None, None, bool]]
"""Says whether no workflow of that name is busy with a key."""

log = logging.getLogger(__name__)


class Run:
    """One run of a workflow: what its body records its steps with."""

    def __init__(
        self,
        datasource: AsyncSQLAlchemyDatasource,
        name: str,
        key: str,
        *,
        ambient: Ambient,
        sleep: Sleep,
        chance: Callable[[], float],
        start: Start,
        is_over: IsOver,
    ) -> None:
        self._is_over = is_over
        self._start = start
        self._datasource = datasource
        self._ambient = ambient
        self._sleep = sleep
        self._chance = chance
        self._title = f"{name}:{key}"
        self.reference = reference_for(key)

    async def step(
        self, step: Step, function: Callable[P, Awaitable[T]], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `function` once for ever; a kill before its end runs it again.

        What it returns is kept as JSON, and comes back as JSON made it.

        Raises:
            MynaError: the function's, after the patience of `step`; `Unexpected` for any other.
        """
        attempt = partial(function, *args, **kwargs)
        record = await DBOS.run_step_async({"name": step.name}, self._until_it_ends, step, attempt)
        value: T = unpack(record)
        return value

    async def transaction(
        self, name: str, function: Callable[P, Awaitable[T]], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `function` exactly once: what it stores and its record are one commit.

        Raises:
            MynaError: the function's; nothing was stored then.
        """

        async def record() -> dict[str, Any]:
            connection = await self._datasource.sql_session().connection()
            try:
                with self._ambient(connection):
                    return succeeded(await function(*args, **kwargs))
            except MynaError as error:
                raise StepFailed(to_json(error)) from error

        try:
            kept = await finish(self._datasource.run_tx_step_async({"name": name}, record))
        except (StepFailed, PortableWorkflowError) as error:
            if isinstance(error.data, dict):
                raise from_json(error.data) from error
            raise
        value: T = unpack(kept)
        return value

    async def start(
        self, name: str, key: str, *, person: str | None = None, again: bool = False
    ) -> None:
        """Start another workflow unless it was started; `again` where it ended, once more.

        Not recorded as a step: after a kill it is started anew, which changes nothing.
        """
        start = self._start(name, key, person=person, again=again)
        # In a context of its own: else the engine would record in this run what it finds out
        # about the other one, and cannot.
        await asyncio.get_running_loop().create_task(start, context=Context())

    async def is_over(self, name: str, key: str) -> bool:
        """Say whether another workflow is not busy with a key: it ended, or never began.

        Not recorded: to be asked inside of a step.
        """
        asked = self._is_over(name, key)
        return await asyncio.get_running_loop().create_task(asked, context=Context())  # as above

    async def _until_it_ends(
        self, step: Step, attempt: Callable[[], Awaitable[object]]
    ) -> dict[str, Any]:
        failures = 0
        while True:
            try:
                async with asyncio.timeout(step.timeout):
                    return succeeded(await attempt())
            except TimeoutError:
                error: MynaError = step.late(f"{step.name} took over {step.timeout:g} s")
            except MynaError as raised:
                error = raised
            except Exception as raised:
                log.exception("%s %s: %s failed", self.reference, self._title, step.name)
                what = f"{type(raised).__name__} in {step.name}"
                return failed(Unexpected(what=what, reference=self.reference))
            failures += 1
            if not isinstance(error, TemporaryError) or failures >= step.retry.attempts:
                return failed(error)
            delay = step.retry.delay(failures, chance=self._chance(), at_least=error.retry_after)
            log.info(
                "%s %s: %s again in %.1f s after %s",
                *(self.reference, self._title, step.name, delay, type(error).__name__),
            )
            await self._sleep(delay)
