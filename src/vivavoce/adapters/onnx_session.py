"""Opens a model and its tokenizer as onnxruntime and tokenizers read them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from vivavoce.errors import WeightsError

__all__ = ["open_model"]


def open_model(folder: Path, model: bytes, tokenizer: bytes, *, threads: int) -> tuple[Any, Any]:
    """A session and a tokenizer that neither cuts nor pads.

    Args:
        folder: where the bytes came from, for the message.
        threads: of onnxruntime; 0 lets it take every core.

    Raises:
        WeightsError: one of the two is not what it should be.
    """
    import onnxruntime
    from tokenizers import Tokenizer

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    # Embedder and scorer take turns: threads of the one that wait busily would slow the other.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # Without this the stored int8 is expanded again on every call instead of once at load.
    options.add_session_config_entry("session.disable_quant_qdq", "1")
    try:
        session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        reader = Tokenizer.from_str(tokenizer.decode())
    except Exception as exc:  # onnxruntime and tokenizers raise bare exceptions
        raise WeightsError(f"{folder}: the model cannot be loaded: {exc}") from exc
    reader.no_truncation()
    reader.no_padding()
    return session, reader
