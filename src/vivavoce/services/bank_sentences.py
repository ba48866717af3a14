"""Vectors of a bank's own sentences, computed once and not for each transcript or lookup."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from vivavoce.core.claims import reading_key
from vivavoce.core.reading import Asked, claimed_share
from vivavoce.core.rubric import Rubric
from vivavoce.core.vectors import FloatArray
from vivavoce.ports import Embedder, Scorer, SentenceStore

__all__ = ["BankSentences"]


class BankSentences:
    """An embedder beside what it made of a bank's sentences.

    Args:
        embedder: of all texts.
        store: keeps the bank's vectors between processes; optional. What candidates and
            interviewers say is never put there.
        scorer: reads what answers claim of the bank's points; optional.
    """

    def __init__(
        self,
        embedder: Embedder,
        store: SentenceStore | None = None,
        scorer: Scorer | None = None,
    ) -> None:
        self.embedder = embedder
        self._store = store
        self._scorer = scorer
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

    def reads(self, rubrics: Iterable[Rubric]) -> bool:
        """Whether the scorer has learned any of these."""
        scorer = self._scorer
        return scorer is not None and any(scorer.knows(reading_key(r)) for r in rubrics)

    def claimed(self, asked: Sequence[tuple[str, Rubric]]) -> list[float]:
        """The share of each rubric's points of which the text claims anything, right or wrong.

        0 where nothing has learned the rubric.

        Raises:
            BackendError: the scorer failed.
        """
        out = [0.0] * len(asked)
        scorer = self._scorer
        if scorer is None:
            return out
        known = [i for i, (_, rubric) in enumerate(asked) if scorer.knows(reading_key(rubric))]
        texts = list(dict.fromkeys(asked[i][0] for i in known))
        lent = scorer.embedder
        tokens = dict(zip(texts, lent.tokens(texts), strict=True)) if lent else {}
        read = scorer.read(
            [Asked(asked[i][1], asked[i][0], (), tokens.get(asked[i][0])) for i in known]
        )
        for i, readings in zip(known, read, strict=True):
            out[i] = claimed_share(asked[i][1], readings)
        return out

    def _name(self, key: tuple[str, ...]) -> str:
        digest = hashlib.sha256(self.embedder.name.encode())
        for sentence in key:
            digest.update(b"\x00" + sentence.encode("utf-8", "surrogatepass"))
        return digest.hexdigest()
