"""The HTTP front: one aiohttp application on a plain and on a TLS port, and its error answers."""

import ssl
import tempfile
from pathlib import Path

import trustme
from aiohttp import web
from aiohttp.typedefs import Handler

from bot.sandbox.discord.complaints import Complaints
from bot.sandbox.discord.faults import Faults
from bot.sandbox.discord.proxy import NAMES
from bot.sandbox.discord.requests import Recorder
from bot.sandbox.discord.wire import DiscordError, json_response

API_BASE = "/api/v10"
CONTROL_BASE = "/_stand-in"
_LARGEST_BODY = 64 * 1024 * 1024


class Front:
    """Listens on 127.0.0.1, hands requests to routes and turns errors into Discord's answers."""

    def __init__(self, complaints: Complaints, faults: Faults, recorder: Recorder) -> None:
        self._complaints = complaints
        self._faults = faults
        self._recorder = recorder
        self.app = web.Application(middlewares=[self._guard], client_max_size=_LARGEST_BODY)
        self._runner: web.AppRunner | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self.port = 0
        self.tls_port = 0

    @property
    def certificate_file(self) -> Path:
        """The certificate authority to trust, as PEM."""
        if self._folder is None:
            raise RuntimeError("the stand-in has not been started")
        return Path(self._folder.name, "certificate-authority.pem")

    async def start(self, port: int) -> None:
        """Listen; ``port`` is the plain one, 0 for any."""
        self.app.router.add_route("*", "/{anything:.*}", self._unknown)
        self._runner = web.AppRunner(self.app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        await web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=self._tls()).start()
        self.port, self.tls_port = (address[1] for address in self._runner.addresses)

    async def stop(self) -> None:
        """Stop listening and remove the certificate."""
        if self._runner is not None:
            await self._runner.cleanup()
        if self._folder is not None:
            self._folder.cleanup()

    def _tls(self) -> ssl.SSLContext:
        self._folder = tempfile.TemporaryDirectory(prefix="discord-stand-in-")
        authority = trustme.CA()
        authority.cert_pem.write_to_path(str(self.certificate_file))
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.issue_cert(*NAMES).configure_cert(context)
        return context

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path.startswith(CONTROL_BASE) and not request.secure:
            return await handler(request)  # the person's side, which Discord's own names lack
        try:
            if request.path.startswith(CONTROL_BASE):
                return await self._unknown(request)
            fault = await self._faults.meet(request.method, request.path)
            if fault is not None:
                await self._recorder.read(request)
                return fault
            return await handler(request)
        except DiscordError as error:
            if error.complaint:
                self._complaints.add(f"{request.method} {_without_token(request)}: {error}")
            return json_response(error.body, error.status)
        except web.HTTPException:
            raise
        except ConnectionError:
            raise  # a client that was killed while it was answered is no fault of either
        except Exception as error:
            self._complaints.add(f"the stand-in broke at {request.method}: {error!r}")
            raise

    async def _unknown(self, request: web.Request) -> web.Response:
        await self._recorder.read(request)
        self._complaints.add(f"unknown route {request.method} {request.path}")
        return json_response({"message": "404: Not Found", "code": 0}, 404)


def _without_token(request: web.Request) -> str:
    token = request.match_info.get("token")
    return request.path.replace(token, "…") if token else request.path
