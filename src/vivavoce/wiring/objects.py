"""The objects that every command needs: bank, embedder, scorer, grader, input."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs
from pydantic import ValidationError

from vivavoce.core.calibration import Calibration
from vivavoce.core.grade import Ungraded
from vivavoce.core.rubric import Bank, Rubric
from vivavoce.errors import (
    AnswerFileError,
    MissingExtraError,
    OfflineError,
    SettingsError,
    TranscriberError,
    UnknownQuestionError,
    WeightsError,
)
from vivavoce.wiring.choices import Settings, settings

if TYPE_CHECKING:
    from vivavoce.core.answer import Answer
    from vivavoce.core.transcript import Transcript
    from vivavoce.ports import Embedder, Scorer, Transcriber
    from vivavoce.services.bank_sentences import BankSentences
    from vivavoce.services.grader import Grader

__all__ = [
    "bank_path",
    "build_embedder",
    "build_grader",
    "build_scorer",
    "build_sentences",
    "cache_folder",
    "default_bank",
    "default_grader",
    "find_rubric",
    "load_bank_in_use",
    "load_calibration",
    "read_input",
    "scorer_folder",
]

DEFAULT_BANK = "machine-learning"
DEFAULT_EMBEDDER = "minilm"


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


PACKAGED_SCORER = "scorer"
NO_SCORER = "none"


def scorer_folder(chosen: Settings) -> Path | None:
    """Where the scorer in use lies: the packaged one, unless the settings name another or none.

    The packaged one has learned the shipped bank on the packaged embedder's signals.
    """
    from vivavoce.adapters.resources import models_folder

    if chosen.scorer is not None:
        return None if str(chosen.scorer) == NO_SCORER else chosen.scorer
    packaged = models_folder() / PACKAGED_SCORER
    return packaged if chosen.embedder == "minilm" else None


def build_scorer(chosen: Settings) -> Scorer | None:
    """The scorer in use; None where the settings name `none`.

    Raises:
        WeightsError: the folder holds no scorer.
    """
    folder = scorer_folder(chosen)
    if folder is None:
        return None
    about = folder / "scorer.json"
    # Another embedder was asked for: it compares, and the scorer reads beside it.
    shared = chosen.embedder == DEFAULT_EMBEDDER
    # One that was trained anew in the same folder is another one.
    return _scorer(folder, shared, about.stat().st_mtime_ns if about.exists() else 0)


@lru_cache(maxsize=2)
def _scorer(folder: Path, shared: bool, written: int) -> Scorer:
    """Transcripts are aligned and answers graded by the same one; its weights take 100 MB."""
    from vivavoce.adapters.onnx_scorer import OnnxScorer

    return OnnxScorer(folder, shared=shared)


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
    folder = scorer_folder(chosen)
    own = folder / "calibration.json" if folder else None
    familiar = own if own and own.is_file() and not chosen.calibration else chosen.calibration
    return Grader(
        embedder or build_embedder(chosen),
        build_scorer(chosen),
        load_calibration(chosen.calibration),
        version=__version__,
        familiar=load_calibration(familiar),
        store=VectorFiles(cache_folder(chosen) / "rubrics"),
    )


def build_sentences(chosen: Settings, embedder: Embedder) -> BankSentences:
    """The embedder for questions, with what it made of a bank's sentences kept on disk.

    Raises:
        WeightsError: the folder of the scorer holds none.
    """
    from vivavoce.adapters.sentence_files import SentenceFiles
    from vivavoce.services.bank_sentences import BankSentences

    store = SentenceFiles(cache_folder(chosen) / "banks")
    return BankSentences(embedder, store, build_scorer(chosen))


def find_rubric(chosen: Settings, question: str, embedder: Embedder) -> Rubric:
    """The rubric a person means, by id or number without reading the rest of the bank.

    Raises:
        RubricError: the bank has mistakes.
        UnknownQuestionError: nothing fits.
    """
    from vivavoce.adapters.rubric_files import find_file, load_bank, load_rubric
    from vivavoce.services.lookup import BankIndex

    if not question.strip():
        raise UnknownQuestionError("No question was given. See: viva bank list")
    path = find_file(bank_path(chosen), question.strip())
    if path:
        return load_rubric(path)
    bank = load_bank(bank_path(chosen))
    return BankIndex(bank, build_sentences(chosen, embedder)).find(question)


def read_input(
    path: Path, format: str | None = None, listener: Callable[[], Transcriber] | None = None
) -> Iterator[Answer | Ungraded] | Transcript:
    """Answers where the file holds answers, else the transcript it is.

    Args:
        listener: gives what transcribes a recording; without it a recording is refused.

    Raises:
        AnswerFileError: it is neither, or what reads such a file is absent or failed.
    """
    try:
        return _read(path, format, listener)
    except (MissingExtraError, TranscriberError, WeightsError) as exc:
        # What one file needs is no reason to leave the others.
        raise AnswerFileError(f"{path}: {exc}") from exc


def _read(
    path: Path, format: str | None, listener: Callable[[], Transcriber] | None
) -> Iterator[Answer | Ungraded] | Transcript:
    from vivavoce.adapters.answer_files import is_answers_file, read_answers
    from vivavoce.adapters.transcripts import read_transcript

    if format is None and listener is not None:
        from vivavoce.adapters.transcripts.recording import is_recording, transcribed

        if is_recording(path):
            return transcribed(path, listener())
    if format is None and is_answers_file(path):
        return read_answers(path)
    return read_transcript(path, format=format)


def default_bank() -> Bank:
    """The bank in use under the settings of the environment."""
    return load_bank_in_use(settings())


def default_grader() -> Grader:
    """The offline grader under the settings of the environment."""
    return build_grader(settings())


def load_bank_in_use(chosen: Settings) -> Bank:
    """The bank under these settings.

    Raises:
        RubricError: it has mistakes.
    """
    from vivavoce.adapters.rubric_files import load_bank

    return load_bank(bank_path(chosen))
