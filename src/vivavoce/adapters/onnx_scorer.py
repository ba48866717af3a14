"""A scorer that `viva scorer train` made: a MiniLM that reads a clause and a statement together.

Run by onnxruntime, without torch. Its weights are stored as int8 and computed in float32 as the
embedder's are, for the same reason: the same grades on every processor.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from vivavoce.adapters.onnx_session import open_model
from vivavoce.errors import WeightsError
from vivavoce.ports import FloatArray

__all__ = ["OnnxScorer"]

CLS, SEP = 101, 102
LONGEST = 96
"""Tokens of a pair at most, as in training; the longer text is cut first."""
TOKENS_A_BATCH = 4096
"""Padded tokens in one forward pass."""


class OnnxScorer:
    """A trained `Scorer`. Loads on first use.

    Args:
        folder: with `scorer.onnx`, `tokenizer.json` and `scorer.json`, as `viva scorer train`
            writes them.
        threads: of onnxruntime; 0 lets it take every core.
    """

    def __init__(self, folder: Path, *, threads: int = 0) -> None:
        self._folder = folder
        self._threads = threads
        self._session: Any = None
        self._tokenizer: Any = None
        self._about = self._described()
        self._known = frozenset(self._about["known"].values())

    @property
    def name(self) -> str:
        """Its name and eight hex digits of the weights' sha256."""
        return f"{self._about['name']}@{self._about['sha256']['scorer.onnx'][:8]}"

    def knows(self, key: str) -> bool:
        """Whether it was trained on the rubric with this `reading_key`."""
        return key in self._known

    def read(self, pairs: Sequence[tuple[str, str]]) -> FloatArray:
        """See `ports.Scorer`."""
        out = np.zeros((len(pairs), 3), dtype=np.float32)
        if not pairs:
            return out
        self._load()
        rows = self._encode(pairs)
        order = sorted(range(len(rows)), key=lambda i: len(rows[i][0]))
        at = 0
        while at < len(order):
            size = max(1, TOKENS_A_BATCH // len(rows[order[at]][0]))
            batch = order[at : at + size]
            # The last is the longest: the padded batch must not outgrow the room either.
            while len(batch) > 1 and len(batch) * len(rows[batch[-1]][0]) > TOKENS_A_BATCH:
                batch.pop()
            out[batch] = self._forward([rows[i] for i in batch])
            at += len(batch)
        return out

    def _encode(self, pairs: Sequence[tuple[str, str]]) -> list[tuple[list[int], int]]:
        """Token ids of each pair with their marks, and where the second text begins."""
        texts = list(dict.fromkeys(t for pair in pairs for t in pair))
        readable = [t.encode("utf-8", "replace").decode() for t in texts]
        encoded = self._tokenizer.encode_batch(readable, add_special_tokens=False)
        ids = {t: e.ids for t, e in zip(texts, encoded, strict=True)}
        rows: list[tuple[list[int], int]] = []
        for premise, hypothesis in pairs:
            a, b = ids[premise], ids[hypothesis]
            over = len(a) + len(b) + 3 - LONGEST
            while over > 0:
                cut = max(1, min(over, abs(len(a) - len(b))))
                a, b = (a[:-cut], b) if len(a) >= len(b) else (a, b[:-cut])
                over = len(a) + len(b) + 3 - LONGEST
            rows.append(([CLS, *a, SEP, *b, SEP], len(a) + 2))
        return rows

    def _forward(self, rows: Sequence[tuple[list[int], int]]) -> FloatArray:
        longest = max(len(ids) for ids, _ in rows)
        feed = {
            name: np.zeros((len(rows), longest), dtype=np.int64)
            for name in ("input_ids", "attention_mask", "token_type_ids")
        }
        for k, (ids, second) in enumerate(rows):
            feed["input_ids"][k, : len(ids)] = ids
            feed["attention_mask"][k, : len(ids)] = 1
            feed["token_type_ids"][k, second : len(ids)] = 1
        logits = self._session.run(None, feed)[0].astype(np.float64)
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(odds / odds.sum(axis=1, keepdims=True), dtype=np.float32)

    def _described(self) -> dict[str, Any]:
        path = self._folder / "scorer.json"
        try:
            about = json.loads(path.read_text(encoding="utf-8"))
            _ = about["name"], about["sha256"]["scorer.onnx"], about["known"].values()
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as exc:
            raise WeightsError(
                f"{path}: no scorer's description ({exc}). Name a folder that `viva scorer "
                "train` wrote."
            ) from exc
        return dict(about)

    def _load(self) -> None:
        if self._session is not None:
            return
        model, tokenizer = self._read("scorer.onnx"), self._read("tokenizer.json")
        self._session, self._tokenizer = open_model(
            self._folder, model, tokenizer, threads=self._threads
        )

    def _read(self, name: str) -> bytes:
        path = self._folder / name
        try:
            data = path.read_bytes()
        except OSError as exc:
            raise WeightsError(f"{path}: cannot be read ({exc.strerror}).") from exc
        expected = self._about["sha256"].get(name, "")
        digest = hashlib.sha256(data).hexdigest()
        if digest != expected:
            raise WeightsError(
                f"{path}: sha256 is {digest[:12]}..., expected {expected[:12]}.... The file is "
                "damaged or was replaced."
            )
        return data
