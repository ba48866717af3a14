"""Vectors of a bank's own sentences, computed once and not for each transcript or lookup."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from vivavoce.core.vectors import FloatArray
from vivavoce.ports import Embedder, SentenceStore

__all__ = ["BankSentences"]


class BankSentences:
    """An embedder beside what it made of a bank's sentences.

    Args:
        embedder: of all texts.
        store: keeps the bank's vectors between processes; optional. What candidates and
            interviewers say is never put there.
    """

    def __init__(self, embedder: Embedder, store: SentenceStore | None = None) -> None:
        self.embedder = embedder
        self._store = store
        self._known: dict[tuple[str, ...], FloatArray] = {}

    def vectors(self, sentences: Sequence[str]) -> FloatArray:
        """Sentence vectors of a bank's sentences, shape (n, d); see `ports.Embedder.embed`.

        Raises:
            BackendError: the embedder failed.
        """
        key = tuple(sentences)
        if key not in self._known:
            name = self._name(key)
            kept = self._store.load(name) if self._store else None
            if kept is None or len(kept) != len(key):
                kept = self.embedder.embed(key)
                if self._store:
                    self._store.save(name, kept)
            self._known[key] = kept
        return self._known[key]

    def _name(self, key: tuple[str, ...]) -> str:
        digest = hashlib.sha256(self.embedder.name.encode())
        for sentence in key:
            digest.update(b"\x00" + sentence.encode("utf-8", "surrogatepass"))
        return digest.hexdigest()
