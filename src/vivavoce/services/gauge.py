"""Holds answers beside their rubrics: what the models make of them, before anything is graded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from vivavoce.core.answer import Span
from vivavoce.core.calibration import FloatVector
from vivavoce.core.claims import reading_key
from vivavoce.core.clauses import clauses
from vivavoce.core.coverage import Coverage, RubricVectors, coverage, prepare, statements_of
from vivavoce.core.reading import Asked, Readings
from vivavoce.core.rubric import Rubric
from vivavoce.core.signals import topic_signals
from vivavoce.core.topic import surely_on_topic
from vivavoce.core.vectors import TokenVectors
from vivavoce.ports import Embedder, Scorer, VectorStore

__all__ = ["Gauge", "Measured"]

MOST_DIGESTS = 4096
_Tokens = dict[tuple[str, str], TokenVectors]


class Measured(NamedTuple):
    """What a text was found to be beside a rubric.

    Attributes:
        topic: `TOPIC_SIGNALS`; None where they were not asked for and there is no doubt what the
            text is about, or it says nothing.
        sure: whether there is no doubt.
    """

    vectors: RubricVectors
    covered: Coverage
    readings: Readings
    topic: FloatVector | None
    sure: bool


class Gauge:
    """Compares texts with rubrics by a local embedder and, where it has learned them, a scorer.

    Args:
        embedder: gives the token vectors, but for rubrics that the scorer's own embedder serves.
        scorer: reads what answers claim; None where nothing does.
        version: of vivavoce, for the keys of the store.
        store: keeps rubric vectors between processes; optional.
    """

    def __init__(
        self,
        embedder: Embedder,
        scorer: Scorer | None,
        *,
        version: str,
        store: VectorStore | None = None,
    ) -> None:
        self._embedder = embedder
        self._scorer = scorer
        self._version = version
        self._store = store
        self._rubrics: dict[str, RubricVectors] = {}
        self._known: dict[str, bool] = {}
        self._digests: dict[int, tuple[Rubric, str]] = {}

    def measure(
        self, asked: Sequence[tuple[Rubric, str]], *, every_topic: bool = False
    ) -> list[Measured]:
        """Some texts compared with their rubrics, each model asked about all of them at once.

        Args:
            every_topic: ask what a text is about where there is no doubt, too.

        Raises:
            BackendError: a model failed.
        """
        # The same answer may stand in a batch many times; it is measured once.
        keys = [(self.digest(rubric), text) for rubric, text in asked]
        once = dict(zip(keys, asked, strict=True))
        found = dict(zip(once, self._measure(list(once.values()), every_topic), strict=True))
        return [found[key] for key in keys]

    def _measure(self, asked: Sequence[tuple[Rubric, str]], every_topic: bool) -> list[Measured]:
        tokens = self._tokens((self.embedder_for(rubric), text) for rubric, text in asked)
        spans = [tuple(clauses(text)) for _, text in asked]
        covered = []
        for (rubric, text), some in zip(asked, spans, strict=True):
            known = tokens[self.embedder_for(rubric).name, text]
            covered.append(coverage(self.vectors_of(rubric), known, some, text))
        readings = self._readings(asked, spans, tokens)
        sure = [
            self.knows(rubric)
            and self.embedder_for(rubric) is not self._embedder
            and surely_on_topic(rubric, self.vectors_of(rubric).sentences, text, read)
            for (rubric, text), read in zip(asked, readings, strict=True)
        ]
        wanted = [bool(s) and (every_topic or not no) for s, no in zip(spans, sure, strict=True)]
        topics = self._topics(asked, covered, readings, wanted)
        vectors = [self.vectors_of(rubric) for rubric, _ in asked]
        return list(map(Measured, vectors, covered, readings, topics, sure))

    def knows(self, rubric: Rubric) -> bool:
        """Whether the scorer has learned the rubric."""
        return self.scorer_for(rubric) is not None

    def scorer_for(self, rubric: Rubric) -> Scorer | None:
        """The scorer, if it has learned the rubric; remembered with its digest."""
        if self._scorer is None:
            return None
        digest = self.digest(rubric)
        if digest not in self._known:
            self._known[digest] = self._scorer.knows(reading_key(rubric))
        return self._scorer if self._known[digest] else None

    def embedder_for(self, rubric: Rubric) -> Embedder:
        """The scorer's own where it knows the rubric: one pass then serves both."""
        scorer = self.scorer_for(rubric)
        return (scorer.embedder if scorer else None) or self._embedder

    def vectors_of(self, rubric: Rubric) -> RubricVectors:
        """A rubric's vectors: remembered, or read from the store, or computed."""
        return self._vectors(rubric, self.embedder_for(rubric))

    def digest(self, rubric: Rubric) -> str:
        """The rubric's digest, remembered: to compute it costs half a millisecond."""
        known = self._digests.get(id(rubric))
        if known is None:
            if len(self._digests) >= MOST_DIGESTS:
                self._digests.clear()
            # The rubric is kept with it, so that its id is not used again.
            known = self._digests[id(rubric)] = (rubric, rubric.digest)
        return known[1]

    def _vectors(self, rubric: Rubric, embedder: Embedder) -> RubricVectors:
        # The version is part of the key: another one may prepare the same rubric differently.
        key = f"{self.digest(rubric)}-{embedder.name}-{self._version}"
        known = self._rubrics.get(key)
        if known is not None:
            return known
        known = self._store.load(key) if self._store else None
        if known is None or known.sentences != statements_of(rubric):
            known = prepare(rubric, embedder.tokens(statements_of(rubric)))
            if self._store:
                self._store.save(key, known)
        self._rubrics[key] = known
        return known

    def _tokens(self, texts: Iterable[tuple[Embedder, str]]) -> _Tokens:
        """Vectors of some texts, by the name of their embedder and the text."""
        by_embedder: dict[str, tuple[Embedder, dict[str, None]]] = {}
        for embedder, text in texts:
            by_embedder.setdefault(embedder.name, (embedder, {}))[1][text] = None
        return {
            (name, text): tokens
            for name, (embedder, some) in by_embedder.items()
            for text, tokens in zip(some, embedder.tokens(list(some)), strict=True)
        }

    def _readings(
        self, asked: Sequence[tuple[Rubric, str]], spans: Sequence[tuple[Span, ...]], known: _Tokens
    ) -> list[Readings]:
        """What the scorer reads in each text; nothing where it has not learned the rubric."""
        out: list[Readings] = [{} for _ in asked]
        if self._scorer is None:
            return out
        lent = self._scorer.embedder
        rows = [i for i, (rubric, _) in enumerate(asked) if spans[i] and self.knows(rubric)]
        read = self._scorer.read(
            [
                Asked(*asked[i], spans[i], known[lent.name, asked[i][1]] if lent else None)
                for i in rows
            ]
        )
        for i, one in zip(rows, read, strict=True):
            out[i] = one
        return out

    def _topics(
        self,
        asked: Sequence[tuple[Rubric, str]],
        covered: Sequence[Coverage],
        readings: Sequence[Readings],
        wanted: Sequence[bool],
    ) -> list[FloatVector | None]:
        """`TOPIC_SIGNALS` of each text that they are wanted of.

        A scorer's vectors tell claims apart and have forgotten other topics: whether an answer
        speaks of something else is asked of the embedder that has seen them.
        """
        again = {
            i
            for i, (rubric, _) in enumerate(asked)
            if wanted[i] and self.embedder_for(rubric) is not self._embedder
        }
        tokens = self._tokens((self._embedder, asked[i][1]) for i in sorted(again))
        out: list[FloatVector | None] = []
        for i, (rubric, text) in enumerate(asked):
            seen, vectors = covered[i], self.vectors_of(rubric)
            if i in again:
                vectors = self._vectors(rubric, self._embedder)
                seen = coverage(vectors, tokens[self._embedder.name, text], seen.spans)
            out.append(topic_signals(vectors, seen, readings[i]) if wanted[i] else None)
        return out
