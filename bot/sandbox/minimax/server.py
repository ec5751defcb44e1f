"""The stand-in as one object: start it, point a client at its `url`, read its `ledger`."""

import asyncio
import tempfile
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from random import Random, SystemRandom
from typing import Self

from aiohttp import hdrs, web

from bot.sandbox.minimax.clock import StandInClock, system_time
from bot.sandbox.minimax.clone_endpoint import CloneEndpoint
from bot.sandbox.minimax.control import Control
from bot.sandbox.minimax.desk import Desk, StandInVoice
from bot.sandbox.minimax.faults import Faults
from bot.sandbox.minimax.file_endpoints import FileEndpoints
from bot.sandbox.minimax.gate import API_PREFIX, Gate
from bot.sandbox.minimax.ledger import Ledger
from bot.sandbox.minimax.library import Files, Voices
from bot.sandbox.minimax.limits import DOCUMENTED_RPM, RateWindows
from bot.sandbox.minimax.links import OBJECT_PREFIX, ObjectStore
from bot.sandbox.minimax.long_speech_endpoints import LongSpeechEndpoints
from bot.sandbox.minimax.recording import recorder, show_trace
from bot.sandbox.minimax.speech_endpoint import SpeechEndpoint
from bot.sandbox.minimax.speech_tasks import SpeechTasks
from bot.sandbox.minimax.switches import Switches
from bot.sandbox.minimax.voice_endpoints import VoiceEndpoints
from bot.sandbox.voice import SandboxVoice

SANDBOX_API_KEY = "sk-api-sandbox"
"""The key a stand-in accepts unless told otherwise; no secret."""

_STOPPING_SECONDS = 0.5
_OBJECT_STORE_ERROR = '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{}</Code></Error>\n'


class MiniMaxStandIn:
    """A local MiniMax: same wire, no account, and every cost on record."""

    def __init__(
        self,
        *,
        api_keys: Iterable[str] = (SANDBOX_API_KEY,),
        clock: Callable[[], datetime] = system_time,
        voice: StandInVoice | None = None,
        rpm: Mapping[str, int] = DOCUMENTED_RPM,
        host: str = "127.0.0.1",
        chance: Random | None = None,
    ) -> None:
        """Prepare a stand-in.

        `clock` answers aware UTC times; `rpm` are calls a minute by endpoint, e.g.
        `{"voice_clone": 60}`; `chance` makes ids and trace ids.
        """
        self._host = host
        self._folder = tempfile.TemporaryDirectory(prefix="minimax-stand-in-")
        chance = chance or SystemRandom()
        switches = Switches()
        self._desk = Desk(
            api_keys=frozenset(api_keys),
            clock=StandInClock(clock),
            ledger=Ledger(),
            faults=Faults(),
            switches=switches,
            rates=RateWindows(rpm),
            chance=chance,
            files=Files(chance, switches),
            voices=Voices(switches),
            store=ObjectStore(chance),
            voice=voice if voice is not None else SandboxVoice(),
            tasks=SpeechTasks(),
            threads=ThreadPoolExecutor(max_workers=2, thread_name_prefix="minimax-stand-in"),
            folder=Path(self._folder.name),
        )
        self._runner = web.AppRunner(
            self._application(), access_log=None, shutdown_timeout=_STOPPING_SECONDS
        )
        self._port: int | None = None

    @property
    def url(self) -> str:
        """Where clients reach it, e.g. `http://127.0.0.1:40123`.

        Raises:
            RuntimeError: it is not started.
        """
        if self._port is None:
            raise RuntimeError("the stand-in is not started")
        return f"http://{self._host}:{self._port}"

    @property
    def ledger(self) -> Ledger:
        """What happened and what it cost."""
        return self._desk.ledger

    @property
    def faults(self) -> Faults:
        """What is to go wrong."""
        return self._desk.faults

    @property
    def clock(self) -> StandInClock:
        """Its time, which may be pushed ahead."""
        return self._desk.clock

    @property
    def switches(self) -> Switches:
        """What it does where accounts differ or nobody knows."""
        return self._desk.switches

    async def start(self, port: int = 0) -> None:
        """Listen; port 0 lets the system choose.

        Raises:
            OSError: the port is taken; the stand-in is stopped and cannot be started again.
        """
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, port).start()
        except OSError:
            await self.stop()
            raise
        self._port = int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        """Stop listening and forget everything."""
        await self._runner.cleanup()
        await asyncio.to_thread(self._desk.threads.shutdown, cancel_futures=True)
        self._folder.cleanup()
        self._port = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.stop()

    def _application(self) -> web.Application:
        desk = self._desk
        gate, files, voices = Gate(desk), FileEndpoints(desk), VoiceEndpoints(desk)
        long_speech = LongSpeechEndpoints(desk)
        posts = {
            "files/upload": files.upload,
            "files/delete": files.delete,
            "voice_clone": CloneEndpoint(desk).clone,
            "get_voice": voices.get,
            "delete_voice": voices.delete,
            "t2a_v2": SpeechEndpoint(desk).speak,
            "t2a_async_v2": long_speech.begin,
        }
        gets = {
            "files/list": files.list_files,
            "files/retrieve": files.retrieve,
            "query/t2a_async_query_v2": long_speech.query,
        }
        application = web.Application(middlewares=[recorder(desk)])
        application.add_routes(
            [
                *(web.post(API_PREFIX + name, gate.guard(work)) for name, work in posts.items()),
                *(web.get(API_PREFIX + name, gate.guard(work)) for name, work in gets.items()),
                *Control(desk).routes(),
                web.route("*", "/{unknown:.*}", self._object_or_nothing),
            ]
        )
        application.on_response_prepare.append(show_trace)
        return application

    async def _object_or_nothing(self, request: web.Request) -> web.Response:
        """Serve a signed link, or say what the real router says of a path it does not know."""
        name = request.match_info["unknown"]
        if request.method != hdrs.METH_GET or not name.startswith(OBJECT_PREFIX):
            return web.Response(status=404, text="404 page not found")
        if hdrs.AUTHORIZATION in request.headers:  # the key must never reach the object store
            return _object_store_error("InvalidArgument", status=400)
        found = self._desk.store.fetch(name, request.query, self._desk.clock.now())
        if isinstance(found, str):
            return _object_store_error(found, status=403)
        return web.Response(body=found.content, content_type=found.content_type)


def _object_store_error(code: str, status: int) -> web.Response:
    text = _OBJECT_STORE_ERROR.format(code)
    return web.Response(status=status, text=text, content_type="application/xml")
