"""Grades what was read from files: answers that name their question, and transcripts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from vivavoce.core.alignment import align
from vivavoce.core.answer import Answer
from vivavoce.core.grade import Grade, Ungraded
from vivavoce.core.rubric import Bank, Rubric
from vivavoce.core.transcript import Alignment, Transcript
from vivavoce.errors import BackendError, UnknownQuestionError
from vivavoce.services.bank_sentences import BankSentences
from vivavoce.services.grader import Grader
from vivavoce.services.lookup import BankIndex

__all__ = ["Matched", "align_transcript", "grade_answers", "match_questions"]

Matched = tuple[Rubric, Answer]
"""An answer and the rubric of its question."""


def align_transcript(
    transcript: Transcript, bank: Bank, sentences: BankSentences, *, interviewer: str | None = None
) -> Alignment:
    """Pairs a transcript's answers with the bank's questions by embedder and scorer."""

    def similarity(texts: Sequence[str], questions: Sequence[str]) -> NDArray[np.float32]:
        return sentences.embedder.embed(texts) @ sentences.vectors(questions).T

    return align(transcript, bank, similarity, claimed=sentences.claimed, interviewer=interviewer)


def match_questions(
    read: Iterable[Answer | Ungraded], index: BankIndex
) -> Iterator[Matched | Ungraded]:
    """Each answer with its rubric, in order.

    An unknown question leaves its answer ungraded, and so does an embedder that fails.
    """
    found: dict[str, Rubric | str] = {}
    for item in read:
        if isinstance(item, Ungraded):
            yield item
            continue
        match = _rubric(item, index, found)
        yield match if isinstance(match, Ungraded) else (match, item)


def grade_answers(
    read: Iterable[Answer | Ungraded], bank: Bank, grader: Grader, sentences: BankSentences
) -> Iterator[Grade | Ungraded]:
    """A result for each answer, in order: `match_questions`, then `Grader.grade_all`."""
    return grader.grade_all(match_questions(read, BankIndex(bank, sentences)))


MOST_WORDINGS = 10_000
"""Wordings of questions remembered with their rubric, so that memory stays flat."""


def _rubric(answer: Answer, index: BankIndex, found: dict[str, Rubric | str]) -> Rubric | Ungraded:
    if answer.question not in found:
        if len(found) >= MOST_WORDINGS:
            found.clear()
        try:
            found[answer.question] = index.find(answer.question)
        except UnknownQuestionError as exc:
            found[answer.question] = str(exc)
        except BackendError as exc:
            # Not remembered: the next answer to the same question tries again.
            return Ungraded(answer=answer, reason=f"The embedder failed: {exc}")
    match = found[answer.question]
    return match if isinstance(match, Rubric) else Ungraded(answer=answer, reason=match)
