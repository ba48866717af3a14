"""Settings: flag > environment > `.env` > `viva.toml` > default."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from vivavoce.core.delivery import Bands
from vivavoce.errors import SettingsError

__all__ = ["Settings", "settings"]


class Settings(BaseSettings):
    """Flag > environment (`VIVA_*`) > `.env` > `viva.toml` > default.

    Attributes:
        bank: rubric file or folder; the shipped bank where None.
        embedder: `minilm`, `openai:MODEL` or `st:NAME_OR_PATH`.
        scorer: folder of a scorer that `viva scorer train` wrote; none is used where None.
        calibration: file that `viva calibrate` wrote; the packaged one where None.
        transcriber: `whisper:NAME`, `whisper:FOLDER` or `openai:MODEL`.
        delivery: target bands of a spoken answer's delivery.
        offline: refuse whatever would open a socket.
        cache_dir: where rubric vectors are kept.
        database_url: of the practice history, as SQLAlchemy writes it; a file in the user's data
            directory where None.
    """

    model_config = SettingsConfigDict(
        env_prefix="VIVA_", env_file=".env", toml_file="viva.toml", extra="ignore"
    )

    bank: Path | None = None
    embedder: str = "minilm"
    scorer: Path | None = None
    calibration: Path | None = None
    transcriber: str = "whisper:tiny.en"
    delivery: Bands = Bands()
    offline: bool = False
    cache_dir: Path | None = None
    log_level: Literal["debug", "info", "warning", "error"] = "warning"
    database_url: SecretStr | None = None
    openai_api_key: SecretStr | None = Field(default=None, validation_alias="OPENAI_API_KEY")
    openai_base_url: str | None = Field(default=None, validation_alias="OPENAI_BASE_URL")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Puts `viva.toml` under the environment."""
        toml = TomlConfigSettingsSource(settings_cls)
        return init_settings, env_settings, dotenv_settings, toml, file_secret_settings


def settings(**flags: object) -> Settings:
    """Settings with the flags that were given; a None is a flag that was not.

    Raises:
        SettingsError: a value has no meaning; names it, and where it may come from.
    """
    given = {name: value for name, value in flags.items() if value is not None}
    try:
        return Settings(**given)  # type: ignore[arg-type]
    except ValidationError as exc:
        error = exc.errors()[0]
        name = str(error["loc"][0]) if error["loc"] else "?"
        raise SettingsError(
            f"Setting '{name}': {error['msg']}, found {error['input']!r}. It may come from a "
            f"flag, VIVA_{name.upper()}, .env or viva.toml."
        ) from exc
    except (ValueError, OSError) as exc:  # an unreadable viva.toml or .env
        raise SettingsError(f"viva.toml or .env cannot be read: {exc}") from exc
