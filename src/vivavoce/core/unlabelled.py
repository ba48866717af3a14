"""Interviews in which nobody is named: questions and answers told apart by what is said."""

from __future__ import annotations

from vivavoce.core.asking import (
    is_acknowledgement,
    is_clarifying,
    is_closing,
    is_lead_in,
    is_small_talk,
)
from vivavoce.core.dialogue import (
    FOLLOW_UP,
    FRAGMENT_WORDS,
    Dialogue,
    Scored,
    asking_sentences,
    is_prompt,
)
from vivavoce.core.transcript import Part
from vivavoce.core.units import Unit

__all__ = ["chosen_windows", "hear"]

LEAD_INS = 4
"""Sentences before a question that may lead up to it."""
ASKED_AGAIN = 0.2
"""How far above the threshold a question must be that is running already: those who answer name
it too ("so what is variance? ...")."""
SHORT_HEAD = 8
"""Words before a question in one breath that lead up to it and answer nothing."""


def chosen_windows(scored: Scored, threshold: float) -> Scored:
    """The windows that ask a question of the bank, none overlapping, the best first chosen."""
    asking = [
        (window, match)
        for window, match in scored
        if match.question_id is not None
        and match.score >= threshold
        and match.follow_up < match.score + FOLLOW_UP
        and not is_small_talk(window.text)
    ]
    asking.sort(key=lambda pair: (-pair[1].score, len(pair[0].text)))
    chosen: Scored = []
    for window, match in asking:
        if all(window.end <= w.start or w.end <= window.start for w, _ in chosen):
            chosen.append((window, match))
    chosen.sort(key=lambda pair: pair[0].start)
    return [
        pair
        for before, pair in zip([None, *chosen], chosen, strict=False)
        if before is None
        or before[1].question_id != pair[1].question_id
        or pair[1].score >= threshold + ASKED_AGAIN
    ]


def hear(talk: Dialogue, units: list[Unit], scored: Scored, threshold: float) -> None:
    """Hears all units: a question of the bank, one to "you", a prompt, or an answer."""
    starts = {window.start: (window, match) for window, match in chosen_windows(scored, threshold)}
    i = 0
    while i < len(units):
        if i not in starts:
            _heard(talk, units[i])
            i += 1
            continue
        window, match = starts[i]
        asked = units[i : window.end]
        head = units[i].text[: window.at].rstrip()
        if len(head.split()) > SHORT_HEAD and talk.is_open:
            _heard(talk, units[i].part(0, len(head)))
            asked = [units[i].part(window.at, len(units[i].text)), *asked[1:]]
        else:
            _take_back(talk, units, i)
        said = " ".join(unit.text for unit in asked)
        talk.ask(asked, said, match.question_id, [(window, match)])
        i = window.end


def _heard(talk: Dialogue, unit: Unit) -> None:
    """A sentence that asks no question of the bank."""
    text = unit.text
    if is_acknowledgement(text) or is_small_talk(text):
        talk.note(unit, Part.ASIDE)
    elif is_closing(text):
        talk.close()
        talk.note(unit, Part.ASIDE)
    elif is_clarifying(text) and "?" in text:
        talk.note(unit, Part.CLARIFYING)
    else:
        words = text.casefold().split()
        to_you = "?" in text and any(word.startswith("you") for word in words)
        asking = [s for s in asking_sentences(text) if not is_prompt(s)]
        if to_you and len(words) >= FRAGMENT_WORDS and asking:
            if talk.running is not None and talk.continues(asking, []):
                talk.note(unit, Part.FOLLOW_UP)
            else:
                talk.ask([unit], text, None, [])
        elif to_you and asking_sentences(text):
            talk.note(unit, Part.FOLLOW_UP)
        else:
            talk.answered(unit)


def _take_back(talk: Dialogue, units: list[Unit], at: int) -> None:
    """Sentences that led up to the question at `at` were no part of the answer before."""
    for unit in reversed(units[max(0, at - LEAD_INS) : at]):
        if not talk.pieces or not is_lead_in(unit.text):
            return
        position = next(
            (
                n
                for n in range(len(talk.pieces) - 1, max(-1, len(talk.pieces) - LEAD_INS - 1), -1)
                if (talk.pieces[n].turn, talk.pieces[n].start) == (unit.turn, unit.start)
            ),
            None,
        )
        if position is None or talk.pieces[position].part not in (Part.ANSWER, Part.ASIDE):
            return
        piece = talk.pieces[position]
        talk.pieces[position] = piece.model_copy(update={"part": Part.ASIDE, "question_id": None})
