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
from vivavoce.ports import Embedder
from vivavoce.services.grader import Grader
from vivavoce.services.lookup import find

__all__ = ["align_transcript", "grade_answers"]


def align_transcript(
    transcript: Transcript, bank: Bank, embedder: Embedder, *, interviewer: str | None = None
) -> Alignment:
    """Pairs a transcript's answers with the bank's questions by the embedder's cosine."""
    known: dict[tuple[str, ...], NDArray[np.float32]] = {}

    def similarity(texts: Sequence[str], questions: Sequence[str]) -> NDArray[np.float32]:
        key = tuple(questions)
        if key not in known:
            known[key] = embedder.embed(questions)
        return embedder.embed(texts) @ known[key].T

    return align(transcript, bank, similarity, interviewer=interviewer)


def grade_answers(
    read: Iterable[Answer | Ungraded], bank: Bank, grader: Grader, embedder: Embedder
) -> Iterator[Grade | Ungraded]:
    """A result for each answer, in order.

    An unknown question leaves its answer ungraded, and so does an embedder that fails.
    """
    found: dict[str, Rubric | str] = {}
    gradable: list[tuple[Rubric, Answer]] = []
    for item in read:
        match = item if isinstance(item, Ungraded) else _rubric(item, bank, embedder, found)
        if isinstance(match, Rubric) and isinstance(item, Answer):
            gradable.append((match, item))
            if len(gradable) >= CHUNK:
                yield from grader.grade_all(gradable)
                gradable = []
            continue
        # What was read before comes out before, so that results keep the order of the input.
        yield from grader.grade_all(gradable)
        gradable = []
        if isinstance(match, Ungraded):
            yield match
    yield from grader.grade_all(gradable)


CHUNK = 256
"""Answers held at once, so that memory stays flat."""


def _rubric(
    answer: Answer, bank: Bank, embedder: Embedder, found: dict[str, Rubric | str]
) -> Rubric | Ungraded:
    if answer.question not in found:
        try:
            found[answer.question] = find(bank, answer.question, embedder)
        except UnknownQuestionError as exc:
            found[answer.question] = str(exc)
        except BackendError as exc:
            # Not remembered: the next answer to the same question tries again.
            return Ungraded(answer=answer, reason=f"The embedder failed: {exc}")
    match = found[answer.question]
    return match if isinstance(match, Rubric) else Ungraded(answer=answer, reason=match)
