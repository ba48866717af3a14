"""The Hugging Face libraries kept to what was asked of them: network, telemetry, progress bars."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vivavoce.errors import WeightsError

__all__ = ["cached_folder", "hub_session", "weights_digest"]

DECISIVE = ("config.json", "modules.json", "sentence_bert_config.json", "tokenizer.json")
"""Files besides the weights that decide a model's vectors."""


@contextmanager
def hub_session(*, offline: bool) -> Iterator[None]:
    """The Hugging Face libraries without telemetry, and where asked without network.

    `local_files_only` alone does not keep huggingface_hub from the network: naming its user
    agent fetches a list of agents.
    """
    from huggingface_hub import constants
    from transformers.utils import logging

    wanted = {
        "HF_HUB_DISABLE_TELEMETRY": True,
        "HF_HUB_OFFLINE": offline or constants.HF_HUB_OFFLINE,
    }
    before = {key: getattr(constants, key) for key in wanted}
    bars = logging.is_progress_bar_enabled()
    if offline or not sys.stderr.isatty():
        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        for key, value in wanted.items():
            setattr(constants, key, value)
        yield
    finally:
        for key, value in before.items():
            setattr(constants, key, value)
        if bars:
            logging.enable_progress_bar()  # type: ignore[no-untyped-call]


def cached_folder(model: str) -> Path | None:
    """Where the hub's cache has a sentence-transformers model; None where it has none."""
    from huggingface_hub import try_to_load_from_cache

    named = [model] if "/" in model else [f"sentence-transformers/{model}", model]
    found = [try_to_load_from_cache(repo, "config.json") for repo in named]
    return next((Path(path).parent for path in found if isinstance(path, str)), None)


def weights_digest(folder: Path) -> str:
    """Eight hex digits over the weights and the files in DECISIVE, with their paths."""
    total = hashlib.sha256()
    try:
        files = [f for f in folder.rglob("*") if f.suffix in (".safetensors", ".bin")]
        files += [f for name in DECISIVE for f in folder.rglob(name)]
        for file in sorted(files, key=lambda f: f.relative_to(folder).as_posix()):
            with file.open("rb") as stream:
                part = hashlib.file_digest(stream, "sha256").hexdigest()
            total.update(f"{file.relative_to(folder).as_posix()} {part}\n".encode())
    except OSError as exc:
        raise WeightsError(f"{folder}: cannot be read ({exc.strerror}).") from exc
    return total.hexdigest()[:8]
