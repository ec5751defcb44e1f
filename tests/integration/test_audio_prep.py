"""What the real worker process makes of notes, previews and recordings, as files."""

import json
from pathlib import Path

import pytest

from bot.audio.decode import decode
from bot.audio.pool import WorkerPool
from bot.audio.prep import RECORDING_MAX_BYTES, WorkerAudioPrep, inspect_note, prepare_notes
from bot.domain.errors import NoteRefused, PreviewLost, PromptRefused, RecordingFailed
from bot.domain.samples import NOTE_MAX_BYTES, NOTES_MAX, Bubble, NoteReport, Problem
from tests import audio_files as make
from tests.fakes.files import names_in


async def test_a_note_becomes_a_sample_file(prep: WorkerAudioPrep, tmp_path: Path) -> None:
    sample = await prep.prepare([make.NOTE], tmp_path / "s.wav", best_part=False)

    assert sample.filename == "sample.wav"
    assert sample.size == (tmp_path / "s.wav").stat().st_size
    assert sample.size == 44 + round(sample.seconds * sample.rate) * 2
    assert sample.report.accepted
    assert names_in(tmp_path) == ["s.wav"]


async def test_several_notes_become_one_sample(prep: WorkerAudioPrep, tmp_path: Path) -> None:
    sample = await prep.prepare([make.NOTE, make.NOTE], tmp_path / "s.wav", best_part=False)

    assert sample.seconds == pytest.approx(2 * 15.75 + 0.3, abs=0.01)


async def test_a_refused_note_leaves_no_file(prep: WorkerAudioPrep, tmp_path: Path) -> None:
    short = tmp_path / "note.ogg"
    short.write_bytes(make.opus(make.speech(3)))

    with pytest.raises(NoteRefused) as refused:
        await prep.prepare([short], tmp_path / "s.wav", best_part=False)

    assert refused.value.report.problem is Problem.TOO_SHORT
    assert names_in(tmp_path) == ["note.ogg"]


async def test_a_prompt_clip_is_made_or_refused(prep: WorkerAudioPrep, tmp_path: Path) -> None:
    clip = tmp_path / "clip.ogg"
    clip.write_bytes(make.opus(make.speech(6)))

    prompt = await prep.prepare_prompt(clip, tmp_path / "p.wav")
    with pytest.raises(PromptRefused) as refused:
        await prep.prepare_prompt(make.NOTE, tmp_path / "q.wav")

    assert (prompt.filename, prompt.seconds) == ("prompt.wav", 6.0)
    assert refused.value.report.problem is Problem.PROMPT_TOO_LONG


async def test_a_preview_becomes_a_bubble(prep: WorkerAudioPrep, tmp_path: Path) -> None:
    preview = tmp_path / "preview"
    preview.write_bytes(make.encoded(make.speech(3, 32_000), "libmp3lame", "mp3"))

    bubble = await prep.bubble(preview, tmp_path / "b.ogg")

    assert bubble.seconds == pytest.approx(3, abs=0.05)
    assert len(bubble.waveform) == 30
    assert (tmp_path / "b.ogg").read_bytes()[:4] == b"OggS"
    assert Bubble.from_json(bubble.to_json()) == bubble


async def test_a_preview_that_is_no_audio_is_lost(prep: WorkerAudioPrep, tmp_path: Path) -> None:
    preview = tmp_path / "preview"
    preview.write_bytes(b"<html>")

    with pytest.raises(PreviewLost):
        await prep.bubble(preview, tmp_path / "b.ogg")


async def test_what_is_mono_opus_already_becomes_a_bubble_with_the_same_sound(
    prep: WorkerAudioPrep, tmp_path: Path
) -> None:
    spoken = tmp_path / "spoken"
    spoken.write_bytes(make.encoded(make.speech(3), "libopus", "ogg", metadata={"title": "mine"}))

    bubble = await prep.bubble(spoken, tmp_path / "b.ogg")

    made = bubble.path.read_bytes()
    assert decode(made, max_seconds=9).pcm == decode(spoken.read_bytes(), max_seconds=9).pcm
    assert b"mine" not in made
    assert bubble.seconds == 3.0


async def test_a_long_recording_becomes_numbered_files(pool: WorkerPool, tmp_path: Path) -> None:
    mp3, folder = tmp_path / "long.mp3", tmp_path / "parts"
    mp3.write_bytes(make.encoded(make.speech(65, 32_000), "libmp3lame", "mp3"))
    folder.mkdir()

    parts = await WorkerAudioPrep(pool, part_seconds=20).recordings(mp3, folder)

    assert [part.path for part in parts] == [folder / f"part{n}.ogg" for n in (1, 2, 3, 4)]
    assert names_in(folder) == ["part1.ogg", "part2.ogg", "part3.ogg", "part4.ogg"]
    assert sum(part.seconds for part in parts) == pytest.approx(65, abs=0.1)
    for part in parts:
        decoded = decode(part.path.read_bytes(), max_seconds=30)
        assert (decoded.container, decoded.codec, decoded.channels) == ("ogg", "opus", 1)
        assert part.seconds == round(decoded.pcm.seconds, 3) <= 20
        assert len(part.waveform) == pytest.approx(part.seconds * 10, abs=1)


async def test_a_recording_of_one_part_is_one_file(prep: WorkerAudioPrep, tmp_path: Path) -> None:
    (part,) = await prep.recordings(make.NOTE, tmp_path)

    assert (part.path, part.seconds) == (tmp_path / "part1.ogg", 15.75)


@pytest.mark.parametrize("content", [b"", b"<html>", b"ID3" + bytes(100)])
async def test_a_recording_that_is_no_audio_failed(
    content: bytes, prep: WorkerAudioPrep, tmp_path: Path
) -> None:
    (tmp_path / "long.mp3").write_bytes(content)

    with pytest.raises(RecordingFailed):
        await prep.recordings(tmp_path / "long.mp3", tmp_path)

    assert names_in(tmp_path) == ["long.mp3"]


async def test_a_recording_larger_than_any_is_refused_unread(
    prep: WorkerAudioPrep, tmp_path: Path
) -> None:
    with (tmp_path / "long.mp3").open("wb") as file:
        file.truncate(RECORDING_MAX_BYTES + 1)

    with pytest.raises(RecordingFailed) as failed:
        await prep.recordings(tmp_path / "long.mp3", tmp_path)

    assert failed.value.reason == Problem.TOO_BIG


async def test_what_needs_no_decoding_is_refused_unread(
    prep: WorkerAudioPrep, tmp_path: Path
) -> None:
    big, empty = tmp_path / "big", tmp_path / "empty"
    with big.open("wb") as file:
        file.truncate(25_000_000)
    empty.touch()

    reports = [
        await prep.inspect(big),
        await prep.inspect(empty),
        await prep.inspect_together([make.NOTE] * (NOTES_MAX + 1)),
    ]

    assert big.stat().st_size > NOTE_MAX_BYTES
    assert [report.problem for report in reports] == [
        Problem.TOO_BIG,
        Problem.EMPTY,
        Problem.TOO_MANY_NOTES,
    ]
    assert [report.note for report in reports] == [0, 0, 0]


async def test_the_bad_one_of_several_notes_is_named(prep: WorkerAudioPrep, tmp_path: Path) -> None:
    text, empty = tmp_path / "text.ogg", tmp_path / "empty.ogg"
    text.write_text("not audio")
    empty.touch()

    assert (await prep.inspect_together([make.NOTE, text])).note == 2
    assert (await prep.inspect_together([make.NOTE, empty])).note == 2
    assert (await prep.inspect(text)).note == 0


def test_a_note_is_inspected_and_prepared_without_an_event_loop(tmp_path: Path) -> None:
    sample = prepare_notes([make.NOTE], tmp_path / "s.wav")

    assert inspect_note(make.NOTE) == sample.report


async def test_reports_of_refused_notes_can_be_stored(
    prep: WorkerAudioPrep, tmp_path: Path
) -> None:
    text = tmp_path / "note.ogg"
    text.write_text("not audio")

    report = await prep.inspect(text)

    assert NoteReport.from_json(json.loads(json.dumps(report.to_json()))) == report
    assert report.problem is Problem.NOT_AUDIO
