"""Transcript turns to (question, answer) pairs.

An interview is cut into sentences; who asks and who answers is told for each (`core.voices`), which
makes exchanges; the likeliest path through these says which question of the bank each is about
(`core.topic_path`). What each stretch was taken for is kept as `Piece`s, and answers are made from
these alone, so that a person may correct them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from vivavoce.core.answer import Answer, Segment
from vivavoce.core.answer_reader import AnswerReader, Claimed
from vivavoce.core.dialogue import Dialogue
from vivavoce.core.exchanges import exchanges
from vivavoce.core.hearing import (
    asked_in,
    evidence,
    nearness,
    parted,
    score_of,
    voice_log_odds,
    with_named,
)
from vivavoce.core.question_matching import QuestionMatcher
from vivavoce.core.rubric import Bank
from vivavoce.core.speakers import asking_by_label, speakers
from vivavoce.core.topic_path import likeliest
from vivavoce.core.transcript import Alignment, Asked, Part, Piece, Transcript, Turn
from vivavoce.core.transcript_quality import checked, warnings_of
from vivavoce.core.units import sentence_units
from vivavoce.core.voices import asking_speakers, roles

__all__ = ["THRESHOLD", "align", "aligned_by"]

THRESHOLD = 0.45
"""Of the shipped bank's wordings, each held out in turn, 89% are matched rightly and 3% wrongly
from this score on; of 45 off-bank questions, most about neighbouring subjects, 16% are taken
for one of the bank (all-MiniLM-L6-v2; a test repeats part of this)."""
LEAST_SHOWN = 60

Similarity = Callable[[Sequence[str], Sequence[str]], NDArray[np.float32]]


def align(
    transcript: Transcript,
    bank: Bank,
    similarity: Similarity,
    *,
    claimed: Claimed | None = None,
    interviewer: str | None = None,
    threshold: float = THRESHOLD,
) -> Alignment:
    """Finds the bank's questions in a transcript and who answered each with what words.

    Without speaker labels, sentences that ask a question of the bank are taken as the
    interviewer's and the others as the answer.

    Args:
        similarity: (n texts, m questions) -> cosines, shape (n, m).
        claimed: what a scorer reads in answers; None where there is none.
        interviewer: label of the speaker who asks; found from labels or content where None.
        threshold: 0..1, the score from which a turn is taken to ask a question of the bank.

    Returns:
        Answers in the order in which their questions were first asked, one for each question
        and candidate; a question asked again adds to the earlier answer.

    Raises:
        InputError: nobody is called `interviewer`.
    """
    units = sentence_units(transcript)
    matcher = QuestionMatcher(bank, similarity)
    reader = AnswerReader(bank, similarity, claimed)
    asking = asked_in(units, matcher)
    odds = voice_log_odds(units, asking, threshold)
    named = asking_by_label(transcript, interviewer)
    labels = speakers(transcript)
    if not named and labels[1:]:
        named = asking_speakers(units, odds)
    odds = nearness(units, odds, named, reader)
    asks = roles(units, odds, named, paragraphs=all(t.from_s is None for t in transcript.turns))
    asking = with_named(asking, units, asks, matcher)
    found = parted(exchanges(units, asks), asking, threshold)
    steps = likeliest(evidence(units, found, asking, matcher, reader, threshold))
    others = [label for label in labels if label not in named]
    talk = Dialogue(units, matcher, others[0] if len(others) == 1 else "")
    strangers = frozenset(i for i, u in enumerate(units) if u.speaker in named and not asks[i])
    for exchange, step in zip(found, steps, strict=True):
        talk.heard(exchange, step, score_of(asking, exchange, step.state), strangers)
    return aligned_by(transcript, ", ".join(named), talk.asked, talk.pieces())


def aligned_by(
    transcript: Transcript, interviewer: str, asked: Sequence[Asked], pieces: Sequence[Piece]
) -> Alignment:
    """The alignment that these pieces are, its answers checked for garbled speech."""
    return Alignment(
        transcript=transcript.name,
        interviewer=interviewer,
        answers=tuple(_answers(transcript, asked, pieces)),
        asked=tuple(_with_answered(asked, pieces)),
        pieces=tuple(pieces),
        warnings=warnings_of(transcript),
    )


def _with_answered(asked: Sequence[Asked], pieces: Sequence[Piece]) -> Iterator[Asked]:
    """Questions with `answered`: one that was asked twice is answered if either time was."""
    answered = {a.question_id for a in asked if a.question_id and a.answered}
    answered |= {p.question_id for p in pieces if p.question_id and p.part is Part.ANSWER}
    for one in asked:
        yield one.model_copy(update={"answered": True}) if one.question_id in answered else one


def _answers(
    transcript: Transcript, asked: Sequence[Asked], pieces: Sequence[Piece]
) -> Iterator[Answer]:
    """One for each question and candidate, in the order of the questions."""
    said: dict[str, dict[str, list[Piece]]] = {}
    for piece in pieces:
        if piece.part is Part.ANSWER and piece.question_id is not None:
            said.setdefault(piece.question_id, {}).setdefault(piece.speaker, []).append(piece)
    order = dict.fromkeys([*(a.question_id for a in asked if a.question_id), *said])
    for question in order:
        by = said.get(question, {})
        doubtful = [a for a in asked if a.question_id == question]
        notes = [_doubt(a) for a in doubtful if a.unsure and len(doubtful) == 1]
        for candidate, parts in by.items():
            name = f"{transcript.name}#{question}"
            yield checked(
                _answer(
                    transcript,
                    parts,
                    question=question,
                    candidate=candidate,
                    id=name if len(by) == 1 else f"{name}#{candidate}",
                    notes=tuple(notes),
                )
            )


def _doubt(asked: Asked) -> str:
    said = asked.text if len(asked.text) <= LEAST_SHOWN else asked.text[: LEAST_SHOWN - 3] + "..."
    return f"Which question was asked is not sure ({asked.similarity:.2f}): {said}"


def _answer(
    transcript: Transcript,
    pieces: Sequence[Piece],
    *,
    question: str,
    candidate: str,
    id: str,
    notes: tuple[str, ...],
) -> Answer:
    """The pieces joined, turn by turn on a line of its own, with every cue's time at its place."""
    segments: list[Segment] = []
    text = ""
    for before, piece in zip([None, *pieces], pieces, strict=False):
        turn = transcript.turns[piece.turn]
        if before is not None:
            text += " " if before.turn == piece.turn else "\n"
        segments.extend(_cues(turn, piece, len(text)))
        text += turn.text[piece.start : piece.end]
    first = transcript.turns[pieces[0].turn]
    return Answer(
        question=question,
        text=text,
        id=id,
        candidate=candidate,
        source=f"{transcript.name}, {_place(first, segments)}",
        segments=tuple(segments),
        notes=notes,
    )


def _cues(turn: Turn, piece: Piece, at: int) -> Iterator[Segment]:
    """The turn's cues within the piece, cut at its ends, with offsets from `at` on."""
    cues = turn.segments
    if not cues and turn.from_s is not None:
        cues = (Segment(start=0, end=len(turn.text), from_s=turn.from_s, to_s=turn.to_s),)
    for cue in cues:
        start, end = max(cue.start, piece.start), min(cue.end, piece.end)
        if start < end:
            moved = {"start": start - piece.start + at, "end": end - piece.start + at}
            yield cue.model_copy(update=moved)


def _place(turn: Turn, segments: Sequence[Segment]) -> str:
    begins = next((s.from_s for s in segments if s.from_s is not None), turn.from_s)
    if begins is None:
        return f"line {turn.line}" if turn.line else "no place known"
    whole = int(begins)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"
