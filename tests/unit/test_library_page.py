"""What a person's list shows: their voices in pages, what speaks by default, what others share."""

from collections.abc import AsyncIterator, Collection
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.sharing import of_person, of_server
from bot.domain.voices import VoiceKey, VoiceState
from bot.services.library import Entry, Page
from tests.fakes.orders import ADA, BOB, NOON, SERVER
from tests.fakes.speaking import (
    AS_ADA,
    AS_BOB,
    ELSEWHERE,
    MINE,
    STRANGER,
    Desk,
    keep_voice,
    open_desk,
    share,
)

NEWER = VoiceKey("discord-2")


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path) as desk:
        await keep_voice(desk.kept)
        yield desk


async def page_of(desk: Desk, number: int = 0, *, size: int = 6) -> Page:
    """Return a page of Ada's list."""
    return await desk.library.page(AS_ADA, number, size=size, shared=2)


async def defaults(desk: Desk) -> list[VoiceKey]:
    """Return which of Ada's voices her list calls her default one."""
    listed = (await page_of(desk)).entries
    for entry in listed:
        assert await desk.library.entry(AS_ADA, entry.voice.key) == entry
    return [entry.voice.key for entry in listed if entry.is_default]


async def replaced(desk: Desk) -> None:
    """Put a newer version of Ada's voice in place."""
    await keep_voice(desk.kept, NEWER, replaces=MINE, made_at=NOON + timedelta(hours=1))
    await desk.library.put_in_place(AS_ADA, NEWER)


# --- pages


async def test_a_page_that_is_not_there_is_the_nearest(desk: Desk) -> None:
    for number in range(2, 6):
        await keep_voice(desk.kept, f"discord-{number}", label=f"Voice {number}")

    pages = [await page_of(desk, number, size=2) for number in (-1, 0, 1, 2, 7)]

    assert [page.number for page in pages] == [0, 0, 1, 2, 2]
    assert [page.is_last for page in pages] == [False, False, False, True, True]
    shown = [entry.voice.label for page in pages[1:4] for entry in page.entries]
    assert shown == ["Me", "Voice 2", "Voice 3", "Voice 4", "Voice 5"]


async def test_an_empty_list_has_one_empty_page(desk: Desk) -> None:
    page = await desk.library.page(STRANGER, 3, size=2, shared=2)

    assert page == Page(
        entries=[],
        number=0,
        is_last=True,
        default=None,
        is_default_gone=False,
        shared=[],
        are_more_shared=False,
    )


async def test_grants_are_counted_once_for_the_voices_that_are_shown(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(2, 6):
        await keep_voice(desk.kept, f"discord-{number}", label=f"Voice {number}")
    await share(desk.kept, of_person(BOB))
    await share(desk.kept, of_server(SERVER), until=NOON)
    asked: list[list[VoiceKey]] = []
    count = desk.kept.grants.count

    async def counted(voices: Collection[VoiceKey], now: datetime) -> dict[VoiceKey, int]:
        asked.append(list(voices))
        return await count(voices, now)

    async def never(voice: VoiceKey) -> list[object]:
        raise AssertionError(f"{voice} was asked for by itself")

    monkeypatch.setattr(desk.kept.grants, "count", counted)
    monkeypatch.setattr(desk.kept.grants, "grants", never)

    page = await page_of(desk, size=2)

    assert asked == [[MINE, NEWER]]
    assert [entry.shares for entry in page.entries] == [1, 0]


# --- the default voice


async def test_the_default_is_marked_and_also_once_it_is_lost(desk: Desk) -> None:
    assert await defaults(desk) == []
    await desk.library.set_default(AS_ADA, "Me")
    assert await defaults(desk) == [MINE]

    await desk.kept.voices.settle(MINE, VoiceState.LOST)

    assert await defaults(desk) == [MINE]


@pytest.mark.parametrize("state", [VoiceState.RETIRED, VoiceState.LOST], ids=str)
async def test_the_version_that_speaks_is_the_default_where_the_chosen_one_is_past(
    desk: Desk, state: VoiceState
) -> None:
    await desk.kept.voices.set_default(ADA, f"voice:{MINE}")
    await desk.kept.voices.settle(MINE, state)
    await keep_voice(desk.kept, NEWER)

    assert await defaults(desk) == [NEWER]
    assert (await desk.choose.named(AS_ADA, None)).choice.key == NEWER


async def test_what_stands_for_the_label_of_a_lost_default_is_the_default(desk: Desk) -> None:
    await replaced(desk)
    await desk.library.put_in_place(AS_ADA, MINE)
    await desk.kept.voices.set_default(ADA, f"voice:{MINE}")
    await desk.kept.voices.settle(MINE, VoiceState.LOST)
    (entry,) = (await page_of(desk)).entries

    assert entry.is_default


async def test_an_earlier_version_is_no_default_where_the_chosen_one_was_deleted(
    desk: Desk,
) -> None:
    await replaced(desk)
    await desk.library.set_default(AS_ADA, "Me")
    await desk.kept.voices.settle(NEWER, VoiceState.DELETED)

    page = await page_of(desk)

    assert [(each.voice.key, each.is_default) for each in page.entries] == [(MINE, False)]
    assert (page.default, page.is_default_gone) == (None, True)


async def test_a_default_that_is_not_ones_own_is_told_beside_the_list(desk: Desk) -> None:
    await keep_voice(desk.kept, "discord-3", owner=BOB, label="Bob")
    await share(desk.kept, of_server(SERVER), voice=VoiceKey("discord-3"))
    await desk.library.set_default(AS_ADA, "Bob")
    shared = await page_of(desk)
    elsewhere = await desk.library.page(replace(AS_ADA, server=ELSEWHERE), 0, size=2, shared=2)
    await desk.library.set_default(AS_ADA, "Graceful Lady")
    stock = await page_of(desk)

    assert shared.default is not None
    assert (shared.default.label, shared.is_default_gone) == ("Bob", False)
    assert (elsewhere.default, elsewhere.is_default_gone) == (None, True)
    assert stock.default is not None
    assert (stock.default.label, stock.default.voice) == ("Graceful Lady", None)
    assert not any(entry.is_default for entry in stock.entries)


async def test_who_chose_no_default_is_told_of_none(desk: Desk) -> None:
    page = await page_of(desk)

    assert (page.default, page.is_default_gone) == (None, False)


# --- what others share


async def test_voices_of_others_are_shown_as_far_as_there_is_room(desk: Desk) -> None:
    for number in range(3, 6):
        key = VoiceKey(f"discord-{number}")
        await keep_voice(desk.kept, key, owner=BOB, label=f"Bob {number}")
        page = await page_of(desk)
        assert [voice.label for voice in page.shared] == ["Bob 3", "Bob 4"][: number - 3]
        await share(desk.kept, of_person(ADA), voice=key)

    page = await page_of(desk)

    assert [voice.label for voice in page.shared] == ["Bob 3", "Bob 4"]
    assert page.are_more_shared
    assert [entry.voice.key for entry in page.entries] == [MINE]
    assert (await desk.library.page(AS_BOB, 0, size=9, shared=2)).shared == []


async def test_an_entry_is_the_same_in_the_list_and_by_itself(desk: Desk) -> None:
    await share(desk.kept, of_person(BOB))
    await desk.library.set_default(AS_ADA, "Me")

    (entry,) = (await page_of(desk)).entries

    assert entry == Entry(await desk.kept.voices.get(MINE), 0, 0, 1, is_default=True)
    assert await desk.library.entry(AS_ADA, MINE) == entry
