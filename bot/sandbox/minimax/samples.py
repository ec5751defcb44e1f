"""The refusals that depend on what an uploaded recording really is."""

from functools import partial

from bot.sandbox.minimax.answers import Refusal, invalid
from bot.sandbox.minimax.desk import Desk
from bot.sandbox.minimax.library import StoredFile
from bot.sandbox.minimax.probing import Probe, Undecodable, has_accepted_suffix, probe
from bot.sandbox.minimax.requests import ClonePrompt, VoiceCloneRequest
from bot.sandbox.minimax.texts import could_be_said, ends_with_punctuation

SAMPLE_SECONDS = (10.0, 300.0)
"""At least 10 seconds, no longer than 5 minutes ("Voice Clone" page)."""

PROMPT_SECONDS = (5.0, 8.0)
"""Less than 8 seconds ("Voice Clone" page); below 5 was seen to be refused."""


async def check_sample(desk: Desk, body: VoiceCloneRequest) -> StoredFile:
    """Check the main sample, then its transcript.

    Raises:
        Refusal: 2013 (file, extension), 1000 (undecodable), 2037 (duration).
    """
    file, measured = await _probed(desk, body.file_id, "voice_clone")
    shortest, longest = SAMPLE_SECONDS
    if measured.seconds < shortest:
        raise Refusal(2037, "voice duration too short")
    if measured.seconds > longest:
        raise Refusal(2037, "voice duration too long")
    if body.clone_prompt is not None:
        await _check_prompt(desk, body.clone_prompt)
    if body.text_validation and not could_be_said(body.text_validation, measured.seconds):
        raise Refusal(1043)
    return file


async def _check_prompt(desk: Desk, prompt: ClonePrompt) -> None:
    if not ends_with_punctuation(prompt.prompt_text):
        raise invalid("prompt_text must end with punctuation")
    _file, measured = await _probed(desk, prompt.prompt_audio, "prompt_audio")
    shortest, longest = PROMPT_SECONDS
    if measured.seconds >= longest:
        raise Refusal(2048)
    if measured.seconds < shortest:
        raise Refusal(2037, "voice duration too short")
    if not could_be_said(prompt.prompt_text, measured.seconds):
        raise Refusal(1044)


async def _probed(desk: Desk, file_id: int, purpose: str) -> tuple[StoredFile, Probe]:
    file = desk.files.find(file_id, purpose)
    if file is None:
        raise invalid("file_id not exist")
    if not has_accepted_suffix(file.filename):
        raise invalid("invalid file ext for voice clone")
    try:
        return file, await desk.in_thread(partial(probe, file.path, file.filename))
    except Undecodable as error:
        raise Refusal(1000) from error
