"""Who asks in a transcript: by the speakers' labels where they tell, else by what is said."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from vivavoce.core.asking import is_acknowledgement, is_ask
from vivavoce.core.transcript import Transcript
from vivavoce.errors import InputError

__all__ = ["asking_by_content", "asking_by_label", "speakers"]

ASKS = re.compile(
    r"\b(?:interviewers?|host|examiner|moderator|recruiter|panel|panell?ist|questioner|asker|"
    r"quizmaster|hiring manager|hr|q|question)\b"
)
ANSWERS = re.compile(
    r"\b(?:candidates?|interviewees?|applicant|student|examinee|guest|respondent|answer)\b"
)
ASKING_SHARE = 0.5
"""Share of turns in question form from which a further speaker counts as an interviewer."""


def speakers(transcript: Transcript) -> tuple[str, ...]:
    """Labels in the order in which they first speak, "" left out."""
    return tuple(dict.fromkeys(turn.speaker for turn in transcript.turns if turn.speaker))


def asking_by_label(transcript: Transcript, named: str | None = None) -> tuple[str, ...]:
    """The interviewers that a given name or the labels' own words tell; () where they do not.

    Raises:
        InputError: nobody in the transcript has the label `named`.
    """
    labels = speakers(transcript)
    if named is not None:
        same = tuple(x for x in labels if x.casefold() == named.strip().casefold())
        if not same:
            who = ", ".join(repr(label) for label in labels) or "none"
            raise InputError(
                f"{transcript.name}: no speaker is called {named!r}; the speakers are: {who}"
            )
        return same
    plain = {label: re.sub(r"[\W_\d]+", " ", label.casefold()) for label in labels}
    asking = tuple(label for label in labels if ASKS.search(plain[label]))
    if not asking and any(ANSWERS.search(text) for text in plain.values()):
        asking = tuple(label for label in labels if not ANSWERS.search(plain[label]))
    # Where everybody of several people asks, the labels tell nothing.
    return asking if len(asking) < max(2, len(labels)) else ()


def asking_by_content(
    transcript: Transcript, matched: Mapping[int, Sequence[str]]
) -> tuple[str, ...]:
    """The speakers who put the bank's questions, the surest first.

    Three shares tell who asks: of the questions of the bank that anybody seems to put, of the own
    turns that have the form of a question, and, against it, of all words. An answer repeats the
    words of its question, and a long one those of other questions, so the first alone misleads.

    Args:
        matched: index of a turn -> ids of the questions of the bank that it asks.
    """
    labels = speakers(transcript)
    share: dict[str, float] = {}
    questions: dict[str, set[str]] = {label: set() for label in labels}
    for label in labels:
        own = [(i, t) for i, t in enumerate(transcript.turns) if t.speaker == label]
        spoken = [t for _, t in own if not is_acknowledgement(t.text)]
        share[label] = sum(is_ask(t.text) for t in spoken) / max(1, len(spoken))
        for i, _ in own:
            questions[label].update(matched.get(i, ()))
    put = max(1, len(set().union(*questions.values())))
    words = dict.fromkeys(labels, 0)
    for turn in transcript.turns:
        if turn.speaker:
            words[turn.speaker] += len(turn.text.split())
    said = max(1, sum(words.values()))
    weight = {x: len(questions[x]) / put + share[x] - words[x] / said for x in labels}
    ranked = sorted(labels, key=lambda label: -weight[label])
    others = [x for x in ranked[1:] if questions[x] and share[x] > ASKING_SHARE]
    # Somebody must be left to answer.
    return tuple(ranked[:1] + others)[: max(1, len(labels) - 1)]
