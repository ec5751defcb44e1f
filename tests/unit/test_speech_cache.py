"""What was spoken is kept for some time, in little room, and never mistaken for something else."""

import asyncio
import logging
import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import hypothesis
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.domain.samples import Bubble
from bot.domain.speeches import Effect, Emotion, SpeechSettings
from bot.ports import SpeechCall, SpeechFormat
from bot.store.speech_cache import FileSpeechCache, entry_of
from tests.fakes.files import names_in

KEEP_FOR = timedelta(days=30)
AUDIO = b"OggS" + bytes(996)
HELLO = SpeechCall(
    voice_id="myna-1", text="Hello.", settings=SpeechSettings(model="speech-2.8-turbo")
)
OTHER_VOICE = replace(HELLO, voice_id="myna-2")


class Time:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, time: timedelta) -> None:
        self.now += time


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "speeches"


@pytest.fixture
def cache(folder: Path, time: Time) -> FileSpeechCache:
    return cache_in(folder, time)


def cache_in(folder: Path, time: Time, *, entries: float = 1000) -> FileSpeechCache:
    """Return a cache with room for so many entries of `AUDIO`."""
    room = int(entries * 1100)
    return FileSpeechCache(folder, keep_for=KEEP_FOR, at_most_bytes=room, now=time)


def bubble(folder: Path, audio: bytes = AUDIO) -> Bubble:
    path = folder / "spoken.ogg"
    path.write_bytes(audio)
    return Bubble(path=path, seconds=1.25, waveform=bytes(range(13)))


def text(words: str) -> SpeechCall:
    return replace(HELLO, text=words)


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def test_what_was_kept_is_found_for_an_identical_call(
    cache: FileSpeechCache, tmp_path: Path
) -> None:
    await cache.keep(HELLO, bubble(tmp_path))

    found = await cache.find(replace(HELLO), tmp_path / "copy.ogg")

    assert found == Bubble(path=tmp_path / "copy.ogg", seconds=1.25, waveform=bytes(range(13)))
    assert (tmp_path / "copy.ogg").read_bytes() == AUDIO
    assert names_in(tmp_path) == [
        *("copy.ogg", "speeches", "spoken.ogg"),
    ]


async def test_what_was_never_kept_is_not_found_and_leaves_no_file(
    cache: FileSpeechCache, folder: Path, tmp_path: Path
) -> None:
    assert await cache.find(HELLO, tmp_path / "copy.ogg") is None
    assert await cache.has([HELLO]) == [False]
    assert list(tmp_path.iterdir()) == []
    assert not folder.exists()


async def test_each_call_is_told_whether_it_would_be_found(
    cache: FileSpeechCache, tmp_path: Path
) -> None:
    await cache.keep(HELLO, bubble(tmp_path))

    assert await cache.has([OTHER_VOICE, HELLO, text("Bye.")]) == [False, True, False]


numbers = st.floats(-100, 100)
settings = st.builds(
    SpeechSettings,
    model=st.sampled_from(["speech-2.8-hd", "speech-2.8-turbo"]),
    emotion=st.none() | st.sampled_from(Emotion),
    speed=numbers,
    pitch=st.integers(-12, 12),
    volume=numbers,
    language=st.none() | st.sampled_from(["English", "None", "null"]),
    effect=st.none() | st.sampled_from(Effect),
    watermark=st.booleans(),
)
calls = st.builds(
    SpeechCall,
    voice_id=st.text(st.characters(codec="utf-8"), max_size=20),
    text=st.text(st.characters(codec="utf-8"), max_size=20),
    settings=settings,
    audio_format=st.sampled_from(SpeechFormat),
)
CALL_FIELDS = ("voice_id", "text", "audio_format")
SETTING_FIELDS = tuple(SpeechSettings.__dataclass_fields__)


# A busy machine may take its time.
unhurried = hypothesis.settings(deadline=None)


@unhurried
@given(calls, calls, st.sampled_from([*CALL_FIELDS, *SETTING_FIELDS]))
def test_calls_that_differ_in_a_single_field_have_different_entries(
    call: SpeechCall, other: SpeechCall, field: str
) -> None:
    if field in CALL_FIELDS:
        changed = replace(call, **{field: getattr(other, field)})
    else:
        value = getattr(other.settings, field)
        changed = replace(call, settings=replace(call.settings, **{field: value}))
    assume(changed != call)

    assert entry_of(changed) != entry_of(call)


@unhurried
@given(calls, calls)
def test_two_calls_have_one_entry_only_if_they_are_equal(
    call: SpeechCall, other: SpeechCall
) -> None:
    assert (entry_of(call) == entry_of(other)) == (call == other)
    assert entry_of(replace(call)) == entry_of(call)


@unhurried
@given(st.text(st.characters(codec="utf-8")), st.text(st.characters(codec="utf-8")))
def test_text_cannot_pass_for_a_part_of_the_voice(voice_id: str, words: str) -> None:
    assume(words)
    joined = replace(HELLO, voice_id=voice_id + words, text="")

    assert entry_of(joined) != entry_of(replace(HELLO, voice_id=voice_id, text=words))


def test_a_whole_number_is_the_same_setting_however_it_is_written() -> None:
    whole = replace(HELLO, settings=replace(HELLO.settings, speed=1, volume=1))

    assert entry_of(whole) == entry_of(HELLO)


def test_neither_text_nor_voice_can_be_read_from_a_name() -> None:
    secret = replace(HELLO, voice_id="../secret", text="../secret")

    assert "secret" not in str(entry_of(secret))
    assert len(entry_of(secret).parts) == 2


async def test_an_entry_expires_by_the_clock(
    cache: FileSpeechCache, time: Time, tmp_path: Path
) -> None:
    await cache.keep(HELLO, bubble(tmp_path))

    time.pass_(KEEP_FOR - timedelta(seconds=1))
    assert await cache.has([HELLO]) == [True]
    time.pass_(timedelta(seconds=1))

    assert await cache.has([HELLO]) == [False]
    assert await cache.find(HELLO, tmp_path / "copy.ogg") is None


async def test_being_used_does_not_put_off_the_expiry(
    cache: FileSpeechCache, time: Time, tmp_path: Path
) -> None:
    await cache.keep(HELLO, bubble(tmp_path))
    time.pass_(KEEP_FOR / 2)
    assert await cache.find(HELLO, tmp_path / "copy.ogg") is not None

    time.pass_(KEEP_FOR / 2)

    assert await cache.has([HELLO]) == [False]


async def test_what_expired_is_deleted_when_something_is_kept_or_the_cache_is_tidied(
    cache: FileSpeechCache, time: Time, folder: Path, tmp_path: Path
) -> None:
    await cache.keep(HELLO, bubble(tmp_path))
    time.pass_(KEEP_FOR)
    await cache.keep(OTHER_VOICE, bubble(tmp_path))
    assert files_in(folder) == [folder / entry_of(OTHER_VOICE)]

    time.pass_(KEEP_FOR)
    await cache.tidy()

    assert list(folder.iterdir()) == []


async def test_the_least_recently_used_go_first(time: Time, folder: Path, tmp_path: Path) -> None:
    cache = cache_in(folder, time, entries=3.5)
    for words in ("one", "two", "three"):
        await cache.keep(text(words), bubble(tmp_path))
        time.pass_(timedelta(minutes=1))
    await cache.find(text("one"), tmp_path / "copy.ogg")
    time.pass_(timedelta(minutes=1))

    await cache.keep(text("four"), bubble(tmp_path))
    time.pass_(timedelta(minutes=1))
    await cache.keep(text("five"), bubble(tmp_path))

    calls = [text(words) for words in ("one", "two", "three", "four", "five")]
    assert await cache.has(calls) == [True, False, False, True, True]


async def test_the_bound_is_on_the_bytes_of_all_voices_together(
    time: Time, folder: Path, tmp_path: Path
) -> None:
    cache = cache_in(folder, time, entries=5)
    for number in range(20):
        call = replace(text(f"number {number}"), voice_id=f"voice {number % 3}")
        await cache.keep(call, bubble(tmp_path))
        time.pass_(timedelta(seconds=1))

    assert 4 * 1100 < sum(path.stat().st_size for path in files_in(folder)) <= 5 * 1100


async def test_what_is_larger_than_the_cache_pushes_nothing_out(
    time: Time, folder: Path, tmp_path: Path
) -> None:
    cache = cache_in(folder, time, entries=2)
    await cache.keep(HELLO, bubble(tmp_path))
    time.pass_(timedelta(seconds=1))

    await cache.keep(text("long"), bubble(tmp_path, bytes(3000)))

    assert await cache.has([HELLO, text("long")]) == [True, False]


async def test_a_forgotten_voice_is_gone_and_the_others_stay(
    cache: FileSpeechCache, folder: Path, tmp_path: Path
) -> None:
    for call in (HELLO, text("Bye."), OTHER_VOICE):
        await cache.keep(call, bubble(tmp_path))

    await cache.forget_voice(HELLO.voice_id)
    await cache.forget_voice("never heard of")

    assert await cache.has([HELLO, text("Bye."), OTHER_VOICE]) == [False, False, True]
    assert files_in(folder) == [folder / entry_of(OTHER_VOICE)]


@pytest.mark.parametrize("place", [0, 40, 60, -1])
async def test_a_damaged_entry_is_a_miss_and_can_be_kept_anew(
    place: int, cache: FileSpeechCache, folder: Path, tmp_path: Path
) -> None:
    await cache.keep(HELLO, bubble(tmp_path))
    content = bytearray((folder / entry_of(HELLO)).read_bytes())
    content[place] ^= 1
    (folder / entry_of(HELLO)).write_bytes(content)

    assert await cache.find(HELLO, tmp_path / "copy.ogg") is None
    assert not (tmp_path / "copy.ogg").exists()

    await cache.keep(HELLO, bubble(tmp_path))
    assert await cache.find(HELLO, tmp_path / "copy.ogg") is not None


@pytest.mark.parametrize("length", [0, 10, 32, 33, 500])
async def test_a_half_written_entry_is_a_miss(
    length: int, cache: FileSpeechCache, folder: Path, tmp_path: Path
) -> None:
    await cache.keep(HELLO, bubble(tmp_path))
    entry = folder / entry_of(HELLO)
    entry.write_bytes(entry.read_bytes()[:length])

    assert await cache.find(HELLO, tmp_path / "copy.ogg") is None


async def test_a_folder_in_the_place_of_an_entry_is_a_miss(
    cache: FileSpeechCache, folder: Path, tmp_path: Path
) -> None:
    (folder / entry_of(HELLO)).mkdir(parents=True)

    assert await cache.find(HELLO, tmp_path / "copy.ogg") is None


async def test_what_cannot_be_kept_is_logged_without_its_text_and_harms_nobody(
    folder: Path, time: Time, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder.write_text("a file where the folder should be")
    cache = cache_in(folder, time)

    with caplog.at_level(logging.WARNING):
        await cache.keep(HELLO, bubble(tmp_path))

    assert "A speech was not kept" in caplog.text
    assert HELLO.text not in caplog.text
    assert await cache.has([HELLO]) == [False]


async def test_a_bubble_that_is_gone_is_not_kept(
    cache: FileSpeechCache, folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    gone = bubble(tmp_path)
    gone.path.unlink()

    await cache.keep(HELLO, gone)

    assert "A speech was not kept" in caplog.text
    assert not folder.exists()


async def test_only_its_owner_may_read_the_cache(
    cache: FileSpeechCache, folder: Path, tmp_path: Path
) -> None:
    await cache.keep(HELLO, bubble(tmp_path))
    (entry,) = files_in(folder)

    modes = [stat.S_IMODE(path.stat().st_mode) for path in (folder, entry.parent, entry)]

    assert modes == [0o700, 0o700, 0o600]


async def test_no_time_to_keep_switches_it_off(time: Time, folder: Path, tmp_path: Path) -> None:
    cache = FileSpeechCache(folder, keep_for=timedelta(0), at_most_bytes=10**6, now=time)

    await cache.keep(HELLO, bubble(tmp_path))

    assert await cache.has([HELLO]) == [False]
    assert not folder.exists()


async def test_switching_it_off_and_tidying_deletes_what_was_kept(
    cache: FileSpeechCache, time: Time, folder: Path, tmp_path: Path
) -> None:
    await cache.keep(HELLO, bubble(tmp_path))

    await FileSpeechCache(folder, keep_for=timedelta(0), at_most_bytes=10**6, now=time).tidy()

    assert files_in(folder) == []


async def test_writers_and_readers_of_one_entry_never_see_half_of_it(
    time: Time, folder: Path, tmp_path: Path
) -> None:
    caches = [cache_in(folder, time), cache_in(folder, time)]
    versions = []
    for number in range(2):
        (tmp_path / str(number)).mkdir()
        versions.append(bubble(tmp_path / str(number), bytes([number]) * 300_000))
    await caches[0].keep(HELLO, versions[0])

    found = await asyncio.gather(
        *(cache.keep(HELLO, version) for cache in caches for version in versions * 10),
        *(caches[0].find(HELLO, tmp_path / f"{number}.ogg") for number in range(20)),
    )

    copies = {(tmp_path / f"{number}.ogg").read_bytes() for number in range(20)}
    assert None not in found[40:]
    assert copies <= {version.path.read_bytes() for version in versions}
    assert files_in(folder) == [folder / entry_of(HELLO)]


async def test_forgetting_while_others_write_leaves_whole_entries_and_then_none(
    cache: FileSpeechCache, folder: Path, tmp_path: Path
) -> None:
    spoken = bubble(tmp_path)

    await asyncio.gather(
        *(cache.keep(text(str(number)), spoken) for number in range(20)),
        *(cache.forget_voice(HELLO.voice_id) for _ in range(5)),
    )
    in_between = {path.suffix for path in files_in(folder)}
    await cache.forget_voice(HELLO.voice_id)

    assert in_between <= {".speech"}
    assert files_in(folder) == []
