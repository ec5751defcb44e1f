"""`POST /v1/t2a_async_v2` and the query for what became of it."""

import io
import json
import tarfile
import zipfile
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path

from aiohttp import web

from bot.sandbox.minimax.answers import Json, Refusal, invalid, success
from bot.sandbox.minimax.casting import Cast, Casting
from bot.sandbox.minimax.desk import Desk, refuse_invisible
from bot.sandbox.minimax.faults import FaultKind
from bot.sandbox.minimax.gate import read_json
from bot.sandbox.minimax.library import StoredFile
from bot.sandbox.minimax.markup import Passage, passages_in
from bot.sandbox.minimax.performance import perform
from bot.sandbox.minimax.requests import parse
from bot.sandbox.minimax.sounds import encoded
from bot.sandbox.minimax.speech_requests import AudioSetting, LongSpeechRequest
from bot.sandbox.minimax.speech_tasks import SpeechTask
from bot.sandbox.minimax.subtitles import subtitles
from bot.sandbox.minimax.texts import usage_characters
from bot.sandbox.minimax.trace import TRACE_ID

LONGEST_FILE = 1_000_000
"""Most characters of an uploaded text."""

RESULT_PURPOSE = "t2a_async"
_NAME = "t2a_async_v2"


class LongSpeechEndpoints:
    """Takes long texts, and says how far they are."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._casting = Casting(desk)

    async def begin(self, request: web.Request) -> Json:
        """Take a text and charge it; it is spoken meanwhile."""
        desk = self._desk
        body = parse(
            LongSpeechRequest,
            await read_json(request),
            # Wrong names are ignored without a word by the service itself.
            refuse_unknown=desk.switches.refuse_unknown_fields,
        )
        text = body.text if body.text is not None else await self._uploaded(body.text_file_id)
        passages = passages_in(text)
        refuse_invisible(text)
        self._casting.check(body.voices)
        if desk.flag(_NAME, text):
            raise Refusal(1026)
        characters = usage_characters(text)
        cast = self._casting.pay(body.voices, body.model, characters, request[TRACE_ID])
        task = self._started(body, text, passages, cast)
        return success(
            {
                "task_id": task.task_id,
                "task_token": f"token-{request[TRACE_ID]}",
                "file_id": task.file.file_id,
                "usage_characters": characters,
            }
        )

    async def query(self, request: web.Request) -> Json:
        """Say how far a task is; its file can be retrieved once it succeeded."""
        task = self._desk.tasks.find(request.query.get("task_id", ""))
        if task is None:
            raise invalid("task_id not exist")
        status = task.status(self._desk.clock.now())
        if status == "Success":
            self._desk.files.add(task.file)
        if status == "Expired":
            self._desk.files.forget(task.file)
        file_id = task.file.file_id if status == "Success" else 0
        return success({"task_id": task.task_id, "status": status, "file_id": file_id})

    async def _uploaded(self, file_id: int | None) -> str:
        file = self._desk.files.find(file_id or 0, "t2a_async_input")
        if file is None:
            raise invalid("text_file_id not exist")
        text = await self._desk.in_thread(partial(_text_in, file))
        if not 0 < len(text) <= LONGEST_FILE:
            raise invalid("text too long" if text else "text is empty")
        return text

    def _started(
        self, body: LongSpeechRequest, text: str, passages: Sequence[Passage], cast: Cast
    ) -> SpeechTask:
        desk = self._desk
        now = desk.clock.now()
        file = self._result(body.audio_setting.format)
        ending = body.audio_setting.format
        as_tar = desk.switches.long_speech_as_tar

        def work() -> None:
            performance = perform(cast(), passages, body.voice_setting)
            content = encoded(performance.spoken, _audio_setting(body))
            titles = subtitles(text, performance, with_words=False)
            file.path.write_bytes(_archive(file, ending, content, titles) if as_tar else content)

        task = SpeechTask(
            task_id=str(desk.files.new_id()),
            created_at=now,
            ready_at=now + timedelta(seconds=desk.switches.task_seconds),
            file=file,
            work=desk.threads.submit(work),
            comes_to_nothing=desk.faults.take_content(_NAME, FaultKind.FAILED_TASK) is not None,
        )
        desk.tasks.add(task)
        return task

    def _result(self, audio_format: str) -> StoredFile:
        desk = self._desk
        file_id = desk.files.new_id()
        ending = "tar" if desk.switches.long_speech_as_tar else audio_format
        return StoredFile(
            file_id=file_id,
            size=0,  # as seen
            created_at=desk.clock.now(),
            filename=f"{file_id}.{ending}",
            purpose=RESULT_PURPOSE,
            path=desk.folder / str(file_id),
        )


def _audio_setting(body: LongSpeechRequest) -> AudioSetting:
    setting = body.audio_setting
    return AudioSetting(
        sample_rate=setting.audio_sample_rate,
        bitrate=setting.bitrate,
        format=setting.format,
        channel=setting.channel,
    )


def _archive(file: StoredFile, ending: str, content: bytes, titles: bytes) -> bytes:
    """Pack what a long text becomes: the audio, its subtitles, and what it is."""
    stem = f"{file.file_id}/content-{file.file_id}"
    extra = json.dumps({"audio_size": len(content)}).encode()
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, data in (("titles", titles), (ending, content), ("extra", extra)):
            member = tarfile.TarInfo(f"{stem}.{name}")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return buffer.getvalue()


def _text_in(file: StoredFile) -> str:
    """Read an upload: plain text, or a zip file whose first text is taken."""
    try:
        if Path(file.filename).suffix.lower() == ".zip":
            with zipfile.ZipFile(file.path) as archive:
                first = next(name for name in archive.namelist() if name.endswith(".txt"))
                with archive.open(first) as text:
                    return text.read(4 * LONGEST_FILE + 1).decode()
        return file.path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError, zipfile.BadZipFile, StopIteration) as error:
        raise invalid("text_file_id: no text") from error
