"""A scorer that `viva scorer train` made: an encoder and, for each known point, a head on it.

Run by onnxruntime, without torch. The encoder's weights are stored as int8 and computed in
float32 as the embedder's are, for the same reason: the same grades on every processor.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from vivavoce.adapters.onnx_minilm import OnnxMiniLM
from vivavoce.core.answer import Span
from vivavoce.core.claims import reading_key
from vivavoce.core.heads import Heads, claims_in
from vivavoce.core.reading import Asked, Reading, Readings
from vivavoce.core.vectors import TokenVectors
from vivavoce.errors import WeightsError

__all__ = ["ENCODER", "HEADS", "OnnxScorer"]

ENCODER, HEADS, ABOUT = "model.onnx", "heads.npz", "scorer.json"


class OnnxScorer:
    """A trained `Scorer`. Loads on first use.

    Args:
        folder: with `model.onnx`, `tokenizer.json`, `heads.npz` and `scorer.json`, as `viva scorer
            train` writes them.
        threads: of onnxruntime; 0 lets it take every core.
        shared: whether rubrics that it knows are compared by its vectors too.
    """

    def __init__(self, folder: Path, *, threads: int = 0, shared: bool = True) -> None:
        self._folder = folder
        self._shared = shared
        self._about = self._described()
        digests: dict[str, str] = self._about["sha256"]
        self._name = f"{self._about['name']}@{digests[ENCODER][:8]}"
        self._encoder = OnnxMiniLM(folder, threads=threads, sha256=digests, name=self._name)
        self._rows: dict[str, slice] = {
            key: slice(*rows) for key, *rows in self._about["known"].values()
        }
        self._heads: Heads | None = None

    @property
    def name(self) -> str:
        """Its name and eight hex digits of the weights' sha256."""
        return self._name

    @property
    def embedder(self) -> OnnxMiniLM | None:
        """Its encoder, where it is shared."""
        return self._encoder if self._shared else None

    def knows(self, key: str) -> bool:
        """Whether it was trained on the rubric with this `reading_key`."""
        return key in self._rows

    def read(self, asked: Sequence[Asked]) -> list[Readings]:
        """See `ports.Scorer`."""
        keys = [reading_key(one.rubric) for one in asked]
        known = [i for i, key in enumerate(keys) if key in self._rows]
        out: list[Readings] = [{} for _ in asked]
        # A text may be asked about beside several rubrics; it is encoded once.
        fresh = list(dict.fromkeys(asked[i].text for i in known if asked[i].tokens is None))
        read = dict(zip(fresh, self._encoder.tokens(fresh), strict=True))
        for i in known:
            vectors = asked[i].tokens or read[asked[i].text]
            out[i] = self._readings(asked[i], self._rows[keys[i]], vectors)
        return out

    def _readings(self, asked: Asked, rows: slice, tokens: TokenVectors) -> Readings:
        all_heads = self._load()
        heads = Heads(all_heads.look[rows], all_heads.say[rows], all_heads.bias[rows])
        whole = np.array([[0, len(tokens.vectors)]], dtype=np.intp)
        ranges = np.concatenate([whole, _ranges(asked.spans, tokens)])
        claims = claims_in(heads, tokens.vectors, ranges)
        said = [c.statement for c in asked.rubric.criteria]
        said += [m.statement for m in asked.rubric.misconceptions]
        return {s: Reading(claims[0, k], claims[1:, k]) for k, s in enumerate(said)}

    def _load(self) -> Heads:
        if self._heads is None:
            data = self._read(HEADS)
            with np.load(io.BytesIO(data)) as stored:
                self._heads = Heads(
                    *(stored[name].astype(np.float32) for name in ("look", "say", "bias"))
                )
        return self._heads

    def _described(self) -> dict[str, Any]:
        path = self._folder / ABOUT
        try:
            about = json.loads(path.read_text(encoding="utf-8"))
            _ = about["name"], about["sha256"][ENCODER], about["sha256"][HEADS]
            _ = [(str(key), int(a), int(b)) for key, a, b in about["known"].values()]
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as exc:
            raise WeightsError(
                f"{path}: no scorer's description ({exc}). Name a folder that `viva scorer "
                "train` wrote."
            ) from exc
        return dict(about)

    def _read(self, name: str) -> bytes:
        path = self._folder / name
        try:
            data = path.read_bytes()
        except OSError as exc:
            raise WeightsError(f"{path}: cannot be read ({exc.strerror}).") from exc
        expected = self._about["sha256"][name]
        digest = hashlib.sha256(data).hexdigest()
        if digest != expected:
            raise WeightsError(
                f"{path}: sha256 is {digest[:12]}..., expected {expected[:12]}.... The file is "
                "damaged or was replaced."
            )
        return data


def _ranges(spans: Sequence[Span], tokens: TokenVectors) -> np.ndarray:
    """Token ranges of clauses, shape (m, 2)."""
    starts, ends = tokens.spans[:, 0], tokens.spans[:, 1]
    first = np.searchsorted(starts, [s.start for s in spans], side="left")
    last = np.searchsorted(ends, [s.end for s in spans], side="right")
    return np.stack([first, np.maximum(first, last)], axis=1).astype(np.intp).reshape(-1, 2)
