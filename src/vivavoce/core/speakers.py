"""Who asks in a transcript, where the speakers' labels tell."""

from __future__ import annotations

import re

from vivavoce.core.transcript import Transcript
from vivavoce.errors import InputError

__all__ = ["asking_by_label", "speakers"]

ASKS = re.compile(
    r"\b(?:interviewers?|host|examiner|moderator|recruiter|panel|panell?ist|questioner|asker|"
    r"quizmaster|hiring manager|hr|q|question)\b"
)
ANSWERS = re.compile(
    r"\b(?:candidates?|interviewees?|applicant|student|examinee|guest|respondent|answer)\b"
)


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
