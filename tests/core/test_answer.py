"""Spans and the times of spoken answers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from vivavoce.core.answer import Answer, Segment, Span

SPANS = st.tuples(st.integers(0, 40), st.integers(0, 40)).map(
    lambda ends: Span(start=min(ends), end=max(ends))
)


@given(SPANS, SPANS)
def test_overlap_means_a_shared_character(a: Span, b: Span) -> None:
    shared = set(range(a.start, a.end)) & set(range(b.start, b.end))

    if a.start < a.end and b.start < b.end:
        assert a.overlaps(b) == b.overlaps(a) == bool(shared)


@given(st.text(max_size=60), SPANS)
def test_a_span_reads_the_characters_it_covers(text: str, span: Span) -> None:
    assert span.of(text) == text[span.start : span.end]


def test_neighbours_do_not_overlap() -> None:
    assert not Span(start=0, end=5).overlaps(Span(start=5, end=9))
    assert Span(start=0, end=6).overlaps(Span(start=5, end=9))


@pytest.mark.parametrize(("start", "end"), [(-1, 4), (0, -2)])
def test_offsets_count_from_zero(start: int, end: int) -> None:
    with pytest.raises(ValidationError):
        Span(start=start, end=end)


def spoken() -> Answer:
    """Three segments over "bias is high. so it. underfits." of which the last has no times."""
    return Answer(
        question="1",
        text="bias is high. so it. underfits.",
        segments=(
            Segment(start=0, end=13, from_s=2.0, to_s=4.5),
            Segment(start=14, end=20, from_s=4.5, to_s=6.0),
            Segment(start=21, end=31),
        ),
    )


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (0, 4, (2.0, 4.5)),
        (0, 13, (2.0, 4.5)),
        (5, 18, (2.0, 6.0)),
        (14, 20, (4.5, 6.0)),
        (14, 31, (4.5, None)),
        (22, 25, (None, None)),
        (13, 14, (None, None)),
    ],
)
def test_times_are_those_of_the_segments_touched(
    start: int, end: int, expected: tuple[float | None, float | None]
) -> None:
    assert spoken().seconds_at(Span(start=start, end=end)) == expected


def test_a_typed_answer_has_no_times() -> None:
    assert Answer(question="1", text="bias").seconds_at(Span(start=0, end=4)) == (None, None)


def test_an_answer_takes_any_text_and_does_not_change() -> None:
    answer = Answer(question="1", text="\x00 \ud800 😀 \u202e")

    assert answer.text == "\x00 \ud800 😀 \u202e"
    with pytest.raises(ValidationError):
        answer.text = "other"  # type: ignore[misc]
