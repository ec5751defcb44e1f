"""What an operator may set: one frozen object from the environment and `.env`."""

import re
from decimal import ROUND_CEILING, Decimal
from pathlib import Path
from typing import Annotated, Literal, TypeVar
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import BeforeValidator, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.domain.money import Budgets, Period, PriceList, Whose, microdollars
from bot.domain.speech import MODELS

ENV_FILE = Path(".env")

LOOPBACK = ("127.0.0.1", "localhost", "::1")
"""Where plain http harms nobody, such as to a stand-in."""

LONGEST_TEXT = 50_000
"""Characters of the longest text that MiniMax speaks at all (docs/minimax.md, "Speech")."""

NO_LIMIT = "none"
"""How an operator writes that a budget has no limit; an empty value means the default."""

_FERNET_KEY = re.compile(r"[A-Za-z0-9_-]{43}=")

_DEAREST = 1_000_000
"""Most dollars of a setting: far above any bill, and far below what a database can count."""


def _unlimited(value: object) -> object:
    return None if isinstance(value, str) and value.strip().casefold() == NO_LIMIT else value


Usd = Annotated[Decimal, Field(ge=0, le=_DEAREST)]
"""An amount of US dollars."""

Limit = Annotated[Usd | None, BeforeValidator(_unlimited)]
"""Most US dollars of a budget; None for no limit."""


class SettingsInvalid(Exception):
    """The configuration cannot be used; the message is one sentence for the operator."""


class _Variables(BaseSettings):
    """Each field is one variable, named in upper case; `.env.example` lists them all."""

    model_config = SettingsConfigDict(
        env_file=ENV_FILE, frozen=True, extra="ignore", env_ignore_empty=True, populate_by_name=True
    )


_T = TypeVar("_T", bound=_Variables)


class _Accounts(_Variables):
    """Who Myna is at Discord and at MiniMax, and the ways there."""

    discord_token: SecretStr = Field(description="The bot's token from Discord's developer portal")
    minimax_api_key: SecretStr = Field(description="The key from MiniMax's account page")
    discord_proxy: str | None = Field(
        None, description="HTTP proxy for everything Discord, such as http://127.0.0.1:8080"
    )
    minimax_base_url: str = Field(
        "https://api.minimax.io",
        description="The key's region: https://api.minimaxi.com for mainland China",
    )
    minimax_group_id: str | None = Field(None, description="Only for old keys that need a GroupId")
    minimax_clone_rpm: int = Field(
        60, ge=1, le=6000, description="Clones a minute that your MiniMax account allows"
    )
    minimax_speech_rpm: int = Field(
        60, ge=1, le=6000, description="Speeches a minute that your MiniMax account allows"
    )
    minimax_download_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Further hosts that previews may come from, separated by commas"
    )

    @field_validator("minimax_download_hosts", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("minimax_base_url")
    @classmethod
    def _without_slash(cls, value: str) -> str:
        address = urlsplit(value)
        is_here = address.scheme == "http" and address.hostname in LOOPBACK
        if not address.hostname or not (address.scheme == "https" or is_here):
            raise ValueError("must start with https://, or the key would travel in plain text")
        return value.rstrip("/")

    def secrets(self) -> tuple[str, ...]:
        """Return what must never be printed."""
        return self.discord_token.get_secret_value(), self.minimax_api_key.get_secret_value()


class Storage(_Variables):
    """Where everything is kept: all that is asked of a machine which only looks at it."""

    myna_data_dir: Path = Field(
        Path("data"), description="Folder for the databases and for audio while a job runs"
    )
    myna_database_url: str | None = Field(
        None,
        repr=False,  # it may hold a password
        description="postgresql+psycopg://… instead of SQLite in the data folder",
    )

    @property
    def database_url(self) -> str:
        """SQLAlchemy's address of Myna's own tables."""
        return self.myna_database_url or f"sqlite+aiosqlite:///{self.myna_data_dir / 'myna.sqlite'}"

    @property
    def jobs_database_url(self) -> str:
        """SQLAlchemy's address of the durable engine's tables."""
        return self.myna_database_url or f"sqlite:///{self.myna_data_dir / 'jobs.sqlite'}"


class Settings(Storage, _Accounts):
    """All there is to set."""

    myna_default_model: str = Field(
        "speech-2.8-hd", description="The model that speaks previews unless the member picks one"
    )
    myna_operator_channel: int | None = Field(
        None, description="Id of the Discord channel that trouble is reported to"
    )
    myna_audio_workers: int = Field(
        2, ge=1, le=64, description="Decoding processes; one for each core is plenty"
    )
    myna_clones_at_once: int = Field(20, ge=1, le=1000, description="Clones that run side by side")
    myna_clones_per_person: int = Field(
        3, ge=1, le=100, description="Clones that one person may have under way"
    )
    myna_speeches_at_once: int = Field(
        20, ge=1, le=1000, description="Speeches that run side by side"
    )
    myna_speeches_per_person: int = Field(
        3, ge=1, le=100, description="Speeches that one person may have under way"
    )
    myna_speeches_per_minute: int = Field(
        10, ge=1, le=1000, description="Speeches that one person may ask for in a minute"
    )
    myna_speech_characters: int = Field(
        LONGEST_TEXT, ge=1, le=LONGEST_TEXT, description="Most characters of one speech"
    )
    myna_quote_above_usd: Usd = Field(
        Decimal("0.05"), description="Whoever asks for something dearer is told its price first"
    )
    myna_price_hd_usd: Usd = Field(
        Decimal(100), description="Price of a million characters, hd models (as of 2026-10-01)"
    )
    myna_price_turbo_usd: Usd = Field(
        Decimal(60), description="Price of a million characters, turbo models (as of 2026-10-01)"
    )
    myna_clone_fee_usd: Usd = Field(
        Decimal("1.50"),
        description="Price of a cloned voice, due at its first speech (as of 2026-10-01)",
    )
    myna_person_day_usd: Limit = Field(
        Decimal(3), description="Most that one person may spend in a day (UTC), or the word none"
    )
    myna_person_month_usd: Limit = Field(
        Decimal(15), description="Most that one person may spend in a month, or none"
    )
    myna_server_day_usd: Limit = Field(
        Decimal(10), description="Most that one server's members may spend in a day, or none"
    )
    myna_server_month_usd: Limit = Field(
        Decimal(60), description="Most that one server's members may spend in a month, or none"
    )
    myna_total_day_usd: Limit = Field(
        None, description="Most that all together may spend in a day; no limit where empty"
    )
    myna_total_month_usd: Limit = Field(
        Decimal(200),
        description="Your hard cap: most that all together may spend in a month, or none",
    )
    myna_cache_hours: int = Field(
        24,
        ge=0,
        le=8760,
        description="Hours in which the same speech again costs nothing; 0 for never",
    )
    myna_cache_mb: int = Field(
        200, ge=1, le=1_000_000, description="Most megabytes of speeches that are kept for that"
    )
    myna_keep_texts_days: int = Field(
        30, ge=1, le=3650, description="Days that the text of a speech is kept"
    )
    myna_keep_requests_days: int = Field(
        90, ge=2, le=3650, description="Days that a request for consent is kept after its end"
    )
    myna_keep_audit_days: int = Field(
        730, ge=30, le=3650, description="Days that an entry of the audit log is kept"
    )
    myna_keep_server_days: int = Field(
        30,
        ge=0,
        le=365,
        description="Days that a server's data is kept after Myna was removed from it",
    )
    myna_evidence_key: SecretStr | None = Field(
        None,
        description="Fernet key that seals what moderators hear; several with commas, new first; "
        "empty for one that is made in the data folder",
    )
    myna_operators: Annotated[tuple[int, ...], NoDecode] = Field(
        (),
        description="Discord ids of who runs this Myna, separated by commas; "
        "empty for the owner of the application",
    )
    myna_log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="How much is logged"
    )

    @field_validator("myna_operators", mode="before")
    @classmethod
    def _ids(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("myna_evidence_key")
    @classmethod
    def _usable(cls, value: SecretStr | None) -> SecretStr | None:
        keys = [] if value is None else value.get_secret_value().split(",")
        if not all(_FERNET_KEY.fullmatch(key.strip()) for key in keys):
            raise ValueError("must be Fernet keys: 44 characters of URL-safe base64 each")
        return value

    @field_validator("myna_default_model")
    @classmethod
    def _known(cls, value: str) -> str:
        if value not in MODELS:
            raise ValueError(f"must be one of {', '.join(MODELS)}")
        return value

    @property
    def evidence_keys(self) -> list[str]:
        """What was set to seal evidence with; empty where a key is to be made."""
        key = self.myna_evidence_key
        return [] if key is None else [one.strip() for one in key.get_secret_value().split(",")]

    def secrets(self) -> tuple[str, ...]:
        """Return what must never be printed."""
        return (*super().secrets(), *self.evidence_keys)

    @property
    def prices(self) -> PriceList:
        """What is charged, by model; where a character's price is no whole micro-dollar, the next.

        A price too high holds a little too much for a while; one too low would overdraw a budget.
        """
        hd, turbo = map(_per_character, (self.myna_price_hd_usd, self.myna_price_turbo_usd))
        return PriceList(
            {model: turbo if model.endswith("-turbo") else hd for model in MODELS},
            microdollars(self.myna_clone_fee_usd),
        )

    @property
    def budgets(self) -> Budgets:
        """The most that may be spent, by whom and when; what has no limit is left out."""
        limits = {
            (Whose.PERSON, Period.DAY): self.myna_person_day_usd,
            (Whose.PERSON, Period.MONTH): self.myna_person_month_usd,
            (Whose.SERVER, Period.DAY): self.myna_server_day_usd,
            (Whose.SERVER, Period.MONTH): self.myna_server_month_usd,
            (Whose.ALL, Period.DAY): self.myna_total_day_usd,
            (Whose.ALL, Period.MONTH): self.myna_total_month_usd,
        }
        return Budgets({name: microdollars(usd) for name, usd in limits.items() if usd is not None})


def load() -> Settings:
    """Read the environment and `.env`.

    Raises:
        SettingsInvalid: a variable is missing or wrong; secrets are not repeated.
    """
    return _read(Settings)


def load_storage() -> Storage:
    """Read where things are kept, on a machine that may have no account set up.

    Raises:
        SettingsInvalid: one of these variables is wrong.
    """
    return _read(Storage)


def _read(kind: type[_T]) -> _T:
    try:
        return kind()
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = str(first["loc"][0]).upper()
        if first["type"] == "missing":
            raise SettingsInvalid(
                f"{name} is not set: put it into the environment or into .env (see .env.example)."
            ) from None
        raise SettingsInvalid(f"{name} is wrong: {first['msg']}.") from None


def _per_character(per_million: Decimal) -> int:
    """Return micro-dollars: dollars for a million characters are just that for one."""
    return int(per_million.to_integral_value(ROUND_CEILING))


def unknown_names(env_file: Path = ENV_FILE) -> list[str]:
    """Return the names in `env_file` that mean nothing here: most often a slip of the pen."""
    known = {name.upper() for name in Settings.model_fields}
    return sorted(set(dotenv_values(env_file)) - known - {"SSL_CERT_FILE"})
