"""all-MiniLM-L6-v2 by onnxruntime and tokenizers: the default embedder, without torch.

The weights ship with the package: the official sentence-transformers model (Apache-2.0) with
its matrices stored as int8, one scale a row or column, and computed in float32. Storing them so
keeps the wheel small; computing in float32 gives the same vectors on every processor, which
int8 arithmetic does not (it saturates differently with and without VNNI). How the file is made
stands in `training/export_minilm.py`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np

from vivavoce.adapters.onnx_session import open_session, open_tokenizer, usable_cores
from vivavoce.core.windows import Window, join, windows
from vivavoce.errors import WeightsError
from vivavoce.ports import FloatArray, TokenVectors

__all__ = ["OnnxMiniLM"]

FOLDER = Path(__file__).resolve().parent.parent / "models" / "minilm-l6-v2"
SHA256 = {
    "model.onnx": "8eef0285644ef5587ede84d2b300a60fab9349fe6b74823a45036712ed99da0e",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
CLS, SEP = 101, 102
WINDOW = 254
"""Content tokens read at once: the 256 the model was published for, less [CLS] and [SEP]."""
OVERLAP = 64
TOKENS_A_PASS = 512
"""Tokens in one forward pass of several texts: more is no faster on one core."""
FEWEST_SPREAD = 4
"""Passes from which it pays to give each core its own instead of all cores the same."""


class OnnxMiniLM:
    """The default `Embedder`. Loads on first use, about a tenth of a second.

    Args:
        folder: where `model.onnx` and `tokenizer.json` are; the packaged ones by default.
        threads: of onnxruntime; 0 lets it take every core.
        sha256: of the two files, which are compared before use.
        name: of other weights than the packaged ones.
    """

    def __init__(
        self,
        folder: Path = FOLDER,
        *,
        threads: int = 0,
        sha256: Mapping[str, str] = SHA256,
        name: str = "",
    ) -> None:
        self._folder = folder
        self._threads = threads
        self._sha256 = sha256
        self._name = name or f"minilm-l6-v2@{sha256['model.onnx'][:8]}"
        self._sessions: dict[int, Any] = {}
        self._tokenizer: Any = None

    @property
    def name(self) -> str:
        """`minilm-l6-v2@` and eight hex digits of the weights' sha256."""
        return self._name

    def embed(self, texts: Sequence[str]) -> FloatArray:
        """Sentence vectors, shape (n, 384); see `ports.Embedder`."""
        if not texts:
            return np.zeros((0, 384), dtype=np.float32)
        return np.stack([t.sentence for t in self.tokens(texts)])

    def tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Contextual token vectors, 384 wide; see `ports.Embedder`."""
        if not texts:
            return []
        if self._tokenizer is None:
            self._tokenizer = open_tokenizer(self._folder, self._read("tokenizer.json"))
        # Half a surrogate pair has no bytes to tokenise; a question mark keeps the offsets.
        readable = [text.encode("utf-8", "replace").decode() for text in texts]
        # The fast tokenizer counts offsets in characters, as Python does.
        encodings = self._tokenizer.encode_batch(readable, add_special_tokens=False)
        ids = [np.array(e.ids, dtype=np.int64) for e in encodings]
        cuts = [windows(len(i), WINDOW, OVERLAP) for i in ids]
        rows = [(n, w) for n, ws in enumerate(cuts) for w in ws]
        hidden = self._forward([ids[n][w.start : w.end] for n, w in rows])
        parts: list[list[tuple[Window, FloatArray, FloatArray]]] = [[] for _ in texts]
        for (n, w), states in zip(rows, hidden, strict=True):
            # [CLS] and [SEP] count in the published pooling, so they count here.
            parts[n].append((w, states[1:-1], states.mean(axis=0)))
        return [
            join(p, np.array(e.offsets, dtype=np.float32).reshape(-1, 2))
            for p, e in zip(parts, encodings, strict=True)
        ]

    def _forward(self, rows: list[Any]) -> list[FloatArray]:
        """Last hidden states, special tokens included, in the order given.

        Only rows of equal length share a pass: nothing is padded, so that a text's vectors are
        the same to the bit in any company.
        """
        passes = list(_passes(rows))
        cores = self._threads or usable_cores()
        if len(passes) < FEWEST_SPREAD or cores == 1:
            session = self._session(self._threads)
            found = [_run(session, rows, some) for some in passes]
        else:
            session = self._session(1)
            with ThreadPoolExecutor(cores) as pool:
                found = list(pool.map(partial(_run, session, rows), passes))
        out: list[FloatArray] = [np.empty(0, dtype=np.float32)] * len(rows)
        for some, states in zip(passes, found, strict=True):
            for i, row in zip(some, states, strict=True):
                out[i] = row
        return out

    def _session(self, threads: int) -> Any:
        """The session of so many threads: all cores on one text, or one core on each of many."""
        if threads not in self._sessions:
            model = self._read("model.onnx")
            self._sessions[threads] = open_session(self._folder, model, threads=threads)
        return self._sessions[threads]

    def _read(self, name: str) -> bytes:
        path = self._folder / name
        try:
            data = path.read_bytes()
        except OSError as exc:
            raise WeightsError(
                f"{path}: cannot be read ({exc.strerror}). If it came with vivavoce, reinstall "
                "vivavoce; else train the model again."
            ) from exc
        digest = hashlib.sha256(data).hexdigest()
        expected = self._sha256[name]
        if digest != expected:
            raise WeightsError(
                f"{path}: sha256 is {digest[:12]}..., expected {expected[:12]}.... The file is "
                "damaged or was replaced. If it came with vivavoce, reinstall vivavoce."
            )
        return data


def _run(session: Any, rows: list[Any], some: list[int]) -> FloatArray:
    """One forward pass over rows of equal length; shape (len(some), tokens, width)."""
    input_ids = np.array([[CLS, *rows[i], SEP] for i in some], dtype=np.int64)
    feed = {"input_ids": input_ids, "attention_mask": np.ones_like(input_ids)}
    states: FloatArray = session.run(None, feed)[0]
    return states


def _passes(rows: list[Any]) -> Iterator[list[int]]:
    """Rows of equal length together, longest first, so that no core waits for a last long one."""
    order = sorted(range(len(rows)), key=lambda i: len(rows[i]), reverse=True)
    for length, equal in groupby(order, key=lambda i: len(rows[i])):
        some = list(equal)
        most = max(1, TOKENS_A_PASS // (length + 2))
        yield from (some[at : at + most] for at in range(0, len(some), most))
