"""Settings to objects: the one place where choices meet."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import sys
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import platformdirs
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from vivavoce.core.calibration import Calibration
from vivavoce.core.grade import Ungraded
from vivavoce.core.rubric import Bank, Rubric
from vivavoce.errors import OfflineError, SettingsError, UnknownQuestionError, WeightsError

if TYPE_CHECKING:
    from vivavoce.core.answer import Answer
    from vivavoce.core.transcript import Transcript
    from vivavoce.ports import Embedder, Scorer
    from vivavoce.services.doctor import Check
    from vivavoce.services.grader import Grader

__all__ = [
    "Settings",
    "bank_path",
    "build_embedder",
    "build_grader",
    "build_scorer",
    "cache_folder",
    "checkup",
    "default_bank",
    "default_grader",
    "find_rubric",
    "load_bank_in_use",
    "load_calibration",
    "read_input",
    "settings",
]

DEFAULT_BANK = "machine-learning"


class Settings(BaseSettings):
    """Flag > environment (`VIVA_*`) > `.env` > `viva.toml` > default.

    Attributes:
        bank: rubric file or folder; the shipped bank where None.
        embedder: `minilm`, `openai:MODEL` or `st:NAME_OR_PATH`.
        scorer: folder of a scorer that `viva scorer train` wrote; none is used where None.
        calibration: file that `viva calibrate` wrote; the packaged one where None.
        offline: refuse whatever would open a socket.
        cache_dir: where rubric vectors are kept.
    """

    model_config = SettingsConfigDict(
        env_prefix="VIVA_", env_file=".env", toml_file="viva.toml", extra="ignore"
    )

    bank: Path | None = None
    embedder: str = "minilm"
    scorer: Path | None = None
    calibration: Path | None = None
    offline: bool = False
    cache_dir: Path | None = None
    log_level: Literal["debug", "info", "warning", "error"] = "warning"
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


def bank_path(chosen: Settings) -> Path:
    """The bank that is in use."""
    from vivavoce.adapters.resources import resource

    return chosen.bank or resource("rubrics") / DEFAULT_BANK


def cache_folder(chosen: Settings) -> Path:
    """Where what can be computed again is kept."""
    return chosen.cache_dir or Path(platformdirs.user_cache_dir("vivavoce"))


def build_embedder(chosen: Settings) -> Embedder:
    """The embedder that `settings.embedder` names.

    Raises:
        SettingsError: no such embedder.
        OfflineError: it would need the network.
    """
    kind, _, model = chosen.embedder.partition(":")
    if kind == "minilm" and not model:
        from vivavoce.adapters.onnx_minilm import OnnxMiniLM

        return OnnxMiniLM()
    if kind == "st" and model:
        from vivavoce.adapters.sentence_transformer import SentenceTransformerEmbedder

        return SentenceTransformerEmbedder(model, offline=chosen.offline)
    if kind == "openai" and model:
        if chosen.offline:
            raise OfflineError(
                f"--offline forbids the embedder '{chosen.embedder}': it sends text to a "
                "server. Leave out --offline, or use --embedder minilm."
            )
        from vivavoce.adapters.openai_embeddings import OpenAIEmbedder

        # The adapter sends a key it is given to any server, so the stored one goes to OpenAI alone.
        stored = chosen.openai_api_key if not chosen.openai_base_url else None
        key = stored.get_secret_value() if stored else None
        return OpenAIEmbedder(model, base_url=chosen.openai_base_url, api_key=key)
    raise SettingsError(
        f"No embedder is called '{chosen.embedder}'. Use minilm, st:NAME_OR_PATH (any "
        "sentence-transformers model) or openai:MODEL."
    )


def build_scorer(chosen: Settings) -> Scorer | None:
    """The scorer in the folder that `settings.scorer` names; None where it names none.

    Raises:
        WeightsError: the folder holds no scorer.
    """
    from vivavoce.adapters.onnx_scorer import OnnxScorer

    return OnnxScorer(chosen.scorer) if chosen.scorer else None


@lru_cache(maxsize=4)
def load_calibration(path: Path | None = None) -> Calibration:
    """The packaged calibration, or another file's.

    Raises:
        WeightsError: the file is missing or is none.
    """
    from vivavoce.adapters.resources import models_folder

    file = path or models_folder() / "calibration.json"
    try:
        return Calibration.model_validate_json(file.read_bytes())
    except (OSError, ValidationError) as exc:
        raise WeightsError(
            f"{file}: no calibration file. Name one that `viva calibrate` wrote; if none was "
            "named, reinstall vivavoce."
        ) from exc


def build_grader(chosen: Settings, embedder: Embedder | None = None) -> Grader:
    """The offline grader under these settings."""
    from vivavoce import __version__
    from vivavoce.adapters.vector_files import VectorFiles
    from vivavoce.services.grader import Grader

    # What a scorer reads weighs nothing but in the calibration that was fitted with it.
    own = chosen.scorer / "calibration.json" if chosen.scorer else None
    calibration = chosen.calibration or (own if own and own.is_file() else None)
    return Grader(
        embedder or build_embedder(chosen),
        build_scorer(chosen),
        load_calibration(calibration),
        version=__version__,
        store=VectorFiles(cache_folder(chosen) / "rubrics"),
    )


def find_rubric(chosen: Settings, question: str, embedder: Embedder) -> Rubric:
    """The rubric a person means, by id or number without reading the rest of the bank.

    Raises:
        RubricError: the bank has mistakes.
        UnknownQuestionError: nothing fits.
    """
    from vivavoce.adapters.rubric_files import find_file, load_bank, load_rubric
    from vivavoce.services.lookup import find

    if not question.strip():
        raise UnknownQuestionError("No question was given. See: viva bank list")
    path = find_file(bank_path(chosen), question.strip())
    if path:
        return load_rubric(path)
    return find(load_bank(bank_path(chosen)), question, embedder)


def read_input(path: Path, format: str | None = None) -> Iterator[Answer | Ungraded] | Transcript:
    """Answers where the file holds answers, else the transcript it is.

    Raises:
        AnswerFileError: it is neither.
    """
    from vivavoce.adapters.answer_files import is_answers_file, read_answers
    from vivavoce.adapters.transcripts import read_transcript

    if format is None and is_answers_file(path):
        return read_answers(path)
    return read_transcript(path, format=format)


def default_bank() -> Bank:
    """The bank in use under the settings of the environment."""
    return load_bank_in_use(settings())


def default_grader() -> Grader:
    """The offline grader under the settings of the environment."""
    return build_grader(settings())


EXTRAS = {
    "sentence-transformers": "sentence_transformers",
    "voice": "faster_whisper",
    "web": "starlette",
    "ray": "ray",
    "evaluation": "sklearn",
    "training": "transformers",
}


def checkup(chosen: Settings) -> list[Check]:
    """What `viva doctor` prints: the parts in use work, the optional ones are there or not."""
    from vivavoce.services.doctor import ABSENT, FAILED, OK, Check, run

    probes = [
        ("python", lambda: sys.version.split()[0]),
        ("vivavoce", lambda: importlib.metadata.version("vivavoce")),
        ("embedder", lambda: _probe_embedder(chosen)),
        ("scorer", lambda: _probe_scorer(chosen)),
        ("calibration", lambda: load_calibration().name),
        ("bank", lambda: f"{len(load_bank_in_use(chosen))} rubrics in {bank_path(chosen)}"),
        ("cache", lambda: _probe_cache(cache_folder(chosen))),
    ]
    extras = [
        Check(f"extra {name}", OK, "installed")
        if importlib.util.find_spec(module)
        else Check(f"extra {name}", ABSENT, f"pip install 'vivavoce[{name}]'")
        for name, module in EXTRAS.items()
    ]
    # None of these is optional, so a package that one of them lacks is a failure.
    core = [c._replace(state=FAILED) if c.state == ABSENT else c for c in run(probes)]
    return [*core, *extras]


def load_bank_in_use(chosen: Settings) -> Bank:
    """The bank under these settings.

    Raises:
        RubricError: it has mistakes.
    """
    from vivavoce.adapters.rubric_files import load_bank

    return load_bank(bank_path(chosen))


def _probe_embedder(chosen: Settings) -> str:
    embedder = build_embedder(chosen)
    width = embedder.embed(["Is it there?"]).shape[1]
    return f"{embedder.name}, {width} dimensions"


def _probe_scorer(chosen: Settings) -> str:
    scorer = build_scorer(chosen)
    if scorer is None:
        return "none (late interaction alone)"
    scorer.read([("It is there.", "It is there.")])
    return scorer.name


def _probe_cache(folder: Path) -> str:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        return f"{folder} cannot be written ({exc.strerror}); grading works without it"
    return str(folder)
