"""What every `KeyValueStore` promises."""

from bot.ports import KeyValueStore


async def test_a_small_fact_can_be_overwritten(key_values: KeyValueStore) -> None:
    assert await key_values.read("colour") is None
    await key_values.write("colour", "blue")

    await key_values.write("colour", "green")

    assert await key_values.read("colour") == "green"


async def test_a_fact_written_once_stands(key_values: KeyValueStore) -> None:
    first = await key_values.write_once("secret", "one")

    second = await key_values.write_once("secret", "two")

    assert (first, second) == ("one", "one")
