"""Pictures and files that embeds and components show, led to what was uploaded with them."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from bot.sandbox.discord.components import media_links
from bot.sandbox.discord.wire import JsonObject, invalid_form

_PICTURES_IN_EMBEDS = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif"})
"""Discord API, "Using Attachments within Embeds"."""
_SHOWN_OF_FILES = ("url", "proxy_url", "content_type", "width", "height")


def embed_links(embeds: list[JsonObject]) -> Iterator[tuple[JsonObject, str]]:
    """Yield every object of ``embeds`` that shows a picture, with the key of its link."""
    for embed in embeds:
        for name, key in (
            ("image", "url"),
            ("thumbnail", "url"),
            ("author", "icon_url"),
            ("footer", "icon_url"),
        ):
            if (embed.get(name) or {}).get(key):
                yield embed[name], key


def use_uploads(message: JsonObject, attachments: list[JsonObject]) -> None:
    """Lead ``attachment://name`` in a message's components and embeds to the uploaded files.

    Raises:
        DiscordError: 50035, there is no such file, or an embed cannot show it.
    """
    by_name = {item["filename"]: item for item in attachments}
    for media in media_links(message["components"]):
        found = _uploaded(media["url"], by_name, "components")
        if found is not None:
            media |= {key: found[key] for key in _SHOWN_OF_FILES if key in found}
            media["attachment_id"] = found["id"]
    for picture, key in embed_links(message["embeds"]):
        found = _uploaded(picture[key], by_name, "embeds")
        if found is None:
            continue
        if PurePosixPath(found["filename"]).suffix.lower() not in _PICTURES_IN_EMBEDS:
            raise invalid_form("embeds", f"{found['filename']} is no picture for an embed")
        picture |= {key: found["url"], f"proxy_{key}": found["proxy_url"]}
        picture |= {side: found[side] for side in ("width", "height") if side in found}


def without_media(message: JsonObject) -> JsonObject:
    """Return ``message`` as it is shown: what embeds and components show is no attachment.

    (Discord API, "Message Object": such files are not included in ``attachments``.)
    """
    shown = {media["url"] for media in media_links(message["components"])}
    shown |= {picture[key] for picture, key in embed_links(message["embeds"])}
    left = [item for item in message["attachments"] if item["url"] not in shown]
    return {**message, "attachments": left}


def _uploaded(link: str, by_name: dict[str, JsonObject], where: str) -> JsonObject | None:
    scheme, _, name = link.partition("://")
    if scheme != "attachment":
        return None
    if name not in by_name:
        raise invalid_form(where, f"no uploaded file is called {name}")
    return by_name[name]
