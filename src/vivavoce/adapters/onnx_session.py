"""Opens a model and its tokenizer as onnxruntime and tokenizers read them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from vivavoce.errors import WeightsError

__all__ = ["open_session", "open_tokenizer", "usable_cores"]


def open_session(folder: Path, model: bytes, *, threads: int) -> Any:
    """A session that computes in float32 whatever the weights are stored as.

    Args:
        folder: where the bytes came from, for the message.
        threads: of onnxruntime; 0 lets it take every core.

    Raises:
        WeightsError: the bytes are no model.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    # Embedder and scorer take turns: threads of the one that wait busily would slow the other.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # Without this the stored int8 is expanded again on every call instead of once at load.
    options.add_session_config_entry("session.disable_quant_qdq", "1")
    try:
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as exc:  # onnxruntime raises bare exceptions
        raise _unusable(folder, exc) from exc


def open_tokenizer(folder: Path, tokenizer: bytes) -> Any:
    """A tokenizer that neither cuts nor pads.

    Raises:
        WeightsError: the bytes are no tokenizer.
    """
    from tokenizers import Tokenizer

    try:
        reader = Tokenizer.from_str(tokenizer.decode())
    except Exception as exc:  # tokenizers raises bare exceptions
        raise _unusable(folder, exc) from exc
    reader.no_truncation()
    reader.no_padding()
    return reader


def usable_cores() -> int:
    """Cores that this process may use; a container's or taskset's share where the system says."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # macOS and Windows do not say
        return os.cpu_count() or 1


def _unusable(folder: Path, exc: Exception) -> WeightsError:
    return WeightsError(f"{folder}: the model cannot be loaded: {exc}")
