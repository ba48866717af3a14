"""Any sentence-transformers model as an embedder, by name or local folder. Needs torch.

One forward pass gives the sentence vectors, by the model's own pooling and its own layers after
it, and the token states. So that both kinds of vector live in one space, the layers after the
pooling are applied to every token too.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vivavoce.adapters.hugging_face import cached_folder, hub_session, weights_digest
from vivavoce.core.vectors import unit
from vivavoce.core.windows import Window, join, windows
from vivavoce.errors import BackendError, MissingExtraError, WeightsError
from vivavoce.ports import FloatArray, TokenVectors

__all__ = ["SentenceTransformerEmbedder"]

OVERLAP = 64
LONGEST = 8192
"""Tokens read at once at most, for models that name no limit."""
TOKENS_A_BATCH = 4096
"""Padded tokens in one forward pass."""


class _Text(NamedTuple):
    """A text as the model reads it.

    Attributes:
        prompt: token ids of the model's own prompt, before the text.
        ids: of the text's tokens.
        spans: their character offsets in the text, shape (t, 2).
    """

    prompt: list[int]
    ids: list[int]
    spans: NDArray[np.int32]


class SentenceTransformerEmbedder:
    """An `Embedder` on sentence-transformers. Loads on first use, some seconds.

    Computes in float32 whatever the weights are stored in, so that a text's vectors do not
    depend on its batch.

    Args:
        model: a folder, or a name on the Hugging Face hub.
        device: as torch names it: `cpu`, `cuda`, `cuda:1`, `mps`.
        offline: use what is on this machine and open no socket. A folder never needs one.
    """

    def __init__(self, model: str, *, device: str = "cpu", offline: bool = False) -> None:
        folder = Path(model).expanduser()
        self._label = model
        self._folder = folder if folder.is_dir() else None
        self._device = device
        self._offline = offline
        self._name = ""
        self._model: Any = None
        self._prompt = ""
        self._specials: tuple[list[int], list[int]] = ([], [])

    @property
    def name(self) -> str:
        """Model and eight hex digits of the sha256 of what decides its vectors.

        A model by hub name is loaded, and fetched where it is absent, before it is named.

        Raises:
            WeightsError: the model cannot be read.
        """
        if not self._name:
            if not self._folder:
                self._load()
            folder = self._folder or cached_folder(self._label)
            label = self._folder.resolve().name if self._folder else self._label
            self._name = f"{label}@{weights_digest(folder)}" if folder else label
        return self._name

    def embed(self, texts: Sequence[str]) -> FloatArray:
        """Sentence vectors, shape (n, d); see `ports.Embedder`."""
        if not texts:
            self._load()
            return np.zeros((0, self._model.get_embedding_dimension() or 0), dtype=np.float32)
        return np.stack([t.sentence for t in self.tokens(texts)])

    def tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Contextual token vectors; see `ports.Embedder`.

        Tokens that share a character, as the bytes of an emoji do, are one row, their mean.
        """
        if not texts:
            return []
        self._load()
        read = self._tokenised(texts)
        cuts = [windows(len(t.ids), *self._window(t)) for t in read]
        rows = [(n, w) for n, ws in enumerate(cuts) for w in ws]
        given = [(read[n].prompt, read[n].ids[w.start : w.end]) for n, w in rows]
        try:
            passed = self._forward(given)
        except (RuntimeError, ValueError, KeyError, IndexError, TypeError) as exc:
            raise BackendError(f"{self._label}: the model failed on a text: {exc}") from exc
        parts: list[list[tuple[Window, FloatArray, FloatArray]]] = [[] for _ in texts]
        for (n, w), (states, pooled) in zip(rows, passed, strict=True):
            parts[n].append((w, states, pooled))
        joined = [join(p, t.spans.astype(np.float32)) for p, t in zip(parts, read, strict=True)]
        return [_distinct(vectors, text) for vectors, text in zip(joined, texts, strict=True)]

    def _tokenised(self, texts: Sequence[str]) -> list[_Text]:
        encoded = self._model.tokenizer(
            # Half a surrogate pair has no bytes to tokenise; a question mark keeps the offsets.
            [self._prompt + text.encode("utf-8", "replace").decode() for text in texts],
            add_special_tokens=False,
            return_offsets_mapping=True,
            truncation=False,
            padding=False,
            verbose=False,
        )
        before = len(self._prompt)
        out = []
        for ids, offsets in zip(encoded["input_ids"], encoded["offset_mapping"], strict=True):
            first = next((i for i, (_, end) in enumerate(offsets) if end > before), len(ids))
            spans = np.array(offsets[first:], dtype=np.int32).reshape(-1, 2) - before
            out.append(_Text(ids[:first], ids[first:], np.maximum(spans, 0)))
        return out

    def _window(self, text: _Text) -> tuple[int, int]:
        """Tokens of the text that the model reads at once, and how many two windows share."""
        limit = min(self._model.max_seq_length or LONGEST, LONGEST)
        before, after = self._specials
        size = int(limit) - len(before) - len(after) - len(text.prompt)
        if size < 1:
            raise WeightsError(
                f"{self._label}: its limit of {limit} tokens leaves no room for a text."
            )
        return size, min(OVERLAP, size // 4)

    def _forward(
        self, rows: Sequence[tuple[list[int], list[int]]]
    ) -> list[tuple[FloatArray, FloatArray]]:
        """Token states (t, d) and pooled vector (d,) of each prompt and ids, in order."""
        before, after = self._specials
        whole = [[*before, *prompt, *ids, *after] for prompt, ids in rows]
        order = sorted(range(len(rows)), key=lambda i: -len(whole[i]))
        out: list[Any] = [None] * len(rows)
        at = 0
        while at < len(order):
            longest = len(whole[order[at]])
            batch = order[at : at + max(TOKENS_A_BATCH // max(longest, 1), 1)]
            at += len(batch)
            skip = len(before) + len(rows[batch[0]][0])
            states, pooled = self._pass([whole[i] for i in batch], skip)
            for k, i in enumerate(batch):
                first = len(before) + len(rows[i][0])
                out[i] = (states[k, first : first + len(rows[i][1])], pooled[k])
        return out

    def _pass(self, batch: list[list[int]], skip: int) -> tuple[FloatArray, FloatArray]:
        """One forward pass: states (b, t, d) and pooled (b, d).

        Args:
            batch: token ids; a row without any, of an empty text, is read as one padding token.
            skip: tokens before the text, which a pooling that excludes the prompt leaves out.
        """
        import torch

        pad = self._model.tokenizer.pad_token_id or 0
        filled = [row or [pad] for row in batch]
        longest = max(len(row) for row in filled)
        features: dict[str, Any] = {
            "input_ids": torch.tensor([row + [pad] * (longest - len(row)) for row in filled]),
            "attention_mask": torch.tensor(
                [[1] * len(row) + [0] * (longest - len(row)) for row in filled]
            ),
        }
        features = {key: value.to(self._model.device) for key, value in features.items()}
        if self._prompt:
            features["prompt_length"] = skip
        with torch.inference_mode():
            found = self._model(features)
            pooled = found["sentence_embedding"]
            states = self._after_pooling(found["token_embeddings"])
        width = self._model.truncate_dim or pooled.shape[-1]
        return _array(states[..., :width]), _array(pooled[..., :width])

    def _after_pooling(self, states: Any) -> Any:
        """Token states through the layers that follow the pooling, such as a projection."""
        layers = list(self._model)
        kinds = [type(layer).__name__ for layer in layers]
        flat = {"sentence_embedding": states.reshape(-1, states.shape[-1])}
        for layer in layers[kinds.index("Pooling") + 1 :]:
            flat = layer(flat)
        return flat["sentence_embedding"].reshape(*states.shape[:2], -1)

    def _load(self) -> None:
        if self._model is not None:
            return
        try:
            import torch
            from sentence_transformers import SentenceTransformer
        except ImportError as exc:
            raise MissingExtraError("sentence-transformers", "sentence-transformers") from exc
        local = self._offline or self._folder is not None
        try:
            with hub_session(offline=local):
                model = SentenceTransformer(
                    str(self._folder or self._label),
                    device=self._device,
                    local_files_only=local,
                    model_kwargs={"dtype": torch.float32},
                )
        except Exception as exc:  # half a dozen libraries raise whatever they like here
            raise WeightsError(self._remedy(exc)) from exc
        model.eval()
        self._check(model)
        self._prompt = str(model.prompts.get(model.default_prompt_name or "") or "")
        self._specials = _specials(model.tokenizer)
        self._model = model

    def _remedy(self, exc: Exception) -> str:
        first = next(iter(str(exc).strip().splitlines()), type(exc).__name__)
        if self._folder:
            todo = "Download the model's folder again."
        elif self._offline:
            todo = "Offline, only a model on this machine can be used: give a folder's path."
        else:
            todo = "Give a folder's path, or a name on the Hugging Face hub and a connection."
        return f"{self._label}: the embedding model cannot be loaded ({first.rstrip('.')}). {todo}"

    def _check(self, model: Any) -> None:
        """Refuses models whose tokens cannot be traced to characters."""
        kinds = [type(layer).__name__ for layer in model]
        fast = getattr(getattr(model[0], "tokenizer", None), "is_fast", False)
        chat = "message" in getattr(model[0], "modality_config", {})
        if "Pooling" not in kinds or not fast or chat:
            raise WeightsError(
                f"{self._label}: is no text model with a pooling layer and a fast tokenizer "
                f"(its layers are {', '.join(kinds)}), so it gives no vectors for words. "
                "Choose another model."
            )


def _specials(tokenizer: Any) -> tuple[list[int], list[int]]:
    """Token ids that the model expects before and after a text."""
    read = tokenizer("a", return_special_tokens_mask=True, truncation=False)
    ids, special = read["input_ids"], read["special_tokens_mask"]
    first = special.index(0)
    last = len(special) - special[::-1].index(0)
    return list(ids[:first]), list(ids[last:])


def _distinct(read: TokenVectors, text: str) -> TokenVectors:
    """Spans without white space at their ends and without overlap; the vectors to match."""
    groups: list[list[int]] = []
    spans: list[tuple[int, int]] = []
    for row, span in enumerate(read.spans.tolist()):
        start, end = _trimmed(text, *span)
        if spans and start < spans[-1][1]:
            groups[-1].append(row)
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        elif end > start:
            groups.append([row])
            spans.append((start, end))
    means = [read.vectors[rows].mean(axis=0) for rows in groups]
    return TokenVectors(
        vectors=unit(np.stack(means)) if means else read.vectors[:0],
        spans=np.array(spans, dtype=np.int32).reshape(-1, 2),
        sentence=read.sentence,
    )


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    shown = text[start:end]
    return end - len(shown.lstrip()), start + len(shown.rstrip())


def _array(tensor: Any) -> FloatArray:
    return np.asarray(tensor.float().cpu().numpy(), dtype=np.float32)
