"""Plain text: `Name: words`, a time before or after the name, or `Name  0:12` on its own line.

Otter, Teams and Google Meet export such files. Without any labels, paragraphs are the turns.
"""

from __future__ import annotations

import re

from vivavoce.adapters.transcripts.cues import Cue, fold, to_turns
from vivavoce.adapters.transcripts.labels import Label, real_labels, split_label, stamp_of
from vivavoce.core.asking import is_ask
from vivavoce.core.transcript import Turn
from vivavoce.errors import AnswerFileError

__all__ = ["from_labels", "labels_in", "parse"]

# What the tools write into their files beside the speech.
NOT_SPEECH = re.compile(
    r"\s*(?:transcribed by https?://\S*|unknown speaker"
    r"|.{0,80} (?:started|stopped|started the|stopped the) (?:transcription|recording|transcript)"
    r"|(?:meeting|transcription|transcript|recording) (?:ended|started|stopped)\b.{0,80}"
    r"|this editable transcript was .{0,200}"
    r"|[-=_*\s]{3,})\s*",
    re.IGNORECASE,
)


def parse(name: str, text: str) -> tuple[Turn, ...]:
    """Turns of a plain transcript; lines without a label continue the turn.

    Raises:
        AnswerFileError: no line has a speaker label, and nothing is asked.
    """
    turns = from_labels(_lines(text)) or _without_labels(text)
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
        elif cues and not (NOT_SPEECH.fullmatch(line[:300]) or stamp_of(line)):
            cues[-1][1].append(line)
    return to_turns(
        Cue(label.name, fold(" ".join(said)), label.from_s, label.to_s, number)
        for label, said, number in cues
    )


def _without_labels(text: str) -> tuple[Turn, ...]:
    """Paragraphs as turns of nobody known, or lines where no line is empty; () for no interview."""
    if not is_ask(text):
        return ()
    lines = list(enumerate(text.split("\n"), start=1))
    apart = any(not line.strip() for _, line in lines)
    cues: list[Cue] = []
    open_ = False
    for number, line in lines:
        if not line.strip() or stamp_of(line) or NOT_SPEECH.fullmatch(line[:300]):
            open_ = False
        elif apart and open_:
            cues[-1] = cues[-1]._replace(text=f"{cues[-1].text} {fold(line)}")
        else:
            cues.append(Cue("", fold(line), None, None, number, opens=True))
            open_ = True
    return to_turns(cues)


def _lines(text: str) -> list[tuple[Label | None, str]]:
    split = [(split_label(line), line) for line in text.split("\n")]
    real = real_labels((label.name for label, _ in split if label is not None), text)
    return [(x if x is not None and x.name in real else None, line) for x, line in split]
