"""The configuration: every variable documented, every mistake one sentence, no secret shown."""

import re
from pathlib import Path

import pytest
from dotenv import dotenv_values
from pydantic import ValidationError

from bot import settings
from bot.domain.money import Period, Whose
from bot.domain.speech import MODELS
from bot.settings import Settings, SettingsInvalid

EXAMPLE = Path(__file__).parents[2] / ".env.example"
README = EXAMPLE.with_name("README.md")
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


def test_the_example_and_the_readme_list_every_variable_in_the_same_order() -> None:
    names = [name.upper() for name in Settings.model_fields]

    assert list(dotenv_values(EXAMPLE)) == names
    assert re.findall(r"(?m)^\| `([A-Z_]+)` \|", README.read_text(encoding="utf-8")) == names


def test_the_readme_tells_every_default_and_meaning() -> None:
    text = README.read_text(encoding="utf-8")

    for name, field in Settings.model_fields.items():
        empty = field.default in (None, ())
        default = "**required**" if field.is_required() else "" if empty else f"`{field.default}`"
        assert f"| `{name.upper()}` | {default} | {field.description} |\n" in text


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


def test_the_password_of_a_database_is_not_in_the_repr() -> None:
    url = "postgresql+psycopg://myna:pass-word@db.test/myna"
    write_env(DISCORD_TOKEN=TOKEN, MINIMAX_API_KEY=KEY, MYNA_DATABASE_URL=url)

    for loaded in (settings.load(), settings.load_storage()):
        assert loaded.database_url == url
        assert "pass-word" not in repr(loaded)


def test_nothing_that_was_read_can_be_changed() -> None:
    write_env(DISCORD_TOKEN=TOKEN, MINIMAX_API_KEY=KEY)

    for loaded in (settings.load(), settings.load_storage()):
        with pytest.raises(ValidationError, match="frozen"):
            loaded.myna_data_dir = Path("elsewhere")


def test_where_things_are_kept_is_read_whatever_else_is_missing_or_wrong() -> None:
    write_env(MYNA_DATA_DIR="kept", MINIMAX_CLONE_RPM="many")

    assert settings.load_storage().database_url == "sqlite+aiosqlite:///kept/myna.sqlite"


def test_a_misspelt_variable_is_noticed() -> None:
    write_env(DISCORD_TOKEN=TOKEN, MINIMAX_APIKEY=KEY)

    assert settings.unknown_names() == ["MINIMAX_APIKEY"]


def test_further_download_hosts_are_a_list() -> None:
    write_env(DISCORD_TOKEN=TOKEN, MINIMAX_API_KEY=KEY, MINIMAX_DOWNLOAD_HOSTS="a.test, b.test")

    assert settings.load().minimax_download_hosts == ("a.test", "b.test")


def test_without_settings_prices_are_those_of_the_price_list() -> None:
    write_env(DISCORD_TOKEN=TOKEN, MINIMAX_API_KEY=KEY)

    prices = settings.load().prices

    assert prices.per_character == {
        model: 60 if model.endswith("-turbo") else 100 for model in MODELS
    }
    assert prices.clone_fee == 1_500_000


def test_prices_can_be_set_and_are_rounded_up_to_a_microdollar_a_character() -> None:
    write_env(
        DISCORD_TOKEN=TOKEN,
        MINIMAX_API_KEY=KEY,
        MYNA_PRICE_HD_USD="49.01",
        MYNA_PRICE_TURBO_USD="0",
        MYNA_CLONE_FEE_USD="0.000001",
    )

    prices = settings.load().prices

    assert prices.per_character["speech-2.8-hd"] == 50
    assert prices.per_character["speech-02-turbo"] == 0
    assert prices.clone_fee == 1


def test_without_settings_everybody_has_budgets_and_the_operator_a_hard_cap() -> None:
    write_env(DISCORD_TOKEN=TOKEN, MINIMAX_API_KEY=KEY)

    assert settings.load().budgets.limits == {
        (Whose.PERSON, Period.DAY): 3_000_000,
        (Whose.PERSON, Period.MONTH): 15_000_000,
        (Whose.SERVER, Period.DAY): 10_000_000,
        (Whose.SERVER, Period.MONTH): 60_000_000,
        (Whose.ALL, Period.MONTH): 200_000_000,
    }


@pytest.mark.parametrize("word", ["none", "None", " NONE "])
def test_the_word_none_lifts_a_limit(word: str) -> None:
    write_env(DISCORD_TOKEN=TOKEN, MINIMAX_API_KEY=KEY, MYNA_TOTAL_MONTH_USD=word)

    assert (Whose.ALL, Period.MONTH) not in settings.load().budgets.limits


def test_a_budget_of_zero_allows_nothing_and_an_empty_one_is_the_default() -> None:
    write_env(
        DISCORD_TOKEN=TOKEN, MINIMAX_API_KEY=KEY, MYNA_PERSON_DAY_USD="0", MYNA_PERSON_MONTH_USD=""
    )

    limits = settings.load().budgets.limits

    assert limits[Whose.PERSON, Period.DAY] == 0
    assert limits[Whose.PERSON, Period.MONTH] == 15_000_000


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MYNA_PERSON_DAY_USD", "-0.01"),
        ("MYNA_SERVER_MONTH_USD", "unlimited"),
        ("MYNA_TOTAL_DAY_USD", "Infinity"),
        ("MYNA_TOTAL_MONTH_USD", "NaN"),
        ("MYNA_PRICE_HD_USD", "-1"),
        ("MYNA_PRICE_TURBO_USD", "none"),
        ("MYNA_CLONE_FEE_USD", "$1.50"),
        ("MYNA_QUOTE_ABOVE_USD", "-1"),
        ("MYNA_SPEECH_CHARACTERS", "50001"),
        ("MYNA_CACHE_HOURS", "-1"),
    ],
)
def test_an_amount_that_cannot_be_is_one_sentence_that_names_it(name: str, value: str) -> None:
    write_env(**{"DISCORD_TOKEN": TOKEN, "MINIMAX_API_KEY": KEY, name: value})

    with pytest.raises(SettingsInvalid, match=f"^{name} is wrong: [^\n]+\\.$"):
        settings.load()
