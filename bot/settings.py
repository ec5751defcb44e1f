"""What an operator may set: one frozen object from the environment and `.env`."""

from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.domain.speech import MODELS

ENV_FILE = Path(".env")

LOOPBACK = ("127.0.0.1", "localhost", "::1")
"""Where plain http harms nobody, such as to a stand-in."""


class SettingsInvalid(Exception):
    """The configuration cannot be used; the message is one sentence for the operator."""


class Settings(BaseSettings):
    """Each field is one variable, named in upper case; `.env.example` lists them all."""

    model_config = SettingsConfigDict(
        env_file=ENV_FILE, frozen=True, extra="ignore", env_ignore_empty=True, populate_by_name=True
    )

    discord_token: SecretStr = Field(description="The bot's token from Discord's developer portal")
    discord_proxy: str | None = Field(
        None, description="HTTP proxy for everything Discord, such as http://127.0.0.1:8080"
    )
    minimax_api_key: SecretStr = Field(description="The key from MiniMax's account page")
    minimax_base_url: str = Field(
        "https://api.minimax.io",
        description="The key's region: https://api.minimaxi.com for mainland China",
    )
    minimax_group_id: str | None = Field(None, description="Only for old keys that need a GroupId")
    minimax_clone_rpm: int = Field(
        60, ge=1, le=6000, description="Clones a minute that your MiniMax account allows"
    )
    minimax_download_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Further hosts that previews may come from, separated by commas"
    )
    myna_data_dir: Path = Field(
        Path("data"), description="Folder for the databases and for audio while a job runs"
    )
    myna_database_url: str | None = Field(
        None, description="postgresql+psycopg://… instead of SQLite in the data folder"
    )
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
    myna_log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="How much is logged"
    )

    @field_validator("minimax_download_hosts", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("myna_default_model")
    @classmethod
    def _known(cls, value: str) -> str:
        if value not in MODELS:
            raise ValueError(f"must be one of {', '.join(MODELS)}")
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

    @property
    def database_url(self) -> str:
        """SQLAlchemy's address of Myna's own tables."""
        return self.myna_database_url or f"sqlite+aiosqlite:///{self.myna_data_dir / 'myna.sqlite'}"

    @property
    def jobs_database_url(self) -> str:
        """SQLAlchemy's address of the durable engine's tables."""
        return self.myna_database_url or f"sqlite:///{self.myna_data_dir / 'jobs.sqlite'}"


def load() -> Settings:
    """Read the environment and `.env`.

    Raises:
        SettingsInvalid: a variable is missing or wrong; secrets are not repeated.
    """
    try:
        return Settings()  # type: ignore[call-arg]  # the environment brings the fields
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = str(first["loc"][0]).upper()
        if first["type"] == "missing":
            raise SettingsInvalid(
                f"{name} is not set: put it into the environment or into .env (see .env.example)."
            ) from None
        raise SettingsInvalid(f"{name} is wrong: {first['msg']}.") from None


def unknown_names(env_file: Path = ENV_FILE) -> list[str]:
    """Return the names in `env_file` that mean nothing here: most often a slip of the pen."""
    known = {name.upper() for name in Settings.model_fields}
    return sorted(set(dotenv_values(env_file)) - known - {"SSL_CERT_FILE"})
