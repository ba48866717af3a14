"""Finds the question of a bank that a person means."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from vivavoce.core.rubric import Bank, Rubric
from vivavoce.core.text import content_stems, tokenise
from vivavoce.errors import UnknownQuestionError
from vivavoce.services.bank_sentences import BankSentences

__all__ = ["BankIndex", "Hit"]

CERTAIN = 0.55
"""Similarity from which a wording is taken as a question of the bank."""
CLEAR_LEAD = 0.04
WORD_SHARE_WEIGHT = 0.25
SHOWN = 3
LONGEST_NUMBER = 9
QUOTED = 120
"""Characters of a question that a message repeats at most."""


class Hit(NamedTuple):
    """A question of the bank and how near it is, 0..1."""

    rubric: Rubric
    similarity: float


class BankIndex:
    """A bank to look questions up in; its wordings are embedded once, when first needed.

    Args:
        bank: its rubrics.
        sentences: gives the vectors of wordings that are no exact match.
    """

    def __init__(self, bank: Bank, sentences: BankSentences) -> None:
        self.bank = bank
        self._sentences = sentences
        self._wordings = [
            (r.id, q, frozenset(content_stems(q)))
            for r in bank.rubrics
            for q in (r.id.replace("-", " "), *r.questions)
        ]

    def search(self, query: str) -> list[Hit]:
        """Every question, the nearest first: best cosine over its wordings, plus shared words.

        Raises:
            BackendError: the embedder failed.
        """
        asked = set(content_stems(query))
        best: dict[str, float] = {}
        for (name, _, words), cosine in zip(self._wordings, self._cosines(query), strict=True):
            shared = len(asked & words) / max(1, len(asked))
            near = (1 - WORD_SHARE_WEIGHT) * float(cosine) + WORD_SHARE_WEIGHT * shared
            best[name] = max(best.get(name, 0.0), min(1.0, near))
        hits = [Hit(r, round(best[r.id], 3)) for r in self.bank.rubrics]
        return sorted(hits, key=lambda h: (-h.similarity, h.rubric.number))

    def _cosines(self, query: str) -> Sequence[float]:
        vectors = self._sentences.vectors([q for _, q, _ in self._wordings])
        vector = self._sentences.embedder.embed([query])[0]
        return [float(row @ vector) for row in vectors]

    def find(self, question: str) -> Rubric:
        """The rubric with this id, number or wording.

        Raises:
            UnknownQuestionError: nothing fits, or two fit equally; names the nearest.
            BackendError: the embedder failed.
        """
        bank, name = self.bank, question.strip()
        if not bank.rubrics:
            raise UnknownQuestionError("The bank has no questions. Name another one with --bank.")
        # Python refuses to read numbers of thousands of digits; no bank has so many questions.
        number = int(name) if name.isdecimal() and len(name) <= LONGEST_NUMBER else None
        rubric = bank.get(name) or (bank.numbered(number) if number is not None else None)
        if rubric:
            return rubric
        if name.isdecimal():
            raise UnknownQuestionError(
                f"No question has the number {_short(name)}; the bank has {len(bank)}. "
                "See: viva bank list"
            )
        words = tokenise(name)
        same = [r for r in bank.rubrics if words and any(words == tokenise(q) for q in r.questions)]
        if len(same) == 1:
            return same[0]
        hits = self.search(name)
        lead = hits[0].similarity - (hits[1].similarity if len(hits) > 1 else 0.0)
        if hits[0].similarity >= CERTAIN and lead >= CLEAR_LEAD:
            return hits[0].rubric
        near = ", ".join(h.rubric.id for h in hits[:SHOWN])
        raise UnknownQuestionError(
            f"No question of the bank is clearly meant by '{_short(name)}'. Nearest: {near}. "
            "Give an id or a number; see: viva bank list"
        )


def _short(name: str) -> str:
    return name if len(name) <= QUOTED else name[: QUOTED - 1] + "…"
