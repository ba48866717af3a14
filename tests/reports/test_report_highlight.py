"""Evidence cut into pieces."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vivavoce.core.grade import Grade
from vivavoce.reports._highlight import Mark, cut, marks_of


def mark(start: int, end: int, label: str = "1", kind: str = "met") -> Mark:
    return Mark(start, end, label, kind, f"statement {label}")


MARKS = st.lists(
    st.builds(
        mark,
        st.integers(0, 30),
        st.integers(0, 40),
        st.sampled_from(["1", "2", "3", "M1"]),
        st.sampled_from(["met", "partly", "contradicted", "misconception"]),
    ),
    max_size=8,
)


def labels(text: str, *marks: Mark) -> list[tuple[str, str]]:
    return [(p.text, ",".join(m.label for m in p.marks)) for p in cut(text, marks)]


def test_overlap_is_a_piece_of_its_own() -> None:
    assert labels("abcdef", mark(0, 4, "1"), mark(2, 6, "2")) == [
        ("ab", "1"),
        ("cd", "1,2"),
        ("ef", "2"),
    ]


def test_nested_and_touching() -> None:
    assert labels("abcdef", mark(0, 6, "1"), mark(2, 4, "2")) == [
        ("ab", "1"),
        ("cd", "1,2"),
        ("ef", "1"),
    ]
    assert labels("abcd", mark(0, 2, "1"), mark(2, 4, "1")) == [("abcd", "1")]


def test_what_lies_outside_is_ignored() -> None:
    assert labels("abc", mark(2, 9), mark(5, 9), mark(1, 1), mark(2, 1)) == [("ab", ""), ("c", "1")]
    assert labels("", mark(0, 3)) == []


def test_gravest_verdict_decides_the_kind() -> None:
    (piece,) = cut("ab", [mark(0, 2, "1", "met"), mark(0, 2, "2", "contradicted")])
    assert piece.kind == "contradicted"


@given(st.text(max_size=30), MARKS)
def test_pieces_put_together_are_the_text(text: str, marks: list[Mark]) -> None:
    pieces = cut(text, marks)
    assert "".join(piece.text for piece in pieces) == text
    assert all(piece.text for piece in pieces)


@given(st.text(max_size=30), MARKS)
def test_each_character_carries_exactly_the_labels_that_cover_it(
    text: str, marks: list[Mark]
) -> None:
    at = 0
    for piece in cut(text, marks):
        for _ in piece.text:
            covering = {m.label for m in marks if m.start <= at < m.end}
            assert {m.label for m in piece.marks} == covering
            assert len(piece.marks) == len(covering)
            at += 1


def test_marks_of_a_grade_point_at_the_quotes(wrong: Grade) -> None:
    found = [(m.label, wrong.answer.text[m.start : m.end], m.kind) for m in marks_of(wrong)]
    assert ("3", "Regularisation trades one for", "partly") in found
    assert found[-1] == ("M1", "model has memorised the training data", "misconception")
