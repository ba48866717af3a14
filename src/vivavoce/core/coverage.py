"""How far an answer covers each statement of a rubric: token recall by late interaction.

For every content token of a statement the best cosine among the tokens of a clause, averaged
over the statement's tokens: recall as in BERTScore (Zhang et al. 2020) under the MaxSim of
ColBERT (Khattab & Zaharia 2020). Tokens whose word the question already contains are left out
(question demoting, Sultan, Salazar & Sumner 2016), so repeating the question earns nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vivavoce.core.answer import Span
from vivavoce.core.clauses import pieces
from vivavoce.core.rubric import Rubric
from vivavoce.core.text import FUNCTION_WORDS, content_stems, stem
from vivavoce.core.vectors import FloatArray, TokenVectors, unit

__all__ = ["Coverage", "RubricVectors", "coverage", "prepare", "statements_of"]

NAMED_LEAST, NAMED_MOST = 0.12, 0.75
"""Share of a rubric's sentences that hold a word of the question, for it to tell things apart."""


class RubricVectors(NamedTuple):
    """A rubric's sentences as vectors, ready to be compared with any number of answers.

    Attributes:
        sentences: the texts, n of them, in the order of `statements_of`.
        tokens: content token vectors of all sentences under each other, shape (t, d).
        novel: shape (t,), 1.0 for tokens of words that the question has not, else 0.0.
        bounds: row of `tokens` at which each sentence begins, and t at the end; shape (n + 1,).
        pooled: sentence vectors, shape (n, d).
    """

    sentences: tuple[str, ...]
    tokens: FloatArray
    novel: FloatArray
    bounds: NDArray[np.int32]
    pooled: FloatArray

    def row_of(self, sentence: str) -> int:
        """Position of a sentence."""
        return _positions(self.sentences)[sentence]

    def rows_of(self, sentences: Iterable[str]) -> NDArray[np.intp]:
        """Positions of some sentences, in the order given."""
        known = _positions(self.sentences)
        return np.array([known[s] for s in sentences], dtype=np.intp)


class Coverage(NamedTuple):
    """An answer compared with every sentence of a rubric.

    Attributes:
        spans: the answer's clauses, m of them.
        recall: shape (n, m), token recall of sentence i in clause j, 0..1, over the words that
            the question has not.
        full: shape (n, m), the same over all content words: what is said of *which* thing shows
            only here, for the things compared are often named by the question.
        bound: shape (n, m), as `full`, without the words that are said of another of the things
            that the question tells apart than the sentence is about.
        whole: shape (n,), token recall of sentence i in the whole answer, 0..1.
        cosine: shape (n, m), pooled cosine of sentence i and clause j, -1..1.
        overall: shape (n,), pooled cosine of sentence i and the whole answer, -1..1.
    """

    spans: tuple[Span, ...]
    recall: FloatArray
    full: FloatArray
    bound: FloatArray
    whole: FloatArray
    cosine: FloatArray
    overall: FloatArray


@lru_cache(maxsize=256)
def _positions(sentences: tuple[str, ...]) -> dict[str, int]:
    return {sentence: row for row, sentence in enumerate(sentences)}


def statements_of(rubric: Rubric) -> tuple[str, ...]:
    """Every sentence of a rubric that answers are compared with; question and reference last."""
    sentences: list[str] = []
    for criterion in rubric.criteria:
        sentences += [*criterion.affirmations, *criterion.reject]
    for misconception in rubric.misconceptions:
        sentences += misconception.phrasings
    last = tuple(dict.fromkeys([rubric.reference, rubric.question]))
    # A criterion may be worded as the question is; the question stands last all the same.
    return (*dict.fromkeys(s for s in sentences if s not in last), *last)


def prepare(rubric: Rubric, vectors: Sequence[TokenVectors]) -> RubricVectors:
    """Keeps the content tokens of each sentence, the question's own words left out.

    Args:
        vectors: one for each of `statements_of(rubric)`, in that order.
    """
    sentences = statements_of(rubric)
    asked = set(content_stems(rubric.question))
    rows: list[FloatArray] = []
    novel: list[FloatArray] = []
    bounds = [0]
    for sentence, tokens in zip(sentences, vectors, strict=True):
        keep, new = _content_rows(sentence, tokens, asked)
        # A sentence without any token (symbols alone) is compared by its pooled vector.
        rows.append(tokens.vectors[keep] if keep else tokens.sentence[None, :])
        novel.append(np.array(new if any(new) else [1.0] * len(rows[-1]), dtype=np.float32))
        bounds.append(bounds[-1] + len(rows[-1]))
    return RubricVectors(
        sentences=sentences,
        tokens=np.concatenate(rows),
        novel=np.concatenate(novel),
        bounds=np.array(bounds, dtype=np.int32),
        pooled=np.stack([t.sentence for t in vectors]),
    )


def coverage(
    rubric: RubricVectors, answer: TokenVectors, spans: Sequence[Span], text: str = ""
) -> Coverage:
    """Compares an answer with a rubric.

    Args:
        answer: vectors of the whole answer, so that a clause is read in its context.
        spans: clauses of the answer; one that holds no token compares as 0.
        text: the answer's words. With them, `bound` leaves out what is said of another of the
            things that the question names ("variance underfits" says nothing for "bias
            underfits"); without them it equals `full`.
    """
    n, m = len(rubric.sentences), len(spans)
    if not len(answer.vectors) or not m:
        zeros = np.zeros((n, m), dtype=np.float32)
        flat = np.zeros(n, dtype=np.float32)
        return Coverage(tuple(spans), zeros, zeros, zeros, flat, zeros, flat)
    # The answer's tokens are the rows: a clause's best is then a maximum of whole rows.
    similar = np.clip(answer.vectors @ rubric.tokens.T, 0.0, 1.0)
    ranges = _ranges(spans, answer)
    best = _best(similar, ranges)
    allowed = _allowed(rubric.sentences, text, answer)
    bound = best
    if allowed is not None:
        bound = _best(similar * np.repeat(allowed, np.diff(rubric.bounds), axis=1), ranges)
    pooled = np.zeros((m, answer.vectors.shape[1]), dtype=np.float32)
    for j, (first, last) in enumerate(ranges):
        if last > first:
            pooled[j] = np.add.reduce(answer.vectors[first:last]) / (last - first)
    every = np.ones_like(rubric.novel)
    full = _means(best, rubric.bounds, every)
    return Coverage(
        spans=tuple(spans),
        recall=_means(best * rubric.novel, rubric.bounds, rubric.novel),
        full=full,
        bound=full if allowed is None else _means(bound, rubric.bounds, every),
        whole=_means(similar.max(axis=0) * rubric.novel, rubric.bounds, rubric.novel),
        cosine=rubric.pooled @ unit(pooled).T,
        overall=rubric.pooled @ answer.sentence,
    )


def _ranges(spans: Sequence[Span], answer: TokenVectors) -> list[tuple[int, int]]:
    """Half-open range of the tokens that lie within each span."""
    starts, ends = answer.spans[:, 0], answer.spans[:, 1]
    first = np.searchsorted(starts, [span.start for span in spans], side="left")
    last = np.searchsorted(ends, [span.end for span in spans], side="right")
    return list(zip(first.tolist(), last.tolist(), strict=True))


def _best(similar: FloatArray, ranges: Sequence[tuple[int, int]]) -> FloatArray:
    """Highest similarity of each of the rubric's tokens within each range; shape (m, t)."""
    best = np.zeros((len(ranges), similar.shape[1]), dtype=np.float32)
    for j, (first, last) in enumerate(ranges):
        if last > first:
            np.maximum.reduce(similar[first:last], axis=0, out=best[j])
    return best


@lru_cache(maxsize=128)
def _things(sentences: tuple[str, ...]) -> tuple[frozenset[str], dict[frozenset[str], list[int]]]:
    """The things that the question tells apart, and which sentences name which of them.

    Those are words of the question that a fair part of the rubric's sentences holds, and another
    part does not: "bias" and "variance", not "work" or "trade-off".
    """
    said = [frozenset(content_stems(s)) for s in sentences]
    counts = {w: sum(w in words for words in said) / len(said) for w in said[-1]}
    telling = frozenset(w for w, n in counts.items() if NAMED_LEAST <= n <= NAMED_MOST)
    rows: dict[frozenset[str], list[int]] = {}
    # Reference and question speak of all of them.
    for row, words in enumerate(said[:-2]):
        if words & telling:
            rows.setdefault(words & telling, []).append(row)
    return telling, rows


def _allowed(sentences: tuple[str, ...], text: str, answer: TokenVectors) -> FloatArray | None:
    """1.0 where a token of the answer may count for a sentence, else 0.0; shape (t, n).

    A piece that names none of the things goes on about those of the piece before it.

    Returns:
        None where every token counts for every sentence.
    """
    telling, rows = _things(sentences)
    if not text or len(telling) < 2:  # noqa: PLR2004
        return None
    out = np.ones((len(answer.vectors), len(sentences)), dtype=np.float32)
    small = pieces(text)
    about: frozenset[str] = frozenset()
    for piece, (first, last) in zip(small, _ranges(small, answer), strict=True):
        about = frozenset(content_stems(piece.of(text))) & telling or about
        for named, at in rows.items():
            if about - named and named - about:
                out[first:last, at] = 0.0
    return out


def _means(values: FloatArray, bounds: NDArray[np.int32], weights: FloatArray) -> FloatArray:
    """Weighted means over each sentence's tokens; `values` carry their weights already.

    Args:
        values: shape (m, t), or (t,).

    Returns:
        shape (n, m), or (n,).
    """
    sums = np.add.reduceat(values, bounds[:-1], axis=-1)
    sizes = np.add.reduceat(weights, bounds[:-1])
    return np.ascontiguousarray((sums / sizes).T, dtype=np.float32)


def _content_rows(
    text: str, tokens: TokenVectors, asked: set[str]
) -> tuple[list[int], list[float]]:
    """Tokens whose word carries content, and 1.0 where the question has not that word.

    All tokens, as new, where none carries content.
    """
    keep: list[int] = []
    novel: list[float] = []
    for row, (start, end) in enumerate(tokens.spans):
        word = _word_around(text, int(start), int(end)).lower()
        if word and word not in FUNCTION_WORDS:
            keep.append(row)
            novel.append(float(stem(word) not in asked))
    if not keep:
        return list(range(len(tokens.vectors))), [1.0] * len(tokens.vectors)
    return keep, novel


def _word_around(text: str, start: int, end: int) -> str:
    while start > 0 and text[start - 1].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum():
        end += 1
    return text[start:end] if any(c.isalnum() for c in text[start:end]) else ""
