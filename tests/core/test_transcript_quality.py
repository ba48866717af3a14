"""Garbled speech is told from speech."""

from __future__ import annotations

import pytest

from vivavoce.core.answer import Answer, Segment, Span
from vivavoce.core.transcript_quality import checked, heard_badly, looped_share, pace


def spoken(text: str, seconds: float = 60.0, confidence: float | None = None) -> Answer:
    segment = Segment(start=0, end=len(text), from_s=0.0, to_s=seconds, confidence=confidence)
    return Answer(question="q", text=text, segments=(segment,))


WORDS = " ".join(f"word{n}" for n in range(30))


def test_loops() -> None:
    assert looped_share("thank you for watching " * 5) == 1.0
    assert looped_share("thank you for watching " * 4) == 0.0
    assert looped_share("no no no no it is not") == 0.0
    assert looped_share("") == 0.0
    assert "loop" in checked(spoken("so it is " * 6)).unreadable


def test_pace() -> None:
    assert pace(spoken(WORDS, 10.0).segments, WORDS) == pytest.approx(3.0)
    assert "words a second" in checked(spoken(WORDS, 2.0)).unreadable
    assert checked(spoken(WORDS, 10.0)) == spoken(WORDS, 10.0)


def test_confidence() -> None:
    assert "unsure of 100%" in checked(spoken(WORDS, confidence=0.2)).unreadable
    assert not checked(spoken(WORDS, confidence=0.8)).unreadable
    answer = Answer(
        question="q",
        text="the bias is high",
        segments=(
            Segment(start=0, end=3, confidence=0.1),
            Segment(start=4, end=11, confidence=0.9),
            Segment(start=12, end=16, confidence=0.1),
        ),
    )
    assert not heard_badly(answer, Span(start=0, end=11))
    assert heard_badly(answer, Span(start=0, end=16))
