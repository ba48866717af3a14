"""Plain text: `Name: words`, a time before or after the name, or `Name  0:12` on its own line."""

from __future__ import annotations

from vivavoce.adapters.transcripts.cues import Cue, fold, to_turns
from vivavoce.adapters.transcripts.labels import Label, real_labels, split_label
from vivavoce.core.transcript import Turn
from vivavoce.errors import AnswerFileError

__all__ = ["from_labels", "labels_in", "parse"]


def parse(name: str, text: str) -> tuple[Turn, ...]:
    """Turns of a plain transcript; lines without a label continue the turn.

    Raises:
        AnswerFileError: no line has a speaker label.
    """
    turns = from_labels([(label, line) for label, line in _lines(text)])
    if not turns:
        raise AnswerFileError(
            f"{name}: no speaker labels; begin every turn with who speaks and a colon, "
            "as in 'Interviewer: What is overfitting?'"
        )
    return turns


def labels_in(text: str) -> frozenset[str]:
    """The speakers that a plain transcript would be read with."""
    return frozenset(label.name for label, _ in _lines(text) if label is not None)


def from_labels(lines: list[tuple[Label | None, str]]) -> tuple[Turn, ...]:
    """Turns from lines with their labels; what stands before the first label is a heading."""
    cues: list[tuple[Label, list[str], int]] = []
    for number, (label, line) in enumerate(lines, start=1):
        if label is not None:
            cues.append((label, [label.text], number))
        elif cues:
            cues[-1][1].append(line)
    return to_turns(
        Cue(label.name, fold(" ".join(said)), label.from_s, label.to_s, number)
        for label, said, number in cues
    )


def _lines(text: str) -> list[tuple[Label | None, str]]:
    split = [(split_label(line), line) for line in text.split("\n")]
    real = real_labels((label.name for label, _ in split if label is not None), text)
    return [(x if x is not None and x.name in real else None, line) for x, line in split]
