"""Fetches a file from a signed link, and from nowhere else."""

import asyncio
import ipaddress
import logging
from collections.abc import Collection
from http import HTTPStatus
from pathlib import Path
from typing import BinaryIO, Final

import aiohttp
from yarl import URL

from bot.minimax.errors import (
    Endpoint,
    MiniMaxBadAnswer,
    MiniMaxDownloadError,
    MiniMaxLinkExpired,
    MiniMaxUnreachable,
)

logger = logging.getLogger(__name__)

DEFAULT_HOSTS: Final = (
    ".aliyuncs.com",
    ".minimax.io",
    ".minimaxi.com",
    ".minimax.cn",
    ".minimax.chat",
)
"""Where links were seen to point, and the service's own names (docs/minimax.md, "Links").

A leading dot stands for every host below; other entries are whole names.
"""

DOWNLOAD_MAX_BYTES: Final = 40_000_000
"""A preview of 1000 slow characters as 44.1 kHz stereo WAV, doubled."""

_CHUNK_BYTES: Final = 256 * 1024
_EXPIRED: Final = {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
_NOT_FILES: Final = ("text/", "application/json", "application/xml")


def shortened(url: str) -> str:
    """Return what may be logged of a signed link: no query, and only the end of its path."""
    try:
        parsed = URL(url, encoded=True)
    except ValueError:
        return "(not a link)"
    return f"{parsed.scheme}://{parsed.host}/…{parsed.raw_path[-12:].lstrip('/')}"


class Downloader:
    """Fetches files over the caller's session, without any key.

    `allowed_hosts` is as `DEFAULT_HOSTS`. Plain HTTP is refused unless the host is a loopback
    address that is named there.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        *,
        allowed_hosts: Collection[str] = DEFAULT_HOSTS,
        within: float,
    ) -> None:
        self._session = session
        self._allowed = frozenset(host.lower() for host in allowed_hosts)
        self._within = within

    async def fetch(
        self,
        url: str,
        to: Path,
        *,
        max_bytes: int = DOWNLOAD_MAX_BYTES,
        within: float | None = None,
    ) -> int:
        """Write the file behind `url` to `to`, whole or not at all; return its bytes.

        `within` is how many seconds it may take in all, where it is not the usual time.

        Raises:
            MiniMaxLinkExpired: the link no longer works.
            MiniMaxDownloadError: the link may not be followed, or the file is too long.
            MiniMaxUnreachable: no complete answer came.
            MiniMaxBadAnswer: something else than a file came.
        """
        link = self._allowed_link(url)
        logger.debug("fetching %s", shortened(url))
        part = to.with_name(f"{to.name}.part")
        try:
            size = await self._fetch_part(link, part, max_bytes, within or self._within)
            await asyncio.to_thread(part.replace, to)
        finally:
            await asyncio.to_thread(part.unlink, missing_ok=True)
        return size

    def _allowed_link(self, url: str) -> URL:
        # The signature covers the link as it was written, so it must not be re-encoded.
        try:
            link = URL(url, encoded=True)
            host, port_is_usual = (link.host or "").lower(), link.is_default_port()
        except ValueError:
            raise _refused("not a link") from None
        if link.user is not None or not self._is_allowed_host(host):
            raise _refused(f"host {host} is not allowed")
        if _is_loopback(host) and link.scheme in {"http", "https"}:
            return link
        if link.scheme != "https" or not port_is_usual:
            raise _refused("only https on its usual port is allowed")
        return link

    def _is_allowed_host(self, host: str) -> bool:
        parents = (host[index:] for index, character in enumerate(host) if character == ".")
        return host in self._allowed or any(parent in self._allowed for parent in parents)

    async def _fetch_part(self, link: URL, part: Path, max_bytes: int, within: float) -> int:
        file = await asyncio.to_thread(part.open, "wb")
        try:
            async with self._session.get(
                link,
                allow_redirects=False,
                raise_for_status=False,
                timeout=aiohttp.ClientTimeout(total=within),
                # Compressed, a short answer could become any number of bytes.
                headers={"Accept-Encoding": "identity"},
            ) as response:
                _check(response)
                return await _copy(response, file, max_bytes)
        except (aiohttp.ClientError, TimeoutError) as error:
            # The cause is left out: some of aiohttp's errors carry the whole link.
            raise MiniMaxUnreachable(
                f"no answer ({type(error).__name__})", endpoint=Endpoint.DOWNLOAD
            ) from None
        finally:
            await asyncio.to_thread(file.close)


async def _copy(response: aiohttp.ClientResponse, file: BinaryIO, max_bytes: int) -> int:
    size = 0
    async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
        size += len(chunk)
        if size > max_bytes:
            raise _refused(f"more than {max_bytes} bytes came")
        await asyncio.to_thread(file.write, chunk)
    if size == 0:
        raise MiniMaxBadAnswer("an empty file", endpoint=Endpoint.DOWNLOAD, http_status=200)
    return size


def _check(response: aiohttp.ClientResponse) -> None:
    status = response.status
    if status in _EXPIRED:
        raise MiniMaxLinkExpired(
            f"HTTP {status}: the link no longer works",
            endpoint=Endpoint.DOWNLOAD,
            http_status=status,
        )
    if status in range(300, 400):
        raise MiniMaxDownloadError(
            "a redirect is not followed", endpoint=Endpoint.DOWNLOAD, http_status=status
        )
    if status != HTTPStatus.OK or response.content_type.startswith(_NOT_FILES):
        raise MiniMaxBadAnswer(
            f"HTTP {status} with {response.content_type}",
            endpoint=Endpoint.DOWNLOAD,
            http_status=status,
        )


def _refused(reason: str) -> MiniMaxDownloadError:
    return MiniMaxDownloadError(reason, endpoint=Endpoint.DOWNLOAD)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
