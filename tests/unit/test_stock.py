"""The service's own voices are in memory, and found by id, name and language."""

from datetime import timedelta

import pytest

from bot.domain.errors import ServiceDown, ServiceMisconfigured
from bot.services.stock import FRESH_FOR, StockVoices
from tests.fakes.speaking import SECOND, Hands
from tests.fakes.world import FakeSpeechApi, World


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def stock(world: World, clock: Hands) -> StockVoices:
    return StockVoices(FakeSpeechApi(world), now=clock)


async def test_before_the_first_answer_there_are_none_and_nobody_waits(stock: StockVoices) -> None:
    assert stock.find("", limit=25) == []
    assert stock.get("Graceful Lady") is None


@pytest.mark.parametrize("name", ["English_Graceful_Lady", "Graceful Lady", " graceful LADY "])
async def test_a_voice_is_known_by_its_id_and_by_its_name_in_any_case(
    name: str, stock: StockVoices
) -> None:
    await stock.refresh()

    found = stock.get(name)

    assert found is not None
    assert found.voice_id == "English_Graceful_Lady"


@pytest.mark.parametrize("typed", ["frie", "MAN", "germ", "de", " Friendly"])
async def test_a_voice_is_found_by_its_name_a_word_of_it_or_its_language(
    typed: str, stock: StockVoices
) -> None:
    await stock.refresh()

    assert [voice.name for voice in stock.find(typed, limit=25)] == ["Friendly Man"]


async def test_no_more_are_found_than_are_wanted(stock: StockVoices) -> None:
    await stock.refresh()

    assert len(stock.find("", limit=1)) == 1
    assert stock.find("", limit=0) == stock.find("", limit=-3) == []
    assert stock.find("klingon", limit=25) == []


async def test_the_list_is_asked_for_again_only_when_it_is_old(
    stock: StockVoices, world: World, clock: Hands
) -> None:
    await stock.refresh()
    clock.move(FRESH_FOR - SECOND)
    await stock.refresh()
    before = world.calls("").count("stock_voices")

    clock.move(SECOND)
    await stock.refresh()

    assert (before, world.calls("").count("stock_voices")) == (1, 2)


async def test_a_service_that_does_not_answer_leaves_the_last_list_and_is_asked_next_time(
    stock: StockVoices, world: World, clock: Hands
) -> None:
    await stock.refresh()
    clock.move(FRESH_FOR + timedelta(hours=1))
    world.fail("stock_voices", ServiceDown(reason="502"))

    await stock.refresh()
    kept = stock.find("", limit=25)
    await stock.refresh()

    assert len(kept) == 2
    assert world.calls("").count("stock_voices") == 3


async def test_asking_outright_tells_why_there_is_no_answer(
    stock: StockVoices, world: World
) -> None:
    world.fail("stock_voices", ServiceMisconfigured(code=2049, message="invalid api key"))

    with pytest.raises(ServiceMisconfigured):
        await stock.ask()
