"""Files that come with a message, matched with what its body says about them."""

from collections.abc import Mapping

from bot.sandbox.discord.bodies import MessageBody
from bot.sandbox.discord.cdn import FileStore
from bot.sandbox.discord.wire import DiscordError, JsonObject, UploadedFile, invalid_form

_SAID_OF_ANY = ("description", "title")
_SAID_OF_AUDIO = ("duration_secs", "waveform")


def attach(
    files: FileStore,
    channel_id: str,
    parts: Mapping[str, UploadedFile],
    listed: list[JsonObject] | None,
    *,
    existing: set[str],
    ephemeral: bool,
    largest: int | None,
) -> list[JsonObject]:
    """Store the file ``parts`` and return their attachment objects.

    ``listed`` is the body's ``attachments``; ``existing`` are ids the message already has;
    ``largest`` is the limit of a file in bytes, None for somebody who pays for more.

    Raises:
        DiscordError: 40005 for a file that is too large; 50035 where parts and body disagree.
    """
    metadata = {str(item["id"]): item for item in listed or []}
    attachments = []
    for part_name, file in parts.items():
        if largest is not None and len(file.data) > largest:
            raise DiscordError(413, 40005, "Request entity too large", complaint=True)
        index = _index(part_name)
        if listed is not None and index not in metadata:
            raise invalid_form("attachments", f"nothing is said about the file part {index}")
        said = metadata.pop(index, {})
        named = UploadedFile(said.get("filename") or file.name, file.data, file.content_type)
        attachment = files.attach(channel_id, named, ephemeral=ephemeral)
        is_audio = attachment["content_type"].startswith("audio/")
        for key in _SAID_OF_ANY + (_SAID_OF_AUDIO if is_audio else ()):
            if said.get(key) is not None:
                attachment[key] = said[key]
        attachments.append(attachment)
    if unknown := set(metadata) - existing:
        raise invalid_form("attachments", f"no file part and no attachment {sorted(unknown)}")
    return attachments


def kept(
    attachments: list[JsonObject], body: MessageBody, parts: Mapping[str, UploadedFile]
) -> list[JsonObject]:
    """Return which of a message's ``attachments`` an edit leaves: all, or those it names."""
    if body.attachments is None and "attachments" not in body.model_fields_set:
        return list(attachments)
    listed = {str(item.id) for item in body.attachments or []} - set(map(_index, parts))
    return [item for item in attachments if item["id"] in listed]


def _index(part_name: str) -> str:
    return part_name.removeprefix("files[").removesuffix("]")
