"""An alignment as rows that a person can correct, and back.

One row for each stretch: which turn, what it is, which question it belongs to, who says it, and
the words. A row may be split in two as long as the rows of a turn together say the turn's words.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from vivavoce.core.alignment import aligned_by
from vivavoce.core.rubric import Bank
from vivavoce.core.transcript import Alignment, Asked, Part, Piece, Transcript
from vivavoce.errors import InputError

__all__ = ["COLUMNS", "MapRow", "realigned", "rows_of"]

COLUMNS = ("transcript", "turn", "time", "part", "question", "speaker", "text")


class MapRow(NamedTuple):
    """One stretch of a transcript.

    Attributes:
        turn: from 1, as people count.
        time: `0:01:05` where the turn begins; for the reader only.
        part: one of `Part`'s values.
        question: id of the bank's question; "" for none.
        place: where the row stands, for messages.
    """

    transcript: str
    turn: int
    time: str
    part: str
    question: str
    speaker: str
    text: str
    place: str = ""


def rows_of(transcript: Transcript, found: Alignment) -> list[MapRow]:
    """A row for each piece of the alignment, in order."""
    return [
        MapRow(
            transcript.name,
            piece.turn + 1,
            _time(transcript.turns[piece.turn].from_s),
            piece.part.value,
            piece.question_id or "",
            piece.speaker,
            transcript.turns[piece.turn].text[piece.start : piece.end],
        )
        for piece in found.pieces
    ]


def realigned(transcript: Transcript, rows: Sequence[MapRow], bank: Bank) -> Alignment:
    """The alignment that corrected rows describe; turns without a row are left out.

    Raises:
        InputError: a row's turn, part or question is unknown, or its words are not the turn's;
            names the row.
    """
    known = {rubric.id for rubric in bank.rubrics}
    ends: dict[int, int] = {}
    asked: list[Asked] = []
    pieces: list[Piece] = []
    asking: dict[str, None] = {}
    for row in rows:
        part = _part(row)
        if row.question and row.question not in known:
            raise InputError(f"{row.place}: no question of the bank has the id {row.question!r}")
        start, end = _span(transcript, row, ends.get(row.turn, 0))
        ends[row.turn] = end
        piece = Piece(
            turn=row.turn - 1,
            start=start,
            end=end,
            part=part,
            speaker=row.speaker,
            question_id=row.question or None,
        )
        pieces.append(piece)
        if part is Part.QUESTION:
            asking.setdefault(row.speaker)
            asked.append(
                Asked(
                    turn=piece.turn,
                    text=row.text,
                    question_id=piece.question_id,
                    similarity=1.0 if piece.question_id else 0.0,
                    answered=False,
                )
            )
        elif part is Part.ANSWER and not piece.question_id and asked:
            asked[-1] = asked[-1].model_copy(update={"answered": True})
    return aligned_by(transcript, ", ".join(filter(None, asking)), asked, pieces)


def _part(row: MapRow) -> Part:
    try:
        return Part(row.part.strip().casefold())
    except ValueError:
        raise InputError(
            f"{row.place}: no part is called {row.part!r}; there are "
            f"{', '.join(part.value for part in Part)}"
        ) from None


def _span(transcript: Transcript, row: MapRow, after: int) -> tuple[int, int]:
    """Where the row's words stand in its turn, behind the rows before it."""
    if not 1 <= row.turn <= len(transcript.turns):
        raise InputError(
            f"{row.place}: {transcript.name} has no turn {row.turn}; it has turns 1 to "
            f"{len(transcript.turns)}"
        )
    words = " ".join(row.text.split())
    start = transcript.turns[row.turn - 1].text.find(words, after) if words else -1
    if start < 0:
        raise InputError(
            f"{row.place}: these are not the words of turn {row.turn}; split or label rows, "
            "and leave their words and their order as they are"
        )
    return start, start + len(words)


def _time(seconds: float | None) -> str:
    if seconds is None:
        return ""
    whole = int(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"
