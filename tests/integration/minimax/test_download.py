"""Fetching previews from signed links."""

import asyncio
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from bot.minimax.client import MiniMaxClient
from bot.minimax.download import DEFAULT_HOSTS, Downloader, shortened
from bot.minimax.errors import (
    MiniMaxBadAnswer,
    MiniMaxDownloadError,
    MiniMaxError,
    MiniMaxLinkExpired,
)
from tests.fakes.files import names_in
from tests.fakes.minimax_loopback import Loopback, MakeClient


async def test_a_preview_is_fetched_without_the_key_and_as_the_link_is_written(
    client: MiniMaxClient, server: Loopback, tmp_path: Path
) -> None:
    raw_paths = []

    async def audio(request: web.Request) -> web.StreamResponse:
        raw_paths.append(request.raw_path)
        return web.Response(body=b"ID3" + b"x" * 600_000, content_type="audio/mpeg")

    server.answers["/audio/tts-1.mp3"] = audio
    signed = "/audio%2Ftts-1.mp3?Expires=1776639543&Signature=NU%7Ef%2BbfSQr8%3D"

    size = await client.download(server.url + signed, tmp_path / "preview")

    assert size == 600_003
    assert (tmp_path / "preview").read_bytes() == b"ID3" + b"x" * 600_000
    assert raw_paths == [signed]
    assert "Authorization" not in server.asked[0].headers
    assert server.asked[0].headers["Accept-Encoding"] == "identity"
    assert names_in(tmp_path) == ["preview"]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (web.Response(status=403, text="<Error/>"), MiniMaxLinkExpired),
        (web.Response(status=404), MiniMaxLinkExpired),
        (web.Response(status=302, headers={"Location": "http://elsewhere/"}), MiniMaxDownloadError),
        (web.Response(status=503), MiniMaxBadAnswer),
        (web.Response(body=b"", content_type="audio/mpeg"), MiniMaxBadAnswer),
        (web.Response(text="<html>", content_type="text/html"), MiniMaxBadAnswer),
        (web.Response(body=b"x" * 40_000_001, content_type="audio/mpeg"), MiniMaxDownloadError),
    ],
    ids=["403", "404", "redirect", "503", "empty", "html", "endless"],
)
async def test_a_preview_that_cannot_be_had_leaves_no_file(
    client: MiniMaxClient,
    server: Loopback,
    tmp_path: Path,
    answer: web.Response,
    error: type[MiniMaxError],
) -> None:
    server.answers["/a.mp3"] = lambda _: asyncio.sleep(0, answer)

    with pytest.raises(error) as caught:
        await client.download(f"{server.url}/a.mp3?Signature=secret", tmp_path / "preview")

    assert type(caught.value) is error
    assert names_in(tmp_path) == []
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/a.mp3",
        "https://aliyuncs.com.example.com/a.mp3",
        "https://127.0.0.2/a.mp3",
        "http://bucket.aliyuncs.com/a.mp3",
        "https://bucket.aliyuncs.com:8443/a.mp3",
        "https://user:word@bucket.aliyuncs.com/a.mp3",
        "file:///etc/passwd",
        "ftp://127.0.0.1/a.mp3",
        "/a.mp3",
        "",
        "http://[",
        "https://bucket.aliyuncs.com:99999/a.mp3",
    ],
)
async def test_a_link_to_anywhere_else_is_not_followed(
    make_client: MakeClient, tmp_path: Path, url: str
) -> None:
    client = make_client(download_hosts=[".aliyuncs.com", "127.0.0.1"])

    with pytest.raises(MiniMaxDownloadError):
        await client.download(url, tmp_path / "preview")


async def test_loopback_is_not_allowed_unless_it_is_named(
    make_client: MakeClient, server: Loopback, tmp_path: Path
) -> None:
    client = make_client(download_hosts=DEFAULT_HOSTS)

    with pytest.raises(MiniMaxDownloadError, match=r"127\.0\.0\.1 is not allowed"):
        await client.download(f"{server.url}/a.mp3", tmp_path / "preview")


@pytest.mark.parametrize(
    ("url", "told"),
    [
        (
            "https://b.oss-us-east-1.aliyuncs.com/audio%2Ftts-20260419-LMPXpsKZmt.mp3?Signature=s",
            "https://b.oss-us-east-1.aliyuncs.com/…PXpsKZmt.mp3",
        ),
        ("https://files.minimax.io/a.mp3?Signature=s", "https://files.minimax.io/…a.mp3"),
        ("https://user:word@files.minimax.io/a.mp3", "https://files.minimax.io/…a.mp3"),
        ("http://[", "(not a link)"),
    ],
)
def test_a_signed_link_is_told_without_its_signature(url: str, told: str) -> None:
    assert shortened(url) == told


@pytest.mark.parametrize(
    "url",
    [
        "https://minimax-algeng-chat-tts-us.oss-us-east-1.aliyuncs.com/audio%2Ftts.mp3?Expires=1",
        "https://FILES.minimax.io/a.mp3",
        "https://files.minimaxi.com:443/a.mp3",
    ],
)
async def test_links_to_the_hosts_that_were_seen_are_followed(
    session: aiohttp.ClientSession, url: str
) -> None:
    downloader = Downloader(session, within=1)

    assert downloader._allowed_link(url).scheme == "https"
