"""The configuration: every variable documented, every mistake one sentence, no secret shown."""

from pathlib import Path

import pytest
from dotenv import dotenv_values

from bot import settings
from bot.settings import Settings, SettingsInvalid

EXAMPLE = Path(__file__).parents[2] / ".env.example"
TOKEN, KEY = "discord-secret", "minimax-secret"


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


def write_env(**values: str) -> None:
    lines = [f"{name}={value}" for name, value in values.items()]
    Path(".env").write_text("\n".join(lines), encoding="utf-8")


def test_the_example_names_every_variable_with_its_default_and_its_meaning() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    found = dotenv_values(EXAMPLE)

    assert set(found) == {name.upper() for name in Settings.model_fields}
    for name, field in Settings.model_fields.items():
        default = "" if field.is_required() or field.default in (None, ()) else str(field.default)
        assert found[name.upper()] == default
        assert f"# {field.description}\n{name.upper()}={default}\n" in text


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    write_env(DISCORD_TOKEN=TOKEN, MINIMAX_API_KEY=KEY, MYNA_AUDIO_WORKERS="3")
    monkeypatch.setenv("MYNA_AUDIO_WORKERS", "5")

    assert settings.load().myna_audio_workers == 5


def test_an_empty_value_means_the_default() -> None:
    write_env(DISCORD_TOKEN=TOKEN, MINIMAX_API_KEY=KEY, MYNA_OPERATOR_CHANNEL="")

    assert settings.load().myna_operator_channel is None


def test_a_missing_token_is_one_sentence_that_names_it() -> None:
    write_env(MINIMAX_API_KEY=KEY)

    with pytest.raises(SettingsInvalid, match="DISCORD_TOKEN is not set") as caught:
        settings.load()

    assert "\n" not in str(caught.value)


def test_a_wrong_value_is_one_sentence_without_secrets() -> None:
    write_env(DISCORD_TOKEN=TOKEN, MINIMAX_API_KEY=KEY, MINIMAX_CLONE_RPM="many")

    with pytest.raises(SettingsInvalid, match="MINIMAX_CLONE_RPM is wrong") as caught:
        settings.load()

    assert KEY not in str(caught.value)


@pytest.mark.parametrize("url", ["http://api.minimax.io", "ftp://127.0.0.1", "api.minimax.io"])
def test_the_key_is_never_sent_in_plain_text(url: str) -> None:
    write_env(DISCORD_TOKEN=TOKEN, MINIMAX_API_KEY=KEY, MINIMAX_BASE_URL=url)

    with pytest.raises(SettingsInvalid, match="MINIMAX_BASE_URL is wrong"):
        settings.load()


def test_plain_http_leads_to_a_stand_in_on_this_machine() -> None:
    write_env(DISCORD_TOKEN=TOKEN, MINIMAX_API_KEY=KEY, MINIMAX_BASE_URL="http://127.0.0.1:8200/")

    assert settings.load().minimax_base_url == "http://127.0.0.1:8200"


def test_secrets_are_not_in_the_repr() -> None:
    write_env(DISCORD_TOKEN=TOKEN, MINIMAX_API_KEY=KEY)

    shown = repr(settings.load())

    assert TOKEN not in shown
    assert KEY not in shown


def test_a_misspelt_variable_is_noticed() -> None:
    write_env(DISCORD_TOKEN=TOKEN, MINIMAX_APIKEY=KEY)

    assert settings.unknown_names() == ["MINIMAX_APIKEY"]


def test_further_download_hosts_are_a_list() -> None:
    write_env(DISCORD_TOKEN=TOKEN, MINIMAX_API_KEY=KEY, MINIMAX_DOWNLOAD_HOSTS="a.test, b.test")

    assert settings.load().minimax_download_hosts == ("a.test", "b.test")
