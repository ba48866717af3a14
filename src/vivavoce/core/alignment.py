"""Transcript turns to (question, answer) pairs.

The interviewer's turns are matched with the bank's questions; what the others say until the
next question is the answer. Back-channels ("mm-hm"), prompts ("and variance?") and follow-ups
leave an answer running; a question that is not in the bank ends it. What each stretch was taken
for is kept as `Piece`s, and answers are made from these alone, so that a person may correct them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from vivavoce.core.answer import Answer, Segment
from vivavoce.core.answer_backing import backed
from vivavoce.core.asking import is_acknowledgement
from vivavoce.core.dialogue import Dialogue, Scored, best
from vivavoce.core.question_matching import QuestionMatcher, Window, windows
from vivavoce.core.rubric import Bank
from vivavoce.core.speakers import asking_by_content, asking_by_label, speakers
from vivavoce.core.transcript import Alignment, Asked, Part, Piece, Transcript, Turn
from vivavoce.core.transcript_quality import checked, warnings_of
from vivavoce.core.units import Unit, joined_windows, sentence_units, turn_units
from vivavoce.core.unlabelled import hear

__all__ = ["THRESHOLD", "align", "aligned_by"]

THRESHOLD = 0.45
"""Of the shipped bank's wordings, each held out in turn, 89% are matched rightly and 3% wrongly
from this score on; of 45 off-bank questions, most about neighbouring subjects, 16% are taken
for one of the bank (all-MiniLM-L6-v2; a test repeats part of this)."""
UNLABELLED = 0.05
"""How far above it a question must be where no labels tell who speaks."""
LEAST_SHOWN = 60

Similarity = Callable[[Sequence[str], Sequence[str]], NDArray[np.float32]]


def align(
    transcript: Transcript,
    bank: Bank,
    similarity: Similarity,
    *,
    interviewer: str | None = None,
    threshold: float = THRESHOLD,
) -> Alignment:
    """Finds the bank's questions in a transcript and who answered each with what words.

    Without speaker labels, sentences that ask a question of the bank are taken as the
    interviewer's and the others as the answer.

    Args:
        similarity: (n texts, m questions) -> cosines, shape (n, m).
        interviewer: label of the speaker who asks; found from labels or content where None.
        threshold: 0..1, the score from which a turn is taken to ask a question of the bank.

    Returns:
        Answers in the order in which their questions were first asked, one for each question
        and candidate; a question asked again adds to the earlier answer.

    Raises:
        InputError: nobody is called `interviewer`.
    """
    labels = speakers(transcript)
    asking = asking_by_label(transcript, interviewer)
    matcher = QuestionMatcher(bank, similarity)
    if not labels[1:] and not asking:
        units = sentence_units(transcript)
        found = joined_windows(units)
        scored = list(zip(found, matcher.match([w.text for w in found]), strict=True))
        talk = Dialogue(matcher, threshold + UNLABELLED)
        hear(talk, units, scored, threshold + UNLABELLED)
    else:
        units = turn_units(transcript)
        by_unit = _score(units, matcher, frozenset(asking))
        if not asking:
            put = {
                i: [m.question_id or "" for _, m in best(s, threshold)] for i, s in by_unit.items()
            }
            asking = asking_by_content(transcript, put)
        by_unit = backed(by_unit, units, asking, bank, similarity)
        others = [label for label in labels if label not in asking]
        talk = Dialogue(matcher, threshold, others[0] if len(others) == 1 else "")
        for i, unit in enumerate(units):
            if unit.speaker in asking:
                talk.heard_interviewer(unit, by_unit.get(i, []))
            elif unit.speaker:
                talk.heard_candidate(unit, by_unit.get(i, []))
    return aligned_by(transcript, ", ".join(asking), talk.asked, talk.pieces)


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


def _score(
    units: Sequence[Unit], matcher: QuestionMatcher, asking: frozenset[str]
) -> dict[int, Scored]:
    """Windows of every turn that may ask, with their matches; all in one call."""
    found = [
        (index, window)
        for index, unit in enumerate(units)
        if not is_acknowledgement(unit.text)
        for window in windows(unit.text)
        if (unit.speaker in asking) or _may_ask(window, not asking)
    ]
    matches = matcher.match([window.text for _, window in found])
    scored: dict[int, Scored] = {}
    for (index, window), match in zip(found, matches, strict=True):
        scored.setdefault(index, []).append((window, match))
    return scored


def _may_ask(window: Window, anybody: bool) -> bool:
    """Candidates' sentences are read for questions only where they are clearly such."""
    return window.asks and (anybody or "?" in window.text)


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
