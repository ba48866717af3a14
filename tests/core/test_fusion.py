"""Credits become one grade: the total by hand, verdicts, evidence, flags, review."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivavoce.core.answer import Answer, Segment
from vivavoce.core.calibration import Calibration, IntervalModel, KindModel, Logistic
from vivavoce.core.clauses import clauses
from vivavoce.core.coverage import coverage, prepare, statements_of
from vivavoce.core.fusion import grade_of, total_of
from vivavoce.core.grade import (
    CriterionGrade,
    Evidence,
    Flag,
    Grade,
    MisconceptionHeard,
    Signature,
)
from vivavoce.core.integrity import CAP, CAPPING
from vivavoce.core.reading import Asked, Reading
from vivavoce.core.rubric import Category, Criterion, Kind, Misconception, Rubric, Verdict
from vivavoce.core.signals import BELIEF_SIGNALS, SIGNALS, TOPIC_SIGNALS
from vivavoce.testing import HashEmbedder, OverlapScorer

SIGNATURE = Signature(rubric="r", embedder="e", scorer="s", version="v")
EMBEDDER = HashEmbedder(512)
MARKS = st.lists(
    st.tuples(st.floats(0.5, 10), st.one_of(st.none(), st.floats(0, 1))), min_size=1, max_size=8
)
DEDUCTIONS = st.lists(st.floats(0.1, 10), max_size=3)


def criterion(points: float, credit: float | None) -> CriterionGrade:
    verdict = Verdict.UNSCORED if credit is None else Verdict.MET
    return CriterionGrade(id="c", statement="s", points=points, verdict=verdict, credit=credit)


def heard(deduct: float) -> MisconceptionHeard:
    evidence = Evidence(start=0, end=1, quote="x", statement="s", similarity=1.0)
    return MisconceptionHeard(
        id="m", statement="s", correction="c", deduct=deduct, evidence=evidence
    )


class TestTotal:
    @pytest.mark.parametrize(
        ("marks", "deductions", "cap", "expected"),
        [
            ([(3, 1.0), (2, 0.5), (1, 0.0)], [], False, 66.7),  # 4 of 6
            ([(3, 1.0), (2, 1.0), (1, 1.0)], [], False, 100.0),
            ([(3, 0.0)], [], False, 0.0),
            ([(3, 1.0), (2, 0.5)], [1], False, 60.0),  # (3 + 1 - 1) of 5
            ([(3, 1.0), (2, 0.5)], [1, 2], False, 20.0),
            ([(3, 1.0)], [9], False, 0.0),
            ([(3, 1.0), (2, 0.5)], [], True, 16.0),  # 80 % of 20
            ([(3, 1.0)], [], True, 20.0),
            # Unscored is left out, on both sides of the division.
            ([(3, 1.0), (2, 0.5), (5, None)], [], False, 80.0),
            ([(3, None), (2, 0.25)], [], False, 25.0),
            ([(3, None), (2, None)], [], False, 0.0),
        ],
    )
    def test_worked_out(
        self,
        marks: list[tuple[float, float | None]],
        deductions: list[float],
        cap: bool,
        expected: float,
    ) -> None:
        assert total_of([criterion(*m) for m in marks], [heard(d) for d in deductions], cap) == (
            expected
        )

    @given(MARKS, DEDUCTIONS, st.booleans())
    def test_it_lies_within_its_bounds(
        self, marks: list[tuple[float, float | None]], deductions: list[float], cap: bool
    ) -> None:
        total = total_of([criterion(*m) for m in marks], [heard(d) for d in deductions], cap)

        assert 0.0 <= total <= (CAP if cap else 100.0)
        assert total == round(total, 1)

    @given(MARKS, DEDUCTIONS, st.booleans(), st.floats(0.5, 10))
    def test_an_unscored_criterion_changes_nothing(
        self,
        marks: list[tuple[float, float | None]],
        deductions: list[float],
        cap: bool,
        points: float,
    ) -> None:
        graded, beliefs = [criterion(*m) for m in marks], [heard(d) for d in deductions]

        with_unscored = total_of([*graded, criterion(points, None)], beliefs, cap)

        assert with_unscored == total_of(graded, beliefs, cap)

    @given(MARKS, DEDUCTIONS)
    def test_a_misconception_never_helps(
        self, marks: list[tuple[float, float | None]], deductions: list[float]
    ) -> None:
        graded = [criterion(*m) for m in marks]

        assert total_of(graded, [heard(d) for d in deductions], False) <= total_of(
            graded, [], False
        )


def logistic(names: tuple[str, ...], weights: dict[str, float], bias: float) -> Logistic:
    return Logistic(
        signals=names,
        mean=(0.0,) * len(names),
        scale=(1.0,) * len(names),
        weights=tuple(weights.get(name, 0.0) for name in names),
        bias=bias,
    )


def calibration(**more: object) -> Calibration:
    """Steep steps: a credit from a recall of 0.8, contradiction from a margin of -0.3."""
    model = KindModel(interval=IntervalModel(scale=1.0, floor=3.0))
    return Calibration(
        name="steps",
        credit=logistic(SIGNALS, {"accept_best": 60.0}, -48.0),
        contradiction=logistic(SIGNALS, {"margin_best": -60.0}, -18.0),
        belief=logistic(BELIEF_SIGNALS, {"belief_best": 60.0}, -48.0),
        off_topic=logistic(TOPIC_SIGNALS, {"topic_recall": -60.0}, 12.0),
        kinds=dict.fromkeys(Kind, model),
    ).model_copy(update=more)


RUBRIC = Rubric(
    id="seasons",
    number=1,
    question="What about winter?",
    category=Category.PROGRAMMING,
    reference="Lakes freeze, birds migrate and nights lengthen.",
    criteria=(
        Criterion(
            id="lakes",
            points=3,
            statement="Lakes freeze solid overnight.",
            reject=("Lakes boil dry instantly.",),
        ),
        Criterion(id="birds", points=2, statement="Birds migrate southward early."),
    ),
    misconceptions=(
        Misconception(
            id="distance",
            statement="Earth recedes beyond Mars annually.",
            correction="Earth's axis is tilted.",
            deduct=1,
        ),
    ),
)
LAKES, BIRDS, BOIL, MARS = (
    "Lakes freeze solid overnight.",
    "Birds migrate southward early.",
    "Lakes boil dry instantly.",
    "Earth recedes beyond Mars annually.",
)


def graded(
    text: str,
    flags: tuple[Flag, ...] = (),
    rubric: Rubric = RUBRIC,
    fitted: Calibration | None = None,
    segments: tuple[Segment, ...] = (),
) -> Grade:
    ready = prepare(rubric, EMBEDDER.tokens(statements_of(rubric)))
    covered = coverage(ready, EMBEDDER.tokens([text])[0], clauses(text))
    answer = Answer(question="1", text=text, segments=segments)
    (read,) = OverlapScorer().read([Asked(rubric, text, covered.spans)])
    return grade_of(rubric, answer, ready, covered, flags, fitted or calibration(), SIGNATURE, read)


TWO_SIDES = RUBRIC.model_copy(
    update={
        "criteria": (
            Criterion(id="lakes", points=3, statement="Lakes freeze solid overnight."),
            Criterion(
                id="rivers",
                points=2,
                statement="Rivers flow freely onward.",
                reject=("Rivers freeze solid overnight.",),
            ),
        )
    }
)


def graded_unread(text: str) -> Grade:
    """Without a scorer, by late interaction alone."""
    ready = prepare(TWO_SIDES, EMBEDDER.tokens(statements_of(TWO_SIDES)))
    covered = coverage(ready, EMBEDDER.tokens([text])[0], clauses(text))
    answer = Answer(question="1", text=text)
    return grade_of(TWO_SIDES, answer, ready, covered, (), calibration(), SIGNATURE, {})


class TestVerdicts:
    def test_right_and_wrong_that_cannot_be_told_apart_ask_for_a_person(self) -> None:
        ready = prepare(RUBRIC, EMBEDDER.tokens(statements_of(RUBRIC)))
        covered = coverage(ready, EMBEDDER.tokens([LAKES])[0], clauses(LAKES))
        answer = Answer(question="1", text=LAKES)
        statement = RUBRIC.criteria[0].statement
        sides = {0.3: True, 0.2: False}

        for side, told in sides.items():
            whole = np.array([1.0 - 2 * side, 0.0, side, side])
            read = {statement: Reading(whole, np.tile(whole, (len(covered.spans), 1)))}
            grade = grade_of(RUBRIC, answer, ready, covered, (), calibration(), SIGNATURE, read)

            assert any(statement in why for why in grade.review) is told

    def test_a_clause_that_says_one_point_right_contradicts_no_other(self) -> None:
        # It has three of the four words of the wrong claim about rivers, and all about lakes.
        grade = graded_unread("Lakes freeze solid overnight.")

        assert [c.verdict for c in grade.criteria] == [Verdict.MET, Verdict.MISSED]

    def test_what_it_says_wrong_best_is_a_contradiction(self) -> None:
        grade = graded_unread("Rivers freeze solid overnight.")

        assert grade.criteria[1].verdict is Verdict.CONTRADICTED
        assert grade.criteria[1].evidence[0].quote == "Rivers freeze solid overnight."

    def test_each_criterion_is_met_by_its_own_clause(self) -> None:
        grade = graded(f"{LAKES} {BIRDS}")

        assert [c.verdict for c in grade.criteria] == [Verdict.MET, Verdict.MET]
        assert [c.evidence[0].quote for c in grade.criteria] == [LAKES, BIRDS]
        assert grade.total > 99.0
        assert grade.flags == ()

    def test_what_is_not_said_is_missed_without_evidence(self) -> None:
        grade = graded(LAKES)

        assert [c.verdict for c in grade.criteria] == [Verdict.MET, Verdict.MISSED]
        assert grade.criteria[1].evidence == ()
        assert grade.total == pytest.approx(60.0, abs=1.0)  # 3 of 5

    def test_a_contradiction_earns_nothing_and_quotes_it(self) -> None:
        grade = graded(BOIL)

        assert grade.criteria[0].verdict is Verdict.CONTRADICTED
        assert grade.criteria[0].credit == 0.0
        assert grade.criteria[0].evidence[0].quote == BOIL
        assert grade.criteria[0].evidence[0].statement == BOIL

    def test_a_misconception_is_deducted_and_quoted(self) -> None:
        grade = graded(f"{LAKES} {MARS} {BIRDS}")

        assert [m.id for m in grade.misconceptions] == ["distance"]
        assert grade.misconceptions[0].evidence.quote == MARS
        assert grade.total == pytest.approx(80.0, abs=1.0)  # (3 + 2 - 1) of 5

    def test_both_sides_are_flagged(self) -> None:
        grade = graded(
            f"{LAKES} Lakes never freeze solid overnight.", fitted=calibration(contradicted_at=1.1)
        )

        assert Flag.CONTRADICTS_ITSELF in grade.flags
        assert any("both" in reason for reason in grade.review)

    def test_partly_lies_between_the_thresholds(self) -> None:
        half = calibration(credit=logistic(SIGNALS, {}, 0.0))

        grade = graded(LAKES, fitted=half)

        assert [c.verdict for c in grade.criteria] == [Verdict.PARTLY, Verdict.PARTLY]
        assert [c.credit for c in grade.criteria] == [0.5, 0.5]
        assert grade.total == 50.0


class TestFlags:
    @pytest.mark.parametrize("flag", sorted(CAPPING))
    def test_a_capping_flag_keeps_at_most_twenty(self, flag: Flag) -> None:
        grade = graded(f"{LAKES} {BIRDS}", (flag,))

        assert grade.total <= CAP
        assert flag in grade.flags

    @pytest.mark.parametrize("flag", [Flag.VERY_LONG, Flag.NOT_ENGLISH])
    def test_the_others_cap_nothing(self, flag: Flag) -> None:
        assert graded(f"{LAKES} {BIRDS}", (flag,)).total > 99.0

    def test_an_empty_answer_earns_nothing_and_shows_nothing(self) -> None:
        grade = graded("...", (Flag.EMPTY,))

        assert grade.total == 0.0
        assert [(c.verdict, c.credit, c.evidence) for c in grade.criteria] == [
            (Verdict.MISSED, 0.0, ())
        ] * 2
        assert grade.misconceptions == ()
        assert (grade.interval.low, grade.interval.high) == (0.0, 3.0)

    @pytest.mark.parametrize("flag", sorted(CAPPING - {Flag.EMPTY}))
    def test_a_person_is_told_why(self, flag: Flag) -> None:
        assert graded(LAKES, (flag,)).needs_review

    def test_a_plain_answer_needs_no_review(self) -> None:
        assert graded(f"{LAKES} {BIRDS}").review == ()

    def test_an_open_question_always_does(self) -> None:
        grade = graded(f"{LAKES} {BIRDS}", rubric=RUBRIC.model_copy(update={"kind": Kind.OPEN}))

        assert any("open" in reason for reason in grade.review)

    def test_a_wide_interval_does(self) -> None:
        model = KindModel(interval=IntervalModel(scale=0.0, floor=40.0))
        wide = calibration(credit=logistic(SIGNALS, {}, 0.0), kinds=dict.fromkeys(Kind, model))

        assert any("interval" in reason for reason in graded(LAKES, fitted=wide).review)


def test_evidence_carries_the_times_of_its_words() -> None:
    text = f"{LAKES} {BIRDS}"
    half = len(LAKES)
    segments = (
        Segment(start=0, end=half, from_s=1.0, to_s=3.5),
        Segment(start=half + 1, end=len(text), from_s=3.5, to_s=7.0),
    )

    grade = graded(text, segments=segments)

    times = [(c.evidence[0].from_s, c.evidence[0].to_s) for c in grade.criteria]
    assert times == [(1.0, 3.5), (3.5, 7.0)]


TEXTS = st.lists(
    st.sampled_from(
        [LAKES, BIRDS, BOIL, MARS, "Lakes freeze", "migrate", "and", "because", "😀", "\n"]
    ),
    max_size=12,
).map(" ".join)


@given(TEXTS, st.lists(st.sampled_from(list(Flag)), unique=True, max_size=2).map(tuple))
def test_every_grade_adds_up(text: str, flags: tuple[Flag, ...]) -> None:
    grade = graded(text, flags)

    possible = sum(c.points for c in grade.criteria)
    earned = sum(c.points * (c.credit or 0.0) for c in grade.criteria)
    earned -= sum(m.deduct for m in grade.misconceptions)
    share = min(1.0, max(0.0, earned / possible))
    assert grade.total in (round(100 * share, 1), round(CAP * share, 1))
    if not CAPPING & set(grade.flags):
        assert grade.total == round(100 * share, 1)
    else:
        assert grade.total <= CAP
    assert 0.0 <= grade.interval.low <= grade.total <= grade.interval.high <= 100.0
    shown = [e for c in grade.criteria for e in c.evidence]
    for e in [*shown, *(m.evidence for m in grade.misconceptions)]:
        assert e.quote == text[e.start : e.end] != ""
        assert e.statement in statements_of(RUBRIC)
    assert grade == graded(text, flags)
