"""Names that are derived from a key: the same every time, and lawful at their destination."""

import re

import pytest

from bot.domain.voices import VoiceKey
from bot.jobs import load_voice_ids
from bot.jobs.names import folder_for, nonce_for, reference_for, voice_ids_with
from tests.fakes.stores import FakeKeyValueStore

KEYS = [VoiceKey(f"discord-{number}") for number in range(200)]


@pytest.mark.parametrize("attempt", [1, 2, 3])
def test_voice_ids_keep_the_providers_grammar(attempt: int) -> None:
    derive = voice_ids_with(b"secret")

    for voice_id in (derive(key, attempt) for key in KEYS):
        assert re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]{6,254}[A-Za-z0-9]", voice_id)
        assert re.search(r"\d", voice_id)


def test_voice_ids_differ_by_key_attempt_and_secret() -> None:
    ids = {
        voice_ids_with(secret)(key, attempt)
        for secret in (b"one", b"two")
        for key in KEYS
        for attempt in (1, 2)
    }

    assert len(ids) == 4 * len(KEYS)


def test_a_voice_id_tells_nothing_of_its_key() -> None:
    assert "discord" not in voice_ids_with(b"secret")(KEYS[0], 1)


async def test_the_secret_is_made_once() -> None:
    facts = FakeKeyValueStore()

    first = await load_voice_ids(facts)
    second = await load_voice_ids(facts)
    stranger = await load_voice_ids(FakeKeyValueStore())

    assert first(KEYS[0], 1) == second(KEYS[0], 1) != stranger(KEYS[0], 1)


def test_a_nonce_fits_discord() -> None:
    nonces = {nonce_for(key) for key in KEYS}

    assert {len(nonce) for nonce in nonces} == {25}
    assert len(nonces) == len(KEYS)


def test_a_reference_is_short_and_always_the_same() -> None:
    assert reference_for("discord-1") == reference_for("discord-1")
    assert len(reference_for("discord-1")) == 8


@pytest.mark.parametrize("key", ["../../etc", "a/b", "", "x" * 500, "emoji \U0001f600"])
def test_no_key_leads_out_of_the_work_folder(key: str) -> None:
    assert re.fullmatch(r"[a-z0-9-]{25}", folder_for(VoiceKey(key)))


def test_an_ordinary_key_names_its_folder() -> None:
    assert folder_for(VoiceKey("discord-123")) == "discord-123"
