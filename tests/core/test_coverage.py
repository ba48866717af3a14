"""Token recall of a rubric's sentences, worked out by hand on tiny vectors."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivavoce.core.answer import Span
from vivavoce.core.clauses import clauses
from vivavoce.core.coverage import Coverage, RubricVectors, coverage, prepare, statements_of
from vivavoce.core.rubric import Category, Criterion, Misconception, Rubric
from vivavoce.core.vectors import TokenVectors, unit
from vivavoce.testing import HashEmbedder

# One direction for each word that is none of the others; "icy" lies between "cold" and "snow".
DIRECTIONS = {"cold": 0, "snow": 1, "water": 2, "freezes": 3, "boils": 4, "question": 5}
DIMENSION = 8
OTHER = 7


def vector(word: str) -> np.ndarray:
    out = np.zeros(DIMENSION, dtype=np.float32)
    if word == "icy":
        out[[0, 1]] = 0.6, 0.8
    elif word == "hot":
        out[0] = -1.0
    else:
        out[DIRECTIONS.get(word, OTHER)] = 1.0
    return out


def read(text: str) -> TokenVectors:
    found = list(re.finditer(r"\w+", text))
    rows = np.stack([vector(m.group().lower()) for m in found])
    spans = np.array([m.span() for m in found], dtype=np.int32)
    return TokenVectors(vectors=rows, spans=spans, sentence=unit(rows.mean(axis=0)))


def rubric_with(statement: str, question: str = "Why is it so?", **more: object) -> Rubric:
    return Rubric(
        id="q",
        number=1,
        question=question,
        category=Category.PROGRAMMING,
        reference="Zebra",
        criteria=(Criterion(id="c", points=1, statement=statement),),
        **more,
    )


def covered_by(rubric: Rubric, answer: str, spans: list[Span] | None = None) -> Coverage:
    ready = prepare(rubric, [read(s) for s in statements_of(rubric)])
    return coverage(ready, read(answer), spans or [Span(start=0, end=len(answer))])


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("cold water freezes", 1.0),
        ("cold water boils", 2 / 3),
        ("freezes", 1 / 3),
        ("question", 0.0),
        ("freezes water cold", 1.0),
        # cos(cold, icy) = 0.6 / |(0.6, 0.8)| = 0.6
        ("icy", 0.6 / 3),
        ("icy water", 1.6 / 3),
        # A cosine below zero is worth nothing, not less.
        ("hot", 0.0),
        ("hot water", 1 / 3),
    ],
)
def test_recall_is_the_mean_of_the_best_cosines(answer: str, expected: float) -> None:
    covered = covered_by(rubric_with("Cold water freezes"), answer)

    assert covered.recall[0, 0] == pytest.approx(expected, abs=1e-6)
    assert covered.whole[0] == pytest.approx(expected, abs=1e-6)


def test_function_words_of_a_statement_do_not_count() -> None:
    covered = covered_by(rubric_with("The cold water is what freezes"), "cold water boils")

    assert covered.recall[0, 0] == pytest.approx(2 / 3, abs=1e-6)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [("cold water boils", 1 / 2), ("water", 0.0), ("freezes cold", 1.0)],
)
def test_words_of_the_question_are_left_out(answer: str, expected: float) -> None:
    rubric = rubric_with("Cold water freezes", question="What happens to water?")

    assert covered_by(rubric, answer).recall[0, 0] == pytest.approx(expected, abs=1e-6)


def test_other_forms_of_the_questions_words_are_left_out_too() -> None:
    rubric = rubric_with("Cold water freezes", question="When does it freeze?")

    assert covered_by(rubric, "freezes").recall[0, 0] == 0.0


def test_a_statement_in_the_questions_words_alone_keeps_them() -> None:
    """Else it could never be said."""
    rubric = rubric_with("Cold water", question="Is water cold?")

    assert covered_by(rubric, "cold water").recall[0, 0] == pytest.approx(1.0)
    assert covered_by(rubric, "cold snow").recall[0, 0] == pytest.approx(0.5)


def test_a_clause_is_judged_by_its_own_words_and_the_whole_by_all() -> None:
    answer = "cold days. water freezes"
    spans = [Span(start=0, end=10), Span(start=11, end=24), Span(start=0, end=24)]

    covered = covered_by(rubric_with("Cold water freezes"), answer, spans)

    assert covered.recall[0] == pytest.approx([1 / 3, 2 / 3, 1.0], abs=1e-6)
    assert covered.whole[0] == pytest.approx(1.0)


def test_a_span_without_tokens_covers_nothing() -> None:
    answer = "cold     water"

    covered = covered_by(rubric_with("Cold water"), answer, [Span(start=5, end=8)])

    assert covered.recall[0, 0] == 0.0
    assert covered.cosine[0, 0] == 0.0


def test_pooled_cosines_are_those_of_the_sentence_vectors() -> None:
    covered = covered_by(rubric_with("Cold water"), "cold snow")

    # (1, 0, 1) . (1, 1, 0) / 2
    assert covered.cosine[0, 0] == pytest.approx(0.5, abs=1e-6)
    assert covered.overall[0] == pytest.approx(0.5, abs=1e-6)


def test_sentences_come_once_with_the_question_last() -> None:
    rubric = Rubric(
        id="q",
        number=1,
        question="Why?",
        category=Category.PROGRAMMING,
        reference="Since it is.",
        criteria=(
            Criterion(id="a", points=1, statement="A.", accept=("B.",), reject=("C.",)),
            Criterion(id="b", points=1, statement="D.", accept=("B.",)),
        ),
        misconceptions=(
            Misconception(id="m", statement="E.", heard_as=("C.", "F."), correction="G."),
        ),
    )

    assert statements_of(rubric) == ("A.", "B.", "C.", "D.", "E.", "F.", "Since it is.", "Why?")


def test_each_sentence_keeps_its_content_words() -> None:
    rubric = rubric_with("The cold water freezes", question="What of the snow?")

    ready = prepare(rubric, [read(s) for s in statements_of(rubric)])

    assert ready.sentences == ("The cold water freezes", "Zebra", "What of the snow?")
    assert ready.bounds.tolist() == [0, 3, 4, 5]
    assert ready.tokens[:3].tolist() == [vector(w).tolist() for w in ("cold", "water", "freezes")]
    assert ready.pooled.shape == (3, DIMENSION)


def test_vectors_must_be_those_of_the_sentences() -> None:
    rubric = rubric_with("Cold water")

    with pytest.raises(ValueError, match="zip"):
        prepare(rubric, [read("Cold water")])


@pytest.fixture(scope="module")
def ready() -> RubricVectors:
    rubric = rubric_with("High bias underfits the data", question="What is high bias?")
    return prepare(rubric, HashEmbedder(16).tokens(statements_of(rubric)))


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=120))
def test_any_answer_gives_bounded_numbers_of_the_stated_shapes(
    ready: RubricVectors, text: str
) -> None:
    spans = clauses(text)

    covered = coverage(ready, HashEmbedder(16).tokens([text])[0], spans)

    n, m = len(ready.sentences), len(spans)
    assert covered.spans == tuple(spans)
    assert covered.recall.shape == covered.cosine.shape == (n, m)
    assert covered.whole.shape == covered.overall.shape == (n,)
    for bounded in (covered.recall, covered.whole):
        assert ((bounded >= 0.0) & (bounded <= 1.0 + 1e-5)).all()
    for cosine in (covered.cosine, covered.overall):
        assert (np.abs(cosine) <= 1.0 + 1e-5).all()


@given(st.lists(st.sampled_from(["high", "bias", "underfits", "data", "."]), max_size=20))
def test_more_words_never_cover_less(ready: RubricVectors, words: list[str]) -> None:
    embedder = HashEmbedder(16)
    short, long = " ".join(words), " ".join([*words, "underfits"])

    before = coverage(ready, embedder.tokens([short])[0], [Span(start=0, end=len(short))])
    after = coverage(ready, embedder.tokens([long])[0], [Span(start=0, end=len(long))])

    assert (after.whole >= before.whole - 1e-6).all()
    assert (after.recall >= before.recall - 1e-6).all()


def test_an_answer_without_tokens_covers_nothing(ready: RubricVectors) -> None:
    covered = coverage(ready, HashEmbedder(16).tokens([""])[0], [])

    assert covered.recall.shape == (len(ready.sentences), 0)
    assert not covered.whole.any()
    assert not covered.overall.any()


def test_the_question_stands_last_even_where_a_criterion_is_worded_like_it() -> None:
    rubric = Rubric(
        id="same",
        number=1,
        question="Ice is frozen water.",
        category=Category.INTEREST,
        reference="Ice is water that froze.",
        criteria=(Criterion(id="ice", points=1, statement="Ice is frozen water."),),
    )
    assert statements_of(rubric) == ("Ice is water that froze.", "Ice is frozen water.")
